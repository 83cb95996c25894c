//! The steps of a `tokenizer.json` before and behind its model: what rewrites the text, what splits it, and what is put around its
//! tokens.

use serde_json::{Value, json};
use tokenizers::NormalizerWrapper;

use super::cut::Splits;
use super::settings::Settings;
use super::vocabulary::{Letters, SPACE, Vocabulary};

const ACTION: &str = "use a tokenizer without it";
/// A normalizer writes a sign for a space: three bytes for one.
const MOST_GROWTH: usize = 16;

/// Tokens that a post-processor puts around every text.
#[derive(Default)]
pub(super) struct Wrap {
    pub(super) before: Vec<u32>,
    pub(super) after: Vec<u32>,
}

/// In which letters the vocabulary is written: those of its byte-level step if there is one.
pub(super) fn letters(pre_tokenizer: &Value) -> Letters {
    let is_level = |step: &Value| step["type"] == "ByteLevel";
    if each(pre_tokenizer, "pretokenizers").iter().any(is_level) { Letters::Bytes } else { Letters::Spaces }
}

/// The steps of a sequence, or the one step that there is.
fn each<'a>(value: &'a Value, list: &str) -> &'a [Value] {
    let alone = std::slice::from_ref(value);
    if value["type"] == "Sequence" { value[list].as_array().map_or(alone, |steps| steps) } else { alone }
}

/// What rewrites the text; `None` if nothing does.
pub(super) fn normalizer(value: &Value, settings: &Settings) -> Result<Option<NormalizerWrapper>, String> {
    if value.is_null() || value["type"] == "Sequence" && value["normalizers"] == json!([]) {
        return Ok(None);
    }
    if settings.is_gpt2() {
        let action = "set it to null in tokenizer.json, which is how transformers 5 reads it for a GPT-2";
        return Err(format!("its normalizer {} changes the text; {action}", kind(value)));
    }
    let times = growth(value);
    if times > MOST_GROWTH {
        return Err(format!("its normalizer makes texts up to {times} times longer; {ACTION}"));
    }
    let read = serde_json::from_value(value.clone());
    read.map(Some).map_err(|e| format!("its normalizer {} cannot be used ({e}); {ACTION}", kind(value)))
}

/// How many times longer its own texts make a text at most.
fn growth(step: &Value) -> usize {
    let own = ["content", "prepend"].iter().filter_map(|name| step[*name].as_str()).map(str::len).max();
    let inner = step["normalizers"].as_array().map_or(&[][..], Vec::as_slice).iter().map(growth);
    inner.fold(own.unwrap_or(1).max(1), usize::saturating_mul)
}

/// The same steps for a text that continues another: nothing is put before it.
pub(super) fn continued(step: &mut Value) {
    match step {
        Value::Array(steps) => {
            steps.retain(|step| step["type"] != "Prepend");
            steps.iter_mut().for_each(continued);
        }
        Value::Object(fields) => {
            if fields.get("type") == Some(&json!("Metaspace")) {
                fields.insert("prepend_scheme".to_owned(), json!("never"));
                fields.remove("add_prefix_space");
            }
            fields.values_mut().filter(|value| value.is_array()).for_each(continued);
        }
        _ => {}
    }
}

/// How Qwen 2 splits a text. transformers 5 takes this for every model of the type.
pub(super) fn of_qwen2() -> Value {
    let pattern = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
    json!({"type": "Sequence", "pretokenizers": [
        {"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated", "invert": false},
        {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false},
    ]})
}

/// Where a text may be cut whose vocabulary is written with a sign for each space: before a space, if no token goes on behind one
/// and no step looks further.
pub(super) fn spaced_splits(
    pre_tokenizer: &Value,
    normalizer: &Value,
    vocabulary: &Vocabulary,
) -> Result<Splits, String> {
    for step in each(pre_tokenizer, "pretokenizers").iter().filter(|step| !step.is_null()) {
        let known = ["Metaspace", "Split", "Digits", "Punctuation"].iter().any(|known| step["type"] == *known);
        if !known || step["behavior"] == "Removed" {
            return Err(format!("its pre_tokenizer {} could lose text; {ACTION}", kind(step)));
        }
    }
    let is_simple = |step: &Value| {
        step.is_null() || step["type"] == "Prepend" || step["type"] == "Replace" && step["pattern"]["String"] == " "
    };
    let simple = each(normalizer, "normalizers").iter().all(is_simple);
    let crosses = |token: &str| token.trim_start_matches(SPACE).contains(SPACE);
    Ok(if simple && !vocabulary.keys().any(|token| crosses(token)) { Splits::Words } else { Splits::Whole })
}

/// Whether a space is put before the text. For GPT-2's own class, transformers takes this from `tokenizer_config.json`
/// and overrides what `tokenizer.json` says.
pub(super) fn prefix_space(pre_tokenizer: &mut Value, settings: &Settings) -> Result<bool, String> {
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
pub(super) fn byte_level_splits(value: &Value, prefix_space: bool) -> Result<Splits, String> {
    let steps = each(value, "pretokenizers");
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
pub(super) fn wrap(value: &Value) -> Result<Wrap, String> {
    let steps = each(value, "processors");
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
