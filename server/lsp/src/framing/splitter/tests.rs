//! Every way of breaking a stream, cut in every way.

use proptest::prelude::*;

use super::*;

const LIMIT: usize = 64;

/// Splits the stream given in pieces of each of these lengths. A body that starts with `!` counts as no JSON.
fn split(stream: &[u8], cuts: &mut dyn Iterator<Item = usize>) -> Vec<Piece> {
    let mut splitter = Splitter::new(LIMIT);
    let (mut pieces, mut rest) = (Vec::new(), stream);
    while !rest.is_empty() {
        let (chunk, later) = rest.split_at(cuts.next().unwrap_or(rest.len()).clamp(1, rest.len()));
        rest = later;
        splitter.push(chunk);
        while let Some(piece) = splitter.next() {
            if let Piece::Body(body) = &piece
                && body.starts_with(b"!")
            {
                splitter.reject(body);
            }
            pieces.push(piece);
        }
        assert!(splitter.buffer.len() <= LONGEST_HEADER + stream.len().min(2 * LIMIT) + chunk.len(), "it hoards");
    }
    pieces
}

#[track_caller]
fn check(stream: &str, expected: &[Piece]) {
    for length in [1, 2, 3, 7, 64, usize::MAX] {
        assert_eq!(
            split(stream.as_bytes(), &mut std::iter::repeat(length)),
            expected,
            "cut every {length}: {stream:?}"
        );
    }
}

fn body(text: &str) -> Piece {
    Piece::Body(text.as_bytes().to_vec())
}

fn broken(why: Broken) -> Piece {
    Piece::Broken(why)
}

#[test]
fn whole_messages() {
    check("Content-Length: 2\r\n\r\n{}Content-Length: 3\r\n\r\n[1]", &[body("{}"), body("[1]")]);
    check("content-length:2\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n{}", &[body("{}")]);
    check("Content-Type: x\nContent-Length: 2\n\n{}\r\n\r\nContent-Length: 2\r\n\r\n{}", &[body("{}"), body("{}")]);
    check("Content-Length: 0\r\n\r\nContent-Length: 2\r\n\r\n{}", &[body(""), body("{}")]);
    check("Content-Length: 9\r\n\r\n{\r\n\"a\":1}", &[body("{\r\n\"a\":1}")]);
}

#[test]
fn headers_that_are_none() {
    let good = "Content-Length: 2\r\n\r\n{}";
    let cases = [
        ("garbage\r\n\r\n", Broken::NoHeader),
        ("{\"jsonrpc\":\"2.0\"}", Broken::NoHeader),
        ("Content-Type: x\r\n\r\n{\"a\":\n1}", Broken::NoLength),
        ("Content-Length: \r\n\r\n{}", Broken::BadLength(String::new())),
        ("Content-Length: ten\r\n\r\n{\"a\": \"Content-Length: 7\"}", Broken::BadLength("ten".into())),
        ("Content-Length: -2\r\n\r\n{}", Broken::BadLength("-2".into())),
        ("Content-Length: 99999999999999999999999\r\n\r\n{}", Broken::BadLength("99999999999999999999999".into())),
        ("Content-Length: 9999999999999999\r\n\r\n{}", Broken::BadLength("9999999999999999".into())),
        ("Content-Length: 65\r\n\r\n{\"a\": 1}", Broken::TooLong { length: 65, limit: LIMIT }),
        ("Content-Length: 50\r\n", Broken::Truncated { length: 50 }),
    ];
    for (bad, why) in cases {
        check(&format!("{good}{bad}{good}"), &[body("{}"), broken(why), body("{}")]);
    }
}

#[test]
fn one_report_for_one_stretch_of_garbage() {
    let noise = "x: \r\n{}: 1\r\nLength: 3\r\n\r\n".repeat(500);
    check(&format!("!\r\n{noise}Content-Length: 2\r\n\r\n{{}}"), &[broken(Broken::NoHeader), body("{}")]);
    check(&"x".repeat(3 * LONGEST_HEADER), &[broken(Broken::NoHeader)]);
}

