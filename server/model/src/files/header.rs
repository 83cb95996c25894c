//! A safetensors header. It is not trusted: every length is checked against the file before anything is allocated.

use std::fmt;

use lm::OpenError;
use safetensors::tensor::TensorInfo;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::error::Category;

use super::bytes::{Bytes, pointer};
use super::entry::{Entry, Stored, Undo};
use super::floats::Floats;

/// What the format's authors allow.
const MAX_HEADER: u64 = 100_000_000;

/// `[2, 3]`
pub(super) fn shape_text(shape: &[usize]) -> String {
    format!("{shape:?}")
}

/// The tensors of a file, in the order of their bytes. They fill it without gap or overlap.
pub(super) fn read_header(bytes: &Bytes, file: &str) -> Result<Vec<(String, Entry)>, OpenError> {
    let error = |message: String| OpenError::new(format!("{file}: {message}; fetch the file again"));
    let unreadable = |e: std::io::Error| error(format!("cannot be read ({e})"));
    if bytes.len() < 8 {
        return Err(error(format!("is not a safetensors file: it has {} bytes", bytes.len())));
    }
    let mut first = [0; 8];
    bytes.read_at(0, &mut first).map_err(unreadable)?;
    if &first == b"version " {
        return Err(pointer(file));
    }
    let len = u64::from_le_bytes(first);
    if len > bytes.len() - 8 {
        let whole = bytes.len();
        return Err(error(format!(
            "is truncated or not a safetensors file: its header says {len} bytes, the file has {whole}"
        )));
    }
    if len > MAX_HEADER {
        return Err(error(format!("its header of {len} bytes is longer than the format allows ({MAX_HEADER})")));
    }
    let mut header = vec![0; usize::try_from(len).unwrap_or_default()];
    bytes.read_at(8, &mut header).map_err(unreadable)?;
    let mut tensors = serde_json::Deserializer::from_slice(&header).deserialize_map(Names).map_err(|e| {
        error(match e.classify() {
            Category::Data => format!("its header is wrong: {e}"),
            _ => format!("its header is not valid JSON ({e})"),
        })
    })?;
    // An empty tensor sorts before the one that starts at the same byte.
    tensors.sort_by_key(|(_, info)| info.data_offsets);
    place(tensors, 8 + len, bytes.len()).map_err(error)
}

/// Checks that the tensors' bytes follow each other from the header's end to the file's.
fn place(tensors: Vec<(String, TensorInfo)>, data: u64, end: u64) -> Result<Vec<(String, Entry)>, String> {
    let mut placed: Vec<(String, Entry)> = Vec::with_capacity(tensors.len());
    let mut at = 0;
    for (name, info) in tensors {
        let (from, to) = (info.data_offsets.0 as u64, info.data_offsets.1 as u64);
        if from > to {
            return Err(format!("tensor {name} ends before it starts"));
        }
        let count = info.shape.iter().try_fold(1u64, |n, &side| n.checked_mul(side as u64));
        let bits = count.and_then(|n| n.checked_mul(info.dtype.bitsize() as u64));
        if bits.is_none_or(|bits| bits.div_ceil(8) != to - from) {
            let shape = shape_text(&info.shape);
            return Err(format!("tensor {name} is {:?} {shape} but has {} bytes", info.dtype, to - from));
        }
        match placed.last() {
            Some((before, _)) if from < at => return Err(format!("tensors {before} and {name} overlap")),
            _ if from > at => return Err(format!("its header leaves {} bytes before tensor {name} unused", from - at)),
            _ => at = to,
        }
        if to > end - data {
            return Err(format!(
                "is truncated: tensor {name} ends at byte {to} of the data, the file has {}",
                end - data
            ));
        }
        let stored = Floats::of(info.dtype).map_or_else(|| Stored::Other(format!("{:?}", info.dtype)), Stored::Floats);
        placed.push((name, Entry { stored, shape: info.shape, start: data + from, undo: Undo::Nothing }));
    }
    match end - data - at {
        0 => Ok(placed),
        more => Err(format!("has {more} bytes more than its header describes")),
    }
}

/// The entries of a JSON object without `__metadata__`; a name that occurs twice is an error. Each is read into its own
/// type: a tree of all values would take many times the header's length.
struct Names;

impl<'de> Visitor<'de> for Names {
    type Value = Vec<(String, TensorInfo)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object of tensors")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        let mut seen = std::collections::HashSet::new();
        while let Some(name) = map.next_key::<String>()? {
            if !seen.insert(name.clone()) {
                return Err(serde::de::Error::custom(format_args!("{name} occurs twice")));
            }
            if name == "__metadata__" {
                map.next_value::<IgnoredAny>()?;
            } else {
                let info = map
                    .next_value()
                    .map_err(|e| serde::de::Error::custom(format_args!("entry for {name} is wrong ({e})")))?;
                entries.push((name, info));
            }
        }
        Ok(entries)
    }
}
