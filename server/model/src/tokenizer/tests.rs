//! Tokens against what `tokenizers` itself says, and their bytes.

use proptest::prelude::*;

use super::*;

fn starter() -> Tokenizer {
    Tokenizer::open(&Files::embedded(crate::starter::FILES), 8192).unwrap()
}

/// What `tokenizers` makes of the whole text at once.
fn reference(tokenizer: &Tokenizer, text: &str) -> Vec<u32> {
    tokenizer.inner.encode(text, true).unwrap().get_ids().to_vec()
}

fn check(text: &str, limit: usize) {
    let tokenizer = starter();
    check_with(&tokenizer, text, limit);
}

fn check_with(tokenizer: &Tokenizer, text: &str, limit: usize) {
    let whole = tokenizer.encode(text);
    let ids: Vec<u32> = whole.iter().map(|(id, _)| *id).collect();
    assert_eq!(ids, reference(tokenizer, text));
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
    check("  two leading spaces, then café — naïve 🙂 text", 7);
    check("", 3);
    check("In 1776, the 🙂 colonies", 0);
}

#[test]
fn special_tokens_in_the_text_are_one_token() {
    let tokens = starter().encode("a<|endoftext|> b");
    assert_eq!(tokens[1], (0, 1..14));
    check("a<|endoftext|> b<|endoftext|><|endof", 2);
}

#[test]
fn every_byte_has_its_letter() {
    let letters: std::collections::HashSet<char> = (0..=255).map(alphabet).collect();
    assert_eq!(letters.len(), 256);
    assert_eq!((alphabet(b' '), alphabet(b'\n'), alphabet(b'a')), ('\u{120}', '\u{10a}', 'a'));
    assert_eq!(decode("\u{120}the"), b" the");
    assert_eq!(decode("日"), "日".as_bytes());
}
