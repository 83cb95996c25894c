//! Lenses: what can be done with a file, and how its model is, in a line above its text.

use std::ops::Range;

use base::LineIndex;
use syntax::FileKind;

use crate::{File, ModelState};

/// What a lens does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LensAction {
    /// Continues the prompt, every run of it.
    Generate,
    /// Traces it.
    Trace,
    /// Fetches a model by its Hugging Face id.
    Fetch(String),
    /// Nothing: it only says something.
    Nothing,
}

/// A line above the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lens {
    /// The line that it stands above, bytes of the file.
    pub range: Range<usize>,
    /// What it says.
    pub title: String,
    /// What it does.
    pub action: LensAction,
}

/// The lenses of a file; none while its model is loading.
pub fn lenses(file: &File, state: &ModelState<'_>) -> Vec<Lens> {
    if file.parsed.kind != FileKind::Ours {
        return Vec::new();
    }
    let range = LineIndex::new(&file.text).line(&file.text, 0);
    let lens = |title: &str, action| Lens { range: range.clone(), title: title.to_owned(), action };
    match state {
        ModelState::Loading(_) => Vec::new(),
        ModelState::Missing(why) => {
            let said = lens(&format!("no model: {}", why.message), LensAction::Nothing);
            let fetch = why.fetch.clone().map(|id| lens(&format!("Fetch {id}"), LensAction::Fetch(id)));
            [said].into_iter().chain(fetch).collect()
        }
        ModelState::Ready(model, concepts) => {
            let compares = !file.parsed.runs.is_empty() || file.parsed.interventions.iter().any(|entry| entry.enabled);
            let generate = if compares { "Compare with the baseline" } else { "Generate" };
            let info = model.info();
            let mut about = format!("{}: {} layers of {}, {}", info.name, info.layers, info.width, info.precision);
            if let Some(state) = concepts.map(|concepts| concepts.state()).filter(|state| !state.is_complete()) {
                about += &format!(", {} of {} value vectors indexed", state.indexed, state.all);
            }
            vec![
                lens(generate, LensAction::Generate),
                lens("Trace", LensAction::Trace),
                lens(&about, LensAction::Nothing),
            ]
        }
    }
}
