//! What a checkpoint's tokenizer files say (`special` reads the files beside them). Settings whose tokens would not be
//! the text are refused by name.

use std::collections::HashSet;

use lm::OpenError;
use serde::Deserialize;
use serde_json::{Value, json};
use tokenizers::PreTokenizerWrapper;
use tokenizers::pre_tokenizers::byte_level::ByteLevel;

use super::cut::Splits;
use super::settings::Settings;
use super::special::{self, Ends};
use super::vocabulary::{AddedEntry, Vocabulary, complete};
use crate::files::folder::Files;

/// A tokenizer, independent of the files it comes from.
pub(super) struct Description {
    /// The file to name in errors.
    pub(super) file: String,
    pub(super) vocabulary: Vocabulary,
    /// In the order in which they apply.
    pub(super) merges: Vec<(String, String)>,
    pub(super) added: Vec<AddedEntry>,
    pub(super) flags: Flags,
    pub(super) pre_tokenizer: PreTokenizerWrapper,
    pub(super) splits: Splits,
    pub(super) wrap: Wrap,
    /// Whether a space is put before each stretch of text that does not begin with one.
    pub(super) prefix_space: bool,
}

/// Tokens that a post-processor puts around every text.
#[derive(Default)]
pub(super) struct Wrap {
    pub(super) before: Vec<u32>,
    pub(super) after: Vec<u32>,
}

/// Other settings of the BPE.
#[derive(Default)]
pub(super) struct Flags {
    pub(super) ignore_merges: bool,
    /// Special tokens in the text are read as other text.
    pub(super) split_special: bool,
}

/// Files of tokenizers that cannot be read, and their kind.
pub(crate) const OTHERS: [(&str, &str); 6] = [
    ("vocab.txt", "WordPiece"),
    ("spiece.model", "SentencePiece"),
    ("sentencepiece.bpe.model", "SentencePiece"),
    ("tokenizer.model", "SentencePiece"),
    ("spm.model", "SentencePiece"),
    ("tiktoken.model", "tiktoken"),
];

#[derive(Deserialize)]
struct TokenizerJson {
    #[serde(default)]
    normalizer: Value,
    #[serde(default)]
    pre_tokenizer: Value,
    #[serde(default)]
    post_processor: Value,
    #[serde(default)]
    added_tokens: Vec<AddedEntry>,
    model: Model,
}

#[derive(Deserialize)]
struct Model {
    #[serde(rename = "type")]
    kind: Option<String>,
    #[serde(default)]
    dropout: Option<f32>,
    #[serde(default)]
    unk_token: Option<String>,
    #[serde(default)]
    continuing_subword_prefix: Option<String>,
    #[serde(default)]
    end_of_word_suffix: Option<String>,
    #[serde(default)]
    byte_fallback: bool,
    #[serde(default)]
    ignore_merges: bool,
    #[serde(default)]
    vocab: Value,
    #[serde(default)]
    merges: Vec<Merge>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Merge {
    Pair(String, String),
    Line(String),
}

impl Description {
    /// From `tokenizer.json` if it exists, else from `vocab.json` and `merges.txt`.
    pub(super) fn read(files: &Files) -> Result<Self, OpenError> {
        let settings = Settings::read(files)?;
        let (file, described) = match files.read("tokenizer.json")? {
            Some(text) => ("tokenizer.json", from_json(&text, &settings)),
            None => match (files.read("vocab.json")?, files.read("merges.txt")?) {
                (Some(vocab), Some(merges)) => ("vocab.json", from_lists(&vocab, &merges, &settings)),
                _ => return Err(no_tokenizer(files)),
            },
        };
        let has_lists = file == "vocab.json";
        let file = files.shown(file);
        let described = described.and_then(|d| d.check().map(|()| d));
        let mut described = described.map_err(|e| OpenError::new(format!("{file}: {e}")))?;
        described.flags.split_special = settings.split_special;
        let ends = special::add(files, &settings, &described.vocabulary, &mut described.added)?;
        // If `tokenizer.json` exists, its post-processor decides, and transformers ignores these settings.
        if has_lists {
            described.wrap = described.ends(&settings, &ends);
        }
        Ok(Self { file, ..described })
    }

    /// The tokens that `add_bos_token` and `add_eos_token` put around a text; none that the files set to null.
    fn ends(&self, settings: &Settings, ends: &Ends) -> Wrap {
        let id = |on: bool, text: &Option<String>| {
            let text = text.as_ref().filter(|_| on)?;
            let added = || self.added.iter().find(|a| a.content == *text).map(|a| a.id);
            self.vocabulary.get(text).copied().or_else(added)
        };
        let list = |id: Option<u32>| id.into_iter().collect();
        Wrap { before: list(id(settings.bos, &ends.bos)), after: list(id(settings.eos, &ends.eos)) }
    }

