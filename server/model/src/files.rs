//! What is on the disk: checkpoints with their configs, tensors and tokenizers, and the folders that hold them. Nothing
//! here computes with the weights.

mod blocks;
mod bytes;
pub(crate) mod checkpoint;
pub(crate) mod config;
mod entry;
pub(crate) mod fingerprint;
mod floats;
pub(crate) mod folder;
mod gguf;
mod header;
pub(crate) mod library;
pub(crate) mod shards;
pub(crate) mod starter;
pub(crate) mod tokenizer;
pub(crate) mod weights;
mod wrapper;
