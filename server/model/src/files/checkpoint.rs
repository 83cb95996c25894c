//! A checkpoint: a folder in the published layout, or the starter compiled in. Opening reads and checks the
//! config and every header, not the data; `read` streams one tensor as float32, whatever it is stored as.

use std::collections::BTreeMap;
use std::path::Path;

use lm::OpenError;

use super::config::ConfigFile;
use super::fingerprint::Fingerprint;
use super::floats::Floats;
use super::folder::Files;
use super::header::{Entry, shape_text};
use super::shards::{Shard, shards};
use crate::families;
use crate::graph::plan::Plan;

/// How much of a tensor is in memory at once while it streams.
const CHUNK: usize = 4 << 20;

/// A checkpoint whose files fit each other: every tensor of the config is there, in its shape.
pub struct Checkpoint {
    files: Files,
    plan: Plan,
    shards: Vec<Shard>,
    /// By canonical name; where it is and which shard holds it.
    tensors: BTreeMap<String, (usize, Entry)>,
}

impl Checkpoint {
    /// Opens a folder.
    pub fn open(folder: &Path) -> Result<Self, OpenError> {
        Self::of(Files::folder(folder)?)
    }

    /// Opens the starter model.
    pub fn embedded() -> Result<Self, OpenError> {
        if crate::files::starter::FILES.is_empty() {
            return Err(OpenError::new(
                "this build has no starter model; name another one, or build with feature `starter`",
            ));
        }
        Self::of(Files::embedded(crate::files::starter::FILES))
    }

    fn of(files: Files) -> Result<Self, OpenError> {
        let name = "config.json";
        let Some(text) = files.read(name)? else {
            return Err(OpenError::new(format!("{}: is missing; a checkpoint folder has one", files.shown(name))));
        };
        let plan = families::plan(&ConfigFile::parse(&text, &files.shown(name))?)?;
        Self::with_plan(files, plan)
    }

    /// Checks the files against a plan.
    pub(crate) fn with_plan(files: Files, plan: Plan) -> Result<Self, OpenError> {
        let shards = shards(&files)?;
        let mut tensors = BTreeMap::new();
        for (at, shard) in shards.iter().enumerate() {
            for (written, entry) in &shard.tensors {
                let Some(name) = plan.canonical(written) else { continue };
                if tensors.insert(name.to_owned(), (at, entry.clone())).is_some() {
                    let message = format!("{}: has tensor {name} twice; convert the model again", shard.name);
                    return Err(OpenError::new(message));
                }
            }
        }
        // HF ties whichever of the two is there to the other.
        if plan.tied
            && !tensors.contains_key(plan.names.embedding)
            && let Some(head) = tensors.remove(plan.names.head)
        {
            tensors.insert(plan.names.embedding.to_owned(), head);
        }
        let mut checkpoint = Self { files, plan, shards, tensors };
        checkpoint.check_tensors()?;
        checkpoint.plan.tied = checkpoint.settle_head()?;
        Ok(checkpoint)
    }

    /// What the numbers depend on; `tied` is as the weights have it.
    pub(crate) fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The files themselves, where the tokenizer is too.
    pub(crate) fn files(&self) -> &Files {
        &self.files
    }

