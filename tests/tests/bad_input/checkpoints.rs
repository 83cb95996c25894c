//! Invalid model folders.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tests::spoil::{edit_bytes, edit_json, stretch};
use tests::{Folder, data};

use crate::refused;

const SHARD: &str = "model-00002-of-00003.safetensors";

/// Checks that a copy of the unusual checkpoint, changed by `spoil`, is refused with a line that contains all of
/// `named`.
#[track_caller]
fn check(spoil: impl FnOnce(&Path), named: &[&str]) {
    let folder = Folder::new();
    let model = folder.copy("odd", &data("odd"));
    spoil(&model);
    let args: Vec<OsString> = ["trace", "-p", "The", "--model", "odd"].map(OsString::from).into();
    let line = refused(&folder, &args, b"");
    for name in named {
        assert!(line.contains(name), "{name:?} is not in {line:?}");
    }
}

#[test]
fn refuses_missing_or_truncated_weights() {
    check(|m| fs::remove_file(m.join(SHARD)).expect("removable"), &[SHARD]);
    check(|m| edit_bytes(&m.join(SHARD), |b| b.truncate(b.len() - 100)), &[SHARD]);
    check(|m| edit_bytes(&m.join(SHARD), |b| b.truncate(5)), &[SHARD]);
    check(|m| edit_bytes(&m.join(SHARD), Vec::clear), &[SHARD]);
    check(|m| fs::remove_file(m.join("config.json")).expect("removable"), &["config.json"]);
    check(|m| fs::remove_file(m.join("tokenizer.json")).expect("removable"), &["tokenizer.json"]);
}

/// A sparse file takes no disk, and would take all memory if it were read.
#[test]
fn refuses_huge_files_by_their_length() {
    check(|m| stretch(&m.join("config.json"), (16 << 20) + 1), &["config.json", "larger than 16 MB"]);
    for name in ["config.json", "tokenizer.json", "model.safetensors.index.json"] {
        check(|m| stretch(&m.join(name), 1 << 40), &[name, "larger than "]);
    }
}

#[test]
fn refuses_wrong_headers() {
    check(|m| edit_bytes(&m.join(SHARD), |b| b[..8].copy_from_slice(&u64::MAX.to_le_bytes())), &[SHARD]);
    check(|m| edit_bytes(&m.join(SHARD), |b| b[9] = b'!'), &[SHARD]);
    check(|m| edit_json(&m.join("model.safetensors.index.json"), |v| v["weight_map"] = json!({})), &["wte.weight"]);
    check(
        |m| {
            edit_json(&m.join("model.safetensors.index.json"), |v| {
                let shards = v["weight_map"].as_object_mut().expect("an object");
                shards.values_mut().for_each(|shard| *shard = json!("../../escape.safetensors"));
            });
        },
        &["escape.safetensors"],
    );
}

#[test]
fn refuses_weights_with_nan() {
    // These bytes are NaN in every storage type.
    let spoil = |b: &mut Vec<u8>| {
        let end = b.len() - 4;
        b.splice(end.., [0xff, 0x7f, 0xff, 0x7f]);
    };
    check(|m| edit_bytes(&m.join(SHARD), spoil), &[SHARD, "tensor ", "holds NaN"]);
}

#[test]
fn refuses_configs_that_do_not_match() {
    let config =
        |key: &'static str, value: Value| move |m: &Path| edit_json(&m.join("config.json"), |c| c[key] = value);
    check(config("n_embd", json!(128)), &["128"]);
    check(config("n_layer", json!(4)), &["h.3.ln_1.weight"]);
    check(config("n_head", json!(5)), &["n_head"]);
    check(config("vocab_size", json!(9000)), &["9000"]);
    check(config("activation_function", json!("swish2")), &["activation_function", "swish2"]);
    let mamba = |c: &mut Value| (c["model_type"], c["architectures"]) = (json!("mamba"), json!(["MambaForCausalLM"]));
    check(|m| edit_json(&m.join("config.json"), mamba), &["MambaForCausalLM", "GPT-2"]);
    check(config("layer_norm_epsilon", json!("small")), &["layer_norm_epsilon"]);
    check(|m| fs::write(m.join("config.json"), "{").expect("writable"), &["config.json"]);
}

#[test]
fn refuses_a_tokenizer_of_another_model() {
    check(
        |m| {
            edit_json(&m.join("tokenizer.json"), |t| {
                let vocab = t["model"]["vocab"].as_object_mut().expect("an object");
                vocab.values_mut().for_each(|id| *id = json!(id.as_u64().unwrap_or(0) + 100_000));
            });
        },
        &["tokenizer.json"],
    );
}

#[test]
fn refuses_pickles() {
    check(
        |m| {
            for entry in fs::read_dir(m).expect("readable") {
                let path = entry.expect("readable").path();
                if path.to_string_lossy().contains("model") {
                    fs::remove_file(path).expect("removable");
                }
            }
            fs::write(m.join("pytorch_model.bin"), b"\x80\x02").expect("writable");
        },
        &["pytorch_model.bin", "convert"],
    );
}
