//! One file per subcommand.

pub(crate) mod clusters;
pub(crate) mod daemon;
pub(crate) mod generate;
pub(crate) mod index;
pub(crate) mod lsp;
pub(crate) mod models;
pub(crate) mod names;
pub(crate) mod report;
pub(crate) mod search;
pub(crate) mod status;
pub(crate) mod stop;
pub(crate) mod trace;
pub(crate) mod vector;
