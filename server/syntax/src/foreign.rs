//! Telling someone else's Dotprompt from an experiment: both are called `*.prompt`.

use std::ops::Range;

use crate::node::Pair;

/// Keys that only Dotprompt has.
pub(crate) const KEYS: &[&str] = &["input", "output"];

/// Before the slash of a Dotprompt's `model`. None of them is a publisher of GPT-2s, so no Hugging Face id begins so.
const PROVIDERS: &[&str] = &["googleai", "vertexai", "anthropic", "ollama", "azure-openai", "aws-bedrock"];

/// Keys that no Dotprompt has.
const OURS: &[&str] = &["bos", "interventions", "track", "expect"];

/// What shows that the file is someone else's.
pub(crate) fn mark(text: &str, pairs: &[Pair], prompt: &Range<usize>) -> Option<Range<usize>> {
    let mut ours = false;
    for Pair { key, value, .. } in pairs {
        if KEYS.contains(&key.value.as_str()) {
            return Some(key.range.clone());
        }
        if key.value == "model" && value.string().is_some_and(is_provided) {
            return Some(value.range.clone());
        }
        // A model without a provider is one of ours.
        ours |= OURS.contains(&key.value.as_str()) || key.value == "model" && value.string().is_some();
    }
    if ours {
        return None;
    }
    text[prompt.clone()].find("{{").map(|at| prompt.start + at..prompt.start + at + 2)
}

fn is_provided(model: &str) -> bool {
    model.split_once('/').is_some_and(|(provider, _)| PROVIDERS.contains(&provider))
}
