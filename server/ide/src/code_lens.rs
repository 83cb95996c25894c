//! Code lenses: the actions of a file and the state of its model, in a line above the text.

use std::ops::Range;

use base::LineIndex;
use syntax::FileKind;

use crate::{File, ModelState};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodeLensAction {
    /// Generates each run.
    Generate,
    Trace,
    /// Fetches the model of this Hugging Face id.
    Fetch(String),
    /// The code lens is text only.
    Nothing,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeLens {
    /// The line below the code lens, bytes of the file.
    pub range: Range<usize>,
    pub title: String,
    pub action: CodeLensAction,
}

/// Empty while the model is loading.
pub fn code_lenses(file: &File, state: &ModelState<'_>) -> Vec<CodeLens> {
    if file.parsed.kind != FileKind::Ours {
        return Vec::new();
    }
    let range = LineIndex::new(&file.text).line(&file.text, 0);
    let lens = |title: &str, action| CodeLens { range: range.clone(), title: title.to_owned(), action };
    match state {
        ModelState::Loading(_) => Vec::new(),
        ModelState::Missing(why) => {
            let said = lens(&format!("no model: {}", why.message), CodeLensAction::Nothing);
            let fetch = why.fetch.clone().map(|id| lens(&format!("Fetch {id}"), CodeLensAction::Fetch(id)));
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
                lens(generate, CodeLensAction::Generate),
                lens("Trace", CodeLensAction::Trace),
                lens(&about, CodeLensAction::Nothing),
            ]
        }
    }
}
