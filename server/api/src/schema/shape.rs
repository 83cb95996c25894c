//! The part of JSON Schema that serde's types need, as a tree.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

/// A named type.
pub(super) struct Type {
    pub(super) name: String,
    pub(super) doc: String,
    pub(super) shape: Shape,
}

/// What a JSON value looks like.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Shape {
    Any,
    Null,
    Boolean,
    Integer,
    Number,
    Text,
    /// This text.
    Literal(String),
    List(Box<Shape>),
    Object(Vec<Field>),
    OneOf(Vec<Choice>),
    /// A type of this name.
    Named(String),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) doc: String,
    pub(super) optional: bool,
    pub(super) shape: Shape,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Choice {
    pub(super) doc: String,
    pub(super) shape: Shape,
}

impl Type {
    pub(super) fn of(name: &str, schema: &Value) -> Self {
        let shape = Shape::of(schema);
        let mut doc = doc(schema);
        for Choice { doc: about, shape } in shape.choices() {
            let label = match shape {
                Shape::Literal(text) => text,
                Shape::Object(fields) if !fields.is_empty() => &fields[0].name,
                _ => continue,
            };
            if !about.is_empty() {
                doc.push_str(&format!("\n`{label}`: {about}"));
            }
        }
        Self { name: name.to_owned(), doc, shape }
    }
}

impl Shape {
    pub(super) fn of(schema: &Value) -> Self {
        let text = |key: &str| schema[key].as_str();
        if let Some(reference) = text("$ref") {
            return Self::Named(reference.rsplit('/').next().unwrap_or_default().to_owned());
        }
        if let Some(text) = text("const") {
            return Self::Literal(text.to_owned());
        }
        if let Some(all) = schema["enum"].as_array() {
            let literal = |value: &Value| Self::Literal(value.as_str().unwrap_or_default().to_owned());
            return Self::one_of(all.iter().map(|value| Choice { doc: String::new(), shape: literal(value) }));
        }
        if let Some(all) = schema["oneOf"].as_array().or(schema["anyOf"].as_array()) {
            return Self::one_of(all.iter().map(|choice| Choice { doc: doc(choice), shape: Self::of(choice) }));
        }
        match &schema["type"] {
            Value::Array(all) => {
                let one = |name: &Value| Choice { doc: String::new(), shape: Self::of_type(name, schema) };
                Self::one_of(all.iter().map(one))
            }
            name => Self::of_type(name, schema),
        }
    }

    fn of_type(name: &Value, schema: &Value) -> Self {
        match name.as_str() {
            Some("null") => Self::Null,
            Some("boolean") => Self::Boolean,
            Some("integer") => Self::Integer,
            Some("number") => Self::Number,
            Some("string") => Self::Text,
            Some("array") => Self::List(Box::new(Self::of(&schema["items"]))),
            Some("object") => Self::Object(fields(schema)),
            _ => Self::Any,
        }
    }

    fn one_of(choices: impl Iterator<Item = Choice>) -> Self {
        let flat = choices.flat_map(|choice| match choice.shape {
            Self::OneOf(inner) => inner,
            _ => vec![choice],
        });
        Self::OneOf(flat.collect())
    }

    pub(super) fn choices(&self) -> &[Choice] {
        match self {
            Self::OneOf(choices) => choices,
            _ => &[],
        }
    }

    /// Every field of this shape and of those inside it.
    pub(super) fn fields(&self, each: &mut dyn FnMut(&Field)) {
        match self {
            Self::Object(fields) => {
                for field in fields {
                    each(field);
                    field.shape.fields(each);
                }
            }
            Self::List(inner) => inner.fields(each),
            // A choice's documentation is that of its one field.
            Self::OneOf(choices) => choices.iter().for_each(|choice| {
                choice.shape.fields(&mut |field| match field.doc.is_empty() {
                    true => each(&Field { doc: choice.doc.clone(), ..field.clone() }),
                    false => each(field),
                });
            }),
            _ => {}
        }
    }

