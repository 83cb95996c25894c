//! The surprise of each token of the prompt, for colours.

use std::ops::Range;

use lm::{Control, Error, LanguageModel, Positions, TraceQuery};
use syntax::FileKind;

use crate::{File, resolve};

/// Classes by the probability of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Surprise {
    /// At least a half.
    Expected,
    /// At least a tenth.
    Likely,
    /// At least a hundredth.
    Unlikely,
    /// Below a hundredth.
    Surprising,
}

impl Surprise {
    /// Names, in their order.
    pub const NAMES: [&'static str; 4] = ["expected", "likely", "unlikely", "surprising"];

    fn of(logprob: f32) -> Self {
        match logprob.exp() {
            p if p >= 0.5 => Self::Expected,
            p if p >= 0.1 => Self::Likely,
            p if p >= 0.01 => Self::Unlikely,
            _ => Self::Surprising,
        }
    }
}

/// Ranges of the file with their surprise in the shown run, in order and without overlap. The first token has none: nothing
/// predicts it.
pub fn surprises(
    file: &File,
    model: &dyn LanguageModel,
    control: &dyn Control,
) -> Result<Vec<(Range<usize>, Surprise)>, Error> {
    if file.parsed.kind != FileKind::Ours {
        return Ok(Vec::new());
    }
    let resolved = resolve(file, model);
    if resolved.encoded.tokens.is_empty() {
        return Ok(Vec::new());
    }
    let shown = file.compared.of(&resolved.experiment).shown;
    let experiment = resolved.experiment.only(&[shown]);
    let query = TraceQuery {
        layers: Some(Vec::new()),
        top: 1,
        updates: 0,
        score_all: true,
        ..TraceQuery::at(&experiment, Positions::List(Vec::new()))
    };
    let runs = model.trace(&query, control)?;
    let (start, prompt) = (file.parsed.prompt.start, file.prompt());
    let mut places: Vec<(Range<usize>, Surprise)> = Vec::new();
    let mut end = 0;
    for token in runs.first().map(|run| run.tokens.as_slice()).unwrap_or_default() {
        let (Some(span), Some(logprob)) = (&token.span, token.logprob) else { continue };
        // Tokens that share a character: it is the first one's.
        let place = prompt.ceil_char_boundary(span.start).max(end)..prompt.ceil_char_boundary(span.end);
        if place.start < place.end {
            end = place.end;
            places.push((start + place.start..start + place.end, Surprise::of(logprob)));
        }
    }
    Ok(places)
}
