//! The tokenizer that a GGUF file's metadata describes (`tokenizer.ggml.*`): a byte-level BPE with its merges, whose rules of
//! splitting have a name, or a BPE of SentencePiece, whose merges follow from its tokens' scores.

use lm::OpenError;
use serde_json::{Value, json};
use tokenizers::{NormalizerWrapper, PreTokenizerWrapper};

use super::description::{Description, Flags};
use super::steps::{self, Wrap};
use super::vocabulary::{AddedEntry, Letters, SPACE, Vocabulary};
use crate::files::folder::Files;
use crate::files::gguf::Metadata;

/// Kinds of tokens.
const UNKNOWN: i64 = 2;
const CONTROL: i64 = 3;
const USER: i64 = 4;
const UNUSED: i64 = 5;

const ACTION: &str = "put the model's tokenizer.json beside the file";

/// Llama 3's rule of splitting. Unlike Qwen 2's, it keeps up to three digits together.
const LLAMA3: &str = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

/// The tokenizer within a GGUF file; `None` if the files are something else, or if a `tokenizer.json` beside the file counts.
pub(super) fn read_file(files: &Files) -> Option<Result<Description, OpenError>> {
    let gguf = files.gguf().filter(|_| !files.has("tokenizer.json"))?;
    let file = gguf.shown();
    let described = describe(gguf.metadata()).and_then(|described| described.check().map(|()| described));
    let named = described.map(|described| Description { file: file.clone(), ..described });
    Some(named.map_err(|e| OpenError::new(format!("{file}: {e}"))))
}

fn describe(metadata: &Metadata) -> Result<Description, String> {
    let model = metadata.text("tokenizer.ggml.model")?;
    let model = model.ok_or_else(|| format!("has no tokenizer (tokenizer.ggml.model); {ACTION}"))?;
    let Some(tokens) = metadata.texts("tokenizer.ggml.tokens")? else {
        return Err(format!("its tokenizer has no tokens; {ACTION}"));
    };
    let kinds = metadata.wholes("tokenizer.ggml.token_type")?.unwrap_or_default();
    if !kinds.is_empty() && kinds.len() != tokens.len() {
        return Err(format!("its tokenizer has {} tokens and {} types of them; {ACTION}", tokens.len(), kinds.len()));
    }
    let kind = |id: usize| kinds.get(id).copied().unwrap_or(1);
    let mut vocabulary = Vocabulary::with_capacity(tokens.len());
    for (id, token) in tokens.iter().enumerate() {
        // Rows that the model does not use have made-up names.
        let is_filler = kind(id) == UNUSED && token.starts_with("[PAD");
        if !token.is_empty() && !is_filler {
            vocabulary.entry(token.clone()).or_insert(id as u32);
        }
    }
    let is_added = |kind: i64| matches!(kind, UNKNOWN | CONTROL | USER);
    let added = tokens.iter().enumerate().filter(|(id, token)| is_added(kind(*id)) && !token.is_empty());
    let added = added.map(|(id, content)| AddedEntry {
        id: id as u32,
        content: content.clone(),
        single_word: false,
        lstrip: false,
        rstrip: false,
        normalized: false,
        special: kind(id) != USER,
    });
    let written = Written { metadata, tokens, vocabulary, added: added.collect() };
    match model {
        "gpt2" => written.byte_level(),
        "llama" => written.spaced(),
        other => Err(format!("its tokenizer is of kind {other}, which cannot be read; {ACTION}")),
    }
}

struct Written<'a> {
    metadata: &'a Metadata,
    tokens: &'a [String],
    vocabulary: Vocabulary,
    added: Vec<AddedEntry>,
}

