//! What a document may name: files, crates, code, settings, commands of the program and of the editors.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use checks::repository;

use crate::markdown::Markdown;

/// Names that the documents use before they exist. Remove an entry when the name exists.
const EXPECTED: &[&str] = &[];

/// The extensions of file names.
const EXTENSIONS: [&str; 12] = ["rs", "md", "toml", "lua", "ts", "mjs", "json", "prompt", "yaml", "txt", "sh", "css"];

/// The subcommands of `unembed help` that are pages.
const TOPICS: [&str; 4] = ["format", "glossary", "json", "protocol"];

pub(crate) fn is_expected(path: &str) -> bool {
    EXPECTED
        .iter()
        .any(|expected| path.strip_prefix(expected).is_some_and(|r| r.is_empty() || r.starts_with(['/', '.'])))
}

/// The folders of `server/` that are crates.
pub(crate) fn crates() -> Vec<String> {
    let folders = fs::read_dir(repository().join("server")).expect("server/ can be read").flatten();
    let crates = folders.filter(|entry| entry.path().join("Cargo.toml").exists());
    crates.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

/// The names that exist.
pub(crate) struct Names {
    crates: Vec<String>,
    /// Settings, without the prefix `unembed.`.
    settings: BTreeSet<String>,
    /// Subcommands of the program.
    subcommands: BTreeSet<String>,
    /// The text of all sources.
    sources: String,
    /// The names of all files, without folders.
    files: BTreeSet<String>,
    /// The files and folders of the root.
    top: BTreeSet<String>,
}

impl Names {
    pub(crate) fn of_the_repository() -> Self {
        let root = repository();
        let (mut sources, mut files) = (String::new(), BTreeSet::new());
        for folder in ["server", "editors", "config", "tests", ".ci", ".github"] {
            collect(&root.join(folder), &mut sources, &mut files);
        }
        let in_root: Vec<_> = fs::read_dir(root).expect("the root can be read").flatten().collect();
        let names = in_root.iter().map(|e| e.file_name().to_string_lossy().into_owned());
        let top: BTreeSet<_> = names.filter(|name| name != ".git" && name != "target").collect();
        files.extend(top.iter().cloned());
        let manual = fs::read_to_string(root.join("config/settings.md")).expect("config/settings.md can be read");
        let headings = manual.lines().filter_map(|line| line.strip_prefix("## `")?.strip_suffix('`'));
        let settings = headings.map(str::to_owned).collect();
        let commands = fs::read_dir(root.join("server/cli/src/commands")).expect("the subcommands can be listed");
        let stem = |path: &Path| path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let subcommands = commands.flatten().map(|entry| stem(&entry.path())).chain(["help".to_owned()]).collect();
        Self { crates: crates(), settings, subcommands, sources, files, top }
    }

    /// Why a piece of code in a document names something that does not exist.
    pub(crate) fn wrong(&self, document: &Markdown, code: &str) -> Option<String> {
        // Without comments and without the arguments that cargo passes on.
        let words: Vec<&str> =
            code.split_whitespace().take_while(|word| !word.starts_with('#') && *word != "--").collect();
        let wrong = self.command_line(&words).or_else(|| words.iter().find_map(|word| self.word(document, word)));
        wrong.map(|why| format!("{}: `{code}`: {why}", document.path.display()))
    }

    /// `unembed trace ...`, `cargo test -p ide --test ide`.
    fn command_line(&self, words: &[&str]) -> Option<String> {
        if let ["unembed", subcommand, rest @ ..] = words {
            let is_flag = |word: &str| word.starts_with('-');
            let known = |word: &str| self.subcommands.contains(word) || is_flag(word);
            let topic = rest.first().filter(|_| *subcommand == "help").is_none_or(|t| known(t) || TOPICS.contains(t));
            return (!known(subcommand) || !topic).then(|| "no such subcommand".to_owned());
        }
        if words.first() != Some(&"cargo") {
            return None;
        }
        let after = |flags: [&str; 2]| {
            let pairs = words.windows(2).filter(move |pair| flags.contains(&pair[0]));
            pairs.map(|pair| pair[1]).collect::<Vec<_>>()
        };
        let is_package =
            |name: &&&str| self.crates.iter().any(|c| c == **name) || ["tests", "checks", "CRATE"].contains(*name);
        let package = after(["-p", "--package"]).iter().find(|name| !is_package(name)).map(|name| name.to_string());
        let is_suite = |name: &&&str| {
            let folders = self
                .crates
                .iter()
                .map(|c| format!("server/{c}/tests"))
                .chain(["tests/tests".to_owned(), "tests/checks/tests".to_owned()]);
            let suite = |folder: String| {
                let folder = repository().join(folder);
                folder.join(format!("{name}.rs")).exists() || folder.join(name).join("main.rs").exists()
            };
            folders.into_iter().any(suite) || **name == "SUITE"
        };
        let suite = after(["--test", "--test"]).iter().find(|name| !is_suite(name)).map(|name| name.to_string());
        package.map(|p| format!("no crate {p}")).or_else(|| suite.map(|s| format!("no suite {s}")))
    }

    fn word(&self, document: &Markdown, word: &str) -> Option<String> {
        let word = word.trim_end_matches([',', ':', ';', '.', '/']).trim_matches(['\'', '"', '(', ')']);
        let plain = word.chars().all(|c| c.is_ascii_alphanumeric() || "_-./:".contains(c));
        // A placeholder; paths outside the repository are examples.
        if word.contains("NAME") {
            return None;
        }
        if !plain
            || word.contains("://")
            || word.starts_with(['/', '~'])
            || word.starts_with("..")
            || word.starts_with("./")
        {
            return None;
        }
        let extension = word.rsplit_once('.').map(|(_, e)| e).filter(|e| EXTENSIONS.contains(e));
        if let Some((name, item)) = word.split_once("::").filter(|(name, _)| self.crates.iter().any(|c| c == name)) {
            let item = item.rsplit("::").next().unwrap_or(item).trim_end_matches("()");
            return (!self.has_word(item)).then(|| format!("nothing in {name} is called {item}"));
        }
        // `unembed.trace`, `unembed/status`
        if word.starts_with("unembed.") && extension.is_none() || word.starts_with("unembed/") && extension.is_none() {
            let setting = word.strip_prefix("unembed.").is_some_and(|name| self.settings.contains(name));
            let known = setting || self.sources.contains(&format!("\"{word}\""));
            return (!known).then(|| "no such command, notification or setting".to_owned());
        }
        match extension {
            Some(_) if !word.contains('/') => {
                // A file's name that the program knows need not be in the repository.
                let known = self.files.contains(word) || self.sources.contains(word);
                (!known).then(|| "no such file".to_owned())
            }
            _ if word.contains('/') => {
                let first = word.split('/').next().unwrap_or_default();
                let ours = self.top.contains(first) || self.crates.iter().any(|c| c == first);
                (ours && !exists(document, word)).then(|| "no such file or folder".to_owned())
            }
            Some(_) => None,
            None => {
                let prefix = word.split_once('.').map(|(prefix, _)| prefix)?;
                let ours = self.settings.iter().any(|s| s.split('.').next() == Some(prefix));
                (ours && !self.settings.contains(word)).then(|| "no such setting".to_owned())
            }
        }
    }

    fn has_word(&self, item: &str) -> bool {
        let part = |c: char| c.is_alphanumeric() || c == '_';
        self.sources
            .match_indices(item)
            .any(|(at, _)| !self.sources[..at].ends_with(part) && !self.sources[at + item.len()..].starts_with(part))
    }
}

/// From the root, from the document's folder, or from `server/`.
fn exists(document: &Markdown, path: &str) -> bool {
    let root = repository();
    let from_root = document.path.strip_prefix(root).ok().and_then(Path::parent).unwrap_or(Path::new(""));
    let candidates = [Path::new(path).to_owned(), from_root.join(path), Path::new("server").join(path)];
    candidates.iter().any(|path| root.join(path).exists() || is_expected(&path.to_string_lossy()))
}

/// The text of every source below a folder, and the names of all files.
fn collect(folder: &Path, sources: &mut String, files: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).expect("the folder can be read").flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() {
            if !["target", "node_modules", "dist", "out", "corpus", "artifacts", "documents"].contains(&name.as_str()) {
                collect(&path, sources, files);
            }
            continue;
        }
        let source = path.extension().is_some_and(|e| ["rs", "lua", "ts", "mjs"].iter().any(|s| e == *s));
        if source || name == "package.json" {
            sources.push_str(&fs::read_to_string(&path).unwrap_or_default());
        }
        files.insert(name);
    }
}

