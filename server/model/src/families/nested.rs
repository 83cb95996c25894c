//! Models of text and more (images, sound): `config.json` has the settings of the text model in `text_config`, and the names
//! of its tensors have a part for it. The text model alone is read, by the rules of Hugging Face transformers.

use lm::OpenError;

use crate::files::config::ConfigFile;

/// The parts of tensors' names that stand for the text model.
pub(super) const PARTS: &[&str] = &["language_model", "text_model"];

/// The `model_type` of a `text_config` without one, by that of the whole.
const TEXT: [(&str, &str); 4] =
    [("gemma3", "gemma3_text"), ("mistral3", "mistral"), ("llava", "llama"), ("llava_next", "llama")];

/// Models whose text model does not read a prompt from left to right.
const OTHERWISE: [&str; 1] = ["paligemma"];

/// The settings of the text model; `None` for a file without them.
///
/// transformers takes `tie_word_embeddings` from the whole file, where it is true if absent. The tokens that begin and end a text
/// are the whole file's, if it has them.
pub(super) fn text<'a>(config: &ConfigFile<'a>) -> Result<Option<ConfigFile<'a>>, OpenError> {
    let Some(inner) = config.object("text_config")? else { return Ok(None) };
    let whole = config.model_type().unwrap_or_default();
    if OTHERWISE.contains(&whole) {
        let why = "its text model reads a prompt in both directions";
        return Err(config.error(&format!("the model is a {whole}: {why}; use a model that predicts the next token")));
    }
    let kind = TEXT.iter().find(|(of, _)| *of == whole).map(|(_, kind)| *kind);
    let inner =
        config.over(inner.without(&["tie_word_embeddings"]), &["tie_word_embeddings", "bos_token_id", "eos_token_id"]);
    let inner = inner.or("tie_word_embeddings", true);
    Ok(Some(match kind {
        Some(kind) => inner.or("model_type", kind),
        None => inner,
    }))
}

#[cfg(test)]
mod tests;