    /// See `super::check`.
    pub(super) fn check(&self, value: &Value, path: &str, types: &BTreeMap<String, Shape>) -> Result<(), Mismatch> {
        let is = match (self, value) {
            (Self::Any, _) | (Self::Null, Value::Null) | (Self::Boolean, Value::Bool(_)) => true,
            (Self::Integer, value) => value.is_u64() || value.is_i64(),
            (Self::Number, value) => value.is_number(),
            (Self::Text, value) => value.is_string(),
            (Self::Literal(text), value) => value == text.as_str(),
            (Self::List(inner), Value::Array(all)) => {
                let mut numbered = all.iter().enumerate();
                return numbered.try_for_each(|(n, value)| inner.check(value, &format!("{path}[{n}]"), types));
            }
            (Self::Object(fields), Value::Object(members)) => {
                if let Some(name) = members.keys().find(|name| fields.iter().all(|f| f.name != **name)) {
                    return Err(Mismatch::Unknown(format!("{path}.{name}")));
                }
                return fields.iter().try_for_each(|field| {
                    let path = format!("{path}.{}", field.name);
                    match members.get(&field.name) {
                        Some(value) => field.shape.check(value, &path, types),
                        None if field.optional => Ok(()),
                        None => Err(Mismatch::Missing(path)),
                    }
                });
            }
            (Self::OneOf(choices), value) => {
                let mut wrong = choices.iter().filter_map(|choice| choice.shape.check(value, path, types).err());
                let tried = wrong.by_ref().take(choices.len()).collect::<Vec<_>>();
                return if tried.len() < choices.len() { Ok(()) } else { Err(Mismatch::NoChoice(tried)) };
            }
            (Self::Named(name), value) => {
                let unknown = || Mismatch::NoType { path: path.to_owned(), name: name.clone() };
                return types.get(name).ok_or_else(unknown)?.check(value, path, types);
            }
            _ => false,
        };
        let wrong = || Mismatch::Value { path: path.to_owned(), value: value.clone(), expected: format!("{self:?}") };
        if is { Ok(()) } else { Err(wrong()) }
    }
}

/// Why a JSON value is not of a type. A path is the type's name and the members down to the place.
#[derive(Clone, Debug, PartialEq)]
pub enum Mismatch {
    /// The schema does not have this member.
    Unknown(String),
    /// A member is missing.
    Missing(String),
    /// A value is not of the expected shape.
    Value { path: String, value: Value, expected: String },
    /// The schema does not have the type `name`.
    NoType { path: String, name: String },
    /// The value is of none of the types that it may have: what is wrong for each.
    NoChoice(Vec<Mismatch>),
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(path) => write!(f, "{path} is not in the schema"),
            Self::Missing(path) => write!(f, "{path} is missing"),
            Self::Value { path, value, expected } => write!(f, "{path} is {value}, which is not {expected}"),
            Self::NoType { path, name } => write!(f, "{path}: there is no type {name}"),
            Self::NoChoice(tried) => {
                let tried = tried.iter().map(Self::to_string).collect::<Vec<_>>();
                write!(f, "{}", tried.join("; "))
            }
        }
    }
}

impl std::error::Error for Mismatch {}

/// A schema's description on one line.
pub(super) fn doc(schema: &Value) -> String {
    schema["description"].as_str().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The fields that are always there in the order of their declaration, then the others by name.
fn fields(schema: &Value) -> Vec<Field> {
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    let place = |name: &str| required.iter().position(|r| r == name);
    let Some(properties) = schema["properties"].as_object() else { return Vec::new() };
    let field = |(name, schema): (&String, &Value)| {
        let (doc, shape) = (doc(schema), Shape::of(schema));
        Field { name: name.clone(), doc, optional: place(name).is_none(), shape }
    };
    let mut fields: Vec<_> = properties.iter().map(field).collect();
    fields.sort_by_key(|field| (place(&field.name).unwrap_or(usize::MAX), field.name.clone()));
    fields
}

/// Words in lines of at most `width` characters; the text's own line breaks stay.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for paragraph in text.lines() {
        lines.push(String::new());
        for word in paragraph.split_whitespace() {
            match lines.last_mut() {
                Some(line) if line.is_empty() => line.push_str(word),
                Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                    line.push(' ');
                    line.push_str(word);
                }
                _ => lines.push(word.to_owned()),
            }
        }
    }
    lines
}
