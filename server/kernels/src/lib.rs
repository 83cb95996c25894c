//! float32 products for the CPU, of weights in 32 or 16 bits. Their bits do not depend on the other rows of a block, on
//! the number of threads or on the instruction set. This crate does not know models.
//!
//! Miri can check the unsafe code, except the AVX instructions and the huge-page mappings, which `cfg(miri)` leaves out.
//! It runs the same pool and products on the portable instruction set.
//!
//! ```sh
//! rustup toolchain install nightly --component miri
//! PROPTEST_CASES=4 MIRIFLAGS=-Zmiri-disable-isolation cargo +nightly miri test -p kernels
//! ```
//!
//! Isolation is off because proptest reads its environment. Never run: no nightly toolchain with Miri was available.

mod attention;
mod elementwise;
mod functions;
mod half;
mod isa;
mod matmul;
mod memory;
mod packed;
mod pool;
mod product;
mod project;
mod question;
mod row_dots;
mod rows;
mod summary;
mod top;
mod weight;

pub use attention::{Heads, Scoring, attend_rows};
pub use elementwise::{Activation, activation, add, dot, layer_norm, multiply, norm, rms_norm, soft_cap, soft_capped};
pub use half::{Bf16, F16};
pub use matmul::{dot_column, matmul};
pub use packed::Packed;
pub use pool::Pool;
pub use project::project;
pub use question::{Columns, Question, Summary, Watched};
pub use row_dots::row_dots;
pub use weight::{Format, Numbers};

#[cfg(test)]
mod tests;
