//! Which model is meant, who may name it, and that it is loaded once.
