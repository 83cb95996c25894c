//! Which special tokens are found, compared with what transformers 4.57 and 5.23 make of the same files.

use serde_json::json;

use super::*;
use crate::files::tokenizer::Tokenizer;
use crate::tiny::{self, Folder, VOCAB};

const END_ID: u32 = 256;
/// `<s>`, a word of the vocabulary that is not a special token of the tokenizer itself.
const S: u32 = 257;

/// The tokens of a text with these files beside the tokenizer, in both of its forms.
#[track_caller]
fn check(files: &[(&str, Value)], text: &str, expected: &[u32]) {
    let mut tokenizer = tiny::tokenizer();
    tokenizer["model"]["vocab"]["<s>"] = json!(S);
    tokenizer["added_tokens"] = json!([]);
    for lists in [false, true] {
        let folder = Folder::empty();
        match lists {
            false => drop(folder.write("tokenizer.json", tokenizer.to_string())),
            true => {
                folder.write("vocab.json", tokenizer["model"]["vocab"].to_string());
                folder.write("merges.txt", "#version: 0.2\n");
            }
        }
        files.iter().for_each(|(name, content)| drop(folder.write(name, content.to_string())));
        let files = Files::folder(folder.path()).expect("it is there");
        let tokenizer = Tokenizer::open(&files, VOCAB + 2).expect("it is in order");
        let ids: Vec<u32> = tokenizer.encode(text).into_iter().map(|(id, _)| id).collect();
        assert_eq!(ids, expected, "lists: {lists}");
    }
}

/// The bytes of a text.
fn bytes(text: &str) -> Vec<u32> {
    text.bytes().map(u32::from).collect()
}

fn token(content: &str) -> Value {
    json!({"content": content, "lstrip": true, "normalized": true, "rstrip": false, "single_word": false})
}

#[test]
fn a_token_named_in_a_file_is_one_token() {
    const TEXT: &str = "a <s>b<|endoftext|>";
    let with = |middle: &[u32], end: &[u32]| [&bytes("a")[..], middle, &bytes("b"), end].concat();
    let (space, plain) = (u32::from(b' '), bytes(" <s>"));
    let one = with(&[space, S], &[END_ID]);
    let none = with(&plain, &[END_ID]);
    check(&[], TEXT, &none);
    check(&[(CONFIG, json!({"bos_token": "<s>"}))], TEXT, &one);
    check(&[(CONFIG, json!({"bos_token": token("<s>")}))], TEXT, &with(&[S], &[END_ID]));
    check(&[(MAP, json!({"bos_token": "<s>"}))], TEXT, &one);
    check(&[(MAP, json!({"bos_token": token("<s>")}))], TEXT, &with(&[S], &[END_ID]));
    check(&[(CONFIG, json!({"additional_special_tokens": ["<s>"]}))], TEXT, &one);
    check(&[(MAP, json!({"additional_special_tokens": ["<s>"]}))], TEXT, &one);
    check(&[(CONFIG, json!({"extra_special_tokens": {"x_token": "<s>"}}))], TEXT, &one);
    check(&[(CONFIG, json!({"added_tokens_decoder": {"257": {"content": "<s>"}}}))], TEXT, &one);
    // The map overrides the config, unless the config lists the tokens.
    let (own, end) = (json!({"bos_token": "<s>"}), json!({"bos_token": END}));
    check(&[(CONFIG, end.clone()), (MAP, own.clone())], TEXT, &one);
    check(&[(CONFIG, own.clone()), (MAP, end)], TEXT, &none);
    check(&[(CONFIG, json!({"added_tokens_decoder": {}})), (MAP, own)], TEXT, &none);
}

#[test]
fn end_of_text_is_one_token_unless_others_replace_it() {
    let text = format!("a{END}");
    check(&[], &text, &[u32::from(b'a'), END_ID]);
    let others = |value: Value| json!({"bos_token": value, "eos_token": value, "unk_token": value});
    check(&[(CONFIG, others(json!("<s>")))], &text, &bytes(&text));
    check(&[(CONFIG, others(Value::Null))], &text, &bytes(&text));
    check(&[(CONFIG, json!({"tokenizer_class": "PreTrainedTokenizerFast"}))], &text, &bytes(&text));
}

#[test]
fn new_tokens_follow_the_vocabulary() {
    let text = "a<pad>b<x>";
    let both = [u32::from(b'a'), 258, u32::from(b'b')];
    check(&[(CONFIG, json!({"pad_token": "<pad>"}))], text, &[&both[..], &bytes("<x>")].concat());
    check(&[(ADDED, json!({"<pad>": 258}))], text, &[&both[..], &bytes("<x>")].concat());
    // The second of them has no row in the embedding, and is found all the same.
    check(&[(CONFIG, json!({"pad_token": "<pad>", "cls_token": "<x>"}))], text, &[&both[..], &[259]].concat());
}
