//! The header of a GGUF file, version 2 or 3 (ggml's `docs/gguf.md`): metadata and the places of the tensors. It is not
//! trusted: every length is checked against the file before anything is allocated.

use std::collections::BTreeMap;
use std::io::{self, BufReader, Read};

use super::metadata::{Metadata, Value};
use super::types::{Size, Type};
use crate::files::bytes::Bytes;

/// The most bytes that the metadata may take in memory.
const MOST: u64 = 256 << 20;
/// What a text takes in memory besides its bytes.
const TEXT: u64 = 24;
/// The most tensors of a file. The largest models have some thousands.
const MOST_TENSORS: u64 = 1 << 20;
/// Where data starts if the file says nothing else.
const ALIGNMENT: u64 = 32;
const ALIGNMENT_KEY: &str = "general.alignment";

/// A tensor: its shape, rows first, its type, and the offset of its data in the file.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tensor {
    pub(super) shape: Vec<usize>,
    pub(super) kind: Type,
    pub(super) start: u64,
}

/// What a file says of itself.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) metadata: Metadata,
    pub(super) tensors: BTreeMap<String, Tensor>,
}

impl Header {
    /// Reads the header. The error is a sentence without the file's name.
    pub(super) fn read(bytes: &Bytes) -> Result<Self, String> {
        let mut input =
            Input { from: BufReader::with_capacity(1 << 16, At { bytes, at: 0 }), left: bytes.len(), room: MOST };
        match &input.array::<4>()? {
            b"GGUF" => {}
            b"vers" => return Err("is a Git LFS pointer and not the file; run `git lfs pull` in its folder".to_owned()),
            _ => return Err(again("is not a GGUF file")),
        }
        match input.u32()? {
            2 | 3 => {}
            version if version.swap_bytes() < 16 => {
                return Err("has its numbers in big-endian order; use the little-endian file".to_owned());
            }
            version => {
                return Err(format!("is of GGUF version {version}, but only 2 and 3 can be read; convert it again"));
            }
        }
        let (tensors, pairs) = (input.u64()?, input.u64()?);
        if tensors > MOST_TENSORS {
            return Err(again(&format!("says that it has {tensors} tensors")));
        }
        let mut metadata = BTreeMap::new();
        for _ in 0..pairs {
            let key = input.text()?;
            let kind = input.u32()?;
            let value = input.value(kind, &key)?;
            if metadata.insert(key.clone(), value).is_some() {
                return Err(again(&format!("says {key} twice")));
            }
        }
        let listed = (0..tensors).map(|_| input.tensor()).collect::<Result<Vec<_>, _>>()?;
        let at = bytes.len() - input.left;
        let data = at.checked_next_multiple_of(alignment(&metadata)?).unwrap_or(u64::MAX);
        Ok(Self { metadata: Metadata(metadata), tensors: place(listed, data, bytes.len())? })
    }
}

fn alignment(metadata: &BTreeMap<String, Value>) -> Result<u64, String> {
    match metadata.get(ALIGNMENT_KEY) {
        None => Ok(ALIGNMENT),
        Some(Value::Whole(n)) if (1..=1 << 20).contains(n) => Ok(*n as u64),
        Some(_) => Err(again(&format!("{ALIGNMENT_KEY} is not a size"))),
    }
}

/// Checks that the tensors' bytes are in the file and do not overlap.
fn place(listed: Vec<(String, Tensor)>, data: u64, end: u64) -> Result<BTreeMap<String, Tensor>, String> {
    let mut ranges = Vec::with_capacity(listed.len());
    let mut placed = BTreeMap::new();
    for (name, mut tensor) in listed {
        let start = data.saturating_add(tensor.start);
        tensor.start = start;
        if let Some(Size { numbers, bytes }) = tensor.kind.size() {
            let row = tensor.shape.last().copied().unwrap_or(1);
            let count = tensor.shape.iter().try_fold(1u64, |n, &side| n.checked_mul(side as u64));
            let blocks = count.filter(|_| row.is_multiple_of(numbers)).map(|count| count / numbers as u64);
            let Some(length) = blocks.and_then(|blocks| blocks.checked_mul(bytes as u64)) else {
                let (shape, kind) = (&tensor.shape, tensor.kind.name());
                return Err(again(&format!(
                    "tensor {name} is {kind} {shape:?}, which is not a number of whole blocks"
                )));
            };
            let Some(stop) = start.checked_add(length).filter(|stop| *stop <= end) else {
                return Err(again(&format!(
                    "is truncated: tensor {name} has {length} bytes from {start} on, the file ends at {end}"
                )));
            };
            ranges.push((start, stop, name.clone()));
        }
        if placed.insert(name.clone(), tensor).is_some() {
            return Err(again(&format!("has tensor {name} twice")));
        }
    }
    ranges.sort();
    match ranges.windows(2).find(|pair| pair[0].1 > pair[1].0) {
        Some(pair) => Err(again(&format!("tensors {} and {} overlap", pair[0].2, pair[1].2))),
        None => Ok(placed),
    }
}

