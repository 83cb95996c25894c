//! Attacks on the program, one module each. Each takes an amount, panics if the program breaks a promise, and returns
//! its figures as text. `cargo bench -p tests --bench attack` runs the long form, `tests/tests/attack.rs` a tenth.

pub mod editors;
pub mod hostile;
pub mod kills;
pub mod names;
mod ordinary;
pub mod stopped;
mod times;
mod watched;
