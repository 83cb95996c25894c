//! TypeScript's types, laid out as prettier would.

use std::fmt::Write;

use serde_json::Value;

use super::shape::{Field, Shape, Type, wrap};
use super::{ORIGIN, Whole, about};

/// `printWidth` of the extension's prettier.
const WIDTH: usize = 110;

/// A module with an interface for each type, and maps from commands and notifications to theirs.
pub fn typescript() -> String {
    let whole = Whole::new();
    let mut out =
        format!("// {ORIGIN}\n\n/** The `schema` of every document. */\nexport const SCHEMA = {};\n", crate::SCHEMA);
    whole.types().iter().for_each(|declared| declare(&mut out, declared));
    out += "\n/** Every command, with its one argument. */\nexport interface Commands {\n";
    for (name, shapes) in &whole.commands {
        comment(&mut out, "  ", about(shapes));
        let (arguments, result) = (written(&shapes["arguments"]), written(&shapes["result"]));
        let _ = writeln!(out, "  \"{name}\": {{ arguments: {arguments}; result: {result} }};");
    }
    out += "}\n";
    out += "\n/** Every notification from the server, with its parameters. */\nexport interface Notifications {\n";
    for (name, schema) in &whole.notifications {
        comment(&mut out, "  ", about(schema));
        let _ = writeln!(out, "  \"{name}\": {};", written(&schema["params"]));
    }
    out += "}\n";
    out += "\n/** The document that each command line prints with `--json`. */\nexport interface Documents {\n";
    for (name, schema) in &whole.documents {
        let quote = if name.contains(' ') { "\"" } else { "" };
        let _ = writeln!(out, "  {quote}{name}{quote}: {};", written(schema));
    }
    out += "}\n";
    out
}

fn declare(out: &mut String, Type { name, doc, shape }: &Type) {
    out.push('\n');
    comment(out, "", doc);
    if let Shape::Object(fields) = shape {
        let _ = writeln!(out, "export interface {name} {{");
        for field in fields {
            comment(out, "  ", &field.doc);
            let _ = writeln!(out, "  {};", member(field));
        }
        *out += "}\n";
        return;
    }
    let line = format!("export type {name} = {};", write_shape(shape));
    if line.chars().count() <= WIDTH {
        let _ = writeln!(out, "{line}");
        return;
    }
    let _ = write!(out, "export type {name} =");
    for choice in shape.choices() {
        let _ = write!(out, "\n  | {}", write_shape(&choice.shape));
    }
    *out += ";\n";
}

fn comment(out: &mut String, indent: &str, doc: &str) {
    let lines = wrap(doc, WIDTH - indent.len() - 7);
    match &lines[..] {
        [] => {}
        [line] => {
            let _ = writeln!(out, "{indent}/** {line} */");
        }
        lines => {
            let _ = writeln!(out, "{indent}/**");
            for line in lines {
                let _ = writeln!(out, "{indent} * {line}");
            }
            let _ = writeln!(out, "{indent} */");
        }
    }
}

fn member(field: &Field) -> String {
    format!("{}{}: {}", field.name, if field.optional { "?" } else { "" }, write_shape(&field.shape))
}

fn written(schema: &Value) -> String {
    write_shape(&Shape::of(schema))
}

fn write_shape(shape: &Shape) -> String {
    match shape {
        Shape::Any => "unknown".to_owned(),
        Shape::Null => "null".to_owned(),
        Shape::Boolean => "boolean".to_owned(),
        Shape::Integer | Shape::Number => "number".to_owned(),
        Shape::Text => "string".to_owned(),
        Shape::Literal(text) => format!("\"{text}\""),
        Shape::List(inner) if inner.choices().is_empty() => format!("{}[]", write_shape(inner)),
        Shape::List(inner) => format!("({})[]", write_shape(inner)),
        Shape::Object(fields) => format!("{{ {} }}", fields.iter().map(member).collect::<Vec<_>>().join("; ")),
        Shape::OneOf(choices) => choices.iter().map(|c| write_shape(&c.shape)).collect::<Vec<_>>().join(" | "),
        Shape::Named(name) => name.clone(),
    }
}
