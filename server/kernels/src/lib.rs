//! float32 products for the CPU whose bits do not depend on what runs beside them: not on the rows of a block, not on
//! the threads, not on the instruction set. Nothing of models is known here.

mod attention;
mod elementwise;
mod functions;
mod isa;
mod matmul;
mod memory;
mod packed;
mod pool;
mod product;
mod project;
mod row_dots;
mod rows;
mod summary;
mod top;

pub use attention::{Heads, attend_rows};
pub use elementwise::{Activation, activation, add, dot, layer_norm, norm};
pub use matmul::{dot_column, matmul};
pub use memory::{give_back_freed, keep_little_free};
pub use packed::Packed;
pub use pool::Pool;
pub use project::{Question, Summary, Watched, project};
pub use row_dots::row_dots;
pub use summary::Columns;

#[cfg(test)]
mod tests;
