//! The generated files are those that the declarations make.

use std::fs;
use std::path::Path;

fn check(file: &str, made: &str, same: fn(&str, &str) -> bool) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(file);
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, made).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(same(&found, made), "{file} is stale; run `UPDATE=1 cargo test -p api`");
}

// The order of keys means nothing and depends on how serde_json was built.
fn same_json(a: &str, b: &str) -> bool {
    fn parse(text: &str) -> Option<serde_json::Value> {
        serde_json::from_str(text).ok()
    }
    parse(a).is_some() && parse(a) == parse(b)
}

#[test]
fn the_schema_is_fresh() {
    check("server/api/schema.json", &format!("{:#}\n", api::schema::schema()), same_json);
}

#[test]
fn typescripts_types_are_fresh() {
    check("editors/vscode/src/shared/api.ts", &api::schema::typescript(), |a, b| a == b);
}

#[test]
fn luas_annotations_are_fresh() {
    check("editors/nvim/lua/unembed/api.lua", &api::schema::lua(), |a, b| a == b);
}
