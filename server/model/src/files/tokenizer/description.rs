//! What a checkpoint's tokenizer files say (`special` reads the files beside them, `steps` the steps of `tokenizer.json`). Settings
//! whose tokens would not be the text are refused by name.

use std::collections::HashSet;

use lm::OpenError;
use serde::Deserialize;
use serde_json::Value;
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::{NormalizerWrapper, PreTokenizerWrapper};

use super::cut::Splits;
use super::settings::Settings;
use super::special::{self, Ends};
use super::steps::{self, Wrap};
use super::vocabulary::{AddedEntry, Letters, Vocabulary, complete};
use crate::files::folder::Files;

/// A tokenizer, independent of the files it comes from.
pub(super) struct Description {
    /// The file to name in errors.
    pub(super) file: String,
    pub(super) vocabulary: Vocabulary,
    /// In the order in which they apply; none of a Unigram.
    pub(super) merges: Vec<(String, String)>,
    /// The log-probability of each token of a Unigram, by id; `None` for a BPE.
    pub(super) scores: Option<Vec<f64>>,
    pub(super) added: Vec<AddedEntry>,
    pub(super) flags: Flags,
    pub(super) letters: Letters,
    pub(super) normalizer: Option<NormalizerWrapper>,
    pub(super) pre_tokenizer: Option<PreTokenizerWrapper>,
    pub(super) splits: Splits,
    pub(super) wrap: Wrap,
    /// Whether a space is put before each stretch of text that does not begin with one.
    pub(super) prefix_space: bool,
}

/// Other settings of the model.
#[derive(Default)]
pub(super) struct Flags {
    pub(super) ignore_merges: bool,
    /// What has no token is written in tokens of bytes.
    pub(super) byte_fallback: bool,
    /// The token of what has none; neighbours share one if `fuse_unknown`.
    pub(super) unknown: Option<String>,
    pub(super) fuse_unknown: bool,
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
    unk_id: Option<usize>,
    #[serde(default)]
    fuse_unk: bool,
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
    pub(super) fn check(&self) -> Result<(), String> {
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
    let mut written = if settings.is_qwen2() { steps::of_qwen2() } else { parsed.pre_tokenizer };
    let prefix_space = steps::prefix_space(&mut written, settings)?;
    let letters = steps::letters(&written);
    let (vocabulary, scores) = match model.kind.as_deref() {
        None | Some("BPE") => (vocabulary(model.vocab)?, None),
        Some("Unigram") => scored(model.vocab).map(|(vocabulary, scores)| (vocabulary, Some(scores)))?,
        Some(kind) => return Err(format!("is a {kind} tokenizer; only BPE and Unigram can be read")),
    };
    if letters == Letters::Spaces && settings.is_gpt2() {
        return Err("its pre_tokenizer is not byte-level; use the tokenizer of a GPT-2".to_owned());
    }
    let unknown = match &scores {
        Some(_) => model.unk_id.and_then(|id| name_of(&vocabulary, id)),
        None => model.unk_token.filter(|token| !token.is_empty()),
    };
    let set = |text: &Option<String>| text.as_deref().is_some_and(|t| !t.is_empty());
    // With a token for every byte there is nothing to fall back from.
    let loses = letters == Letters::Bytes && !complete(&vocabulary);
    for (name, is_set) in [
        ("dropout", model.dropout.is_some_and(|d| d != 0.0)),
        ("continuing_subword_prefix", set(&model.continuing_subword_prefix)),
        ("end_of_word_suffix", set(&model.end_of_word_suffix)),
        ("byte_fallback", model.byte_fallback && loses),
        ("unk_token", unknown.is_some() && loses),
    ] {
        if is_set {
            return Err(format!("sets {name}, which changes the text; use a byte-level BPE without it"));
        }
    }
    if let Some(token) = unknown.as_ref().filter(|token| !vocabulary.contains_key(*token)) {
        return Err(format!("its unk_token {token:?} is not in its vocabulary; fetch the file again"));
    }
    let merges = model.merges.into_iter().map(pair).collect::<Result<_, _>>()?;
    let normalizer = steps::normalizer(&parsed.normalizer, settings)?;
    let splits = match letters {
        Letters::Bytes => steps::byte_level_splits(&written, prefix_space)?,
        Letters::Spaces => steps::spaced_splits(&written, &parsed.normalizer, &vocabulary)?,
    };
    let wrap = steps::wrap(&parsed.post_processor)?;
    let pre_tokenizer = serde_json::from_value(written)
        .map_err(|e| format!("its pre_tokenizer cannot be used ({e}); use a tokenizer without it"))?;
    let flags = Flags {
        ignore_merges: model.ignore_merges,
        // A byte-level vocabulary has its bytes.
        byte_fallback: model.byte_fallback && letters == Letters::Spaces,
        unknown: unknown.filter(|_| letters == Letters::Spaces),
        fuse_unknown: model.fuse_unk,
        ..Flags::default()
    };
    let (file, added) = (String::new(), parsed.added_tokens);
    Ok(Description {
        file,
        vocabulary,
        merges,
        scores,
        added,
        flags,
        letters,
        normalizer,
        pre_tokenizer,
        splits,
        wrap,
        prefix_space,
    })
}

fn vocabulary(written: Value) -> Result<Vocabulary, String> {
    serde_json::from_value(written).map_err(|e| format!("its vocabulary is wrong ({e}); fetch the file again"))
}

/// A Unigram's tokens, by their place in a list, and their log-probabilities.
fn scored(written: Value) -> Result<(Vocabulary, Vec<f64>), String> {
    let listed: Vec<(String, f64)> =
        serde_json::from_value(written).map_err(|e| format!("its vocabulary is wrong ({e}); fetch the file again"))?;
    let scores = listed.iter().map(|(_, score)| *score).collect();
    let length = listed.len();
    let vocabulary: Vocabulary = listed.into_iter().zip(0..).map(|((token, _), id)| (token, id)).collect();
    match vocabulary.len() == length {
        true => Ok((vocabulary, scores)),
        false => Err("a token occurs twice in its vocabulary; fetch the file again".to_owned()),
    }
}

fn name_of(vocabulary: &Vocabulary, id: usize) -> Option<String> {
    vocabulary.iter().find(|(_, known)| **known as usize == id).map(|(token, _)| token.clone())
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
    Ok(Description {
        file: String::new(),
        vocabulary,
        merges,
        scores: None,
        added: Vec::new(),
        flags: Flags::default(),
        letters: Letters::Bytes,
        normalizer: None,
        pre_tokenizer: Some(PreTokenizerWrapper::ByteLevel(ByteLevel::new(prefix_space, true, true))),
        splits: if prefix_space { Splits::Spaced } else { Splits::Gpt2 },
        wrap: Wrap::default(),
        prefix_space,
    })
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

/// Why there is no tokenizer to read.
pub(super) fn no_tokenizer(files: &Files) -> OpenError {
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

const ACTION: &str = "only tokenizer.json, or vocab.json and merges.txt, can be: use a model that has them";