    /// Whether there is a tensor of this canonical name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.tensors.contains_key(name)
    }

    /// Streams a tensor row by row (a row is everything behind the first dimension): `rows` gets the number of the
    /// first row and whole rows, a few megabytes at a time. Nothing else of the file is held.
    pub(crate) fn read(
        &self,
        name: &str,
        shape: &[usize],
        rows: &mut dyn FnMut(usize, &[f32]),
    ) -> Result<(), OpenError> {
        let (shard, entry) = self.tensor(name, shape)?;
        let floats = self.floats(name, shard, entry)?;
        let row = shape.get(1..).unwrap_or_default().iter().product::<usize>().max(1);
        let count = shape.iter().product::<usize>() / row;
        let step = (CHUNK / 4 / row).clamp(1, count.max(1));
        let mut bytes = vec![0; step * row * floats.size()];
        let mut values = vec![0.0; step * row];
        for first in (0..count).step_by(step) {
            let n = step.min(count - first) * row;
            let bytes = &mut bytes[..n * floats.size()];
            let at = entry.start + (first * row * floats.size()) as u64;
            shard.bytes.read_at(at, bytes).map_err(|e| {
                let again = "the file changed or the disk failed; open the model again";
                OpenError::new(format!("{}: tensor {name} cannot be read ({e}); {again}", shard.name))
            })?;
            floats.decode(bytes, &mut values[..n]);
            if let Some(what) = not_finite(&values[..n]) {
                let message = format!("{}: tensor {name} holds {what}, and every answer would; ", shard.name);
                return Err(OpenError::new(message + "fetch the model again, or use another if it was trained so"));
            }
            rows(first, &values[..n]);
        }
        Ok(())
    }

    fn tensor(&self, name: &str, shape: &[usize]) -> Result<(&Shard, &Entry), OpenError> {
        let Some((shard, entry)) = self.tensors.get(name) else {
            let message = format!("{}: tensor {name} is missing; fetch the model again", self.files.shown(""));
            return Err(OpenError::new(message));
        };
        let shard = &self.shards[*shard];
        if entry.shape != shape {
            let (found, wanted) = (shape_text(&entry.shape), shape_text(shape));
            let message = format!("{}: tensor {name} is {found}, but config.json asks for {wanted}", shard.name);
            return Err(OpenError::new(format!("{message}; the two files do not belong together")));
        }
        Ok((shard, entry))
    }

    fn floats(&self, name: &str, shard: &Shard, entry: &Entry) -> Result<Floats, OpenError> {
        Floats::of(entry.dtype).ok_or_else(|| {
            let found = format!("{}: tensor {name} is stored as {:?}", shard.name, entry.dtype);
            OpenError::new(format!("{found}; only F32, F16 and BF16 can be read, convert the model to one of them"))
        })
    }

    /// Every tensor that the config asks for is there, in its shape, in a type that can be read.
    fn check_tensors(&self) -> Result<(), OpenError> {
        let mut missing = Vec::new();
        for (name, shape) in self.plan.tensors().chain(self.plan.head()) {
            if !self.has(&name) {
                missing.push(name);
                // A lying n_layer must not fill the memory with names.
                if missing.len() > 4 {
                    break;
                }
                continue;
            }
            let (shard, entry) = self.tensor(&name, &shape)?;
            self.floats(&name, shard, entry)?;
        }
        if missing.is_empty() {
            return Ok(());
        }
        let more = if missing.len() > 4 { " and more" } else { "" };
        missing.truncate(4);
        let (place, names) = (self.files.shown(""), missing.join(", "));
        let message =
            format!("{place}: tensors are missing: {names}{more}; fetch the model again, or mend config.json");
        Err(OpenError::new(message))
    }

    /// Whether the head is the token embedding. Where the config ties them and the checkpoint has both, HF (since
    /// transformers 5) ties them only if they are equal; so do we.
    fn settle_head(&self) -> Result<bool, OpenError> {
        let (embedding, head) = (self.plan.names.embedding, self.plan.names.head);
        let shape = [self.plan.sizes.vocab, self.plan.sizes.width];
        if !self.plan.tied || !self.has(head) {
            return Ok(self.plan.tied);
        }
        let hash = |name| {
            let mut print = Fingerprint::new();
            print.tensor("", &shape);
            self.read(name, &shape, &mut |_, rows| print.data(rows))?;
            Ok::<_, OpenError>(print.finish())
        };
        Ok(hash(embedding)? == hash(head)?)
    }
}

/// What stands among these numbers that is none.
fn not_finite(values: &[f32]) -> Option<&'static str> {
    const INFINITY: u32 = f32::INFINITY.to_bits();
    // Compared as bits and all of them, which the compiler does for many at once.
    let largest = values.iter().fold(0, |largest, v| v.abs().to_bits().max(largest));
    match largest {
        0..INFINITY => None,
        INFINITY => Some("infinity"),
        _ => Some("NaN"),
    }
}

#[cfg(test)]
mod tests;
