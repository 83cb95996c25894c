//! Every way in which a folder can fail to be a checkpoint.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::tiny::with_header;

/// The folder, its tokenizer included, does not open. The error is one line with the file and each of `parts`.
#[track_caller]
fn check(folder: &Folder, file: &str, parts: &[&str]) {
    let opened = Checkpoint::open(folder.path()).and_then(|checkpoint| open_tokenizer(&checkpoint).map(|_| ()));
    let message = opened.expect_err("it should not open").message;
    let path = if file.is_empty() { folder.path().to_owned() } else { folder.path().join(file) };
    let path = path.display().to_string();
    assert!(message.starts_with(&path), "{message:?} should begin with {path:?}");
    for part in parts {
        assert!(message.contains(part), "{message:?} should say {part:?}");
    }
    assert!(!message.contains('\n') && message.contains(';'), "{message:?} should be one line that says what to do");
}

#[track_caller]
fn check_weights(bytes: &[u8], parts: &[&str]) {
    let folder = Folder::checkpoint();
    folder.write("model.safetensors", bytes);
    check(&folder, "model.safetensors", parts);
}

/// The weights with one tensor changed.
#[track_caller]
fn check_tensor(name: &str, change: impl Fn(&mut Tensor), parts: &[&str]) {
    let mut tensors = tensors("F32");
    tensors.iter_mut().filter(|t| t.name == name).for_each(change);
    check_weights(&safetensors(&tensors), parts);
}

/// The weights with the header's entry of a tensor changed.
#[track_caller]
fn check_entry(name: &str, key: &str, value: Value, parts: &[&str]) {
    let whole = safetensors(&tensors("F32"));
    let len = u64::from_le_bytes(whole[..8].try_into().unwrap()) as usize;
    let mut header: Value = serde_json::from_slice(&whole[8..8 + len]).unwrap();
    header[name][key] = value;
    check_weights(&with_header(&header.to_string(), &whole[8 + len..]), parts);
}

#[test]
fn false_lengths() {
    check_weights(b"", &["not a safetensors file"]);
    check_weights(b"short", &["not a safetensors file"]);
    check_weights(&with_header("{}", b"")[..9], &["truncated"]);
    check_weights(&[&u64::MAX.to_le_bytes()[..], b"{}"].concat(), &["truncated", "18446744073709551615"]);
    check_weights(b"version https://git-lfs.github.com/spec/v1\noid sha256:1\n", &["Git LFS", "git lfs pull"]);
    let whole = safetensors(&tensors("F32"));
    check_weights(&whole[..whole.len() - 1], &["truncated"]);
    check_weights(&whole[..whole.len() / 2], &["truncated"]);
    check_weights(&[&whole[..], b"x"].concat(), &["1 bytes more"]);
}

#[test]
fn a_header_longer_than_the_format_allows_is_not_read() {
    let folder = Folder::checkpoint();
    let path = folder.write("model.safetensors", 200_000_000u64.to_le_bytes());
    // The file is sparse.
    std::fs::OpenOptions::new().write(true).open(path).unwrap().set_len(300_000_000).unwrap();
    check(&folder, "model.safetensors", &["longer than the format allows"]);
}

