//! Which files hold the weights: one, or several with an index. Other formats are refused here, with the conversion.

use std::collections::BTreeMap;
use std::sync::Arc;

use lm::OpenError;
use serde::Deserialize;

use super::bytes::Bytes;
use super::entry::Entry;
use super::folder::{Files, INDEX, ONE};
use super::gguf::END;
use super::header::read_header;

/// One file of weights and what it holds.
pub(super) struct Shard {
    /// The file's name in errors.
    pub(super) name: String,
    pub(super) bytes: Arc<Bytes>,
    pub(super) tensors: Vec<(String, Entry)>,
}

#[derive(Deserialize)]
struct Index {
    /// Tensor to file.
    weight_map: BTreeMap<String, String>,
}

/// The files that an index lists; `shown` names it in errors.
pub(crate) fn shard_names(index: &[u8], shown: &str) -> Result<Vec<String>, OpenError> {
    Ok(parse(index, shown)?.into_keys().collect())
}

/// Opens every file of weights and reads its header.
pub(super) fn shards(files: &Files) -> Result<Vec<Shard>, OpenError> {
    if let Some(gguf) = files.gguf() {
        return Ok(vec![Shard { name: gguf.shown(), bytes: gguf.bytes(), tensors: gguf.tensors() }]);
    }
    if let Some(bytes) = files.open(ONE)? {
        let name = files.shown(ONE);
        let tensors = read_header(&bytes, &name)?;
        return Ok(vec![Shard { name, bytes: Arc::new(bytes), tensors }]);
    }
    let Some(text) = files.read(INDEX)? else { return Err(no_weights(files)) };
    let shown = files.shown(INDEX);
    parse(&text, &shown)?.iter().map(|(file, tensors)| shard(files, file, tensors)).collect()
}

/// The tensors of each file, as an index lists them.
fn parse(text: &[u8], shown: &str) -> Result<BTreeMap<String, Vec<String>>, OpenError> {
    let index: Index = serde_json::from_slice(text)
        .map_err(|e| OpenError::new(format!("{shown}: is not an index of shards ({e}); fetch the file again")))?;
    let mut by_file: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (tensor, file) in index.weight_map {
        let plain = !file.is_empty() && !file.starts_with('.') && !file.contains(['/', '\\', ':', '\0']);
        if !plain {
            let message = format!("{shown}: names a shard {file:?} outside its folder; fetch the model again");
            return Err(OpenError::new(message));
        }
        by_file.entry(file).or_default().push(tensor);
    }
    Ok(by_file)
}

/// One shard, with the tensors that the index puts into it.
fn shard(files: &Files, file: &str, wanted: &[String]) -> Result<Shard, OpenError> {
    let name = files.shown(file);
    let Some(bytes) = files.open(file)? else {
        return Err(OpenError::new(format!(
            "{name}: this shard is missing though the index lists it; fetch the model again"
        )));
    };
    let mut held: BTreeMap<String, Entry> = read_header(&bytes, &name)?.into_iter().collect();
    let mut tensors = Vec::with_capacity(wanted.len());
    for tensor in wanted {
        let Some(entry) = held.remove(tensor) else {
            let message = format!("{name}: tensor {tensor} is not in this shard though the index says so");
            return Err(OpenError::new(format!("{message}; fetch the model again")));
        };
        tensors.push((tensor.clone(), entry));
    }
    Ok(Shard { name, bytes: Arc::new(bytes), tensors })
}

/// Weights in forms that cannot be read.
const PICKLES: [&str; 2] = ["pytorch_model.bin", "pytorch_model.bin.index.json"];
const OTHERS: [&str; 5] =
    ["tf_model.h5", "flax_model.msgpack", "model.ckpt.index", "rust_model.ot", "consolidated.00.pth"];
const ADAPTER: [&str; 3] = ["adapter_config.json", "adapter_model.safetensors", "adapter_model.bin"];

/// Whether a folder has weights that cannot be read: opening it says why.
pub(crate) fn has_others(files: &Files) -> bool {
    PICKLES.iter().chain(&OTHERS).chain(&ADAPTER).any(|name| files.has(name))
}

/// The error for an adapter, which has no config of a model; `None` if it is none.
pub(super) fn adapter(files: &Files) -> Option<OpenError> {
    let name = ADAPTER.iter().find(|name| files.has(name))?;
    let action = "merge it into its base model with peft (merge_and_unload, save_pretrained) and name that folder";
    Some(OpenError::new(format!("{}: is a LoRA adapter ({name}) and not a whole model; {action}", files.shown(""))))
}

/// The error for a folder with more than one GGUF file; `None` if it is none.
pub(super) fn several_ggufs(files: &Files) -> Option<OpenError> {
    let names = files.with_ends(END);
    let first = names.first().filter(|_| names.len() > 1)?;
    let action = format!("name one of them, for example {}", files.shown(first));
    Some(OpenError::new(format!("{}: has {} GGUF files; {action}", files.shown(""), names.len())))
}

fn no_weights(files: &Files) -> OpenError {
    let place = files.shown("");
    if PICKLES.iter().any(|name| files.has(name)) {
        let why = "its weights are a Python pickle (pytorch_model.bin), which could run any code when loaded";
        let from = format!("from transformers import AutoModelForCausalLM as M; d = '{place}'");
        let convert = format!("python3 -c \"{from}; M.from_pretrained(d).save_pretrained(d)\"");
        return OpenError::new(format!("{place}: {why}; convert it once, if you trust it: {convert}"));
    }
    if let Some(adapter) = adapter(files) {
        return adapter;
    }
    if let Some(several) = several_ggufs(files) {
        return several;
    }
    let ending = [".ggml", ".pt", ".pth", ".ckpt", ".bin", ".onnx", ".npz"];
    let other = OTHERS.iter().find(|name| files.has(name)).map(|name| (*name).to_owned());
    if let Some(other) = other.or_else(|| ending.iter().find_map(|end| files.with_end(end))) {
        let message = format!("{place}: has weights as {other} only; convert them to {ONE}");
        return OpenError::new(message);
    }
    if let Some(named) = files.with_end(".safetensors") {
        return OpenError::new(format!("{place}: has {named} but no {ONE}; rename it if it has all weights"));
    }
    OpenError::new(format!("{place}: has neither {ONE} nor {INDEX}; name a folder with a GPT-2 checkpoint"))
}
