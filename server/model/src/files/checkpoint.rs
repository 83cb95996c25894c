//! A checkpoint: a folder in the published layout, or the starter compiled in. Opening reads and checks the config and
//! every header, not the data. `read` streams one tensor, as it is stored and as float32.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use kernels::{Format, Numbers};
use lm::OpenError;

use super::config::ConfigFile;
use super::entry::{Entry, Stored, Undo};
use super::fingerprint::Fingerprint;
use super::floats::{Floats, Room};
use super::folder::Files;
use super::header::shape_text;
use super::shards::{Shard, adapter, several_ggufs, shards};
use super::wrapper::{Wrapper, elsewhere};
use crate::families;
use crate::graph::placement::Quantize;
use crate::graph::plan::{Plan, PositionPlan, Tensor};

/// How much of a tensor is in memory at once while it streams.
const CHUNK: usize = 4 << 20;

/// Whole rows of a tensor. A row is everything after the first dimension.
#[derive(Clone, Copy)]
pub(crate) struct Piece<'a> {
    /// The number of the first row.
    pub(crate) first: usize,
    pub(crate) stored: Numbers<'a>,
    /// The same numbers in float32.
    pub(crate) wide: &'a [f32],
}

/// A checkpoint whose files fit each other: every tensor of the config exists and has its shape.
pub struct Checkpoint {
    files: Files,
    plan: Plan,
    shards: Vec<Shard>,
    /// By canonical name: the shard's index and the tensor's entry.
    tensors: BTreeMap<String, (usize, Entry)>,
}

impl Checkpoint {
    /// Opens a folder in the published layout, or a GGUF file.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        Self::of(Files::of(path)?)
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

    /// A folder's config and the headers of its weights, for a list: no data is read, and `tied` is as the config has it.
    pub(crate) fn headers(folder: &Path) -> Result<Self, OpenError> {
        Self::described(Files::folder(folder)?)
    }

    fn of(files: Files) -> Result<Self, OpenError> {
        Self::described(files)?.settled()
    }

    fn described(files: Files) -> Result<Self, OpenError> {
        let name = "config.json";
        let Some(text) = files.read(name)? else {
            let none = || OpenError::new(format!("{}: not found; a model folder needs one", files.shown(name)));
            return Err(adapter(&files).or_else(|| several_ggufs(&files)).unwrap_or_else(none));
        };
        let mut plan = families::plan(&ConfigFile::parse(&text, &files.shown(name))?)?;
        if files.gguf().is_some() {
            // Its linear layers are all stored outputs x inputs.
            plan.names.inputs_first = false;
        }
        if let Some(eos) = generation_eos(&files)? {
            plan.eos = eos.into_iter().filter(|id| (*id as usize) < plan.sizes.vocab).collect();
        }
        Self::checked(files, plan)
    }

    /// Checks the files against a plan.
    #[cfg(test)]
    pub(crate) fn with_plan(files: Files, plan: Plan) -> Result<Self, OpenError> {
        Self::checked(files, plan)?.settled()
    }

    fn checked(files: Files, plan: Plan) -> Result<Self, OpenError> {
        let shards = shards(&files)?;
        let wrapper = {
            let written = || shards.iter().flat_map(|shard| shard.tensors.iter().map(|(name, _)| name.as_str()));
            Wrapper::of(written, &plan.names).map_err(|e| OpenError::new(format!("{}: {e}", files.shown(""))))?
        };
        let mut tensors = BTreeMap::new();
        for (at, shard) in shards.iter().enumerate() {
            for (written, entry) in &shard.tensors {
                let Some(name) = plan.canonical(wrapper.strip(written)) else { continue };
                if tensors.insert(name.to_owned(), (at, entry.clone())).is_some() {
                    let message = format!("{}: has tensor {name} twice; convert the model again", shard.name);
                    return Err(OpenError::new(message));
                }
            }
        }
        // HF ties whichever of the two exists to the other.
        if plan.tied
            && !tensors.contains_key(plan.names.embedding)
            && let Some(head) = tensors.remove(plan.names.head)
        {
            tensors.insert(plan.names.embedding.to_owned(), head);
        }
        let checkpoint = Self { files, plan, shards, tensors };
        checkpoint.check_tensors()?;
        Ok(checkpoint)
    }

