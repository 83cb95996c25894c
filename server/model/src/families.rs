//! What is special to one architecture: a file each.

pub(crate) mod gpt2;
