//! the prompt file: a tree, errors with ranges, minimal edits
