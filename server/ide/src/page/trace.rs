//! The trace of each position: why its token is here, what comes next, and the effect of each layer's FFN.

use std::collections::BTreeSet;

use api::{GuessDocument, PositionDocument, RunDocument, TraceDocument, TrackedDocument, UpdateDocument};
use base::ValueId;
use lm::{Control, End, Error, LanguageModel};

use super::table::Table;
use super::{LineKind, PageLine};
use crate::number::{plain, probability, probability_to, signed, told_apart};
use crate::token::{shown, text_or_id, turned, without_text};
use crate::words::Cards;

/// Sub-updates a layer, words a vector, next tokens; the document has more.
const UPDATES: usize = 2;
const WORDS: usize = 3;
const GUESSES: usize = 5;

/// Every traced position of every run, one below the other.
pub fn trace_page(
    document: &TraceDocument,
    model: &dyn LanguageModel,
    control: &dyn Control,
) -> Result<Vec<PageLine>, Error> {
    let layers = document.runs.iter().flat_map(|r| &r.positions).flat_map(|p| &p.layers);
    let ids: BTreeSet<ValueId> = layers.flat_map(|l| l.updates.iter().take(UPDATES)).map(|u| u.id).collect();
    let cards = Cards::fetch(model, ids, WORDS, control)?;
    let mut lines = Vec::new();
    for run in &document.runs {
        for at in &run.positions {
            if !lines.is_empty() {
                lines.push(PageLine::new(LineKind::Plain, ""));
            }
            position(&mut lines, &document.model.name, run, at, &cards);
        }
    }
    let positions = document.runs.iter().flat_map(|run| &run.positions);
    let note = without_text(model, positions.flat_map(|at| &at.next).map(|guess| guess.id));
    lines.extend(note.map(|note| PageLine::new(LineKind::Note, note)));
    Ok(lines)
}

fn position(lines: &mut Vec<PageLine>, model: &str, run: &RunDocument, at: &PositionDocument, cards: &Cards<'_>) {
    let token = run.tokens.iter().find(|t| t.position == at.position);
    let text = token.map_or_else(String::new, |t| readable(&t.text, t.bytes.as_deref()));
    let head = format!("{text}  position {} of {}, {} on {model}", at.position, run.tokens.len(), run.name);
    lines.push(PageLine::new(LineKind::Head, head));
    let mut say = |text: String| lines.push(PageLine::new(LineKind::Plain, text));
    if let Some((logprob, rank)) = token.and_then(|t| t.logprob.zip(t.rank)) {
        say(format!("why here  p {}, rank {rank} given the preceding text", probability(logprob.exp())));
    }
    let first = &at.next[..at.next.len().min(GUESSES)];
    let chances = told_apart(&first.iter().map(|g| g.p).collect::<Vec<_>>(), probability_to);
    let next = first.iter().zip(chances).map(|(g, p)| format!("{} {p}", guess(g)));
    say(format!("next      {}", next.collect::<Vec<_>>().join("  ")));
    say(format!("          top token fixed from layer {}", at.saturation));
    let chances = told_apart(&at.tracked.iter().map(|t| t.p).collect::<Vec<_>>(), probability_to);
    at.tracked.iter().zip(chances).for_each(|(t, p)| say(follow(t, &p)));
    let heads = ["layer", "KL", "before", "", "after", "", "", "dominant sub-updates: coefficient (score) id words"];
    let mut table = Table::new(&heads, &[0, 1, 3, 5]);
    for layer in &at.layers {
        let top = |all: &[GuessDocument]| all.first().map_or_else(Default::default, |g| (guess(g), probability(g.p)));
        let ((before, p), (after, q)) = (top(&layer.before), top(&layer.after));
        let first = |all: &[GuessDocument]| all.first().map(|g| (g.id, g.p));
        let mark = turned(first(&layer.before), first(&layer.after)).unwrap_or_default();
        let update = |u: &UpdateDocument| {
            let words = cards.list(u.id, End::acting(u.coefficient));
            format!("{} ({}) {} {words}", signed(u.coefficient), plain(u.score), u.id)
        };
        let updates = layer.updates.iter().take(UPDATES).map(update).collect::<Vec<_>>().join("  ·  ");
        table.row([layer.layer.to_string(), plain(layer.kl), before, p, after, q, mark.into(), updates].to_vec());
    }
    let kind = |i: usize| if i == 0 { LineKind::Note } else { LineKind::Plain };
    lines.extend(table.lines().into_iter().enumerate().map(|(i, text)| PageLine::new(kind(i), text)));
}

/// A tracked token: its rank, and its probability after each layer.
fn follow(tracked: &TrackedDocument, p: &str) -> String {
    let token = readable(&tracked.token, tracked.bytes.as_deref());
    let through = tracked.layers.iter().map(|l| probability(l.after)).collect::<Vec<_>>().join(" ");
    let logit = signed(tracked.logit);
    format!("tracked   {token} p {p}, rank {}, logit {logit}; p after each layer {through}", tracked.rank)
}

fn guess(guess: &GuessDocument) -> String {
    text_or_id(guess.bytes.as_deref().unwrap_or(guess.token.as_bytes()), guess.id)
}

fn readable(text: &str, bytes: Option<&[u8]>) -> String {
    shown(bytes.unwrap_or(text.as_bytes()))
}