    /// Checks that no id belongs to two tokens and that no token is empty.
    fn check(&self) -> Result<(), String> {
        if self.vocabulary.is_empty() {
            return Err("its vocabulary is empty; fetch the file again".to_owned());
        }
        let mut seen = HashSet::with_capacity(self.vocabulary.len());
        for (token, id) in &self.vocabulary {
            if token.is_empty() || !seen.insert(id) {
                return Err(format!("token {id} occurs twice or is empty; fetch the file again"));
            }
        }
        Ok(())
    }
}

fn from_json(text: &[u8], settings: &Settings) -> Result<Description, String> {
    let parsed: TokenizerJson =
        serde_json::from_slice(text).map_err(|e| format!("is not a tokenizer ({e}); fetch the file again"))?;
    let model = parsed.model;
    if let Some(kind) = model.kind.as_deref().filter(|kind| *kind != "BPE") {
        return Err(format!("is a {kind} tokenizer; a GPT-2's is byte-level BPE"));
    }
    let vocabulary: Vocabulary = serde_json::from_value(model.vocab)
        .map_err(|e| format!("its vocabulary is wrong ({e}); fetch the file again"))?;
    let set = |text: &Option<String>| text.as_deref().is_some_and(|t| !t.is_empty());
    for (name, is_set) in [
        ("dropout", model.dropout.is_some_and(|d| d != 0.0)),
        ("continuing_subword_prefix", set(&model.continuing_subword_prefix)),
        ("end_of_word_suffix", set(&model.end_of_word_suffix)),
        // With a token for every byte there is nothing to fall back from.
        ("byte_fallback", model.byte_fallback && !complete(&vocabulary)),
        ("unk_token", set(&model.unk_token) && !complete(&vocabulary)),
    ] {
        if is_set {
            return Err(format!("sets {name}, which changes the text; use a byte-level BPE without it"));
        }
    }
    let merges = model.merges.into_iter().map(pair).collect::<Result<_, _>>()?;
    normalizer(&parsed.normalizer, settings)?;
    let mut written = parsed.pre_tokenizer;
    let prefix_space = prefix_space(&mut written, settings)?;
    let splits = pre_tokenizer(&written, prefix_space)?;
    let wrap = wrap(&parsed.post_processor)?;
    let pre_tokenizer = serde_json::from_value(written)
        .map_err(|e| format!("its pre_tokenizer cannot be used ({e}); use the tokenizer of a GPT-2"))?;
    let flags = Flags { ignore_merges: model.ignore_merges, ..Flags::default() };
    let (file, added) = (String::new(), parsed.added_tokens);
    Ok(Description { file, vocabulary, merges, added, flags, pre_tokenizer, splits, wrap, prefix_space })
}

/// GPT-2's own two files.
fn from_lists(vocab: &[u8], merges: &[u8], settings: &Settings) -> Result<Description, String> {
    let vocabulary: Vocabulary =
        serde_json::from_slice(vocab).map_err(|e| format!("is not a vocabulary ({e}); fetch the file again"))?;
    let merges =
        std::str::from_utf8(merges).map_err(|e| format!("merges.txt beside it is not text ({e}); fetch it again"))?;
    let lines = merges.lines().filter(|line| !line.is_empty() && !line.starts_with("#version"));
    let merges = lines.map(|line| pair(Merge::Line(line.to_owned()))).collect::<Result<_, _>>()?;
    let prefix_space = settings.prefix_space;
    let pre_tokenizer = PreTokenizerWrapper::ByteLevel(ByteLevel::new(prefix_space, true, true));
    let splits = if prefix_space { Splits::Spaced } else { Splits::Gpt2 };
    let (file, added, flags, wrap) = (String::new(), Vec::new(), Flags::default(), Wrap::default());
    Ok(Description { file, vocabulary, merges, added, flags, pre_tokenizer, splits, wrap, prefix_space })
}

fn pair(merge: Merge) -> Result<(String, String), String> {
    match merge {
        Merge::Pair(left, right) => Ok((left, right)),
        Merge::Line(line) => match line.split_once(' ') {
            Some((left, right)) if !right.contains(' ') => Ok((left.to_owned(), right.to_owned())),
            _ => {
                let line: String = line.chars().take(40).collect();
                Err(format!("merge {line:?} is not two tokens with a space between; fetch the file again"))
            }
        },
    }
}

fn normalizer(value: &Value, settings: &Settings) -> Result<(), String> {
    let none = value.is_null() || value["type"] == "Sequence" && value["normalizers"] == json!([]);
    if none {
        return Ok(());
    }
    let action = match settings.is_gpt2() {
        true => "set it to null in tokenizer.json, which is how transformers 5 reads it for a GPT-2",
        false => "only tokenizers without one can be used",
    };
    Err(format!("its normalizer {} changes the text; {action}", kind(value)))
}

/// Whether a space is put before the text. For GPT-2's own class, transformers takes this from `tokenizer_config.json`
/// and overrides what `tokenizer.json` says.
fn prefix_space(pre_tokenizer: &mut Value, settings: &Settings) -> Result<bool, String> {
    let alone = pre_tokenizer["type"] == "ByteLevel";
    if alone && settings.is_gpt2() {
        pre_tokenizer["add_prefix_space"] = json!(settings.prefix_space);
    }
    let steps = pre_tokenizer["pretokenizers"].as_array();
    let levels = steps.into_iter().flatten().filter(|step| step["type"] == "ByteLevel");
    if !alone && levels.into_iter().any(|level| level["add_prefix_space"] == true) {
        let action = "set it to false in tokenizer.json, or use the tokenizer of a GPT-2";
        return Err(format!(
            "its pre_tokenizer sets add_prefix_space after other steps, which is not supported; {action}"
        ));
    }
    Ok(alone && pre_tokenizer["add_prefix_space"] == true)
}

/// Checks that splitting loses no text. Returns how it splits.
fn pre_tokenizer(value: &Value, prefix_space: bool) -> Result<Splits, String> {
    let alone = std::slice::from_ref(value);
    let steps =
        if value["type"] == "Sequence" { value["pretokenizers"].as_array().map_or(alone, |v| v) } else { alone };
    let mut levels = steps.iter().filter(|step| step["type"] == "ByteLevel");
    let (Some(level), None) = (levels.next(), levels.next()) else {
        return Err("its pre_tokenizer is not byte-level; use the tokenizer of a GPT-2".to_owned());
    };
    for step in steps {
        let removes = step["behavior"] == "Removed";
        if removes || !["ByteLevel", "Split", "Digits", "Punctuation"].iter().any(|known| step["type"] == *known) {
            return Err(format!("its pre_tokenizer {} could lose text; use the tokenizer of a GPT-2", kind(step)));
        }
    }
    match (steps, level["use_regex"] != false) {
        ([_], true) if prefix_space => Ok(Splits::Spaced),
        ([_], true) => Ok(Splits::Gpt2),
        ([_], false) => Ok(Splits::Never),
        _ => Ok(Splits::Other),
    }
}

/// The tokens that a post-processor puts around one text.
fn wrap(value: &Value) -> Result<Wrap, String> {
    let alone = std::slice::from_ref(value);
    let steps = if value["type"] == "Sequence" { value["processors"].as_array().map_or(alone, |v| v) } else { alone };
    let mut wrap = Wrap::default();
    for step in steps.iter().filter(|step| !step.is_null() && step["type"] != "ByteLevel") {
        let pieces = step["single"].as_array().filter(|_| step["type"] == "TemplateProcessing");
        let unknown = || format!("its post_processor {} is not supported; use the tokenizer of a GPT-2", kind(step));
        let mut outer = Wrap::default();
        let mut behind = false;
        for piece in pieces.ok_or_else(unknown)? {
            if piece.get("Sequence").is_some() {
                behind = true;
                continue;
            }
            let name = piece["SpecialToken"]["id"].as_str().ok_or_else(unknown)?;
            let ids = step["special_tokens"][name]["ids"].as_array().ok_or_else(unknown)?;
            let ids = ids.iter().map(|id| id.as_u64().and_then(|id| u32::try_from(id).ok()));
            let ids: Vec<u32> = ids.collect::<Option<_>>().ok_or_else(unknown)?;
            if behind { outer.after.extend(ids) } else { outer.before.extend(ids) }
        }
        outer.before.append(&mut wrap.before);
        wrap.after.append(&mut outer.after);
        wrap.before = outer.before;
    }
    Ok(wrap)
}

fn kind(value: &Value) -> &str {
    value["type"].as_str().unwrap_or("(of no type)")
}

/// Why there is no tokenizer to read.
fn no_tokenizer(files: &Files) -> OpenError {
    let (place, other) = (files.shown(""), OTHERS.into_iter().find(|(name, _)| files.has(name)));
    let none = || format!("{place}: has no tokenizer; put tokenizer.json there, or vocab.json and merges.txt");
    unreadable(&format!("{place}:"), files, other).map_or_else(|e| e, |said| OpenError::new(said.unwrap_or_else(none)))
}

/// Why a model's tokenizer cannot be read, if its class or a file of another kind says so. `model` begins the text.
pub(crate) fn unreadable(model: &str, files: &Files, other: Option<(&str, &str)>) -> Result<Option<String>, OpenError> {
    let settings = Settings::read(files)?;
    let class = settings.class().filter(|_| !settings.is_gpt2());
    Ok(match (other, class) {
        (Some((name, kind)), class) => {
            let class = class.map_or_else(String::new, |class| format!(", a {class},"));
            Some(format!("{model} its tokenizer{class} is {kind} ({name}), which cannot be read; {ACTION}"))
        }
        (None, Some(class)) => Some(format!("{model} its tokenizer is a {class}, which cannot be read; {ACTION}")),
        (None, None) => None,
    })
}

const ACTION: &str = "only byte-level BPE can (tokenizer.json, or vocab.json and merges.txt): use a model that has it";
