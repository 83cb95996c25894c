//! Telling someone else's Dotprompt from an experiment: both are called `*.prompt`.

use std::ops::Range;

use crate::node::Pair;

/// Keys that only Dotprompt has.
pub(crate) const KEYS: &[&str] = &["input", "output"];

/// Before the slash of a Dotprompt's `model`. None of them is a publisher of GPT-2s, so no Hugging Face id begins so.
const PROVIDERS: &[&str] = &["googleai", "vertexai", "anthropic", "ollama", "azure-openai", "aws-bedrock"];

/// Keys that no Dotprompt has.
const OURS: &[&str] = &["bos", "interventions", "runs", "track", "expect"];

/// What shows that the file is someone else's, and what would make it ours.
pub(crate) struct Mark {
    pub(crate) range: Range<usize>,
    pub(crate) mend: String,
}

/// The first mark, if there is one.
pub(crate) fn mark(text: &str, pairs: &[Pair], prompt: &Range<usize>) -> Option<Mark> {
    let mut ours = false;
    for Pair { key, value, .. } in pairs {
        if KEYS.contains(&key.value.as_str()) {
            return Some(Mark { range: key.range.clone(), mend: format!("remove `{}`", key.value) });
        }
        if key.value == "model" && value.string().is_some_and(is_provided) {
            return Some(Mark { range: value.range.clone(), mend: "name another model, such as `starter`".to_owned() });
        }
        // A model without a provider is one of ours.
        ours |= OURS.contains(&key.value.as_str()) || key.value == "model" && value.string().is_some();
    }
    if ours {
        return None;
    }
    let at = prompt.start + text[prompt.clone()].find("{{")?;
    let mend = "name its model in the front matter, such as `model: starter`".to_owned();
    Some(Mark { range: at..at + 2, mend })
}

fn is_provided(model: &str) -> bool {
    model.split_once('/').is_some_and(|(provider, _)| PROVIDERS.contains(&provider))
}