impl Written<'_> {
    fn byte_level(self) -> Result<Description, String> {
        let merges = self.metadata.texts("tokenizer.ggml.merges")?;
        let merges = merges.ok_or_else(|| format!("its tokenizer has no merges; {ACTION}"))?;
        let pair = |line: &String| {
            let (left, right) =
                line.split_once(' ').filter(|(left, right)| !left.is_empty() && !right.contains(' '))?;
            Some((left.to_owned(), right.to_owned()))
        };
        let merges = merges.iter().map(pair).collect::<Option<Vec<_>>>();
        let merges = merges.ok_or_else(|| format!("a merge of its tokenizer is not two tokens; {ACTION}"))?;
        let rule = self.metadata.text("tokenizer.ggml.pre")?.unwrap_or("default");
        let Rule { steps, normalizer, ignore_merges, bos } = rule_of(rule)
            .ok_or_else(|| format!("its tokenizer splits texts by the rule {rule:?}, which is not known; {ACTION}"))?;
        let flag = self.metadata.flag("tokenizer.ggml.add_space_prefix")?;
        if flag == Some(true) {
            return Err(format!("its tokenizer puts a space before texts, which is not supported; {ACTION}"));
        }
        let splits = steps::byte_level_splits(&steps, false)?;
        let wrap = self.wrap(bos)?;
        let (pre_tokenizer, normalizer) = (read(steps)?, normalizer.map(read_normalizer).transpose()?);
        Ok(Description {
            file: String::new(),
            vocabulary: self.vocabulary,
            merges,
            scores: None,
            added: self.added,
            flags: Flags { ignore_merges, ..Flags::default() },
            letters: Letters::Bytes,
            normalizer,
            pre_tokenizer: Some(pre_tokenizer),
            splits,
            wrap,
            prefix_space: false,
        })
    }

    fn spaced(self) -> Result<Description, String> {
        let scores = self.metadata.reals("tokenizer.ggml.scores")?.filter(|scores| scores.len() == self.tokens.len());
        let scores = scores.ok_or_else(|| format!("its tokenizer has no score for each token; {ACTION}"))?;
        let merges = merges(self.tokens, scores, &self.vocabulary);
        let space = json!({"type": "Replace", "pattern": {"String": " "}, "content": SPACE.to_string()});
        let normalizer = match self.metadata.flag("tokenizer.ggml.add_space_prefix")?.unwrap_or(true) {
            false => space,
            true => {
                let first = json!({"type": "Prepend", "prepend": SPACE.to_string()});
                json!({"type": "Sequence", "normalizers": [first, space]})
            }
        };
        let splits = steps::spaced_splits(&Value::Null, &normalizer, &self.vocabulary)?;
        let unknown = self.metadata.whole("tokenizer.ggml.unknown_token_id")?.unwrap_or(0);
        let unknown = self.tokens.get(unknown as usize).filter(|token| !token.is_empty()).cloned();
        let wrap = self.wrap(true)?;
        Ok(Description {
            file: String::new(),
            vocabulary: self.vocabulary,
            merges,
            scores: None,
            added: self.added,
            flags: Flags { byte_fallback: true, unknown, fuse_unknown: true, ..Flags::default() },
            letters: Letters::Spaces,
            normalizer: Some(read_normalizer(normalizer)?),
            pre_tokenizer: None,
            splits,
            wrap,
            prefix_space: false,
        })
    }

    /// The tokens around every text. `bos`: whether there is one before it if the file does not say.
    fn wrap(&self, bos: bool) -> Result<Wrap, String> {
        let one = |name: &str, usual: bool| {
            let on = self.metadata.flag(&format!("tokenizer.ggml.add_{name}_token"))?.unwrap_or(usual);
            let id = self.metadata.whole(&format!("tokenizer.ggml.{name}_token_id"))?;
            let id = id.filter(|_| on).filter(|id| *id < self.tokens.len() as u64).map(|id| id as u32);
            Ok::<_, String>(id.into_iter().collect::<Vec<_>>())
        };
        Ok(Wrap { before: one("bos", bos)?, after: one("eos", false)? })
    }
}

/// A named rule of splitting, as the models that have it write it in their `tokenizer.json`.
struct Rule {
    steps: Value,
    normalizer: Option<Value>,
    ignore_merges: bool,
    /// Whether a text begins with BOS if the file does not say.
    bos: bool,
}

/// The names are those of llama.cpp (`llama-vocab.cpp`).
fn rule_of(name: &str) -> Option<Rule> {
    let level = |use_regex: bool| json!({"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": use_regex});
    let split = |pattern: &str| {
        let split = json!({"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated", "invert": false});
        json!({"type": "Sequence", "pretokenizers": [split, level(false)]})
    };
    let plain = |steps: Value| Rule { steps, normalizer: None, ignore_merges: false, bos: false };
    match name {
        "default" | "gpt-2" | "phi-2" | "olmo" => Some(plain(level(true))),
        "llama-bpe" | "llama3" | "llama-v3" => Some(Rule { ignore_merges: true, bos: true, ..plain(split(LLAMA3)) }),
        "qwen2" => Some(Rule { normalizer: Some(json!({"type": "NFC"})), ..plain(steps::of_qwen2()) }),
        "smollm" | "starcoder" => {
            let digits = json!({"type": "Digits", "individual_digits": true});
            Some(plain(json!({"type": "Sequence", "pretokenizers": [digits, level(true)]})))
        }
        _ => None,
    }
}

/// The merges of a SentencePiece BPE: two tokens become a third, those of a higher score first. transformers makes them from
/// scores in the same order (`convert_slow_tokenizer.py`, `generate_merges`).
fn merges(tokens: &[String], scores: &[f32], vocabulary: &Vocabulary) -> Vec<(String, String)> {
    struct Merge<'a> {
        left: &'a str,
        right: &'a str,
        score: f32,
    }
    let mut all = Vec::new();
    for (token, &score) in tokens.iter().zip(scores) {
        let from = all.len();
        for (at, _) in token.char_indices().skip(1) {
            let (left, right) = token.split_at(at);
            if vocabulary.contains_key(left) && vocabulary.contains_key(right) {
                all.push(Merge { left, right, score });
            }
        }
        all[from..].sort_by_key(|merge| (vocabulary[merge.left], vocabulary[merge.right]));
    }
    let length = |text: &str| text.chars().count();
    all.sort_by(|a, b| {
        let by_score = b.score.total_cmp(&a.score);
        by_score.then_with(|| (length(b.left), length(b.right)).cmp(&(length(a.left), length(a.right))))
    });
    all.into_iter().map(|merge| (merge.left.to_owned(), merge.right.to_owned())).collect()
}

fn read(steps: Value) -> Result<PreTokenizerWrapper, String> {
    serde_json::from_value(steps).map_err(|e| format!("its pre_tokenizer cannot be used ({e}); {ACTION}"))
}

fn read_normalizer(step: Value) -> Result<NormalizerWrapper, String> {
    serde_json::from_value(step).map_err(|e| format!("its normalizer cannot be used ({e}); {ACTION}"))
}
