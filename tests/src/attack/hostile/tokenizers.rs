//! `tokenizer.json`: another model's, absurd numbers, expressions that explode, and rules that grow a text.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::{Case, model};
use crate::spoil::{edit_json, put, stretch};

const TOKENIZER: &str = "tokenizer.json";

fn edited(name: &str, code: i32, says: &'static str, edit: impl Fn(&mut Value) + 'static) -> Case {
    model(name, code, says, move |m| edit_json(&m.join(TOKENIZER), &edit))
}

fn refused(name: &str, edit: impl Fn(&mut Value) + 'static) -> Case {
    edited(name, 2, TOKENIZER, edit)
}

fn bytes(name: &str, bytes: impl Fn(Vec<u8>) -> Vec<u8> + 'static) -> Case {
    model(name, 2, TOKENIZER, move |m| {
        let path = m.join(TOKENIZER);
        fs::write(&path, bytes(fs::read(&path).expect("readable"))).expect("writable");
    })
}

pub(super) fn cases() -> Vec<Case> {
    let mut cases = texts();
    cases.extend(vocabularies());
    cases.extend(rules());
    for kind in ["/dev/zero", "a pipe", "a folder"] {
        let spoil = move |m: &Path| put(kind, &m.join(TOKENIZER), Path::new("/nowhere"));
        cases.push(model(&format!("{kind} as a tokenizer"), 2, "not a regular file", spoil));
    }
    cases
}

fn texts() -> Vec<Case> {
    vec![
        bytes("a tokenizer cut off", |b| b[..b.len() / 2].to_vec()),
        bytes("a tokenizer in UTF-16", |b| b.into_iter().flat_map(|b| [b, 0]).collect()),
        bytes("a tokenizer of NUL bytes", |_| vec![0; 1 << 20]),
        bytes("a tokenizer nested 100,000 deep", |_| b"{\"a\":".repeat(100_000)),
        model("a tokenizer of a terabyte", 2, "larger than 64 MB", |m| stretch(&m.join(TOKENIZER), 1 << 40)),
    ]
}

fn vocabularies() -> Vec<Case> {
    let vocabulary = |v: &mut Value| v["model"]["vocab"].as_object_mut().expect("an object").clone();
    vec![
        refused("another model's ids", move |t| {
            let moved = vocabulary(t).into_iter().map(|(k, id)| (k, json!(id.as_u64().unwrap_or(0) + 100_000)));
            t["model"]["vocab"] = Value::Object(moved.collect());
        }),
        refused("one id for all tokens", move |t| {
            t["model"]["vocab"] = Value::Object(vocabulary(t).into_iter().map(|(k, _)| (k, json!(7))).collect());
        }),
        refused("an id of 2^40", |t| t["model"]["vocab"]["!"] = json!(1_u64 << 40)),
        refused("a negative id", |t| t["model"]["vocab"]["!"] = json!(-1)),
        refused("no tokens", |t| t["model"]["vocab"] = json!({})),
        refused("merges of unknown tokens", |t| t["model"]["merges"] = json!([["qqqq", "zzzz"]])),
        refused("merges that are numbers", |t| t["model"]["merges"] = json!([1, 2, 3])),
        refused("the tokens of a WordPiece", |t| t["model"]["type"] = json!("WordPiece")),
        edited("a token of ten megabytes", 0, "", |t| {
            let vocabulary = t["model"]["vocab"].as_object_mut().expect("an object");
            vocabulary.insert("x".repeat(10 << 20), json!(8192));
        }),
        edited("1,000 added tokens", 0, "", |t| {
            let token = |n: usize| json!({"id": 8192 + n, "content": format!("<{n}>"), "special": true, "single_word": false, "lstrip": false, "rstrip": false, "normalized": false});
            t["added_tokens"] = (0..1000).map(token).collect();
        }),
        edited("an empty added token", 2, TOKENIZER, |t| t["added_tokens"][0]["content"] = json!("")),
    ]
}

fn split(pattern: &str) -> Value {
    json!({"type": "Sequence", "pretokenizers": [
        {"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated", "invert": false},
        {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false},
    ]})
}

fn exploding(name: &str, code: i32, says: &'static str, pattern: &'static str) -> Case {
    model(name, code, says, move |m| {
        edit_json(&m.join(TOKENIZER), |t| t["pre_tokenizer"] = split(pattern));
        let text = format!("---\nmodel: ./model\n---\n{}!", "x".repeat(5000));
        fs::write(m.with_file_name("a.prompt"), text).expect("writable");
    })
}

fn rules() -> Vec<Case> {
    vec![
        exploding("an expression that explodes", 0, "", "(x+x+)+y"),
        exploding("nested repeats", 0, "context", "(x*)*y"),
        exploding("an expression with references back", 0, "", r"(x+)+\1y"),
        exploding("a look behind that explodes", 0, "", "(?<=x)(x|xx)+y"),
        exploding("an expression that repeats 100,000 times", 0, "context", "((x{1,1000}){1,1000}){1,1000}"),
        exploding("an expression that is none", 2, TOKENIZER, "(((("),
        refused("100 nested sequences", |t| {
            let inner = t["pre_tokenizer"].take();
            t["pre_tokenizer"] = (0..100).fold(inner, |i, _| json!({"type": "Sequence", "pretokenizers": [i]}));
        }),
        refused("a normalizer that makes a text longer", |t| {
            t["normalizer"] = json!({"type": "Replace", "pattern": {"Regex": "."}, "content": "x".repeat(1 << 20)});
        }),
        refused("a post-processor with an unknown token", |t| {
            t["post_processor"] = json!({"type": "TemplateProcessing",
                "single": [{"SpecialToken": {"id": "[A]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
                "pair": [], "special_tokens": {"[A]": {"id": "[A]", "ids": [99_999], "tokens": ["[A]"]}}});
        }),
        edited("padding to a billion", 0, "", |t| {
            t["padding"] = json!({"strategy": {"Fixed": 1_000_000_000}, "direction": "Right",
                "pad_to_multiple_of": null, "pad_id": 0, "pad_type_id": 0, "pad_token": "!"});
        }),
        edited("truncation to nothing", 0, "", |t| {
            t["truncation"] = json!({"direction": "Right", "max_length": 0, "strategy": "LongestFirst", "stride": 9});
        }),
    ]
}
