//! Where the prompts of a project make a value vector act most.

use api::PromptDocument;
use base::ValueId;
use lm::{Control, Error, LanguageModel};

use crate::prompts::{Prompt, Prompts};

/// The largest number of prompts that are run for one answer. More would take too long.
pub const MOST_RUN: usize = 50;
/// The largest number of prompts in the answer.
const MOST_SHOWN: usize = 5;

/// The first [`MOST_RUN`] prompts that are for a model. `is_for_model` decides whether a model is loaded to find that out.
pub fn prompts_of_model<P>(prompts: Prompts<P>, mut is_for_model: impl FnMut(&P) -> bool) -> Prompts<P> {
    let mut left_out = prompts.left_out;
    let mut files = Vec::new();
    for prompt in prompts.files {
        if !is_for_model(&prompt) {
            continue;
        }
        if files.len() == MOST_RUN {
            let more = format!("only the first {MOST_RUN} prompt files for this model were run");
            left_out = Some(left_out.map_or(more.clone(), |said| format!("{said}, and {more}")));
            break;
        }
        files.push(prompt);
    }
    Prompts { files, left_out }
}

/// The prompts with the largest |m| of a vector, at most five, the largest first; each at its strongest position. `shown` is
/// a file's name in the answer. A file that cannot be run is skipped: its own diagnostics say why.
pub fn strongest<P: Prompt>(
    prompts: &[P],
    shown: impl Fn(&P) -> String,
    id: ValueId,
    model: &dyn LanguageModel,
    control: &dyn Control,
) -> Result<Vec<PromptDocument>, Error> {
    let mut places = Vec::new();
    for prompt in prompts {
        match ide::strongest(prompt.file(), &shown(prompt), id, model, control) {
            Ok(place) => places.extend(place),
            Err(Error::Cancelled) => return Err(Error::Cancelled),
            Err(_) => {}
        }
    }
    places.sort_by(|a, b| b.coefficient.abs().total_cmp(&a.coefficient.abs()));
    places.truncate(MOST_SHOWN);
    Ok(places)
}
