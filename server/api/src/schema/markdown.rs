//! The tables of PROTOCOL.md and COMMANDS.md. A page has each between two markers; the text around them is written by
//! hand. PROTOCOL.md has the commands, the notifications and the types that only they use; COMMANDS.md has the documents
//! and their types.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::Value;

use super::shape::{Choice, Field, Shape, Type, wrap};
use super::{Whole, about};

/// Columns of a paragraph.
const WIDTH: usize = 120;
const END: &str = "<!-- end of generated -->";

/// Where PROTOCOL.md finds the types of the documents.
const COMMANDS: &str = "../cli/COMMANDS.md";

/// A page with its tables as the declarations make them. `None` where a marker names no table or has no end.
pub fn fill(page: &str) -> Option<String> {
    let tables = Tables::new();
    let (mut out, mut lines) = (String::new(), page.lines());
    while let Some(line) = lines.next() {
        let _ = writeln!(out, "{line}");
        let Some(name) = marker(line) else { continue };
        lines.find(|line| *line == END)?;
        let table = tables.table(name, &out)?;
        let _ = write!(out, "\n{}\n\n{END}\n", table.trim_end());
    }
    Some(out)
}

/// The tables that a page has.
pub fn tables_of(page: &str) -> impl Iterator<Item = &str> {
    page.lines().filter_map(marker)
}

/// The names of all tables.
pub const TABLES: [&str; 8] = [
    "initialization options",
    "commands",
    "arguments and results",
    "notifications",
    "protocol types",
    "protocol links",
    "documents",
    "document types",
];

/// The name of the table that begins behind a line.
fn marker(line: &str) -> Option<&str> {
    line.strip_prefix("<!-- generated from server/api: ")?.strip_suffix(" -->")
}

struct Tables {
    whole: Whole,
    types: BTreeMap<String, Type>,
    /// In the order of reading.
    of_documents: Vec<String>,
    of_protocol: Vec<String>,
}

impl Tables {
    fn new() -> Self {
        let whole = Whole::new();
        let types: BTreeMap<_, _> = whole.types().into_iter().map(|t| (t.name.clone(), t)).collect();
        let (mut of_documents, mut all) = (Vec::new(), Vec::new());
        whole.documents.values().for_each(|document| reach(&Shape::of(document), &types, &mut of_documents));
        let mut below = |schema: &Value| reach(fields_of(schema, &types), &types, &mut all);
        whole.commands.values().for_each(|command| below(&command["arguments"]));
        whole.notifications.values().for_each(|notification| below(&notification["params"]));
        whole.commands.values().for_each(|command| reach(&Shape::of(&command["result"]), &types, &mut all));
        let of_protocol = all.into_iter().filter(|name| !of_documents.contains(name)).collect();
        Self { whole, types, of_documents, of_protocol }
    }

    /// `above` is the page so far: links are for the types that it names.
    fn table(&self, name: &str, above: &str) -> Option<String> {
        Some(match name {
            "initialization options" => fields(fields_of(&self.whole.wishes, &self.types), "member"),
            "commands" => self.commands(),
            "arguments and results" => self.arguments_and_results(),
            "notifications" => self.notifications(),
            "protocol types" => self.declarations(&self.of_protocol),
            "protocol links" => {
                let ours = self.of_protocol.iter().map(|name| link(name, ""));
                let used = |name: &&String| above.contains(&format!("[{name}]"));
                let others = self.of_documents.iter().filter(used).map(|name| link(name, COMMANDS));
                ours.chain(others).collect()
            }
            "documents" => self.documents(),
            "document types" => {
                let links: String = self.of_documents.iter().map(|name| link(name, "")).collect();
                format!("{}\n{links}", self.declarations(&self.of_documents))
            }
            _ => return None,
        })
    }

    fn commands(&self) -> String {
        let mut out = "| command | does | result |\n|---|---|---|\n".to_owned();
        for (name, command) in &self.whole.commands {
            let (does, result) = (about(command).split_whitespace().collect::<Vec<_>>().join(" "), &command["result"]);
            let does = does.split_inclusive(". ").next().unwrap_or_default();
            let _ = writeln!(out, "| `{name}` | {} | {} |", cell(does.trim_end()), words(&Shape::of(result)));
        }
        out
    }

    fn arguments_and_results(&self) -> String {
        let mut out = String::new();
        for (name, command) in &self.whole.commands {
            let arguments = fields_of(&command["arguments"], &self.types);
            let (more, result) = (self.more_about(&command["arguments"]), words(&Shape::of(&command["result"])));
            let _ = writeln!(out, "### `{name}`\n");
            paragraph(&mut out, about(command));
            paragraph(&mut out, more);
            let _ = writeln!(out, "{}\nResult: {result}.\n", fields(arguments, "argument"));
        }
        out
    }

    /// What a type's documentation says behind its first sentence, which only names the type.
    fn more_about(&self, schema: &Value) -> &str {
        let Shape::Named(name) = Shape::of(schema) else { return "" };
        self.types.get(&name).and_then(|t| t.doc.split_once(". ")).map_or("", |(_, more)| more)
    }

