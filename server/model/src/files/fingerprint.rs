//! The identity of a model: a hash of its tensors, its tokenizer and its settings. It does not depend on how the files are sharded,
//! named, formatted and stored, nor on the order in which tensors are read.

use std::collections::BTreeMap;

use blake3::{Hash, Hasher};

/// Collects the hashes of a model's parts while its weights stream in.
#[derive(Default)]
pub(crate) struct Fingerprint {
    parts: BTreeMap<String, Hash>,
    current: Option<(String, Hasher)>,
}

impl Fingerprint {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Starts a tensor under its canonical name.
    pub(crate) fn tensor(&mut self, name: &str, shape: &[usize]) {
        self.end();
        let mut hasher = Hasher::new();
        hasher.update(&(shape.len() as u64).to_le_bytes());
        for &n in shape {
            hasher.update(&(n as u64).to_le_bytes());
        }
        self.current = Some((format!("tensor {name}"), hasher));
    }

    /// More of the tensor's data, in order.
    pub(crate) fn data(&mut self, values: &[f32]) {
        let Some((_, hasher)) = &mut self.current else { return };
        let mut bytes = [0; 4 * 4096];
        for values in values.chunks(4096) {
            let bytes = &mut bytes[..4 * values.len()];
            bytes.chunks_exact_mut(4).zip(values).for_each(|(b, v)| b.copy_from_slice(&v.to_le_bytes()));
            hasher.update(bytes);
        }
    }

    /// The digest of the tokenizer.
    pub(crate) fn tokenizer(&mut self, digest: Hash) {
        self.end();
        self.parts.insert("tokenizer".to_owned(), digest);
    }

    /// The settings that change numbers; none of a plain GPT-2.
    pub(crate) fn settings(&mut self, settings: &[String]) {
        self.end();
        if !settings.is_empty() {
            self.parts.insert("settings".to_owned(), blake3::hash(settings.join("\n").as_bytes()));
        }
    }

    /// 32 hexadecimal digits.
    pub(crate) fn finish(mut self) -> String {
        self.end();
        let mut hasher = Hasher::new();
        for (name, hash) in &self.parts {
            hasher.update(&(name.len() as u64).to_le_bytes()).update(name.as_bytes()).update(hash.as_bytes());
        }
        hasher.finalize().to_hex()[..32].to_owned()
    }

    fn end(&mut self) {
        if let Some((name, hasher)) = self.current.take() {
            self.parts.insert(name, hasher.finalize());
        }
    }
}
