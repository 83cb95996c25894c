//! The types of settings: how each is read, the message for an invalid value, and its schema.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    /// One of the given words.
    Choice(&'static [&'static str]),
    /// Smallest and largest value.
    Number(usize, usize),
    Truth,
    Path,
    Paths,
    Level,
    Models,
}

/// The log level. Each level includes the messages of the levels before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// No messages.
    Off,
    /// Failures.
    Error,
    /// Problems that did not cause a failure.
    Warn,
    /// Completed actions.
    Info,
    /// Details of actions.
    Debug,
    /// Every step.
    Trace,
}

/// A configured model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    pub place: Place,
    /// The storage of its linear layers; `None` means float32.
    pub quantize: Option<Quantization>,
}

/// The location of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A folder.
    Path(PathBuf),
    /// A Hugging Face id.
    Id(String),
}

/// A quantised format of linear layers.
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
    /// The allowed values in words, for messages and the manual.
    pub(crate) fn wanted(&self) -> String {
        match self {
            Self::Text => "text".to_owned(),
            Self::Choice(words) => format!("one of {}", words.join(", ")),
            Self::Number(from, to) => format!("a whole number from {from} to {to}"),
            Self::Truth => "true or false".to_owned(),
            Self::Path => "an absolute path (or ~/...), or empty".to_owned(),
            Self::Paths => "a list of absolute paths (or ~/...)".to_owned(),
            Self::Level => "off, error, warn, info, debug or trace".to_owned(),
            Self::Models => "a table of names, each with path or id".to_owned(),
        }
    }

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
                    "quantize": {"enum": ["q8_0", "q4k"], "description": "The storage format of linear layers."},
                },
                "oneOf": [{"required": ["path"]}, {"required": ["id"]}],
                "additionalProperties": false,
            }}),
        }
    }
}

/// A type that a setting can have.
pub(crate) trait Setting: Sized {
    /// Sets the value. An invalid value is not set; the result lists each one as its key below the setting's own (""
    /// means the setting itself) and the allowed values.
    fn put(&mut self, value: &Value, kind: &Kind) -> Vec<(String, String)>;

    /// The value as JSON.
    fn json(&self) -> Value;
}

/// Sets `field` to `read`, or reports the allowed values if there is none.
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
        take(self, value.as_str().map(PathBuf::from).filter(|p| p.as_os_str().is_empty() || is_absolute(p)), kind)
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
        let path = |value: &Value| value.as_str().map(PathBuf::from).filter(|path| is_absolute(path));
        take(self, value.as_array().and_then(|list| list.iter().map(path).collect()), kind)
    }

    fn json(&self) -> Value {
        json!(self)
    }
}

impl Setting for BTreeMap<String, Model> {
    /// Adds names to those of the lower layers. An invalid entry does not affect the others.
    fn put(&mut self, value: &Value, kind: &Kind) -> Vec<(String, String)> {
        let Some(table) = value.as_object() else { return vec![(String::new(), kind.wanted())] };
        let mut invalid = Vec::new();
        for (name, value) in table {
            match model(value) {
                Ok(model) => drop(self.insert(name.clone(), model)),
                Err(wanted) => invalid.push((name.clone(), wanted)),
            }
        }
        invalid
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
        .map_err(|_| "a table with path or id, and optionally quantize (q8_0 or q4k)".to_owned())?;
    let place = match (written.path, written.id) {
        (Some(path), None) if is_absolute(&path) => Place::Path(path),
        (Some(_), None) => return Err("a table whose path is absolute (or ~/...)".to_owned()),
        (None, Some(id)) => Place::Id(id),
        _ => return Err("a table with either path or id".to_owned()),
    };
    Ok(Model { place, quantize: written.quantize })
}

/// True if the path does not depend on the program's working directory.
fn is_absolute(path: &Path) -> bool {
    path.is_absolute() || path.starts_with("~")
}
