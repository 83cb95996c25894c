//! Tokens compared with what `tokenizers` makes of the whole text, and their exact bytes.

use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::{Value, json};

mod reference;
mod rewriting;

use super::vocabulary::alphabet;
use super::*;
use crate::tiny::{self, Folder, VOCAB};

fn starter() -> &'static Tokenizer {
    static STARTER: LazyLock<Tokenizer> = LazyLock::new(|| {
        Tokenizer::open(&Files::embedded(crate::files::starter::FILES), 8192).expect("the starter is in order")
    });
    &STARTER
}

/// A tiny tokenizer with one change.
fn changed(change: fn(&mut Value)) -> Tokenizer {
    let folder = Folder::empty();
    let mut json = tiny::tokenizer();
    change(&mut json);
    folder.write("tokenizer.json", json.to_string());
    let files = Files::folder(folder.path()).expect("it is there");
    Tokenizer::open(&files, VOCAB + 8).expect("it is in order")
}

/// The tokens are those of the whole text, their bytes are the text, and `limit` gives the first of them.
fn check(tokenizer: &Tokenizer, text: &str, limit: usize) {
    let whole = tokenizer.encode(text);
    let ids: Vec<u32> = whole.iter().map(|(id, _)| *id).collect();
    assert_eq!(ids, tokenizer.inner.encode(text, true).expect("it can be encoded").get_ids());
    let mut at = 0;
    for (id, span) in &whole {
        assert_eq!(span.start, at);
        assert_eq!(&*tokenizer.bytes(*id), &text.as_bytes()[span.clone()]);
        at = span.end;
    }
    assert_eq!(at, text.len());
    let (first, cut) = tokenizer.encode_prefix(text, limit);
    assert_eq!(first, whole[..limit.min(whole.len())]);
    assert_eq!(cut, whole.get(limit).map(|(_, span)| span.start));
}

#[test]
fn characters_over_several_tokens_keep_their_bytes() {
    let starter = starter();
    check(starter, "  two leading spaces, then café — naïve 🙂 text", 7);
    check(starter, "", 3);
    check(starter, "In 1776, the 🙂 colonies", 0);
    let smile = starter.encode("🙂");
    assert!(smile.len() > 1 && smile.iter().all(|(_, span)| span.len() < 4));
}

#[test]
fn special_tokens_in_the_text_are_one_token() {
    let starter = starter();
    assert_eq!(starter.encode("a<|endoftext|> b")[1], (0, 1..14));
    check(starter, "a<|endoftext|> b<|endoftext|><|endof", 2);
    assert_eq!(&*starter.bytes(0), b"<|endoftext|>");
    assert_eq!(&*starter.bytes(8192), b"");
}

#[test]
fn added_tokens_may_include_white_space() {
    let tokenizer = changed(|t| {
        let token = json!({"id": 257, "content": "<mask>", "lstrip": true, "rstrip": true, "special": true});
        t["added_tokens"].as_array_mut().unwrap().push(token);
    });
    let spans: Vec<_> = tokenizer.encode("a \n<mask>  b<mask>").into_iter().collect();
    assert_eq!(spans, [(u32::from(b'a'), 0..1), (257, 1..11), (u32::from(b'b'), 11..12), (257, 12..18)]);
}

#[test]
fn bytes_without_a_token_are_left_out() {
    let tokenizer = changed(|t| {
        t["model"]["vocab"].as_object_mut().unwrap().remove("x");
    });
    assert_eq!(tokenizer.encode("xaxxbx"), [(u32::from(b'a'), 1..2), (u32::from(b'b'), 4..5)]);
}

#[test]
fn a_template_puts_tokens_without_bytes_around_the_text() {
    let tokenizer = changed(|t| {
        let end = json!({"SpecialToken": {"id": "E", "type_id": 0}});
        t["post_processor"] = json!({
            "type": "TemplateProcessing",
            "single": [end, {"Sequence": {"id": "A", "type_id": 0}}, end],
            "pair": [],
            "special_tokens": {"E": {"id": "E", "ids": [256], "tokens": ["<|endoftext|>"]}},
        });
    });
    assert_eq!(tokenizer.encode("a"), [(256, 0..0), (u32::from(b'a'), 0..1), (256, 1..1)]);
    assert_eq!(tokenizer.encode_prefix("ab", 2), (vec![(256, 0..0), (u32::from(b'a'), 0..1)], Some(1)));
}

#[test]
fn a_space_that_is_put_before_a_text_has_no_bytes_there() {
    let spans = |text: &str| spaced().encode(text).into_iter().collect::<Vec<_>>();
    let [space, a, end] = [u32::from(b' '), u32::from(b'a'), 256];
    assert_eq!(spans("a<|endoftext|>a"), [(space, 0..0), (a, 0..1), (end, 1..14), (space, 14..14), (a, 14..15)]);
    assert_eq!(spans("the"), [(258, 0..2), (u32::from(b'e'), 2..3)]);
    assert_eq!(spans(" a"), [(space, 0..1), (a, 1..2)]);
    assert_eq!(spans(""), []);
    // Pieces of a long text get no space of their own.
    let text = "the hat, ".repeat(2000);
    let ids: Vec<u32> = spans(&text).into_iter().map(|(id, _)| id).collect();
    assert_eq!(ids, spaced().inner.encode(text, true).expect("it can be encoded").get_ids());
}

