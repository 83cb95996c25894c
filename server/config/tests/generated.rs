//! The checked-in files in `config/` match the settings.

use std::fs;
use std::path::Path;

fn check(file: &str, made: &str, same: fn(&str, &str) -> bool) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config").join(file);
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, made).expect("write the generated file");
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(same(&found, made), "config/{file} is stale; run `UPDATE=1 cargo test -p config`");
}

// The order of keys has no meaning and depends on how serde_json was built.
fn same_json(a: &str, b: &str) -> bool {
    fn parse(text: &str) -> Option<serde_json::Value> {
        serde_json::from_str(text).ok()
    }
    parse(a).is_some() && parse(a) == parse(b)
}

#[test]
fn the_schema_is_up_to_date() {
    check("schema.json", &config::schema(), same_json);
}

/// `npm run settings` copies `config/vscode.json` into `package.json`.
#[test]
fn the_vscode_settings_are_up_to_date() {
    check("vscode.json", &config::vscode(), same_json);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../editors/vscode/package.json");
    let manifest: serde_json::Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let blocks = manifest["contributes"]["configuration"].as_array().unwrap();
    let ours = blocks.iter().find(|block| block["title"] == "Server").unwrap();
    assert!(
        same_json(&ours["properties"].to_string(), &config::vscode()),
        "editors/vscode/package.json is stale; run `npm run settings` there"
    );
}

#[test]
fn the_manual_is_up_to_date() {
    check("settings.md", &config::manual(), |a, b| a == b);
}

#[test]
fn the_manuals_example_is_valid() {
    let manual = config::manual();
    let example = manual.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("settings.toml");
    fs::write(&file, example).unwrap();
    let (settings, problems) = config::Layers { user: Some(file), ..Default::default() }.read();
    assert_eq!(problems, []);
    assert_eq!((settings.hover_layers, settings.models_configured.len()), (8, 2));
}
