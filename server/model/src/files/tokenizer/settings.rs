//! `tokenizer_config.json` as transformers reads it: the class, and what changes the tokens of every text.

use lm::OpenError;
use serde_json::{Map, Value};

use crate::files::folder::Files;

pub(super) const CONFIG: &str = "tokenizer_config.json";

/// The settings. Which of them count depends on the class and on the tokenizer's other files.
pub(super) struct Settings {
    /// `model_type` of `config.json`.
    model_type: Option<String>,
    /// Every field of the file.
    pub(super) fields: Map<String, Value>,
    /// Whether a space is put before the text.
    pub(super) prefix_space: bool,
    /// Whether the tokens that begin and end a text are put around it.
    pub(super) bos: bool,
    pub(super) eos: bool,
    /// Whether special tokens in the text are read as other text.
    pub(super) split_special: bool,
}

impl Settings {
    /// Reads the file; all defaults if it does not exist.
    pub(super) fn read(files: &Files) -> Result<Self, OpenError> {
        let fields = object(files, CONFIG)?;
        let model_type = object(files, "config.json")?.get("model_type").and_then(Value::as_str).map(str::to_owned);
        let flag = |name: &str| match fields.get(name) {
            None | Some(Value::Null) => Ok(false),
            Some(Value::Bool(on)) => Ok(*on),
            Some(other) => {
                let message = format!("{name} is {}, but must be true or false; correct it", short(other));
                Err(OpenError::new(format!("{}: {message}", files.shown(CONFIG))))
            }
        };
        Ok(Self {
            model_type,
            prefix_space: flag("add_prefix_space")?,
            bos: flag("add_bos_token")?,
            eos: flag("add_eos_token")?,
            split_special: flag("split_special_tokens")?,
            fields,
        })
    }

    /// Whether transformers splits texts by Qwen 2's own rules and not by those of `tokenizer.json`.
    pub(super) fn is_qwen2(&self) -> bool {
        self.model_type.as_ref().is_some_and(|kind| kind == "qwen2")
    }

    pub(super) fn class(&self) -> Option<&str> {
        self.fields.get("tokenizer_class").and_then(Value::as_str)
    }

    /// Whether the class is GPT-2's own, which has defaults of its own. Without a class, the model's type decides.
    pub(super) fn is_gpt2(&self) -> bool {
        let of_gpt2 = self.model_type.as_ref().is_none_or(|kind| kind == "gpt2");
        self.class().map_or(of_gpt2, |class| class.starts_with("GPT2"))
    }
}

/// A JSON object; empty if the file does not exist.
pub(super) fn object(files: &Files, name: &str) -> Result<Map<String, Value>, OpenError> {
    let Some(text) = files.read(name)? else { return Ok(Map::new()) };
    serde_json::from_slice(&text).map_err(|e| {
        OpenError::new(format!("{}: is not a JSON object ({e}); correct it or fetch it again", files.shown(name)))
    })
}

/// A value, as long as an error can quote it.
pub(super) fn short(value: &Value) -> String {
    value.to_string().chars().take(60).collect()
}
