//! Annotations for Lua's language server.

use std::fmt::Write;

use serde_json::Value;

use super::shape::{Field, Shape, Type, wrap};
use super::{ORIGIN, Whole};

/// luacheck's longest line.
const WIDTH: usize = 120;

/// A class for each type, and classes with a field for each command and notification.
pub fn lua() -> String {
    let whole = Whole::new();
    let mut out = format!("---@meta\n-- {ORIGIN}\n");
    whole.types().iter().for_each(|declared| declare(&mut out, declared));
    out += "\n--- Every command, with its one argument.\n---@class unembed.Commands\n";
    for (name, shapes) in &whole.commands {
        let (arguments, result) = (written(&shapes["arguments"]), written(&shapes["result"]));
        let _ = writeln!(out, "---@field ['{name}'] {{arguments: {arguments}, result: {result}}}");
    }
    out += "\n--- Every notification from the server.\n---@class unembed.Notifications\n";
    for (name, schema) in &whole.notifications {
        let _ = writeln!(out, "---@field ['{name}'] {}", written(&schema["params"]));
    }
    out
}

fn declare(out: &mut String, Type { name, doc, shape }: &Type) {
    out.push('\n');
    comment(out, doc);
    let Shape::Object(fields) = shape else {
        let _ = writeln!(out, "---@alias unembed.{name} {}", write_shape(shape));
        return;
    };
    let _ = writeln!(out, "---@class unembed.{name}");
    for field in fields {
        let line = format!("---@field {}", member(field, " "));
        let whole = format!("{line} {}", field.doc);
        if whole.chars().count() <= WIDTH {
            let _ = writeln!(out, "{}", whole.trim_end());
        } else {
            comment(out, &field.doc);
            let _ = writeln!(out, "{line}");
        }
    }
}

fn comment(out: &mut String, doc: &str) {
    for line in wrap(doc, WIDTH - 4) {
        let _ = writeln!(out, "--- {line}");
    }
}

fn member(field: &Field, between: &str) -> String {
    format!("{}{}{between}{}", field.name, if field.optional { "?" } else { "" }, write_shape(&field.shape))
}

fn written(schema: &Value) -> String {
    write_shape(&Shape::of(schema))
}

fn write_shape(shape: &Shape) -> String {
    match shape {
        Shape::Any => "any".to_owned(),
        Shape::Null => "vim.NIL".to_owned(),
        Shape::Boolean => "boolean".to_owned(),
        Shape::Integer => "integer".to_owned(),
        Shape::Number => "number".to_owned(),
        Shape::Text => "string".to_owned(),
        Shape::Literal(text) => format!("'{text}'"),
        Shape::List(inner) if inner.choices().is_empty() => format!("{}[]", write_shape(inner)),
        Shape::List(inner) => format!("({})[]", write_shape(inner)),
        Shape::Object(fields) => {
            format!("{{{}}}", fields.iter().map(|f| member(f, ": ")).collect::<Vec<_>>().join(", "))
        }
        Shape::OneOf(choices) => choices.iter().map(|c| write_shape(&c.shape)).collect::<Vec<_>>().join("|"),
        Shape::Named(name) => format!("unembed.{name}"),
    }
}
