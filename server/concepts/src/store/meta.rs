//! What a store says about itself: the model that it was built for, and its layout.

use std::path::Path;

use lm::ModelInfo;
use serde::{Deserialize, Serialize};

use super::{Store, StoreError};

/// Incremented when the stored bytes change their meaning.
const SCHEMA: u32 = 2;

const KEY: &[u8] = b"meta";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Meta {
    schema: u32,
    fingerprint: String,
    layers: usize,
    ffn: usize,
    vocab: usize,
    /// Value vectors in a segment.
    segment: usize,
    /// Words kept at each end of a vector.
    words: usize,
}

impl Meta {
    pub(crate) fn new(info: &ModelInfo, segment: usize, words: usize) -> Self {
        let (layers, ffn, vocab) = (info.layers, info.ffn, info.vocab);
        Self { schema: SCHEMA, fingerprint: info.fingerprint.clone(), layers, ffn, vocab, segment, words }
    }

    /// Writes this to a store that has none; otherwise fails unless the stored one is equal.
    pub(crate) fn check(&self, store: &Store, folder: &Path) -> Result<(), StoreError> {
        let Some(stored) = store.get(KEY)? else {
            let meta = serde_json::to_vec(self).map_err(|e| store.damaged(e.to_string()))?;
            store.put(KEY, &meta)?;
            return store.flush();
        };
        // A newer schema may have other members.
        let schema: Option<u32> = serde_json::from_slice::<serde_json::Value>(&stored)
            .ok()
            .and_then(|m| m.get("schema")?.as_u64())
            .and_then(|n| n.try_into().ok());
        if let Some(schema) = schema.filter(|schema| *schema > SCHEMA) {
            return Err(StoreError::Newer { folder: folder.to_owned(), schema, known: SCHEMA });
        }
        if serde_json::from_slice::<Self>(&stored).ok().as_ref() != Some(self) {
            return Err(store.damaged("it belongs to another model or to an older version"));
        }
        Ok(())
    }
}

/// Makes a store look as if a much newer version had written it.
#[cfg(test)]
pub(crate) fn pretend_newer(folder: &Path) {
    let store = Store::open(folder).expect("the store opens");
    store.put(KEY, br#"{"schema": 1000, "what": "a later version knows"}"#).expect("it can be written");
    store.flush().expect("it can be written");
}
