//! Distinguishes another program's Dotprompt file from a prompt file of unembed; both are named `*.prompt`.

use std::ops::Range;

use crate::node::Pair;

/// Keys that only Dotprompt files have.
pub(crate) const KEYS: &[&str] = &["input", "output"];

/// Providers before the slash of a Dotprompt `model`. None of them publishes a GPT-2 on Hugging Face, so these are not
/// ids.
const PROVIDERS: &[&str] = &["googleai", "vertexai", "anthropic", "ollama", "azure-openai", "aws-bedrock"];

/// Keys that no Dotprompt file has.
const OURS: &[&str] = &["bos", "interventions", "runs", "track", "expect"];

/// The text that identifies a Dotprompt file, and what to change to run the file here.
pub(crate) struct Mark {
    pub(crate) range: Range<usize>,
    pub(crate) remedy: String,
}

/// The first mark of a Dotprompt file.
pub(crate) fn mark(text: &str, pairs: &[Pair], prompt: &Range<usize>) -> Option<Mark> {
    let mut ours = false;
    for Pair { key, value, .. } in pairs {
        if KEYS.contains(&key.value.as_str()) {
            return Some(Mark { range: key.range.clone(), remedy: format!("remove `{}`", key.value) });
        }
        if key.value == "model" && value.string().is_some_and(is_provided) {
            return Some(Mark {
                range: value.range.clone(),
                remedy: "name another model, such as `starter`".to_owned(),
            });
        }
        // A model without a provider is a model of unembed.
        ours |= OURS.contains(&key.value.as_str()) || key.value == "model" && value.string().is_some();
    }
    if ours {
        return None;
    }
    let at = prompt.start + text[prompt.clone()].find("{{")?;
    let remedy = "name its model in the front matter, such as `model: starter`".to_owned();
    Some(Mark { range: at..at + 2, remedy })
}

fn is_provided(model: &str) -> bool {
    model.split_once('/').is_some_and(|(provider, _)| PROVIDERS.contains(&provider))
}
