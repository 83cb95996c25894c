//! Checks of the repository itself: `tests/documents` of its documents, `tests/architecture` of the shape of its code. They need
//! neither the program nor a model, so that they are built in seconds.

use std::path::Path;

/// The repository's root.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("tests/checks/ lies in the repository")
}
