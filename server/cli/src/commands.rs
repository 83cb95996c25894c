//! One file per subcommand.

pub(crate) mod generate;
pub(crate) mod lsp;
pub(crate) mod models;
pub(crate) mod trace;
