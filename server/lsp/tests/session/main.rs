//! Whole sessions over pipes, with a model without weights: what an editor sends and what it gets back.

mod support;

mod broken;
mod hover;
mod order;
