//! What is beside a tokenizer, in `special_tokens_map.json`, `added_tokens.json` and `tokenizer_config.json`: the special
//! tokens, read as transformers reads them.

use lm::OpenError;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::settings::{CONFIG, Settings, object, short};
use super::vocabulary::{AddedEntry, Vocabulary};
use crate::files::folder::Files;

const MAP: &str = "special_tokens_map.json";
const ADDED: &str = "added_tokens.json";

/// The named tokens, in the order in which new ones get their ids.
const NAMES: [&str; 7] = ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"];
/// The default of the first three in a GPT-2 tokenizer.
const END: &str = "<|endoftext|>";
const LISTS: [&str; 2] = ["additional_special_tokens", "extra_special_tokens"];

/// The texts of the tokens that begin and end a text; none if a file says null.
#[derive(Default)]
pub(super) struct Ends {
    pub(super) bos: Option<String>,
    pub(super) eos: Option<String>,
}

/// Adds the tokens that only these files name.
pub(super) fn add(
    files: &Files,
    settings: &Settings,
    vocabulary: &Vocabulary,
    added: &mut Vec<AddedEntry>,
) -> Result<Ends, OpenError> {
    let config = &settings.fields;
    let wrong = |file: &'static str| move |e: String| OpenError::new(format!("{}: {e}", files.shown(file)));
    let mut found = Found { vocabulary, added };
    let mut named = names(config, settings.is_gpt2()).map_err(wrong(CONFIG))?;
    let mut ends = Ends::of(config, settings.is_gpt2());
    match config.get("added_tokens_decoder").filter(|decoder| !decoder.is_null()) {
        // If it is present, transformers ignores the older files.
        Some(decoder) => numbered(decoder).map_err(wrong(CONFIG))?.into_iter().for_each(|(id, t)| found.push(id, t)),
        None => {
            let older = listed(object(files, ADDED)?).map_err(wrong(ADDED))?;
            older.into_iter().for_each(|(id, token)| found.push(id, token));
            let map = object(files, MAP)?;
            names(&map, settings.is_gpt2()).map_err(wrong(MAP))?;
            let both = config.clone().into_iter().chain(map).collect();
            named = names(&both, settings.is_gpt2()).map_err(wrong(MAP))?;
            ends = Ends::of(&both, settings.is_gpt2());
        }
    }
    named.into_iter().for_each(|token| found.named(token));
    Ok(ends)
}

impl Ends {
    fn of(config: &Map<String, Value>, is_gpt2: bool) -> Self {
        let text = |name| match config.get(name) {
            None => is_gpt2.then(|| END.to_owned()),
            Some(value) => Named::of(value).map(|token| token.content),
        };
        Self { bos: text("bos_token"), eos: text("eos_token") }
    }
}

/// A token as these files describe it.
#[derive(Clone, Deserialize)]
struct Named {
    content: String,
    #[serde(default)]
    single_word: bool,
    #[serde(default)]
    lstrip: bool,
    #[serde(default)]
    rstrip: bool,
    #[serde(default)]
    normalized: bool,
}

impl Named {
    fn plain(content: String) -> Self {
        Self { content, single_word: false, lstrip: false, rstrip: false, normalized: false }
    }

    /// A text, or a description of a token.
    fn of(value: &Value) -> Option<Self> {
        match value {
            Value::String(content) => Some(Self::plain(content.clone())),
            Value::Object(_) => Self::deserialize(value).ok(),
            _ => None,
        }
    }
}

/// `{"50256": {"content": "<|endoftext|>", ...}}`, by id.
fn numbered(decoder: &Value) -> Result<Vec<(u32, Named)>, String> {
    let tokens = decoder.as_object().and_then(|tokens| {
        tokens.iter().map(|(id, token)| Some((id.parse().ok()?, Named::of(token)?))).collect::<Option<Vec<_>>>()
    });
    let mut tokens =
        tokens.ok_or("added_tokens_decoder is not a list of tokens by id; correct it or fetch it again")?;
    tokens.sort_by_key(|(id, _)| *id);
    Ok(tokens)
}

/// `{"<pad>": 50257}`, by id.
fn listed(tokens: Map<String, Value>) -> Result<Vec<(u32, Named)>, String> {
    let token = |(content, id): (String, Value)| Some((u32::try_from(id.as_u64()?).ok()?, Named::plain(content)));
    let tokens = tokens.into_iter().map(token).collect::<Option<Vec<_>>>();
    let mut tokens = tokens.ok_or("is not a list of tokens with ids; correct it or fetch it again")?;
    tokens.sort_by_key(|(id, _)| *id);
    Ok(tokens)
}

/// Every token that has a name.
fn names(config: &Map<String, Value>, is_gpt2: bool) -> Result<Vec<Named>, String> {
    let read = |name: &str, value: &Value| {
        Named::of(value).ok_or_else(|| format!("{name} is {}, but must be a token; correct it", short(value)))
    };
    let mut found = Vec::new();
    for (at, name) in NAMES.into_iter().enumerate() {
        match config.get(name) {
            None if at < 3 && is_gpt2 => found.push(Named::plain(END.to_owned())),
            None | Some(Value::Null) => {}
            Some(value) => found.push(read(name, value)?),
        }
    }
    for (name, value) in config.iter().filter(|(name, _)| name.ends_with("_token") && !NAMES.contains(&name.as_str())) {
        // A model's own named tokens. Flags like `add_bos_token` end the same way.
        if value.is_string() {
            found.push(read(name, value)?);
        }
    }
    for name in LISTS {
        match config.get(name) {
            None | Some(Value::Null) => {}
            Some(Value::Array(list)) => list.iter().try_for_each(|v| read(name, v).map(|token| found.push(token)))?,
            Some(Value::Object(map)) => map.values().try_for_each(|v| read(name, v).map(|token| found.push(token)))?,
            Some(other) => return Err(format!("{name} is {}, but must be a list of tokens; correct it", short(other))),
        }
    }
    Ok(found)
}

/// The tokens found so far; of two with the same text the first counts.
struct Found<'a> {
    vocabulary: &'a Vocabulary,
    added: &'a mut Vec<AddedEntry>,
}

impl Found<'_> {
    /// A token of the vocabulary, or else a new one.
    fn named(&mut self, token: Named) {
        let known = self.vocabulary.get(&token.content).copied();
        let size = self.vocabulary.len() as u32;
        let next = || self.added.iter().map(|a| a.id.saturating_add(1)).max().map_or(size, |next| next.max(size));
        let id = known.unwrap_or_else(next);
        self.push(id, token);
    }

    fn push(&mut self, id: u32, token: Named) {
        let Named { content, single_word, lstrip, rstrip, normalized } = token;
        if !content.is_empty() && !self.added.iter().any(|a| a.content == content) {
            self.added.push(AddedEntry { id, content, single_word, lstrip, rstrip, normalized, special: true });
        }
    }
}

#[cfg(test)]
mod tests;
