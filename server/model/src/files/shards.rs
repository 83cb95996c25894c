//! Which files hold the weights: one, or several with an index. Other formats are refused here, with the conversion.

use std::collections::BTreeMap;

use lm::OpenError;
use serde::Deserialize;

use super::folder::{Bytes, Files};
use super::header::{Entry, read_header};

const ONE: &str = "model.safetensors";
const INDEX: &str = "model.safetensors.index.json";

/// One file of weights and what it holds.
pub(super) struct Shard {
    /// The file's name in errors.
    pub(super) name: String,
    pub(super) bytes: Bytes,
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
    if let Some(bytes) = files.open(ONE)? {
        let name = files.shown(ONE);
        let tensors = read_header(&bytes, &name)?;
        return Ok(vec![Shard { name, bytes, tensors }]);
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
    Ok(Shard { name, bytes, tensors })
}

fn no_weights(files: &Files) -> OpenError {
    let place = files.shown("");
    if ["pytorch_model.bin", "pytorch_model.bin.index.json"].iter().any(|name| files.has(name)) {
        let why = "its weights are a Python pickle (pytorch_model.bin), which could run any code when loaded";
        let from = format!("from transformers import AutoModelForCausalLM as M; d = '{place}'");
        let convert = format!("python3 -c \"{from}; M.from_pretrained(d).save_pretrained(d)\"");
        return OpenError::new(format!("{place}: {why}; convert it once, if you trust it: {convert}"));
    }
    let other = ["tf_model.h5", "flax_model.msgpack", "model.ckpt.index", "rust_model.ot", "consolidated.00.pth"];
    if let Some(other) = other.iter().find(|name| files.has(name)) {
        let message = format!("{place}: has weights as {other} only; convert them to {ONE}");
        return OpenError::new(message);
    }
    OpenError::new(format!("{place}: has neither {ONE} nor {INDEX}; name a folder with a GPT-2 checkpoint"))
}
