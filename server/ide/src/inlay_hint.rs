//! Inlay hints: after each token its log-probability or the model's own prediction, after the prompt the probabilities of the
//! tracked tokens.

use std::ops::Range;

use base::RunName;
use lm::{Control, Error, LanguageModel, Positions, TraceQuery};
use syntax::FileKind;

use crate::number::{arrow, probability, probability_to, signed};
use crate::token::{shown, shown_id};
use crate::{File, resolve};

/// The hint after each token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TokenHints {
    #[default]
    Off,
    Logprob,
    /// The most likely token after it, with its probability.
    Guess,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hints {
    /// After each token.
    pub tokens: TokenHints,
    /// After the prompt, for each tracked token.
    pub tracked: bool,
}

/// A hint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inlay {
    /// The byte of the file before which it stands.
    pub at: usize,
    pub label: String,
    /// The tooltip.
    pub tooltip: String,
}

/// The hints of the shown run in a part of the file, in file order.
pub fn inlays(
    file: &File,
    within: &Range<usize>,
    model: &dyn LanguageModel,
    hints: Hints,
    control: &dyn Control,
) -> Result<Vec<Inlay>, Error> {
    if file.parsed.kind != FileKind::Ours || hints == Hints::default() {
        return Ok(Vec::new());
    }
    let resolved = resolve(file, model);
    let (start, tokens) = (file.parsed.prompt.start, &resolved.encoded.tokens);
    let Some(last) = tokens.len().checked_sub(1) else { return Ok(Vec::new()) };
    let place = |span: &Range<usize>| start + file.prompt().ceil_char_boundary(span.end);
    let inside = |at: usize| within.start <= at && at <= within.end;
    let seen: Vec<usize> =
        (0..tokens.len()).filter(|&t| tokens[t].span.as_ref().is_some_and(|span| inside(place(span)))).collect();
    let tracked = hints.tracked && !resolved.experiment.track.is_empty() && inside(file.parsed.prompt.end);
    let mut positions = if hints.tokens == TokenHints::Guess { seen.clone() } else { Vec::new() };
    if tracked && !positions.contains(&last) {
        positions.push(last);
    }
    let scored = hints.tokens == TokenHints::Logprob && !seen.is_empty();
    if positions.is_empty() && !scored {
        return Ok(Vec::new());
    }
    let pair = file.compared.of(&resolved.experiment);
    let experiment = resolved.experiment.clone().only(&pair.names());
    let query = TraceQuery {
        layers: Some(Vec::new()),
        top: 1,
        updates: 0,
        score_all: scored,
        ..TraceQuery::at(&experiment, Positions::List(positions))
    };
    let runs = model.trace(&query, control)?;
    let named = |name: &RunName| runs.iter().find(|run| run.name == *name);
    let Some(run) = named(&pair.shown) else { return Ok(Vec::new()) };
    let mut inlays = Vec::new();
    for &t in &seen {
        let Some(span) = &tokens[t].span else { continue };
        let (label, tooltip) = match hints.tokens {
            TokenHints::Off => continue,
            TokenHints::Logprob => {
                let Some(logprob) = run.tokens.get(t).and_then(|token| token.logprob) else { continue };
                let rank = run.tokens[t].rank.map_or_else(String::new, |rank| format!(", rank {rank}"));
                let p = probability(logprob.exp());
                (signed(logprob), format!("log-probability of {}: p {p}{rank}", shown(&tokens[t].bytes)))
            }
            TokenHints::Guess => {
                let Some(guess) = run.position(t).and_then(|p| p.next.first()) else { continue };
                let p = probability(guess.p);
                (format!("{} {p}", shown_id(model, guess.id)), "the most likely next token".to_owned())
            }
        };
        inlays.push(Inlay { at: place(span), label, tooltip });
    }
    if tracked {
        let of = |run: &lm::Run| run.position(last).map(|p| p.tracked.clone()).unwrap_or_default();
        let before = pair.with.as_ref().and_then(named).map(of).unwrap_or_default();
        let each = of(run).into_iter().enumerate().map(|(n, after)| {
            let token = shown_id(model, after.id);
            match before.get(n) {
                None => format!("{token} {}", probability(after.p)),
                Some(before) => format!("{token} {}", arrow(before.p, after.p, probability_to)),
            }
        });
        let label = each.collect::<Vec<_>>().join(" · ");
        let tooltip = "how likely the tracked tokens are to come next".to_owned();
        inlays.push(Inlay { at: file.parsed.prompt.end, label, tooltip });
    }
    Ok(inlays)
}
