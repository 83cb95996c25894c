//! The forward pass: from tokens to positions with everything kept that a trace looks at.

pub(crate) mod cache;
pub(crate) mod edits;
pub(crate) mod family;
pub(crate) mod forward;
pub(crate) mod linear;
