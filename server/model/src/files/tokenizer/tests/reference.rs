//! Unusual tokenizer folders, compared with what Hugging Face transformers makes of them: `make_tokenizers.py` in
//! `tests/data/reference` writes the folders and transformers' ids.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::super::*;
use crate::tiny::Folder;

/// Rows of the embedding. The base tokenizer has as many tokens.
const ROWS: usize = 266;

/// Cases in which transformers 5 ignores `tokenizer.json`'s pre-tokenizer or flags for GPT-2's class and transformers 4 does
/// not: version 4 is followed.
const FOLLOWS_4: [&str; 3] = ["digits one by one", "no expression", "ignore_merges"];

/// Cases that are refused though transformers reads them, and what the error says.
const REFUSED: [(&str, &str); 4] = [
    ("an NFC normalizer", "its normalizer NFC"),
    ("a lower-case normalizer", "its normalizer Lowercase"),
    ("a pre-tokenizer that loses white space", "not byte-level"),
    ("digits and add_prefix_space, a fast tokenizer", "add_prefix_space"),
];

#[derive(Deserialize)]
struct Reference {
    texts: Vec<String>,
    base: Value,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    tokenizer: BTreeMap<String, Value>,
    lists: bool,
    files: Map<String, Value>,
    /// By the major version of transformers.
    ids: BTreeMap<String, Answer>,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(untagged)]
enum Answer {
    Ids(Vec<Vec<u32>>),
    Error(String),
}

fn reference() -> Reference {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/reference/tokenizers.json");
    serde_json::from_slice(&std::fs::read(path).expect("it is there")).expect("it is JSON")
}

/// The folder of a case.
fn folder(base: &Value, case: &Case) -> Folder {
    let folder = Folder::empty();
    let mut tokenizer = base.clone();
    for (pointer, value) in &case.tokenizer {
        let (parent, last) = pointer.rsplit_once('/').expect("it is a pointer");
        match tokenizer.pointer_mut(parent).expect("it is in the base") {
            Value::Array(list) => list.insert(last.parse().expect("an index"), value.clone()),
            parent => parent[last] = value.clone(),
        }
    }
    if case.lists {
        let merges = tokenizer["model"]["merges"].as_array().expect("a list").iter().map(|m| m.as_str().expect("text"));
        let lines: Vec<&str> = std::iter::once("#version: 0.2").chain(merges).collect();
        folder.write("vocab.json", tokenizer["model"]["vocab"].to_string());
        folder.write("merges.txt", lines.join("\n"));
    } else {
        folder.write("tokenizer.json", tokenizer.to_string());
    }
    case.files.iter().for_each(|(name, content)| drop(folder.write(name, content.to_string())));
    folder
}

#[test]
fn unusual_folders_are_read_as_transformers_reads_them() {
    let Reference { texts, base, cases } = reference();
    assert!(cases.len() > 40);
    for case in &cases {
        let folder = folder(&base, case);
        let files = Files::folder(folder.path()).expect("it is there");
        let opened = Tokenizer::open(&files, ROWS);
        if let Some((_, part)) = REFUSED.iter().find(|(name, _)| *name == case.name) {
            let message = opened.err().expect(&case.name).message;
            assert!(message.contains(part), "{}: {message}", case.name);
            continue;
        }
        let tokenizer = opened.unwrap_or_else(|e| panic!("{}: {}", case.name, e.message));
        let ids = |text: &String| tokenizer.encode(text).into_iter().map(|(id, _)| id).collect();
        let ours = Answer::Ids(texts.iter().map(ids).collect());
        let version = if FOLLOWS_4.contains(&&*case.name) { "4" } else { "5" };
        assert_eq!(ours, case.ids[version], "{}", case.name);
        for text in &texts {
            let spans: Vec<Range<usize>> = tokenizer.encode(text).into_iter().map(|(_, span)| span).collect();
            let ends: Vec<usize> = spans.iter().map(|span| span.end).collect();
            let starts: Vec<usize> = std::iter::once(0).chain(ends.clone()).take(spans.len()).collect();
            assert_eq!(spans.iter().map(|span| span.start).collect::<Vec<_>>(), starts, "{}: {text:?}", case.name);
            assert_eq!(ends.last().copied().unwrap_or(0), text.len(), "{}: {text:?}", case.name);
        }
    }
}
