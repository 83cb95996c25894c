//! the language server protocol at the edge
