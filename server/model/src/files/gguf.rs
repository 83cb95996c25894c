//! A GGUF file as a checkpoint: its metadata as a `config.json`, its tensors under a checkpoint's names, and what its
//! converter did to them undone.

mod config;
mod header;
mod metadata;
mod names;
mod types;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use lm::OpenError;

use super::bytes::Bytes;
use super::entry::{Entry, Stored};
use super::floats::Room;
use header::{Header, Tensor};
pub(super) use metadata::Metadata;

/// How the name of such a file ends.
pub(crate) const END: &str = ".gguf";

/// A file whose header was read.
pub(crate) struct Gguf {
    path: PathBuf,
    bytes: Arc<Bytes>,
    header: Header,
    /// The text of the `config.json` that it stands for.
    config: Vec<u8>,
}

impl Gguf {
    pub(super) fn open(path: &Path, bytes: Bytes) -> Result<Self, OpenError> {
        let error = |e: String| OpenError::new(format!("{}: {e}", path.display()));
        let header = Header::read(&bytes).map_err(error)?;
        let fields = config::config(&header, &|name| numbers(&header, &bytes, name)).map_err(error)?;
        let config = serde_json::to_vec(&fields).map_err(|e| error(e.to_string()))?;
        Ok(Self { path: path.to_owned(), bytes: Arc::new(bytes), header, config })
    }

    pub(super) fn shown(&self) -> String {
        self.path.display().to_string()
    }

    pub(super) fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new(""))
    }

    pub(super) fn config(&self) -> &[u8] {
        &self.config
    }

    pub(super) fn metadata(&self) -> &Metadata {
        &self.header.metadata
    }

    pub(super) fn bytes(&self) -> Arc<Bytes> {
        self.bytes.clone()
    }

    /// The weights, under the names of a checkpoint.
    pub(super) fn tensors(&self) -> Vec<(String, Entry)> {
        let metadata = self.metadata();
        let architecture = metadata.text("general.architecture").ok().flatten().unwrap_or_default();
        let count =
            |part: &str| metadata.whole(&format!("{architecture}.attention.{part}")).ok().flatten().map(|n| n as usize);
        let queries = count("head_count").unwrap_or_default();
        let heads = [queries, count("head_count_kv").unwrap_or(queries)];
        let named = self.header.tensors.iter().filter_map(|(written, tensor)| {
            let name = names::name(architecture, written)?;
            let Tensor { shape, kind, start } = tensor;
            let undo = names::undo(architecture, written, shape[0], heads);
            Some((name, Entry { stored: kind.stored(), shape: shape.clone(), start: *start, undo }))
        });
        named.collect()
    }
}

/// The numbers of a tensor of one dimension; `None` if the file has none of this name.
fn numbers(header: &Header, bytes: &Bytes, name: &str) -> Result<Option<Vec<f32>>, String> {
    /// Enough for the pairs of any head.
    const MOST: usize = 1 << 16;
    let Some(tensor) = header.tensors.get(name) else { return Ok(None) };
    let wrong = || format!("tensor {name} is not a short list of numbers; fetch the file again");
    let (&[count], Stored::Floats(floats)) = (tensor.shape.as_slice(), tensor.kind.stored()) else {
        return Err(wrong());
    };
    if count > MOST || !count.is_multiple_of(floats.block()) {
        return Err(wrong());
    }
    let mut stored = vec![0; floats.bytes(count)];
    bytes
        .read_at(tensor.start, &mut stored)
        .map_err(|e| format!("tensor {name} cannot be read ({e}); fetch the file again"))?;
    Ok(Some(Room::new(floats, count).decode(&stored).1.to_vec()))
}

#[cfg(test)]
mod tests;