/// A tokenizer that puts a space before the text, with ` th`.
fn spaced() -> Tokenizer {
    let folder = Folder::empty();
    let mut json = tiny::tokenizer();
    json["model"]["vocab"]["\u{120}t"] = json!(257);
    json["model"]["vocab"]["\u{120}th"] = json!(258);
    json["model"]["merges"] = json!(["\u{120} t", "\u{120}t h"]);
    folder.write("tokenizer.json", json.to_string());
    folder.write("tokenizer_config.json", r#"{"add_prefix_space": true}"#);
    Tokenizer::open(&Files::folder(folder.path()).expect("it is there"), VOCAB + 8).expect("it is in order")
}

#[test]
fn every_byte_has_its_letter() {
    let letters: std::collections::HashSet<char> = (0..=255).map(alphabet).collect();
    assert_eq!(letters.len(), 256);
    assert_eq!((alphabet(b' '), alphabet(b'\n'), alphabet(b'a')), ('\u{120}', '\u{10a}', 'a'));
    assert_eq!(Letters::Bytes.decode("\u{120}the"), b" the");
    assert_eq!(Letters::Bytes.decode("日"), "日".as_bytes());
    assert_eq!(Letters::Spaces.decode("\u{2581}the"), b" the");
    assert_eq!(Letters::Spaces.decode("<0x0A>"), b"\n");
    assert_eq!(Letters::Spaces.decode("<0x+A>"), b"<0x+A>");
}

/// Ten megabytes are read only as far as the limit needs: a text of words, one with few places to cut, one with
/// none.
#[test]
fn a_long_text_is_read_only_as_far_as_needed() {
    let starter = starter();
    for (piece, exact) in [("All work and no play makes Jack. ", true), ("word,a1", true), ("ab", false)] {
        let long = piece.repeat(10 << 20 >> 2);
        let (tokens, cut) = starter.encode_prefix(&long, 512);
        assert_eq!(tokens.len(), 512);
        assert_eq!(cut, Some(tokens[511].1.end));
        if exact {
            assert_eq!(tokens, starter.encode(&long[..40_000])[..512]);
        }
    }
}

/// Pieces of text whose boundaries are hard to split, long enough to be cut many times.
fn long_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[a-z]{1,8}",
        "[ \n\t\r]{1,3}",
        "[0-9]{1,4}",
        "['’]?(s|t|re|ve|m|ll|d)",
        "[.,;!?<>|'\"()-]{1,3}",
        prop_oneof![
            Just("<|endoftext|>"),
            Just("<|end"),
            Just("é"),
            Just("🙂"),
            Just("你好。"),
            Just("e\u{301}"),
            Just("\u{a0}")
        ]
        .prop_map(str::to_owned),
    ];
    prop::collection::vec((piece, 1..20usize), 1..40)
        .prop_map(|pieces| pieces.into_iter().map(|(piece, n)| piece.repeat(n)).collect())
}

proptest! {
    #[test]
    fn a_piece_at_a_time_is_the_whole(text in long_text(), limit in 0..3000usize) {
        // Small pieces, so that a text is cut at every kind of place; and merges across places that must not be cut.
        static SMALL: LazyLock<[Tokenizer; 2]> = LazyLock::new(|| {
            let files = Files::embedded(crate::files::starter::FILES);
            let starter = Tokenizer::open(&files, 8192).expect("the starter is in order");
            let merging = changed(|t| {
                let merges = ["Ġ Ġ", "Ċ Ċ", "Ġ Ċ", "ĠĠ ĠĠ", ". .", "' t", "Ġ '", "1 2"];
                for (id, merge) in (257..).zip(merges) {
                    t["model"]["vocab"][merge.replace(' ', "")] = json!(id);
                }
                t["model"]["merges"] = json!(merges);
            });
            [starter, merging].map(|mut tokenizer| {
                tokenizer.cutter.piece = 16;
                tokenizer
            })
        });
        SMALL.iter().for_each(|tokenizer| check(tokenizer, &text, limit));
    }
}

/// The library of regular expressions panics where an expression backtracks too often.
#[test]
fn an_expression_that_explodes_costs_no_process() {
    let tokenizer = changed(|json| {
        let split = json!({"type": "Split", "pattern": {"Regex": "(a+)+$"}, "behavior": "Isolated", "invert": false});
        let level = json!({"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false});
        json["pre_tokenizer"] = json!({"type": "Sequence", "pretokenizers": [split, level]});
    });
    let text = format!("{}b", "a".repeat(40));
    let tokens = tokenizer.encode(&text);
    let bytes: Vec<u8> = tokens.iter().flat_map(|(id, _)| tokenizer.bytes(*id).to_vec()).collect();
    assert_eq!(bytes, text.as_bytes());
}
