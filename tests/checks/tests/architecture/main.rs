//! Checks the shape of the code: which crate may import which, which files import each other, and the form of every
//! source file. Each crate's purpose is in its own module doc.

mod circles;
mod imports;
mod tokens;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use checks::repository;
use serde_json::Value;

/// Each crate and the workspace crates that it imports, from the bottom up. `tests` and `checks` are not part of the program.
const IMPORTS: &[(&str, &[&str])] = &[
    ("base", &[]),
    ("kernels", &[]),
    ("syntax", &["base"]),
    ("lm", &["base"]),
    ("api", &["base"]),
    ("model", &["base", "kernels", "lm"]),
    ("concepts", &["base", "kernels", "lm"]),
    ("config", &["base"]),
    ("ide", &["api", "base", "lm", "syntax"]),
    ("project", &["api", "base", "ide", "lm", "syntax"]),
    ("lsp", &["api", "base", "config", "ide", "lm", "project", "syntax"]),
    ("daemon", &[]),
    (
        "cli",
        &["api", "base", "concepts", "config", "daemon", "ide", "kernels", "lm", "lsp", "model", "project", "syntax"],
    ),
    ("tests", &[]),
    ("checks", &[]),
];

/// Packages that only one crate may import: the prefix of the package's name, and the crate.
const RESERVED: &[(&str, &str)] = &[
    ("candle", "model"),
    ("mistralrs", "model"),
    ("safetensors", "model"),
    ("tokenizers", "model"),
    ("tower-lsp", "lsp"),
    ("lsp-types", "lsp"),
    ("ls-types", "lsp"),
    ("sled", "concepts"),
];

const MAX_LINES: usize = 400;

#[test]
fn crates_import_exactly_what_the_layout_allows() {
    let expected: BTreeMap<_, BTreeSet<_>> = IMPORTS
        .iter()
        .map(|(name, imports)| (name.to_string(), imports.iter().map(|i| i.to_string()).collect()))
        .collect();
    let mut found = BTreeMap::new();
    for (name, dependencies) in packages() {
        let ours = dependencies.iter().filter(|d| d.kind == "normal" && expected.contains_key(&d.name));
        found.insert(name, ours.map(|d| d.name.clone()).collect::<BTreeSet<_>>());
    }
    assert_eq!(found, expected);
}

#[test]
fn dev_dependencies_point_downwards_too() {
    let height = |name: &str| IMPORTS.iter().position(|(crate_name, _)| *crate_name == name);
    for (name, dependencies) in packages() {
        for d in dependencies {
            // A crate may import itself, with a feature, in its own tests.
            assert!(height(&d.name) <= height(&name), "{name} imports {} ({})", d.name, d.kind);
        }
    }
}

#[test]
fn reserved_packages_are_imported_only_by_their_crate() {
    for (name, dependencies) in packages() {
        for d in dependencies {
            let owner = RESERVED.iter().find(|(prefix, _)| d.name.starts_with(prefix)).map(|(_, owner)| *owner);
            assert!(owner.is_none_or(|o| o == name), "{name} imports {}", d.name);
        }
    }
}

#[test]
fn source_files_have_a_module_doc_and_stay_short() {
    let mut wrong = Vec::new();
    for file in sources(&["rs", "lua"]) {
        let text = fs::read_to_string(&file).expect("sources are UTF-8");
        if file.extension().is_some_and(|e| e == "rs") && !text.starts_with("//!") {
            wrong.push(format!("{}: does not open with //!", file.display()));
        }
        let lines = text.lines().count();
        let is_generated = text.lines().take(2).any(|line| line.contains("Generated"));
        if !is_generated && lines > MAX_LINES {
            wrong.push(format!("{}: {lines} lines, at most {MAX_LINES}", file.display()));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

struct Dependency {
    name: String,
    kind: String,
}

/// The workspace's packages and the dependencies in their manifests, by the dependencies' own names.
fn packages() -> Vec<(String, Vec<Dependency>)> {
    let cargo = std::env::var("CARGO").expect("cargo runs the tests");
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(repository())
        .output()
        .expect("cargo starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo writes JSON");
    let packages = metadata["packages"].as_array().expect("a list of packages");
    let text = |v: &Value| v.as_str().unwrap_or("normal").to_owned();
    let dependency = |d: &Value| Dependency { name: text(&d["name"]), kind: text(&d["kind"]) };
    let all = |p: &Value| p["dependencies"].as_array().expect("a list").iter().map(dependency).collect();
    packages.iter().map(|p| (text(&p["name"]), all(p))).collect()
}

/// Every source file with one of these extensions.
fn sources(extensions: &[&str]) -> Vec<PathBuf> {
    fn visit(folder: &Path, extensions: &[&str], found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("the folder can be read") {
            let path = entry.expect("its entries can be read").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if path.is_dir() && name != "target" && !name.starts_with('.') {
                visit(&path, extensions, found);
            } else if path.extension().is_some_and(|e| extensions.iter().any(|x| e == *x)) {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    for folder in ["server", "tests", "editors"] {
        visit(&repository().join(folder), extensions, &mut found);
    }
    assert!(!found.is_empty(), "there are sources");
    found
}
