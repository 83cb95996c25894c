//! Tiny checkpoints for tests. Tests can change any part of them.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::families;
use crate::files::config::ConfigFile;
use crate::files::tokenizer::vocabulary::alphabet;

/// Bytes of the alphabet and `<|endoftext|>`.
pub(crate) const VOCAB: usize = 257;
pub(crate) const WIDTH: usize = 4;

/// A tensor as stored in a file.
#[derive(Clone)]
pub(crate) struct Tensor {
    pub(crate) name: String,
    pub(crate) dtype: &'static str,
    pub(crate) shape: Vec<usize>,
    pub(crate) data: Vec<u8>,
}

/// Integers and halves, which every float type represents exactly.
pub(crate) fn number(name: &str, at: usize) -> f32 {
    let seed: usize = name.bytes().map(usize::from).sum();
    ((seed + 7 * at) % 61) as f32 / 2.0 - 15.0
}

impl Tensor {
    pub(crate) fn new(name: &str, shape: &[usize], dtype: &'static str) -> Self {
        let numbers = (0..shape.iter().product()).map(|i| number(name, i));
        let data = match dtype {
            "F16" => numbers.flat_map(|x| half::f16::from_f32(x).to_le_bytes()).collect(),
            "BF16" => numbers.flat_map(|x| half::bf16::from_f32(x).to_le_bytes()).collect(),
            _ => numbers.flat_map(f32::to_le_bytes).collect(),
        };
        Self { name: name.to_owned(), dtype, shape: shape.to_vec(), data }
    }
}

/// A GPT-2 with one block, width 4, two heads and a context of 8.
pub(crate) fn config() -> Value {
    json!({
        "model_type": "gpt2", "architectures": ["GPT2LMHeadModel"], "n_embd": WIDTH, "n_head": 2, "n_layer": 1,
        "n_positions": 8, "vocab_size": VOCAB, "bos_token_id": 256, "eos_token_id": 256,
    })
}

/// The tensors of the tiny model.
pub(crate) fn tensors(dtype: &'static str) -> Vec<Tensor> {
    let text = config().to_string();
    let config = ConfigFile::parse(text.as_bytes(), "config.json").expect("it is in order");
    let plan = families::plan(&config).expect("it is in order");
    plan.tensors().map(|(name, shape)| Tensor::new(&name, &shape, dtype)).collect()
}

/// The tokenizer of the tiny model: every byte a token, ` t` and ` th` merged.
pub(crate) fn tokenizer() -> Value {
    let mut vocab: serde_json::Map<String, Value> = (0..=255u8).map(|b| (alphabet(b).to_string(), json!(b))).collect();
    vocab.insert("<|endoftext|>".to_owned(), json!(256));
    json!({
        "added_tokens": [{"id": 256, "content": "<|endoftext|>", "special": true, "single_word": false, "lstrip": false,
                          "rstrip": false, "normalized": false}],
        "normalizer": null,
        "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true},
        "post_processor": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": false},
        "model": {"type": "BPE", "vocab": vocab, "merges": []},
    })
}

/// A safetensors file.
pub(crate) fn safetensors(tensors: &[Tensor]) -> Vec<u8> {
    let mut at = 0;
    let mut header = serde_json::Map::new();
    header.insert("__metadata__".to_owned(), json!({"format": "pt"}));
    for t in tensors {
        let end = at + t.data.len();
        header.insert(t.name.clone(), json!({"dtype": t.dtype, "shape": t.shape, "data_offsets": [at, end]}));
        at = end;
    }
    let data: Vec<u8> = tensors.iter().flat_map(|t| t.data.clone()).collect();
    with_header(&Value::Object(header).to_string(), &data)
}

/// A safetensors file with any header.
pub(crate) fn with_header(header: &str, data: &[u8]) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes(), header.as_bytes(), data].concat()
}

/// A folder that is removed after the test.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn empty() -> Self {
        Self(TempDir::new().expect("a folder can be made"))
    }

    /// A valid checkpoint.
    pub(crate) fn checkpoint() -> Self {
        let folder = Self::empty();
        folder.write("config.json", config().to_string());
        folder.write("tokenizer.json", tokenizer().to_string());
        folder.write("model.safetensors", safetensors(&tensors("F32")));
        folder
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().expect("it is in the folder")).expect("folders can be made");
        fs::write(&path, content).expect("files can be written");
        path
    }

    pub(crate) fn remove(&self, name: &str) {
        fs::remove_file(self.path().join(name)).expect("it is there");
    }
}
