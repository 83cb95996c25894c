//! The concept index through the program: its commands and documents, names, and what happens when the program is
//! killed, the disk is full, threads are few, or another process has the index.

mod commands;
mod lengths;
mod names;
mod refused;
mod safety;
mod threads;

use serde_json::Value;
use tests::{Folder, run};

/// The ids that a search finds.
#[track_caller]
fn found(folder: &Folder, query: &str) -> Vec<String> {
    let answer = run(folder.path(), ["search", query, "--json", "--quiet"]).json(0);
    let hits = answer["hits"].as_array().expect("a list").iter();
    hits.map(|h| h["id"].as_str().expect("an id").to_owned()).collect()
}

#[track_caller]
fn status(folder: &Folder) -> Value {
    run(folder.path(), ["index", "status", "--json"]).json(0)
}
