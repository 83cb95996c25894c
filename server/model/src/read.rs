//! What is read from a run and from the weights: the lens, direct effects, traces, cards of value vectors.

pub(crate) mod cards;
pub(crate) mod effects;
pub(crate) mod lens;
pub(crate) mod trace;
pub(crate) mod undertrained;
mod weights;