#[test]
fn headers_that_are_not_headers() {
    check_weights(&with_header("not JSON", b""), &["not valid JSON"]);
    check_weights(&with_header("[]", b""), &["header is wrong"]);
    check_weights(&with_header(r#"{"wte.weight": [0, 0]}"#, b""), &["header is wrong", "wte.weight"]);
    check_weights(&with_header(&"[".repeat(5000), b""), &["header is wrong"]);
    check_weights(&[&2u64.to_le_bytes()[..], b"\xff\xfe"].concat(), &["not valid JSON"]);
    check_weights(&with_header(r#"{"a": 1}"#, b""), &["entry for a is wrong"]);
    // Characters that would break the line or the terminal.
    check_weights(&with_header(r#"{"a\n\u001b[2J": 1}"#, b""), &[r"entry for a\n\u{1b}[2J is wrong"]);
    check_weights(&with_header(r#"{"a": {"dtype": "F9", "shape": [], "data_offsets": [0, 0]}}"#, b""), &["F9"]);
    check_weights(&with_header(r#"{"a": {"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]}}"#, b""), &["for a"]);
    let twice = r#"{"a": {"dtype": "U8", "shape": [1], "data_offsets": [0, 1]}, "a": 1}"#;
    check_weights(&with_header(twice, b"x"), &["a occurs twice"]);
}

#[test]
fn false_entries() {
    check_entry("ln_f.bias", "shape", json!([5]), &["ln_f.bias is F32 [5] but has 16 bytes"]);
    check_entry("ln_f.bias", "shape", json!([1u64 << 40, 1u64 << 40]), &["ln_f.bias is F32"]);
    check_entry("ln_f.bias", "dtype", json!("F64"), &["ln_f.bias is F64"]);
    check_entry("wte.weight", "data_offsets", json!([16, 0]), &["ends before it starts"]);
    check_entry("wte.weight", "data_offsets", json!([4, 4116]), &["leaves 4 bytes before"]);
    check_entry("wpe.weight", "data_offsets", json!([4108, 4236]), &["overlap"]);
    let far = 1u64 << 60;
    check_entry("ln_f.bias", "data_offsets", json!([far, far + 16]), &["ln_f.bias"]);
}

#[test]
fn tensors_that_do_not_fit_the_config() {
    let [d, f] = [WIDTH, 4 * WIDTH];
    let transposed = |t: &mut Tensor| t.shape.reverse();
    let parts = ["h.0.mlp.c_proj.weight is [4, 16]", "config.json asks for [16, 4]"];
    check_tensor("h.0.mlp.c_proj.weight", transposed, &parts);
    check_tensor("ln_f.weight", |t| t.dtype = "I32", &["ln_f.weight is stored as I32", "convert"]);
    let smaller = |t: &mut Tensor| *t = Tensor::new("wte.weight", &[VOCAB - 1, d], "F32");
    check_tensor("wte.weight", smaller, &["wte.weight is [256, 4]", "asks for [257, 4]"]);
    check_tensor("ln_f.bias", |t| t.name = "transformer.ln_f.weight".to_owned(), &["ln_f.weight twice"]);
    let folder = Folder::checkpoint();
    let kept: Vec<Tensor> = tensors("F32").into_iter().filter(|t| t.shape != [d, f] && t.shape != [f]).collect();
    folder.write("model.safetensors", safetensors(&kept));
    check(&folder, "", &["missing: h.0.mlp.c_fc.weight, h.0.mlp.c_fc.bias; "]);
    let mut config = config();
    config["n_layer"] = json!(1_000_000_000u64);
    let folder = Folder::checkpoint();
    folder.write("config.json", config.to_string());
    check(&folder, "", &["missing: h.1.ln_1.weight", "and more"]);
}

#[test]
fn missing_shards() {
    let index = "model.safetensors.index.json";
    let with_index = |map: Value| {
        let folder = sharded(&tensors("F32"), &config());
        folder.write(index, map.to_string());
        folder
    };
    check(&with_index(json!([])), index, &["not an index"]);
    check(&with_index(json!({"weight_map": {"a": 1}})), index, &["not an index"]);
    for outside in ["../x", "/etc/passwd", "a/b", "..", "", "c:x"] {
        check(&with_index(json!({"weight_map": {"a": outside}})), index, &["outside its folder"]);
    }
    check(&with_index(json!({"weight_map": {"a": "gone.safetensors"}})), "gone.safetensors", &["shard is missing"]);
    let wrong = json!({"weight_map": {"a": "model-0.safetensors"}});
    check(&with_index(wrong), "model-0.safetensors", &["tensor a is not in this shard"]);
}

#[test]
fn folders_without_a_checkpoint() {
    let folder = Folder::empty();
    check(&folder, "config.json", &["not found"]);
    folder.write("config.json", config().to_string());
    check(&folder, "", &["neither model.safetensors nor model.safetensors.index.json"]);
    folder.write("model.fp16.safetensors", "x");
    check(&folder, "", &["has model.fp16.safetensors but no model.safetensors; rename it"]);
    folder.write("gpt2.ggml", "x");
    check(&folder, "", &["gpt2.ggml only", "convert"]);
    folder.write("tf_model.h5", "x");
    check(&folder, "", &["tf_model.h5 only", "convert"]);
    folder.write("pytorch_model.bin", "x");
    check(&folder, "", &["pickle", "could run any code", "python3 -c \"from transformers", "save_pretrained"]);
    folder.write("config.json", r#"{"model_type": "mamba", "architectures": ["MambaForCausalLM"]}"#);
    check(&folder, "config.json", &["MambaForCausalLM"]);
    folder.write("config.json", "version https://git-lfs.github.com/spec/v1\noid sha256:1\n");
    check(&folder, "config.json", &["Git LFS", "git lfs pull"]);
    folder.remove("config.json");
    folder.write("adapter_config.json", "{}");
    check(&folder, "", &["is a LoRA adapter (adapter_config.json) and not a whole model; merge it"]);
    std::fs::create_dir(folder.path().join("config.json")).unwrap();
    check(&folder, "config.json", &["not a regular file"]);
    let message = |name: &str| Checkpoint::open(&folder.path().join(name)).err().unwrap().message;
    assert!(message("nowhere").contains("no such folder"));
    assert!(message("pytorch_model.bin").contains("is a file; name the folder"));
}

#[test]
fn tokenizers_that_do_not_fit() {
    let check_json = |change: &dyn Fn(&mut Value), parts: &[&str]| {
        let folder = Folder::checkpoint();
        let mut tokenizer = tokenizer();
        change(&mut tokenizer);
        folder.write("tokenizer.json", tokenizer.to_string());
        check(&folder, "tokenizer.json", parts);
    };
    check_json(&|t| *t = json!(3), &["not a tokenizer"]);
    let merged = |t: &mut Value, id: u64| {
        t["model"]["vocab"]["ab"] = json!(id);
        t["model"]["merges"] = json!(["a b"]);
    };
    check_json(&|t| merged(t, 257), &["has token 257, but", "257 tokens", "belongs to the model"]);
    check_json(&|t| t["model"]["vocab"]["more"] = json!(255), &["255 occurs twice"]);
    check_json(&|t| t["model"]["vocab"]["more"] = json!(-1), &["vocabulary is wrong"]);
    check_json(&|t| t["model"]["vocab"] = json!({"a": 0}), &["has 1 tokens, but the model's vocabulary has 257"]);
    check_json(&|t| t["model"]["vocab"] = json!({}), &["empty"]);
    check_json(&|t| t["model"]["type"] = json!("WordPiece"), &["WordPiece"]);
    check_json(&|t| t["model"]["merges"] = json!(["a b c"]), &["a b c"]);
    check_json(&|t| t["model"]["merges"] = json!(["a b"]), &["merges do not fit"]);
    check_json(&|t| t["model"]["dropout"] = json!(0.1), &["dropout"]);
    check_json(&|t| t["model"]["end_of_word_suffix"] = json!("</w>"), &["end_of_word_suffix"]);
    check_json(&|t| t["normalizer"] = json!({"type": "NFC"}), &["normalizer NFC"]);
    let spaced = json!({"type": "ByteLevel", "add_prefix_space": true});
    let sequence = json!({"type": "Sequence", "pretokenizers": [{"type": "Digits"}, spaced]});
    check_json(&|t| t["pre_tokenizer"] = sequence.clone(), &["add_prefix_space after other steps"]);
    let fallback = |t: &mut Value| {
        t["model"]["byte_fallback"] = json!(true);
        t["model"]["vocab"].as_object_mut().unwrap().remove("x");
    };
    check_json(&fallback, &["byte_fallback"]);
    check_json(&|t| t["pre_tokenizer"] = json!({"type": "Whitespace"}), &["not byte-level"]);
    check_json(&|t| t["post_processor"] = json!({"type": "BertProcessing"}), &["BertProcessing"]);
    let check_beside = |file: &str, content: Value, parts: &[&str]| {
        let folder = Folder::checkpoint();
        folder.write(file, content.to_string());
        check(&folder, file, parts);
    };
    let config = "tokenizer_config.json";
    check_beside(config, json!({"add_bos_token": "yes"}), &["add_bos_token is \"yes\""]);
    check_beside(config, json!({"add_prefix_space": 1}), &["add_prefix_space is 1"]);
    check_beside(config, json!({"bos_token": 7}), &["bos_token is 7"]);
    check_beside(config, json!({"added_tokens_decoder": {"x": "<s>"}}), &["added_tokens_decoder"]);
    check_beside(config, json!([]), &["not a JSON object"]);
    check_beside("special_tokens_map.json", json!({"additional_special_tokens": 3}), &["additional_special_tokens"]);
    check_beside("added_tokens.json", json!({"<s>": -1}), &["not a list of tokens"]);
    let folder = Folder::checkpoint();
    folder.remove("tokenizer.json");
    check(&folder, "", &["no tokenizer", "vocab.json and merges.txt"]);
    folder.write(config, json!({"tokenizer_class": "BertTokenizer"}).to_string());
    check(&folder, "", &["its tokenizer is a BertTokenizer, which cannot be read", "only tokenizer.json, or"]);
    folder.write("vocab.txt", "x");
    check(&folder, "", &["its tokenizer, a BertTokenizer, is WordPiece (vocab.txt), which cannot be read"]);
    folder.remove(config);
    folder.remove("vocab.txt");
    folder.write("spiece.model", "x");
    check(&folder, "", &["its tokenizer is SentencePiece (spiece.model), which cannot be read"]);
    folder.write("vocab.json", tokenizer()["model"]["vocab"].to_string());
    folder.write("merges.txt", "a");
    check(&folder, "vocab.json", &["not two tokens"]);
}

proptest! {
    /// For any bytes of the files, opening and reading return a value and do not panic.
    #[test]
    fn no_bytes_panic(
        file in prop_oneof![Just("config.json"), Just("tokenizer.json"), Just("model.safetensors")],
        changes in prop::collection::vec((any::<prop::sample::Index>(), "[\\PC]|[0-9\"{}\\[\\],:-]"), 1..4),
        cut in prop::option::weighted(0.2, any::<prop::sample::Index>()),
    ) {
        let folder = Folder::checkpoint();
        let path = folder.path().join(file);
        let mut bytes = std::fs::read(&path).unwrap();
        let header = if file == "model.safetensors" { 2000 } else { bytes.len() };
        for (at, text) in changes {
            let at = at.index(header);
            bytes.splice(at..at + 1, text.bytes());
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        std::fs::write(&path, bytes).unwrap();
        if let Ok(checkpoint) = Checkpoint::open(folder.path()) {
            let _ = open_tokenizer(&checkpoint).map(|tokenizer| tokenizer.encode("The Eiffel Tower, 1889 🙂"));
            for (name, shape) in checkpoint.plan().tensors() {
                let _ = checkpoint.read(&name, &shape, &mut |_| ());
            }
        }
    }
}