#[test]
fn lines_too_long_for_a_header() {
    let good = "Content-Length: 2\r\n\r\n{}";
    let line = |length: usize| format!("{}: a\r\n", "x".repeat(length - 4));
    check(&format!("{}{good}", line(LONGEST_HEADER)), &[body("{}")]);
    check(&format!("{}{good}", line(LONGEST_HEADER + 1)), &[broken(Broken::NoHeader), body("{}")]);
    check(&format!("{}{good}{good}", line(9 * LONGEST_HEADER)), &[broken(Broken::NoHeader), body("{}"), body("{}")]);
    // A header at the end of one, and as much of it as counts.
    let header = |spaces: usize| format!("{}content-length:{}2", "x".repeat(5000), " ".repeat(spaces));
    for (spaces, found) in [(0, true), (KEPT - 16, true), (KEPT - 15, false)] {
        let found = if found { vec![broken(Broken::NoHeader), body("{}")] } else { vec![broken(Broken::NoHeader)] };
        check(&format!("{}\r\n\r\n{{}}", header(spaces)), &found);
    }
}

#[test]
fn a_body_that_is_cut_off() {
    let good = "Content-Length: 2\r\n\r\n{}";
    // The next message's header is whole inside the announced length.
    check(
        &format!("Content-Length: 60\r\n\r\n{{\"a\":{good}{good}"),
        &[broken(Broken::Truncated { length: 60 }), body("{}"), body("{}")],
    );
    // The announced length ends somewhere inside the next message's header.
    for missing in 1..=good.len() {
        let cut = format!("!{}", &good[..missing]);
        let stream = format!("Content-Length: {}\r\n\r\n!{good}{good}", cut.len());
        let seen = split(stream.as_bytes(), &mut std::iter::empty());
        assert!(
            matches!(&seen[..], [_, Piece::Body(a), Piece::Body(b)] if a == b"{}" && b == b"{}"),
            "{missing}: {seen:?}"
        );
    }
}

#[test]
fn a_body_that_goes_on_behind_its_length() {
    let good = "Content-Length: 2\r\n\r\n{}";
    check(&format!("Content-Length: 3\r\n\r\n!ab, and more}}{good}"), &[body("!ab"), body("{}")]);
}

#[test]
fn what_ends_early_is_no_message() {
    for stream in ["", "Content-", "Content-Length: 2\r\n", "Content-Length: 2\r\n\r\n{"] {
        check(stream, &[]);
    }
}

fn part() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{0,40}".prop_map(|text| format!("Content-Length: {}\r\n\r\n{text}", text.len())),
        "[ -~\r\n]{0,30}",
        Just("Content-Length: 40\r\n\r\n!".to_owned()),
        Just("Content-Length: 70\r\n\r\n".to_owned()),
        Just("Content-".to_owned()),
    ]
}

proptest! {
    #[test]
    fn where_a_stream_is_cut_does_not_matter(parts in prop::collection::vec(part(), 0..8), cuts in prop::collection::vec(1..50usize, 1..20)) {
        let stream = parts.concat();
        let whole = split(stream.as_bytes(), &mut std::iter::empty());
        prop_assert_eq!(split(stream.as_bytes(), &mut cuts.iter().copied().cycle()), whole);
    }

    #[test]
    fn after_anything_at_all_a_good_message_is_found(noise in prop::collection::vec(any::<u8>(), 0..200)) {
        // Two, because the first may be taken for the rest of what the noise announced.
        let good = b"\r\nContent-Length: 2\r\n\r\n{}Content-Length: 2\r\n\r\n{}";
        let pieces = split(&[&noise[..], good].concat(), &mut std::iter::empty());
        prop_assert_eq!(pieces.last(), Some(&body("{}")));
    }
}
