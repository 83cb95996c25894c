//! Tokenizers that do not read a text as it is written: their tokens are the library's, and their ranges are the text.

use super::*;

const UNKNOWN: &str = "<unk>";

/// A vocabulary with the sign for a space, tokens of bytes, a few letters and what `merges` make.
fn spaced_tokens(merges: &[&str]) -> Vec<String> {
    let bytes = (0..=255u8).map(|byte| format!("<0x{byte:02X}>"));
    let letters = ('a'..='z').chain("▁.,'!?0123456789é".chars()).map(String::from);
    let merged = merges.iter().map(|merge| merge.replace(' ', ""));
    [UNKNOWN, "<s>"].map(str::to_owned).into_iter().chain(bytes).chain(letters).chain(merged).collect()
}

fn opened(json: &Value) -> Tokenizer {
    let folder = Folder::empty();
    folder.write("tokenizer.json", json.to_string());
    folder.write("tokenizer_config.json", r#"{"tokenizer_class": "PreTrainedTokenizerFast"}"#);
    let files = Files::folder(folder.path()).expect("it is there");
    let mut tokenizer = Tokenizer::open(&files, 400).expect("it is in order");
    // Small pieces, so that a text is cut at every kind of place.
    tokenizer.cutter.piece = 16;
    tokenizer
}

const MERGES: [&str; 8] = ["▁ t", "h e", "▁t he", "▁ ▁", "▁▁ ▁▁", "t he", ". .", "1 2"];

/// The three ways in which a space is put before a text, and a Unigram.
fn with_sign() -> Vec<Tokenizer> {
    let replace = json!({"type": "Replace", "pattern": {"String": " "}, "content": "▁"});
    let prepend = json!({"type": "Prepend", "prepend": "▁"});
    let both = json!({"type": "Sequence", "normalizers": [prepend, replace]});
    let metaspace =
        |scheme: &str| json!({"type": "Metaspace", "replacement": "▁", "prepend_scheme": scheme, "split": true});
    let tokens = spaced_tokens(&MERGES);
    let vocabulary: serde_json::Map<_, _> = tokens.iter().cloned().zip((0..).map(|id: u32| json!(id))).collect();
    let bpe = json!({"type": "BPE", "unk_token": UNKNOWN, "fuse_unk": true, "byte_fallback": true,
        "vocab": vocabulary, "merges": MERGES});
    let scored: Vec<_> = tokens.iter().map(|token| json!([token, -10.0 + token.chars().count() as f64])).collect();
    let unigram = json!({"type": "Unigram", "unk_id": 0, "byte_fallback": true, "vocab": scored});
    let added = json!([{"id": 1, "content": "<s>", "special": true}]);
    let json = |normalizer: &Value, pre_tokenizer: &Value, model: &Value| json!({"normalizer": normalizer, "pre_tokenizer": pre_tokenizer, "model": model, "added_tokens": added});
    [
        json(&both, &Value::Null, &bpe),
        json(&replace, &Value::Null, &bpe),
        json(&Value::Null, &metaspace("first"), &bpe),
        json(&Value::Null, &metaspace("always"), &unigram),
        json(&json!({"type": "NFC"}), &metaspace("never"), &bpe),
    ]
    .iter()
    .map(opened)
    .collect()
}

fn normalised() -> Tokenizer {
    let mut json = tiny::tokenizer();
    let merges = ["Ã ©", "Ġ t", "Ġt h", "e Ì", "' t"];
    for (id, merge) in (257..).zip(merges) {
        json["model"]["vocab"][merge.replace(' ', "")] = json!(id);
    }
    json["model"]["merges"] = json!(merges);
    json["normalizer"] = json!({"type": "NFC"});
    opened(&json)
}

/// The tokens are those of the library, and their ranges are all of the text, one after the other.
fn check(tokenizer: &Tokenizer, text: &str) {
    let whole = tokenizer.encode(text);
    let ids: Vec<u32> = whole.iter().map(|(id, _)| *id).collect();
    assert_eq!(ids, tokenizer.inner.encode(text, false).expect("it can be encoded").get_ids(), "{text:?}");
    let mut at = 0;
    for (id, span) in &whole {
        assert_eq!(span.start, at, "{id} of {text:?}: {whole:?}");
        at = span.end;
    }
    assert_eq!(at, text.len(), "{text:?}: {whole:?}");
}

#[test]
fn a_token_has_the_bytes_that_it_was_made_from() {
    let spans = |tokenizer: &Tokenizer, text| {
        let tokens = tokenizer.encode(text).into_iter();
        tokens.map(|(id, span)| (String::from_utf8_lossy(&tokenizer.bytes(id)).into_owned(), span)).collect::<Vec<_>>()
    };
    let spaced = with_sign();
    let named =
        |all: &[(&str, Range<usize>)]| all.iter().map(|(t, s)| ((*t).to_owned(), s.clone())).collect::<Vec<_>>();
    assert_eq!(spans(&spaced[0], "the a"), named(&[(" the", 0..3), (" ", 3..4), ("a", 4..5)]));
    assert_eq!(spans(&spaced[1], "the a"), named(&[("the", 0..3), (" ", 3..4), ("a", 4..5)]));
    assert_eq!(spans(&spaced[2], "x<s>the"), named(&[(" ", 0..0), ("x", 0..1), ("<s>", 1..4), ("the", 4..7)]));
    // A character without a token is its bytes.
    let smile = spans(&spaced[3], "🙂");
    assert_eq!(smile.iter().map(|(_, span)| span.clone()).collect::<Vec<_>>(), [0..0, 0..1, 1..2, 2..3, 3..4]);
    assert_eq!(spans(&normalised(), "e\u{301}x"), named(&[("é", 0..3), ("x", 3..4)]));
}

#[test]
fn a_normalizer_that_fills_the_memory_is_refused() {
    let replace = |content: &str| json!({"type": "Replace", "pattern": {"Regex": "."}, "content": content});
    let steps = json!({"type": "Sequence", "normalizers": [replace("aaaaa"), replace("aaaaa")]});
    for (normalizer, times) in [(replace(&"x".repeat(1 << 20)), "1048576 times"), (steps, "25 times")] {
        let mut json = tiny::tokenizer();
        json["normalizer"] = normalizer;
        let folder = Folder::empty();
        folder.write("tokenizer.json", json.to_string());
        folder.write("tokenizer_config.json", r#"{"tokenizer_class": "PreTrainedTokenizerFast"}"#);
        let files = Files::folder(folder.path()).expect("it is there");
        let error = Tokenizer::open(&files, VOCAB).err().expect("it is refused").message;
        assert!(error.contains(times), "{error}");
    }
}

#[test]
fn a_word_is_the_token_that_is_exactly_it_or_what_it_adds_behind_others() {
    let spaced = &with_sign()[0];
    let words = |text| spaced.within(text).into_iter().map(|(id, _)| spaced.bytes(id).to_vec()).collect::<Vec<_>>();
    assert_eq!(words(" the"), [b" the"]);
    assert_eq!(words("the"), [b"the"]);
    assert_eq!(words(" a"), [&b" "[..], b"a"]);
}

proptest! {
    #[test]
    fn the_tokens_are_the_librarys_and_the_ranges_the_text(text in long_text()) {
        static ALL: LazyLock<Vec<Tokenizer>> = LazyLock::new(|| [with_sign(), vec![normalised()]].into_iter().flatten().collect());
        ALL.iter().for_each(|tokenizer| check(tokenizer, &text));
    }

    #[test]
    fn any_text_has_tokens(text in "\\PC{0,40}") {
        static ALL: LazyLock<Vec<Tokenizer>> = LazyLock::new(|| [with_sign(), vec![normalised()]].into_iter().flatten().collect());
        ALL.iter().for_each(|tokenizer| check(tokenizer, &text));
    }
}
