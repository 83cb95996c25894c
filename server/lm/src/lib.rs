//! the boundary between models and everything that shows them
