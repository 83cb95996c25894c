//! What is generated from the declarations of this crate and checked in: the JSON Schema, TypeScript's types, Lua's
//! annotations and the tables of the documentation, all from one walk over schemars' output.

mod lua;
pub mod markdown;
mod shape;
mod typescript;

pub use lua::lua;
pub use shape::Mismatch;
pub use typescript::typescript;

use std::collections::BTreeMap;

use schemars::generate::SchemaSettings;
use schemars::transform::{RestrictFormats, Transform, transform_subschemas};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value, json};
use shape::{Shape, Type};

use crate::command::{self, Command};
use crate::notification::{self, Notification};
use crate::*;

/// Where the editors' files say that they come from.
const ORIGIN: &str = "Generated from server/api by `UPDATE=1 cargo test -p api`; do not edit.";

/// The JSON Schema of everything: `documents` by the command that prints them, `commands` and `notifications` by name,
/// and the types in `$defs`.
pub fn schema() -> Value {
    let whole = Whole::new();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What unembed writes and reads as JSON",
        "version": SCHEMA,
        "documents": whole.documents,
        "commands": whole.commands,
        "notifications": whole.notifications,
        "initializationOptions": whole.wishes,
        "$defs": whole.definitions,
    })
}

/// A field of a JSON object, for checks of the documentation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldDoc {
    /// The type that has the field, such as `TraceDocument`.
    pub of: String,
    pub name: String,
    /// Empty where the name says it all.
    pub doc: String,
}

/// Every field of every type, by type.
pub fn fields() -> Vec<FieldDoc> {
    let mut all = Vec::new();
    for Type { name: of, shape, .. } in Whole::new().types() {
        shape.fields(&mut |field| {
            all.push(FieldDoc { of: of.clone(), name: field.name.clone(), doc: field.doc.clone() });
        });
    }
    all
}

/// What is wrong with a JSON value as a value of the type `name` of `$defs`: the path of the first member that the type
/// does not have or whose value it does not allow.
pub fn check(name: &str, value: &Value) -> Result<(), Mismatch> {
    let types = Whole::new().types().into_iter().map(|t| (t.name, t.shape)).collect::<BTreeMap<_, _>>();
    Shape::Named(name.to_owned()).check(value, name, &types)
}

/// schemars' output for every declaration, each named type once.
struct Whole {
    documents: Map<String, Value>,
    commands: Map<String, Value>,
    notifications: Map<String, Value>,
    wishes: Value,
    definitions: Map<String, Value>,
}

impl Whole {
    fn new() -> Self {
        let mut g = SchemaSettings::draft2020_12().for_serialize().into_generator();
        let documents = [
            ("clusters", of::<ClustersDocument>(&mut g)),
            ("generate", of::<GenerateDocument>(&mut g)),
            ("index build", of::<IndexDocument>(&mut g)),
            ("index drop", of::<DropDocument>(&mut g)),
            ("index examples", of::<IndexDocument>(&mut g)),
            ("index status", of::<IndexDocument>(&mut g)),
            ("models", of::<ModelsDocument>(&mut g)),
            ("models fetch", of::<FetchedDocument>(&mut g)),
            ("names", of::<NamesDocument>(&mut g)),
            ("names remove", of::<DoneDocument>(&mut g)),
            ("names rename", of::<DoneDocument>(&mut g)),
            ("names set", of::<DoneDocument>(&mut g)),
            ("report", of::<ReportDocument>(&mut g)),
            ("search", of::<SearchDocument>(&mut g)),
            ("status", of::<StatusDocument>(&mut g)),
            ("stop", of::<StopDocument>(&mut g)),
            ("trace", of::<TraceDocument>(&mut g)),
            ("vector", of::<VectorDocument>(&mut g)),
        ];
        let commands = [
            command_of::<command::CheckName>(&mut g),
            command_of::<command::Choose>(&mut g),
            command_of::<command::Clusters>(&mut g),
            command_of::<command::Fetch>(&mut g),
            command_of::<command::Generate>(&mut g),
            command_of::<command::Intervene>(&mut g),
            command_of::<command::Interventions>(&mut g),
            command_of::<command::Name>(&mut g),
            command_of::<command::Search>(&mut g),
            command_of::<command::Strengths>(&mut g),
            command_of::<command::Structure>(&mut g),
            command_of::<command::Trace>(&mut g),
            command_of::<command::Vector>(&mut g),
        ];
        let notifications =
            [notification_of::<notification::Generated>(&mut g), notification_of::<notification::Status>(&mut g)];
        let wishes = of::<notification::Wishes>(&mut g);
        let mut definitions = g.take_definitions(false);
        let mut formats = RestrictFormats::default();
        formats.infer_from_meta_schema = false;
        for definition in definitions.values_mut().filter_map(|d| <&mut Schema>::try_from(d).ok()) {
            formats.transform(definition);
            AbsentNotNull.transform(definition);
        }
        let named = |(name, value): (&str, Value)| (name.to_owned(), value);
        Self {
            documents: documents.into_iter().map(named).collect(),
            commands: commands.into_iter().map(named).collect(),
            notifications: notifications.into_iter().map(named).collect(),
            wishes,
            definitions,
        }
    }

    /// By name.
    fn types(&self) -> Vec<Type> {
        let mut types: Vec<_> = self.definitions.iter().map(|(name, schema)| Type::of(name, schema)).collect();
        types.sort_by(|a, b| a.name.cmp(&b.name));
        types
    }
}

/// Of a command or a notification.
fn about(schema: &Value) -> &str {
    schema["description"].as_str().unwrap_or_default()
}

fn of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Value {
    generator.subschema_for::<T>().to_value()
}

fn command_of<C: Command>(generator: &mut SchemaGenerator) -> (&'static str, Value) {
    let (arguments, result) = (of::<C::Arguments>(generator), of::<C::Result>(generator));
    (C::NAME, json!({"description": C::ABOUT, "arguments": arguments, "result": result}))
}

fn notification_of<N: Notification>(generator: &mut SchemaGenerator) -> (&'static str, Value) {
    (N::NAME, json!({"description": N::ABOUT, "params": of::<N::Params>(generator)}))
}

/// Marks a field that is absent in some objects and null in others: one of a flattened `Option`.
const NULLABLE: &str = "x-nullable";

/// Takes null out of the types of optional fields: they are skipped where there is no value.
struct AbsentNotNull;

impl Transform for AbsentNotNull {
    fn transform(&mut self, schema: &mut Schema) {
        transform_subschemas(self, schema);
        let required = schema.get("required").cloned().unwrap_or_default();
        let is_required = |name: &str| required.as_array().is_some_and(|all| all.iter().any(|r| r == name));
        let Some(Value::Object(properties)) = schema.get_mut("properties") else { return };
        for (name, property) in properties.iter_mut() {
            let Some(property) = property.as_object_mut() else { continue };
            if property.remove(NULLABLE).is_none() && !is_required(name) {
                without_null(property);
            }
        }
    }
}

fn without_null(property: &mut Map<String, Value>) {
    if let Some(Value::Array(types)) = property.get_mut("type") {
        types.retain(|t| t != "null");
        if let [only] = &types[..] {
            let only = only.clone();
            property.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(choices)) = property.get_mut("anyOf") {
        choices.retain(|choice| choice["type"] != "null");
        if let [Value::Object(only)] = &choices[..] {
            let only = only.clone();
            property.remove("anyOf");
            property.extend(only);
        }
    }
}
