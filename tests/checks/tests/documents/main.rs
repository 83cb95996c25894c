//! Checks that the documents name only things that exist, and that their examples work. The documents are README.md,
//! CONTRIBUTING.md, CHANGELOG.md and every Markdown file of `server/`.

mod format;
mod markdown;
mod names;

use std::fs;
use std::path::{Path, PathBuf};

use checks::repository;

use markdown::Markdown;
use names::Names;

#[test]
fn names_in_the_documents_exist() {
    let names = Names::of_the_repository();
    let mut wrong = Vec::new();
    // A changelog also names what was removed.
    for document in documents().iter().filter(|d| !d.path.ends_with("CHANGELOG.md")) {
        let spans = document.code_spans.iter().chain(&document.fenced_lines);
        wrong.extend(spans.filter_map(|code| names.wrong(document, code)));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn links_in_the_documents_resolve() {
    let documents = documents();
    let mut wrong = Vec::new();
    for document in &documents {
        for link in document.links.iter().filter(|link| !link.contains("://")) {
            let (path, anchor) = link.split_once('#').map_or((link.as_str(), None), |(path, a)| (path, Some(a)));
            let target = if path.is_empty() { document.path.clone() } else { document.folder().join(path) };
            let broken = match (target.canonicalize(), anchor) {
                (Err(_), _) => true,
                (Ok(target), Some(anchor)) => !Markdown::read(&target).anchors.iter().any(|a| a == anchor),
                (Ok(_), None) => false,
            };
            if broken {
                wrong.push(format!("{}: {link}", document.path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_architecture_lists_every_crate() {
    let architecture = Markdown::read(&repository().join("server/ARCHITECTURE.md"));
    let section = architecture.section("Crates");
    let listed: Vec<&str> = markdown::first_column(&section).collect();
    for folder in names::crates() {
        assert!(listed.contains(&folder.as_str()), "server/ARCHITECTURE.md does not list the crate {folder}");
    }
    for name in listed {
        assert!(
            names::crates().contains(&name.to_owned()) || names::is_expected(&format!("server/{name}")),
            "there is no crate {name}"
        );
    }
}

fn documents() -> Vec<Markdown> {
    let mut paths: Vec<PathBuf> =
        ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"].iter().map(|name| repository().join(name)).collect();
    below(&repository().join("server"), &mut paths);
    paths.iter().map(|path| Markdown::read(path)).collect()
}

/// Every Markdown file of a folder.
fn below(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("its entries can be read").path();
        if path.is_dir() && !path.ends_with("target") {
            below(&path, found);
        } else if path.extension().is_some_and(|e| e == "md") {
            found.push(path);
        }
    }
}