#[test]
fn only_wrong_names_are_reported() {
    let names = Names::of_the_repository();
    let document = Markdown::read(&repository().join("server/ARCHITECTURE.md"));
    for right in [
        "ide/src/hover/",
        "server/ide/src/hover/token.rs",
        "lm/SEMANTICS.md",
        "tests/tests/parity",
        "unembed.names.yaml",
        "config.json",
        "unembed.trace",
        "unembed/status",
        "unembed.hover.layers",
        "hover.layers",
        "lm::Concepts",
        "unembed help format",
        "unembed help trace",
        "unembed trace -p 'x' --json",
        "cargo test -p ide --test ide",
        "owner/name@revision",
        "./models/mine",
        "and/or",
    ] {
        assert_eq!(names.wrong(&document, right), None);
    }
    for wrong in [
        "ide/src/hovering/",
        "server/ide/src/hover/tokens.rs",
        "lm/SEMANTIC.md",
        "tests/tests/paritys",
        "unembed.tracing",
        "unembed/state",
        "unembed.hover.layer",
        "hover.layer",
        "lm::NoSuchThingAnywhere",
        "unembed help nothing",
        "unembed tracing",
        "cargo test -p idea",
        "cargo test -p ide --test hovering",
        ".ci/tests",
    ] {
        assert!(names.wrong(&document, wrong).is_some(), "{wrong}");
    }
}
