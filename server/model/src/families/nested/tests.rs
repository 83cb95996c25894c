//! A checkpoint of every family as the text model of a larger one: the same model.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use base::Cancel;
use kernels::Pool;
use lm::{Experiment, LanguageModel, Positions, TraceQuery};
use serde_json::{Map, Value, json};

use crate::model::{Model, Options};
use crate::tiny::{Folder, with_header};

fn families() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/families")
}

fn config(family: &str) -> Map<String, Value> {
    let text = std::fs::read(families().join(family).join("config.json")).unwrap();
    serde_json::from_slice(&text).unwrap()
}

/// A copy of a family's checkpoint with another config and other names. Each file of weights also has a tensor of an image model.
fn copy(family: &str, config: &Value, named: &dyn Fn(&str) -> String) -> Folder {
    let folder = Folder::empty();
    for entry in std::fs::read_dir(families().join(family)).unwrap() {
        let path = entry.unwrap().path();
        let (name, bytes) = (path.file_name().unwrap().to_str().unwrap(), std::fs::read(&path).unwrap());
        if name.ends_with(".safetensors") {
            folder.write(name, renamed(&bytes, named));
        } else if name.ends_with(".index.json") {
            let mut index: Value = serde_json::from_slice(&bytes).unwrap();
            let map = index["weight_map"].as_object_mut().unwrap();
            *map = std::mem::take(map).into_iter().map(|(tensor, file)| (named(&tensor), file)).collect();
            folder.write(name, index.to_string());
        } else if name != "config.json" {
            folder.write(name, bytes);
        }
    }
    folder.write("config.json", config.to_string());
    folder
}

fn renamed(whole: &[u8], named: &dyn Fn(&str) -> String) -> Vec<u8> {
    let len = u64::from_le_bytes(whole[..8].try_into().unwrap()) as usize;
    let header: Map<String, Value> = serde_json::from_slice(&whole[8..8 + len]).unwrap();
    let data = &whole[8 + len..];
    let one = |(name, entry): (String, Value)| (if name == "__metadata__" { name } else { named(&name) }, entry);
    let mut header: Map<String, Value> = header.into_iter().map(one).collect();
    let other = json!({"dtype": "F32", "shape": [1], "data_offsets": [data.len(), data.len() + 4]});
    header.insert("vision_tower.embed_tokens.weight".to_owned(), other);
    with_header(&json!(header).to_string(), &[data, &[0; 4]].concat())
}

/// The config of a model whose text model has this config.
fn nested(model_type: &str, mut inner: Map<String, Value>, without: &[&str]) -> Value {
    let tied = inner.remove("tie_word_embeddings").unwrap_or(json!(true));
    inner.retain(|name, _| name != "architectures" && !without.contains(&&**name));
    json!({
        "architectures": ["SomethingForConditionalGeneration"], "model_type": model_type, "text_config": inner,
        "vision_config": {"model_type": "siglip_vision_model"}, "tie_word_embeddings": tied,
    })
}

fn open(folder: &Path) -> Result<Model, String> {
    Model::open(folder, Options::named("m", Arc::new(Pool::new(1)))).map_err(|e| e.message)
}

/// Both are the same model, to the last bit of a trace.
#[track_caller]
fn same(one: &Path, other: &Path) {
    let is_qwen2 = one.to_string_lossy().contains("qwen2");
    let (one, mut other) = (open(one).unwrap(), open(other).unwrap());
    if is_qwen2 {
        // transformers splits texts by Qwen 2's own rules only if the whole is a qwen2, so that the tokenizer is another.
        other.info.fingerprint.clone_from(&one.info.fingerprint);
    }
    assert_eq!(one.info(), other.info());
    let experiment = Experiment::of("The history of the city");
    let trace = |model: &Model| model.trace(&TraceQuery::at(&experiment, Positions::All), &Cancel::new()).unwrap();
    assert_eq!(trace(&one), trace(&other));
}

#[track_caller]
fn refused(folder: &Folder, parts: &[&str]) {
    let message = open(folder.path()).err().expect("it should not open");
    for part in parts {
        assert!(message.contains(part), "{message:?} should say {part:?}");
    }
    assert!(!message.contains('\n') && message.contains(';'), "{message:?} should be one line that says what to do");
}

fn before(name: &str) -> String {
    format!("language_model.{name}")
}

#[test]
fn every_family_can_be_the_text_model_of_another() {
    for entry in std::fs::read_dir(families()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            let family = path.file_name().unwrap().to_str().unwrap();
            let folder = copy(family, &nested("something", config(family), &[]), &before);
            same(&path, folder.path());
        }
    }
}

/// transformers 5 writes the part behind `model.`, and the head without it.
#[test]
fn in_the_names_of_transformers_5_too() {
    for family in ["gemma3", "mistral"] {
        let named = |name: &str| match name.starts_with("lm_head") {
            true => name.to_owned(),
            false => format!("model.language_model.{}", name.strip_prefix("model.").unwrap_or(name)),
        };
        same(&families().join(family), copy(family, &nested("something", config(family), &[]), &named).path());
    }
}

#[test]
fn the_whole_says_which_text_model_it_has() {
    for (family, whole) in [("gemma3", "gemma3"), ("mistral", "mistral3")] {
        let config = nested(whole, config(family), &["model_type"]);
        same(&families().join(family), copy(family, &config, &before).path());
    }
}

/// The tokens that begin and end a text, and whether the head is the embedding.
#[test]
fn the_whole_decides() {
    let mut whole = nested("mistral3", config("mistral"), &[]);
    whole["text_config"]["bos_token_id"] = json!(7);
    whole["text_config"]["tie_word_embeddings"] = json!(!whole["tie_word_embeddings"].as_bool().unwrap());
    whole["bos_token_id"] = config("mistral")["bos_token_id"].clone();
    same(&families().join("mistral"), copy("mistral", &whole, &before).path());
}

#[test]
fn what_cannot_be_read_is_refused_by_name() {
    let config = |kind: &str| {
        let mut whole = nested("gemma3n", config("gemma3"), &[]);
        whole["text_config"]["model_type"] = json!(kind);
        whole
    };
    let folder = copy("gemma3", &config("gemma3n_text"), &before);
    refused(&folder, &["SomethingForConditionalGeneration", "gemma3n_text", "only text models", "gemma3_text"]);
    let folder = copy("gemma3", &config("gemma3_text"), &|name| name.to_owned());
    refused(&folder, &["text_config", "\"language_model\""]);
    let folder = copy("gemma3", &config("gemma3_text"), &|name| format!("llm.{name}"));
    refused(&folder, &["text_config", "\"language_model\""]);
    let mut whole = config("gemma2");
    whole["model_type"] = json!("paligemma");
    refused(&copy("gemma2", &whole, &before), &["paligemma", "both directions"]);
    let mut whole = config("gemma3_text");
    whole["quantization_config"] = json!({"bits": 4});
    refused(&copy("gemma3", &whole, &before), &["quantization_config"]);
    whole = json!({"model_type": "gemma3", "text_config": 3});
    refused(&copy("gemma3", &whole, &before), &["text_config is 3", "an object"]);
}
