//! The metadata of a GGUF file: values by key, and errors that name the key.

use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq)]
pub(in crate::files) enum Value {
    Flag(bool),
    Whole(i64),
    Real(f64),
    Text(String),
    Texts(Vec<String>),
    Wholes(Vec<i64>),
    Reals(Vec<f32>),
}

#[derive(Debug, Default)]
pub(in crate::files) struct Metadata(pub(super) BTreeMap<String, Value>);

impl Metadata {
    pub(in crate::files) fn get(&self, key: &str) -> Option<&Value> {
        self.0.get(key)
    }

    /// A number that is not negative.
    pub(in crate::files) fn whole(&self, key: &str) -> Result<Option<u64>, String> {
        self.read(key, "a whole number", |value| match value {
            Value::Whole(n) => u64::try_from(*n).ok(),
            _ => None,
        })
    }

    /// A finite number.
    pub(in crate::files) fn real(&self, key: &str) -> Result<Option<f64>, String> {
        self.read(key, "a number", |value| match value {
            Value::Real(n) => Some(*n).filter(|n| n.is_finite()),
            Value::Whole(n) => Some(*n as f64),
            _ => None,
        })
    }

    pub(in crate::files) fn flag(&self, key: &str) -> Result<Option<bool>, String> {
        self.read(key, "true or false", |value| match value {
            Value::Flag(on) => Some(*on),
            _ => None,
        })
    }

    pub(in crate::files) fn text(&self, key: &str) -> Result<Option<&str>, String> {
        self.read(key, "a text", |value| match value {
            Value::Text(text) => Some(text.as_str()),
            _ => None,
        })
    }

    pub(in crate::files) fn texts(&self, key: &str) -> Result<Option<&[String]>, String> {
        self.read(key, "a list of texts", |value| match value {
            Value::Texts(list) => Some(list.as_slice()),
            _ => None,
        })
    }

    pub(in crate::files) fn wholes(&self, key: &str) -> Result<Option<&[i64]>, String> {
        self.read(key, "a list of whole numbers", |value| match value {
            Value::Wholes(list) => Some(list.as_slice()),
            _ => None,
        })
    }

    pub(in crate::files) fn reals(&self, key: &str) -> Result<Option<&[f32]>, String> {
        self.read(key, "a list of numbers", |value| match value {
            Value::Reals(list) => Some(list.as_slice()),
            _ => None,
        })
    }

    fn read<'a, T>(&'a self, key: &str, what: &str, of: impl Fn(&'a Value) -> Option<T>) -> Result<Option<T>, String> {
        let Some(value) = self.0.get(key) else { return Ok(None) };
        of(value).map(Some).ok_or_else(|| format!("its metadata {key} is not {what}; fetch the file again"))
    }
}
