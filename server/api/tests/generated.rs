//! The generated files are those that the declarations make.

use std::fs;
use std::path::{Path, PathBuf};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn check(file: &str, made: &str, same: fn(&str, &str) -> bool) {
    let path = repository().join(file);
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, made).expect("the repository can be written");
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

fn check_page(file: &str) {
    let page = fs::read_to_string(repository().join(file)).expect("the page can be read");
    let made = api::schema::markdown::fill(&page).expect("every marker names a table and has an end");
    check(file, &made, |a, b| a == b);
}

#[test]
fn the_tables_of_the_pages_are_fresh() {
    let pages = ["server/api/PROTOCOL.md", "server/cli/COMMANDS.md"];
    pages.iter().for_each(|file| check_page(file));
    let text = pages.map(|file| fs::read_to_string(repository().join(file)).expect("the page can be read")).concat();
    let tables: Vec<_> = api::schema::markdown::tables_of(&text).collect();
    assert_eq!(tables, api::schema::markdown::TABLES, "each table is in a page");
}

/// schemars numbers types of one name, which would be hard to tell apart in the editors.
#[test]
fn every_reference_has_its_type_and_every_type_its_own_name() {
    fn references(schema: &serde_json::Value, found: &mut Vec<String>) {
        match schema {
            serde_json::Value::Object(members) => {
                found.extend(members.get("$ref").and_then(|r| r.as_str()).map(str::to_owned));
                members.values().for_each(|member| references(member, found));
            }
            serde_json::Value::Array(all) => all.iter().for_each(|one| references(one, found)),
            _ => {}
        }
    }
    let (schema, mut found) = (api::schema::schema(), Vec::new());
    references(&schema, &mut found);
    assert!(found.len() > 100);
    for reference in found {
        let name = reference.strip_prefix("#/$defs/").unwrap();
        assert!(schema["$defs"][name].is_object(), "{reference}");
        assert!(!name.ends_with(|c: char| c.is_ascii_digit()), "{reference}");
    }
}

#[test]
fn fields_have_their_documentation() {
    let fields = api::schema::fields();
    let doc = |of: &str, name: &str| fields.iter().find(|f| f.of == of && f.name == name).map(|f| f.doc.as_str());
    assert_eq!(doc("LayerDocument", "kl"), Some("KL(after || before) in nats."));
    // Of a flattened type.
    assert!(doc("TraceArguments", "uri").is_some_and(|doc| !doc.is_empty()));
    assert_eq!(doc("RunDocument", "nothing"), None);
    let undocumented: Vec<_> = fields.iter().filter(|f| f.doc.is_empty()).map(|f| (&f.of, &f.name)).collect();
    assert!(undocumented.is_empty(), "say what these fields mean: {undocumented:?}");
}
