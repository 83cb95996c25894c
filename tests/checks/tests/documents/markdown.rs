//! The parts of Markdown that the checks need: code spans, fenced blocks, links, headings, tables.

use std::fs;
use std::path::{Path, PathBuf};

/// The parts of a document.
pub(crate) struct Markdown {
    pub(crate) path: PathBuf,
    text: String,
    /// Code spans in prose.
    pub(crate) code_spans: Vec<String>,
    /// The lines of fenced and of indented code.
    pub(crate) fenced_lines: Vec<String>,
    /// Fenced blocks, each with the word behind its fence.
    pub(crate) blocks: Vec<(String, String)>,
    pub(crate) links: Vec<String>,
    /// Headings, as GitHub links to them.
    pub(crate) anchors: Vec<String>,
}

impl Markdown {
    #[track_caller]
    pub(crate) fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let mut document = Self {
            path: path.to_owned(),
            text: text.clone(),
            code_spans: Vec::new(),
            fenced_lines: Vec::new(),
            blocks: Vec::new(),
            links: Vec::new(),
            anchors: Vec::new(),
        };
        let mut prose = String::new();
        let mut fenced = false;
        for line in text.lines() {
            if let Some(language) = line.trim_start().strip_prefix("```") {
                if !fenced {
                    document.blocks.push((language.to_owned(), String::new()));
                }
                fenced = !fenced;
            } else if fenced {
                document.fenced_lines.push(line.to_owned());
                if let Some((_, block)) = document.blocks.last_mut() {
                    block.push_str(line);
                    block.push('\n');
                }
            } else if line.starts_with("    ") {
                document.fenced_lines.push(line.trim().to_owned());
            } else {
                document.anchors.extend(line.strip_prefix('#').map(|rest| anchor(rest.trim_start_matches('#').trim())));
                prose.push_str(line);
                prose.push('\n');
            }
        }
        for (index, piece) in prose.split('`').enumerate() {
            match index % 2 {
                1 => document.code_spans.push(piece.replace('\n', " ")),
                _ => document.links.extend(links(piece)),
            }
        }
        // A link's text may be code.
        document.links.extend(links(&prose));
        document.links.sort();
        document.links.dedup();
        document
    }

    pub(crate) fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new("."))
    }

    /// The text below a heading, up to the next of the same level.
    #[track_caller]
    pub(crate) fn section(&self, heading: &str) -> String {
        let begins = format!("## {heading}");
        let below = self.text.lines().skip_while(|line| *line != begins).skip(1);
        let section: Vec<_> = below.take_while(|line| !line.starts_with("## ")).collect();
        assert!(!section.is_empty(), "{}: no section {heading}", self.path.display());
        section.join("\n")
    }
}

/// The code spans in the first cells of all tables of a text.
pub(crate) fn first_column(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` |").map(|(cell, _)| cell))
}

fn links(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split("](").skip(1).filter_map(|rest| Some(rest.split_once(')')?.0.to_owned()))
}

/// `The prompt file` is linked to as `#the-prompt-file`.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect()
}