    fn settled(mut self) -> Result<Self, OpenError> {
        self.plan.tied = self.settle_head()?;
        Ok(self)
    }

    /// The plan; `tied` is as the weights have it.
    pub(crate) fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The bytes that the weights take in the processor's memory, about; 0 for a build that puts them on a GPU.
    pub(crate) fn weights_in_memory(&self, quantize: Option<Quantize>) -> u64 {
        if cfg!(any(feature = "cuda", feature = "metal")) {
            return 0;
        }
        let bytes = |tensor: Tensor| self.bytes_in_memory(&tensor, quantize);
        self.plan.tensors().chain(self.plan.head()).map(bytes).fold(0, u64::saturating_add)
    }

    fn bytes_in_memory(&self, (name, shape): &Tensor, quantize: Option<Quantize>) -> u64 {
        let numbers = shape.iter().fold(1u64, |n, &d| n.saturating_mul(d as u64));
        let is_linear = ![self.plan.names.embedding, self.plan.names.head].contains(&name.as_str());
        match quantize {
            // In float32: what is no matrix, and the table of positions.
            _ if shape.len() < 2 || matches!(self.plan.positions, PositionPlan::Learned(table) if table == name) => {
                numbers.saturating_mul(Format::F32.bytes() as u64)
            }
            // In 8 bits a block of 32 takes 34 bytes; in 4 bits a block of 256 takes 144.
            Some(Quantize::Q8_0) if is_linear => numbers.saturating_mul(34) / 32,
            Some(Quantize::Q4K) if is_linear => numbers.saturating_mul(144) / 256,
            _ => numbers.saturating_mul(self.format(name).bytes() as u64),
        }
    }

    /// How a tensor is stored. Float32 if there is none.
    pub(crate) fn format(&self, name: &str) -> Format {
        self.tensors.get(name).map_or(Format::F32, |(_, entry)| entry.format())
    }

    /// The files, the tokenizer's among them.
    pub(crate) fn files(&self) -> &Files {
        &self.files
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.tensors.contains_key(name)
    }

