//! The `unembed` program.

fn main() {}