/// An error that a new copy of the file may mend.
fn again(what: &str) -> String {
    format!("{what}; fetch the file again")
}

/// A file from byte `at` on.
struct At<'a> {
    bytes: &'a Bytes,
    at: u64,
}

impl Read for At<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = (self.bytes.len() - self.at).min(out.len() as u64) as usize;
        self.bytes.read_at(self.at, &mut out[..n])?;
        self.at += n as u64;
        Ok(n)
    }
}

struct Input<'a> {
    from: BufReader<At<'a>>,
    /// Bytes of the file that were not read.
    left: u64,
    /// Bytes of memory that more values may take.
    room: u64,
}

impl Input<'_> {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), String> {
        if out.len() as u64 > self.left {
            return Err(again("is truncated within its header"));
        }
        self.from.read_exact(out).map_err(|e| again(&format!("cannot be read ({e})")))?;
        self.left -= out.len() as u64;
        Ok(())
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], String> {
        let mut out = [0; N];
        self.fill(&mut out)?;
        Ok(out)
    }

    fn u32(&mut self) -> Result<u32, String> {
        self.array().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> Result<u64, String> {
        self.array().map(u64::from_le_bytes)
    }

    /// Takes room for a value of so many bytes, which the file must still have.
    fn take(&mut self, bytes: u64, memory: u64) -> Result<usize, String> {
        if bytes > self.left {
            return Err(again("is truncated within its header, or a length there is wrong"));
        }
        let room = self.room.checked_sub(memory);
        self.room = room.ok_or_else(|| again(&format!("has more than {} MB of metadata", MOST >> 20)))?;
        Ok(bytes as usize)
    }

    fn text(&mut self) -> Result<String, String> {
        let bytes = self.u64()?;
        let mut text = vec![0; self.take(bytes, bytes.saturating_add(TEXT))?];
        self.fill(&mut text)?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    }

    fn value(&mut self, kind: u32, key: &str) -> Result<Value, String> {
        match kind {
            6 => Ok(Value::Real(f64::from(self.real()?))),
            7 => Ok(Value::Flag(self.array::<1>()? != [0])),
            8 => self.text().map(Value::Text),
            9 => self.list(key),
            12 => self.array().map(|bytes| Value::Real(f64::from_le_bytes(bytes))),
            kind => self.whole(kind, key).map(Value::Whole),
        }
    }

    fn real(&mut self) -> Result<f32, String> {
        self.array().map(f32::from_le_bytes)
    }

    fn whole(&mut self, kind: u32, key: &str) -> Result<i64, String> {
        match kind {
            0 | 7 => self.array::<1>().map(|[byte]| i64::from(byte)),
            1 => self.array::<1>().map(|[byte]| i64::from(byte as i8)),
            2 => self.array().map(|bytes| i64::from(u16::from_le_bytes(bytes))),
            3 => self.array().map(|bytes| i64::from(i16::from_le_bytes(bytes))),
            4 => self.u32().map(i64::from),
            5 => self.array().map(|bytes| i64::from(i32::from_le_bytes(bytes))),
            10 => i64::try_from(self.u64()?).map_err(|_| again(&format!("{key} is too large"))),
            11 => self.array().map(i64::from_le_bytes),
            kind => Err(again(&format!("{key} is of type {kind}, which GGUF does not have"))),
        }
    }

    fn list(&mut self, key: &str) -> Result<Value, String> {
        let (kind, count) = (self.u32()?, self.u64()?);
        let (size, memory) = match kind {
            0 | 1 | 7 => (1, 8),
            2 | 3 => (2, 8),
            4 | 5 => (4, 8),
            6 => (4, 4),
            // Each text begins with its length, and takes its own room.
            8 => (8, TEXT),
            10 | 11 => (8, 8),
            kind => return Err(again(&format!("{key} is a list of type {kind}, which cannot be read"))),
        };
        self.take(count.saturating_mul(size), count.saturating_mul(memory))?;
        match kind {
            6 => (0..count).map(|_| self.real()).collect::<Result<_, _>>().map(Value::Reals),
            8 => (0..count).map(|_| self.text()).collect::<Result<_, _>>().map(Value::Texts),
            kind => (0..count).map(|_| self.whole(kind, key)).collect::<Result<_, _>>().map(Value::Wholes),
        }
    }

    /// A tensor whose `start` counts from where the data starts.
    fn tensor(&mut self) -> Result<(String, Tensor), String> {
        let name = self.text()?;
        let sides = self.u32()?;
        if !(1..=4).contains(&sides) {
            return Err(again(&format!("tensor {name} has {sides} dimensions")));
        }
        let mut shape = (0..sides).map(|_| self.u64().map(|side| side as usize)).collect::<Result<Vec<_>, _>>()?;
        // The innermost one comes first in the file.
        shape.reverse();
        let kind = Type::of(self.u32()?);
        Ok((name, Tensor { shape, kind, start: self.u64()? }))
    }
}