    /// Streams a tensor in whole rows, a few megabytes at a time. No more of the file is in memory.
    pub(crate) fn read(&self, name: &str, shape: &[usize], rows: &mut dyn FnMut(Piece<'_>)) -> Result<(), OpenError> {
        let (shard, entry) = self.tensor(name, shape)?;
        let floats = self.floats(name, shard, entry)?;
        let row = shape.get(1..).unwrap_or_default().iter().product::<usize>().max(floats.block());
        let count = shape.iter().product::<usize>() / row;
        let step = (CHUNK / 4 / row).clamp(1, count.max(1));
        let size = floats.bytes(row);
        let mut bytes = vec![0; step * size];
        let mut room = Room::new(floats, step * row);
        let mut undone = Vec::new();
        for first in (0..count).step_by(step) {
            let bytes = &mut bytes[..step.min(count - first) * size];
            read_rows(shard, entry, first, size, bytes).map_err(|e| {
                let again = "the file changed or the disk failed; open the model again";
                OpenError::new(format!("{}: tensor {name} cannot be read ({e}); {again}", shard.name))
            })?;
            let (mut stored, mut wide) = room.decode(bytes);
            if entry.undo == Undo::PlusOne {
                undone.clear();
                undone.extend(wide.iter().map(|value| value - 1.0));
                (stored, wide) = (Numbers::F32(&undone), &undone);
            }
            if let Some(what) = not_finite(wide) {
                let message = format!("{}: tensor {name} holds {what}, which would spoil every answer; ", shard.name);
                return Err(OpenError::new(message + "fetch the model again, or use another model"));
            }
            rows(Piece { first, stored, wide });
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
            return Err(OpenError::new(format!("{message}; use the config.json that belongs to the weights")));
        }
        Ok((shard, entry))
    }

    fn floats(&self, name: &str, shard: &Shard, entry: &Entry) -> Result<Floats, OpenError> {
        match &entry.stored {
            Stored::Floats(floats) => Ok(*floats),
            Stored::Other(name_of_type) => {
                let found = format!("{}: tensor {name} is stored as {name_of_type}", shard.name);
                Err(OpenError::new(format!("{found}; convert the model to F32, F16 or BF16, which can be read")))
            }
        }
    }

    /// Checks that every tensor of the config exists, has its shape, and has a type that can be read.
    fn check_tensors(&self) -> Result<(), OpenError> {
        let mut missing = Vec::new();
        for (name, shape) in self.plan.tensors().chain(self.plan.head()) {
            if !self.has(&name) {
                missing.push(name);
                // A false n_layer must not fill the memory with names.
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
        let written = self.shards.iter().flat_map(|shard| shard.tensors.iter().map(|(name, _)| name.as_str()));
        if let Some(why) = elsewhere(written) {
            return Err(OpenError::new(format!("{}: {why}", self.files.shown(""))));
        }
        let more = if missing.len() > 4 { " and more" } else { "" };
        missing.truncate(4);
        let (place, names) = (self.files.shown(""), missing.join(", "));
        let message =
            format!("{place}: tensors are missing: {names}{more}; fetch the model again, or correct config.json");
        Err(OpenError::new(message))
    }

    /// Whether the head is the token embedding. If the config ties them and the checkpoint has both, HF (since
    /// transformers 5) ties them only if they are equal; so does this.
    fn settle_head(&self) -> Result<bool, OpenError> {
        let (embedding, head) = (self.plan.names.embedding, self.plan.names.head);
        let shape = [self.plan.sizes.vocab, self.plan.sizes.width];
        if !self.plan.tied || !self.has(head) {
            return Ok(self.plan.tied);
        }
        let hash = |name| {
            let mut print = Fingerprint::new();
            print.tensor("", &shape);
            self.read(name, &shape, &mut |piece| print.data(piece.wide))?;
            Ok::<_, OpenError>(print.finish())
        };
        Ok(hash(embedding)? == hash(head)?)
    }
}

/// Reads rows of `size` bytes each from row `first` on, as many as `bytes` holds.
fn read_rows(shard: &Shard, entry: &Entry, first: usize, size: usize, bytes: &mut [u8]) -> io::Result<()> {
    let at = |row: usize| entry.start + (row * size) as u64;
    match entry.undo {
        Undo::Nothing | Undo::PlusOne => shard.bytes.read_at(at(first), bytes),
        Undo::Pairs { .. } => (bytes.chunks_exact_mut(size).enumerate())
            .try_for_each(|(i, row)| shard.bytes.read_at(at(entry.undo.stored_row(first + i)), row)),
    }
}

/// The tokens that end a text by `generation_config.json`, if it exists: transformers' `generate` then ignores those of
/// `config.json`. How tokens are chosen is the prompt file's alone.
fn generation_eos(files: &Files) -> Result<Option<Vec<u32>>, OpenError> {
    let name = "generation_config.json";
    let Some(text) = files.read(name)? else { return Ok(None) };
    let shown = files.shown(name);
    match ConfigFile::parse(&text, &shown) {
        Ok(fields) => fields.tokens("eos_token_id", &[]).map(Some),
        // transformers takes such a file for none.
        Err(e) => {
            tracing::warn!("{}; config.json counts", e.message);
            Ok(None)
        }
    }
}

/// NaN or infinity among these numbers, if any.
fn not_finite(values: &[f32]) -> Option<&'static str> {
    const INFINITY: u32 = f32::INFINITY.to_bits();
    // Compares the bits of all numbers without an early exit, which the compiler vectorises.
    let largest = values.iter().fold(0, |largest, v| v.abs().to_bits().max(largest));
    match largest {
        0..INFINITY => None,
        INFINITY => Some("infinity"),
        _ => Some("NaN"),
    }
}

#[cfg(test)]
mod tests;
