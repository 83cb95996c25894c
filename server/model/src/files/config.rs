//! `config.json` as a list of fields. Each is read by name, and an error names the field. A family knows which fields a
//! model has.

use lm::OpenError;
use serde_json::{Map, Value};

/// The fields of a `config.json`.
pub(crate) struct ConfigFile<'a> {
    /// The file's name in errors.
    file: &'a str,
    map: Map<String, Value>,
}

impl<'a> ConfigFile<'a> {
    /// Reads the text of the file; `file` names it in errors.
    pub(crate) fn parse(text: &[u8], file: &'a str) -> Result<Self, OpenError> {
        let value: Value = serde_json::from_slice(text)
            .map_err(|e| OpenError::new(format!("{file}: is not JSON ({e}); correct it or fetch it again")))?;
        match value {
            Value::Object(map) => Ok(Self { file, map }),
            _ => Err(OpenError::new(format!("{file}: is not a JSON object; fetch the file again"))),
        }
    }

    /// The file without these fields.
    pub(crate) fn without(&self, names: &[&str]) -> Self {
        let mut map = self.map.clone();
        map.retain(|name, _| !names.contains(&name.as_str()));
        Self { file: self.file, map }
    }

    /// These fields of this file, where they are not null, and all others of `inner`.
    pub(crate) fn over(&self, mut inner: Self, names: &[&str]) -> Self {
        let own = names.iter().filter_map(|name| Some(((*name).to_owned(), self.get(name)?.clone())));
        inner.map.extend(own);
        inner
    }

    /// This field, if it is not written.
    pub(crate) fn or(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.map.entry(name).or_insert_with(|| value.into());
        self
    }

    /// A field that is present and not null.
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.map.get(name).filter(|v| !v.is_null())
    }

    /// A field that is present, null or not.
    pub(crate) fn written(&self, name: &str) -> Option<&Value> {
        self.map.get(name)
    }

    /// An error about the whole file or several fields.
    pub(crate) fn error(&self, message: &str) -> OpenError {
        OpenError::new(format!("{}: {message}", self.file))
    }

    /// An error about one field: it must be `what`.
    pub(crate) fn wanted(&self, name: &str, what: &str) -> OpenError {
        let found = self.map.get(name).map(Value::to_string).unwrap_or_default();
        let found: String = found.chars().take(60).collect();
        self.error(&format!("{name} is {found}, but must be {what}; correct the file or fetch it again"))
    }

    pub(crate) fn model_type(&self) -> Option<&str> {
        self.get("model_type").and_then(Value::as_str)
    }

    pub(crate) fn architectures(&self) -> Vec<&str> {
        let listed = self.get("architectures").and_then(Value::as_array).into_iter().flatten();
        listed.filter_map(Value::as_str).collect()
    }

    /// A positive whole number. If several names of one field are present, they must agree.
    pub(crate) fn size(&self, names: &[&str], default: usize) -> Result<usize, OpenError> {
        let mut found: Option<(usize, &str)> = None;
        for name in names {
            if self.get(name).is_none() {
                continue;
            }
            let size = self.get(name).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
            let size =
                size.filter(|n| (1..=1 << 32).contains(n)).ok_or_else(|| self.wanted(name, "a positive number"))?;
            match found {
                Some((other, first)) if other != size => {
                    return Err(self.error(&format!("{first} is {other} but {name} is {size}; keep the right one")));
                }
                _ => found = Some((size, name)),
            }
        }
        Ok(found.map_or(default, |(size, _)| size))
    }

    /// True or false, written as such.
    pub(crate) fn flag(&self, name: &str, default: bool) -> Result<bool, OpenError> {
        match self.get(name) {
            None => Ok(default),
            Some(value) => value.as_bool().ok_or_else(|| self.wanted(name, "true or false")),
        }
    }

    /// A finite number; `None` if the field is absent.
    pub(crate) fn number(&self, name: &str) -> Result<Option<f64>, OpenError> {
        let Some(value) = self.get(name) else { return Ok(None) };
        value.as_f64().filter(|n| n.is_finite()).map(Some).ok_or_else(|| self.wanted(name, "a number"))
    }

    /// A number above 0; `None` if the field is absent.
    pub(crate) fn positive(&self, name: &str) -> Result<Option<f64>, OpenError> {
        match self.number(name)? {
            Some(number) if number <= 0.0 => Err(self.wanted(name, "a number above 0")),
            number => Ok(number),
        }
    }

    /// The fields of an object in this file; `None` if it is absent. Errors name its fields as this file's.
    pub(crate) fn object(&self, name: &str) -> Result<Option<Self>, OpenError> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::Object(map)) => Ok(Some(Self { file: self.file, map: map.clone() })),
            Some(_) => Err(self.wanted(name, "an object")),
        }
    }

    /// A small number that is not negative, for example a norm's epsilon.
    pub(crate) fn epsilon(&self, name: &str, default: f32) -> Result<f32, OpenError> {
        let Some(value) = self.get(name) else { return Ok(default) };
        let epsilon = value.as_f64().map(|e| e as f32).filter(|e| e.is_finite() && *e >= 0.0);
        epsilon.ok_or_else(|| self.wanted(name, "a small positive number such as 1e-5"))
    }

    /// Token ids: null, a number or a list. Negative ids, which some files have, mean none. `default` is for a file
    /// without the field.
    pub(crate) fn tokens(&self, name: &str, default: &[u32]) -> Result<Vec<u32>, OpenError> {
        let list = match self.map.get(name) {
            None => return Ok(default.to_vec()),
            Some(Value::Null) => return Ok(Vec::new()),
            Some(Value::Array(list)) => list.iter().collect(),
            Some(one) => vec![one],
        };
        let ids: Option<Vec<i64>> = list.into_iter().map(Value::as_i64).collect();
        let ids = ids.ok_or_else(|| self.wanted(name, "a token id, a list of them, or null"))?;
        Ok(ids.into_iter().filter_map(|id| u32::try_from(id).ok()).collect())
    }
}