    fn notifications(&self) -> String {
        let mut out = String::new();
        for (name, notification) in &self.whole.notifications {
            let _ = writeln!(out, "### `{name}`\n");
            paragraph(&mut out, about(notification));
            paragraph(&mut out, self.more_about(&notification["params"]));
            let _ = writeln!(out, "{}", fields(fields_of(&notification["params"], &self.types), "member"));
        }
        out
    }

    fn documents(&self) -> String {
        let mut out = "| command line | document |\n|---|---|\n".to_owned();
        for (name, document) in &self.whole.documents {
            let _ = writeln!(out, "| `unembed {name}` | {} |", words(&Shape::of(document)));
        }
        out
    }

    fn declarations(&self, names: &[String]) -> String {
        let mut out = String::new();
        for Type { name, doc, shape } in names.iter().filter_map(|name| self.types.get(name)) {
            let _ = writeln!(out, "### {name}\n");
            // The choices come below.
            paragraph(&mut out, doc.lines().next().unwrap_or_default());
            let _ = match shape {
                Shape::Object(_) => writeln!(out, "{}", fields(shape, "field")),
                Shape::OneOf(all) if all.iter().any(|choice| !choice.doc.is_empty()) => {
                    writeln!(out, "{}", all.iter().map(item).collect::<String>())
                }
                _ => writeln!(out, "JSON: {}.\n", words(shape)),
            };
        }
        out
    }
}

/// A type's own shape where the schema names one.
fn fields_of<'a>(schema: &Value, types: &'a BTreeMap<String, Type>) -> &'a Shape {
    const NOTHING: &Shape = &Shape::Null;
    match Shape::of(schema) {
        Shape::Named(name) => types.get(&name).map_or(NOTHING, |declared| &declared.shape),
        _ => NOTHING,
    }
}

/// Adds the types that a shape names, and those that they name.
fn reach(shape: &Shape, types: &BTreeMap<String, Type>, found: &mut Vec<String>) {
    match shape {
        Shape::Named(name) if !found.contains(name) => {
            found.push(name.clone());
            types.get(name).into_iter().for_each(|declared| reach(&declared.shape, types, found));
        }
        Shape::List(inner) => reach(inner, types, found),
        Shape::Object(fields) => fields.iter().for_each(|field| reach(&field.shape, types, found)),
        Shape::OneOf(choices) => choices.iter().for_each(|choice| reach(&choice.shape, types, found)),
        _ => {}
    }
}

fn fields(shape: &Shape, head: &str) -> String {
    let mut out = format!("| {head} | JSON | meaning |\n|---|---|---|\n");
    let Shape::Object(fields) = shape else { return String::new() };
    for Field { name, doc, optional, shape } in fields {
        let optional = if *optional { ", optional" } else { "" };
        let _ = writeln!(out, "| `{name}` | {}{optional} | {} |", words(shape), cell(doc));
    }
    out
}

/// One choice of a type.
fn item(Choice { doc, shape }: &Choice) -> String {
    let about = if doc.is_empty() { String::new() } else { format!(": {doc}") };
    let mut out = format!("- {}{about}\n", words(shape));
    if let Shape::Object(fields) = shape {
        for field in fields.iter().filter(|field| !field.doc.is_empty()) {
            let _ = writeln!(out, "  - `{}`: {}", field.name, field.doc);
        }
    }
    out
}

/// A shape as people say it.
fn words(shape: &Shape) -> String {
    match shape {
        Shape::Any => "any value".to_owned(),
        Shape::Null => "null".to_owned(),
        Shape::Boolean => "boolean".to_owned(),
        Shape::Integer => "integer".to_owned(),
        Shape::Number => "number".to_owned(),
        Shape::Text => "string".to_owned(),
        Shape::Literal(text) => format!("`\"{text}\"`"),
        Shape::Named(name) => format!("[{name}]"),
        Shape::List(inner) => match &**inner {
            Shape::Integer | Shape::Number | Shape::Text | Shape::Boolean => format!("list of {}s", words(inner)),
            inner => format!("list of {}", words(inner)),
        },
        Shape::Object(fields) => {
            let fields = fields.iter().map(|field| format!("`{}` ({})", field.name, words(&field.shape)));
            format!("object with {}", fields.collect::<Vec<_>>().join(", "))
        }
        Shape::OneOf(choices) => {
            let all: Vec<_> = choices.iter().map(|choice| words(&choice.shape)).collect();
            match &all[..] {
                [most @ .., last] if !most.is_empty() => format!("{} or {last}", most.join(", ")),
                _ => all.concat(),
            }
        }
    }
}

/// In a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn paragraph(out: &mut String, text: &str) {
    if !text.is_empty() {
        let _ = writeln!(out, "{}\n", wrap(text, WIDTH).join("\n"));
    }
}

/// What `[name]` leads to.
fn link(name: &str, page: &str) -> String {
    format!("[{name}]: {page}#{}\n", name.to_lowercase())
}
