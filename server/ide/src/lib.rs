//! what an editor shows, without an editor: plain structs in, plain structs out
