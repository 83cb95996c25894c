//! The index of the starter model, on real weights: its content equals a plain product and a sort, its answers are
//! correct, and a build continues after an interruption at any point.

mod exact;
mod examples;
mod library;
mod resume;
mod search;
mod store;

use std::path::Path;
use std::sync::{Arc, OnceLock};

use base::{Cancel, ValueId};
use concepts::Index;
use kernels::Pool;
use lm::{Concepts, LanguageModel};
use model::{Model, Options};
use tempfile::TempDir;

fn pool() -> Arc<Pool> {
    static POOL: OnceLock<Arc<Pool>> = OnceLock::new();
    POOL.get_or_init(|| Arc::new(Pool::new(2))).clone()
}

/// The starter.
fn starter() -> &'static Model {
    static MODEL: OnceLock<Model> = OnceLock::new();
    MODEL.get_or_init(|| Model::starter(Options::named("starter", pool())).expect("the starter loads"))
}

/// The index of a folder.
fn open(folder: &Path) -> Index {
    Index::open(folder, starter().info(), pool(), None).expect("the index opens")
}

/// The whole index of the starter, built once.
fn whole() -> &'static Index {
    static INDEX: OnceLock<(TempDir, Index)> = OnceLock::new();
    let (_, index) = INDEX.get_or_init(|| {
        let folder = TempDir::new().expect("a folder");
        let index = open(folder.path());
        index.build(starter(), &Cancel::new(), &mut |_, _, _| {}).expect("it is built");
        (folder, index)
    });
    index
}

fn id(text: &str) -> ValueId {
    text.parse().expect("an id")
}

/// The ids that a query finds, best first.
fn found(query: &str, limit: usize) -> Vec<ValueId> {
    let found = whole().search(query, limit, starter(), &Cancel::new()).expect("an answer");
    found.hits.iter().map(|hit| hit.id).collect()
}

/// What a token decodes to.
fn text(token: base::TokenId) -> String {
    String::from_utf8_lossy(&starter().token_bytes(token)).into_owned()
}
