//! Generates files from the settings: a JSON schema for editors, a manual page, and the properties of VS Code's
//! settings page. The files are checked in.

use std::fmt::Write;

use serde_json::{Map, Value, json};

use crate::settings::{ROWS, Row, Scope};

/// The JSON schema of a settings file.
pub fn schema() -> String {
    let mut root = Map::new();
    for row in ROWS {
        let mut entry = row.kind.schema();
        entry["default"] = (row.default)();
        entry["markdownDescription"] = json!(doc(row, " "));
        let group = row.name.split_once('.');
        let (properties, name) = match group {
            None => (&mut root, row.name),
            Some((group, name)) => {
                let empty = json!({"type": "object", "additionalProperties": false, "properties": {}});
                let group = root.entry(group).or_insert(empty);
                let Some(Value::Object(properties)) = group.get_mut("properties") else { continue };
                (properties, name)
            }
        };
        properties.insert(name.to_owned(), entry);
    }
    let schema = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "unembed's settings",
        "type": "object",
        "additionalProperties": false,
        "properties": root,
    });
    format!("{schema:#}\n")
}

/// The `properties` of VS Code's `contributes.configuration`: the settings that an editor may send. Settings with the
/// user scope are left out, because they belong in the user's settings file, which all editors share.
pub fn vscode() -> String {
    let sent = ROWS.iter().filter(|row| row.scope == Scope::Workspace);
    let properties: Map<_, _> = sent
        .map(|row| {
            let mut entry = row.kind.schema();
            if entry.get("enum").is_some() {
                entry["type"] = json!("string");
            }
            entry["default"] = (row.default)();
            entry["markdownDescription"] = json!(doc(row, " "));
            entry["scope"] = json!("window");
            (format!("unembed.{}", row.name), entry)
        })
        .collect();
    format!("{:#}\n", Value::Object(properties))
}

/// The manual page of the settings, Markdown.
pub fn manual() -> String {
    let mut page = "# Settings\n\n\
        Generated from `server/config/src/settings.rs`; do not edit.\n\n\
        Each layer overrides the one before, setting by setting: the defaults below; your settings file\n\
        (`unembed/settings.toml` in your system's configuration folder, `~/.config` on Linux); the workspace's file\n\
        (`.unembed.toml` in its root); the settings that your editor sends. An invalid value is reported and ignored; all\n\
        other values apply. Decoding options (temperature, tokens, seed) are not settings: write them in the prompt file.\n"
        .to_owned();
    for row in ROWS {
        let who = match row.scope {
            Scope::Workspace => "you or the workspace",
            Scope::User => "you, not the workspace",
        };
        let default = (row.default)();
        let about = format!("Set by {who}; {}; default `{default}`.", row.kind.wanted());
        let _ = write!(page, "\n## `{}`\n\n{}\n\n{about}\n", row.name, doc(row, "\n"));
    }
    page += "\n## Example\n\n```toml\n[models]\ndefault = \"small\"\npaths = [\"~/models\"]\n\n\
        [models.configured]\nsmall = { id = \"openai-community/gpt2\" }\n\
        large = { path = \"~/models/gpt2-xl\", quantize = \"q8_0\" }\n\n[hover]\nlayers = 8\n```\n";
    page
}

fn doc(row: &Row, between: &str) -> String {
    row.doc.iter().map(|line| line.trim()).collect::<Vec<_>>().join(between)
}
