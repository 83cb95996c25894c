//! What a setting may be: how it is read, what is said where it cannot be, and its schema.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The kinds of settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    /// One of these.
    Choice(&'static [&'static str]),
    /// From, to.
    Number(usize, usize),
    Truth,
    Path,
    Paths,
    Level,
    Models,
}

/// How much is written to the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Nothing.
    Off,
    /// What failed.
    Error,
    /// And what may fail.
    Warn,
    /// And what was done.
    Info,
    /// And how.
    Debug,
    /// And every step.
    Trace,
}

/// A model that the user gave a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    /// Where it is.
    pub place: Place,
    /// How its linear layers are stored; `None` is float32.
    pub quantize: Option<Quantization>,
}

/// Where a model is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A folder.
    Path(PathBuf),
    /// A Hugging Face id.
    Id(String),
}

/// How linear layers may be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quantization {
    /// 8 bits.
    #[serde(rename = "q8_0")]
    Q8_0,
    /// 4 bits.
    Q4k,
}

impl Kind {
    /// What a value must be, for people.
    pub(crate) fn wanted(&self) -> String {
        match self {
            Self::Text => "text".to_owned(),
            Self::Choice(words) => format!("one of {}", words.join(", ")),
            Self::Number(from, to) => format!("a whole number from {from} to {to}"),
            Self::Truth => "true or false".to_owned(),
            Self::Path => "an absolute path (or ~/...), or nothing".to_owned(),
            Self::Paths => "a list of absolute paths (or ~/...)".to_owned(),
            Self::Level => "off, error, warn, info, debug or trace".to_owned(),
            Self::Models => "a table of names, each with path or id".to_owned(),
        }
    }

    /// JSON schema.
    pub(crate) fn schema(&self) -> Value {
        match self {
            Self::Text => json!({"type": "string", "minLength": 1}),
            Self::Choice(words) => json!({"enum": words}),
            Self::Number(from, to) => json!({"type": "integer", "minimum": from, "maximum": to}),
            Self::Truth => json!({"type": "boolean"}),
            Self::Path => json!({"type": "string"}),
            Self::Paths => json!({"type": "array", "items": {"type": "string"}}),
            Self::Level => json!({"enum": ["off", "error", "warn", "info", "debug", "trace"]}),
            Self::Models => json!({"type": "object", "additionalProperties": {
                "type": "object",
                "properties": {
                    "path": {"type": "string", "description": "A folder with a GPT-2 checkpoint."},
                    "id": {"type": "string", "description": "owner/name or owner/name@revision on the Hugging Face hub."},
                    "quantize": {"enum": ["q8_0", "q4k"], "description": "How linear layers are stored."},
                },
                "oneOf": [{"required": ["path"]}, {"required": ["id"]}],
                "additionalProperties": false,
            }}),
        }
    }
}

/// A type that a setting can have.
pub(crate) trait Setting: Sized {
    /// Takes a value on top of what is there. What is wrong stays as it was and comes back as the key below the
    /// setting's own ("" is the setting itself) and what is wanted there.
    fn put(&mut self, value: &Value, kind: &Kind) -> Vec<(String, String)>;

    /// As it would be written.
    fn json(&self) -> Value;
}

/// Takes the value if there is one.
fn take<T>(field: &mut T, read: Option<T>, kind: &Kind) -> Vec<(String, String)> {
    match read {
        Some(read) => {
            *field = read;
            Vec::new()
        }
        None => vec![(String::new(), kind.wanted())],
    }
}

impl Setting for String {
    fn put(&mut self, value: &Value, kind: &Kind) -> Vec<(String, String)> {
        let fits = |text: &&str| match kind {
            Kind::Choice(words) => words.contains(text),
            _ => !text.trim().is_empty(),
        };
        take(self, value.as_str().filter(fits).map(str::to_owned), kind)
    }

    fn json(&self) -> Value {
        json!(self)
    }
}

impl Setting for usize {
    fn put(&mut self, value: &Value, kind: &Kind) -> Vec<(String, String)> {
        let number = value.as_u64().and_then(|n| Self::try_from(n).ok());
        let fits = |n: &Self| !matches!(kind, Kind::Number(from, to) if n < from || n > to);
        take(self, number.filter(fits), kind)
    }

    fn json(&self) -> Value {
        json!(self)
    }
}

impl Setting for bool {
    fn put(&mut self, value: &Value, kind: &Kind) -> Vec<(String, String)> {
        take(self, value.as_bool(), kind)
    }

    fn json(&self) -> Value {
        json!(self)
    }
}

impl Setting for PathBuf {
    fn put(&mut self, value: &Value, kind: &Kind) -> Vec<(String, String)> {
        take(self, value.as_str().map(PathBuf::from).filter(|p| p.as_os_str().is_empty() || is_whole(p)), kind)
    }

    fn json(&self) -> Value {
        json!(self)
    }
}

impl Setting for Level {
    fn put(&mut self, value: &Value, kind: &Kind) -> Vec<(String, String)> {
        take(self, Self::deserialize(value).ok(), kind)
    }

    fn json(&self) -> Value {
        json!(self)
    }
}

impl Setting for Vec<PathBuf> {
    fn put(&mut self, value: &Value, kind: &Kind) -> Vec<(String, String)> {
        let path = |value: &Value| value.as_str().map(PathBuf::from).filter(|path| is_whole(path));
        take(self, value.as_array().and_then(|list| list.iter().map(path).collect()), kind)
    }

    fn json(&self) -> Value {
        json!(self)
    }
}

impl Setting for BTreeMap<String, Model> {
    /// Names are added to those of the layers below; each stands or falls alone.
    fn put(&mut self, value: &Value, kind: &Kind) -> Vec<(String, String)> {
        let Some(table) = value.as_object() else { return vec![(String::new(), kind.wanted())] };
        let mut wrong = Vec::new();
        for (name, value) in table {
            match model(value) {
                Ok(model) => drop(self.insert(name.clone(), model)),
                Err(wanted) => wrong.push((name.clone(), wanted)),
            }
        }
        wrong
    }

    fn json(&self) -> Value {
        let model = |model: &Model| {
            let (key, place) = match &model.place {
                Place::Path(path) => ("path", json!(path)),
                Place::Id(id) => ("id", json!(id)),
            };
            match model.quantize {
                None => json!({key: place}),
                Some(quantize) => json!({key: place, "quantize": quantize}),
            }
        };
        self.iter().map(|(name, m)| (name.clone(), model(m))).collect()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    path: Option<PathBuf>,
    id: Option<String>,
    quantize: Option<Quantization>,
}

fn model(value: &Value) -> Result<Model, String> {
    let written = Written::deserialize(value)
        .map_err(|_| "a table with path or id, and quantize (q8_0 or q4k) or not".to_owned())?;
    let place = match (written.path, written.id) {
        (Some(path), None) if is_whole(&path) => Place::Path(path),
        (Some(_), None) => return Err("a table whose path is absolute (or ~/...)".to_owned()),
        (None, Some(id)) => Place::Id(id),
        _ => return Err("a table with either path or id".to_owned()),
    };
    Ok(Model { place, quantize: written.quantize })
}

/// A path that does not depend on where the program was started.
fn is_whole(path: &Path) -> bool {
    path.is_absolute() || path.starts_with("~")
}
