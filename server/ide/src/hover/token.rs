//! Hover on a token of the prompt: why it is here, what comes next, and which FFNs contribute. Each number is of the shown
//! run; the number of the run that it is compared with comes before it.

mod table;

use std::ops::Range;

use base::RunName;
use lm::{
    Concepts, Control, Error, Experiment, Guess, LanguageModel, LayerTrace, PositionTrace, Positions, Run, TraceQuery,
    Tracked, TrackedLayer, Update,
};

use super::term::Term;
use super::{Hover, Style, notes};
use crate::markup::{Line, Page};
use crate::number::{probability, signed};
use crate::resolve::Resolved;
use crate::token::{characters, positions, shown};
use crate::words::Cards;
use crate::{File, compared, resolve};

/// Tokens and sub-updates to request: those that one run shows are looked up in the other run.
const ASKED: usize = 10;
/// Runs that one hover traces. With more runs, it traces only the two that are compared.
const MOST_RUNS: usize = 6;

pub(super) fn hover(
    file: &File,
    at: usize,
    model: &dyn LanguageModel,
    concepts: Option<&dyn Concepts>,
    style: &Style,
    control: &dyn Control,
) -> Result<Option<Hover>, Error> {
    let resolved = resolve(file, model);
    let Some(group) = positions(&resolved.encoded, file.prompt(), at) else {
        return Ok(cut(file, &resolved, at, model));
    };
    let compared = file.compared.of(&resolved.experiment);
    let reader = Reader { model, concepts, style, control, resolved: &resolved, compared, group: group.clone() };
    let page = reader.page(file)?;
    let span = characters(&resolved.encoded, file.prompt(), &group);
    let from = file.parsed.prompt.start;
    Ok(Some(Hover::new(from + span.start..from + span.end, &page)))
}

/// The hover on the part of the prompt beyond the context.
fn cut(file: &File, resolved: &Resolved, at: usize, model: &dyn LanguageModel) -> Option<Hover> {
    let cut = resolved.encoded.cut.filter(|&cut| at >= cut)?;
    let from = file.parsed.prompt.start;
    let context = model.info().context;
    let mut page = Page::default();
    page.prose(vec![Line::from(format!("not read: the prompt is longer than the model's context ({context} tokens)"))]);
    Some(Hover::new(file.text.ceil_char_boundary(from + cut)..file.parsed.prompt.end, &page))
}

/// Asks the model for one hover and lays out the answer.
struct Reader<'a> {
    model: &'a dyn LanguageModel,
    concepts: Option<&'a dyn Concepts>,
    style: &'a Style,
    control: &'a dyn Control,
    resolved: &'a Resolved,
    compared: compared::Pair,
    /// The tokens under the cursor: one, or those that share a character.
    group: Range<usize>,
}

/// A position in the shown run and in the run that it is compared with.
#[derive(Clone, Copy)]
struct Pair<'a> {
    with: Option<&'a PositionTrace>,
    shown: &'a PositionTrace,
}

impl Reader<'_> {
    fn page(&self, file: &File) -> Result<Page, Error> {
        let runs = self.trace()?;
        let last = self.group.end - 1;
        let Some(here) = self.pair(&runs, last) else {
            return Err(Error::Model(format!("no trace of position {last}")));
        };
        let mut layers: Vec<&LayerTrace> = here.shown.layers.iter().collect();
        layers.sort_by(|a, b| b.kl.total_cmp(&a.kl).then(a.layer.cmp(&b.layer)));
        layers.truncate(self.style.layers);
        let reasons: Vec<_> = self.group.clone().map(|position| self.reasons(&runs, position)).collect();
        let ids = layers.iter().flat_map(|l| l.updates.iter().take(self.style.updates)).map(|u| u.id);
        let ids = ids.chain(reasons.iter().flatten().map(|(u, _)| u.id));
        let cards = Cards::fetch(self.model, ids, self.style.words, self.control)?;
        let cards = cards.named(&file.names).with_undertrained(self.style.undertrained).known_to(self.concepts);

        let mut page = Page::default();
        let mut head = Vec::new();
        for (position, reasons) in self.group.clone().zip(&reasons) {
            head.push(self.head(position));
            head.extend(self.why(&runs, position, reasons, &cards));
        }
        head.push(self.next(here));
        head.extend(self.others(&runs));
        head.extend(self.tracked(here));
        page.prose(head);
        page.table(self.table(here, &layers, &cards));
        page.prose(notes(file, self.resolved));
        Ok(page)
    }

    /// Traces the last position of the group, and the positions before it for the reasons only. Tracks the tokens of the
    /// group, then those of the file.
    fn trace(&self) -> Result<Vec<Run>, Error> {
        let group = &self.group;
        let tokens = &self.resolved.encoded.tokens;
        let own = tokens[group.clone()].iter().map(|t| t.id);
        let track = own.chain(self.resolved.experiment.track.iter().copied()).collect();
        let experiment = Experiment { track, ..self.resolved.experiment.clone() };
        let experiment = match experiment.runs.len() > MOST_RUNS {
            true => experiment.only(&self.compared.names()),
            false => experiment,
        };
        let before = group.start.saturating_sub(1)..group.end - 1;
        let positions = Positions::List(before.clone().chain([group.end - 1]).collect());
        let query = TraceQuery {
            unread: before.collect(),
            top: ASKED.max(self.style.guesses),
            updates: ASKED.max(self.style.updates),
            ..TraceQuery::at(&experiment, positions)
        };
        self.model.trace(&query, self.control)
    }

    fn head(&self, position: usize) -> Line {
        let token = &self.resolved.encoded.tokens[position];
        let count = self.resolved.encoded.tokens.len();
        Line::new()
            .strong_code(&shown(&token.bytes))
            .text(&format!(" id {}", token.id.0))
            .item()
            .text(&format!("position {position} of {count}"))
    }

    /// The sub-updates with the largest direct effects on the token at `position`, and the effects.
    fn reasons<'r>(&self, runs: &'r [Run], position: usize) -> Vec<(&'r Update, f32)> {
        let before = position.checked_sub(1).and_then(|before| self.pair(runs, before));
        let Some(before) = before else { return Vec::new() };
        let index = position - self.group.start;
        let updates = before.shown.layers.iter().flat_map(|l| &l.updates);
        let mut updates: Vec<_> = updates.filter_map(|u| Some((u, *u.effects.get(index)?))).collect();
        updates.retain(|(_, effect)| *effect != 0.0);
        updates.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then(a.0.id.cmp(&b.0.id)));
        updates.truncate(self.style.updates);
        updates
    }

    /// Empty at position 0, which no position predicts.
    fn why(&self, runs: &[Run], position: usize, reasons: &[(&Update, f32)], cards: &Cards<'_>) -> Vec<Line> {
        let Some(previous) = position.checked_sub(1) else { return Vec::new() };
        let Some(before) = self.pair(runs, previous) else { return Vec::new() };
        let index = position - self.group.start;
        let Some(now) = before.shown.tracked.get(index) else { return Vec::new() };
        let was = before.with.and_then(|b| b.tracked.get(index));
        let after = shown(&self.resolved.encoded.tokens[previous].bytes);
        let place = Line::from(format!("why here: p {}, ", change(was, now, p)));
        let place = place.link("rank", self.style.explains(Term::Rank));
        let mut lines = vec![place.text(&format!(" {} after ", change(was, now, rank))).code(&after)];
        let title = Line::new().link("direct effects", self.style.explains(Term::Effect)).text(": ");
        let effects = reasons.iter().fold(title, |line, (update, effect)| {
            cards.append(line.text(&signed(*effect)), update.id, update.coefficient).item()
        });
        if !reasons.is_empty() {
            lines.push(effects);
        }
        lines
    }

    fn next(&self, here: Pair<'_>) -> Line {
        let mut ids: Vec<&Guess> = Vec::new();
        let runs = here.with.into_iter().chain([here.shown]);
        for guess in runs.flat_map(|position| position.next.iter().take(self.style.guesses)) {
            if !ids.iter().any(|g| g.id == guess.id) {
                ids.push(guess);
            }
        }
        let names: Vec<String> = ids.iter().map(|g| shown(&self.model.token_bytes(g.id))).collect();
        let mut line = match &self.compared.with {
            Some(with) if with.is_baseline() && self.compared.shown == RunName::intervened() => {
                Line::from("next, baseline → intervened: ")
            }
            Some(with) => Line::from(format!("next, {with} → {}: ", self.compared.shown)),
            None => Line::from("next: "),
        };
        for (guess, name) in ids.iter().zip(&names) {
            line = line.code(name);
            if names.iter().filter(|other| *other == name).count() > 1 {
                line = line.text(&format!(" id {}", guess.id.0));
            }
            let now = chance(&here.shown.next, guess);
            line = match here.with {
                Some(with) => line.text(&format!(" {} → {now}", chance(&with.next, guess))),
                None => line.text(&format!(" {now}")),
            };
            line = line.item();
        }
        line.link("top token fixed", self.style.explains(Term::Saturation))
            .text(&format!(" from layer {}", here.shown.saturation))
    }

    /// What comes next in each run that is neither shown nor compared with.
    fn others(&self, runs: &[Run]) -> Vec<Line> {
        let others = runs.iter().filter(|run| !self.compared.names().contains(&run.name));
        let line = |run: &Run| {
            let position = run.position(self.group.end - 1)?;
            let guesses = position.next.iter().take(self.style.guesses);
            let line = Line::from(format!("next in {}: ", run.name));
            Some(guesses.fold(line, |line, guess| {
                let token = shown(&self.model.token_bytes(guess.id));
                line.code(&token).text(&format!(" {}", probability(guess.p))).item()
            }))
        };
        let mut lines: Vec<Line> = others.filter_map(line).collect();
        let left = self.resolved.experiment.runs.len() - runs.len();
        if left > 0 {
            lines.push(Line::from(format!("{left} more runs: Generate shows all of them")));
        }
        lines
    }

    /// A position of the shown run, and of the run that it is compared with.
    fn pair<'r>(&self, runs: &'r [Run], position: usize) -> Option<Pair<'r>> {
        let of = |name: &RunName| runs.iter().find(|run| run.name == *name)?.position(position);
        Some(Pair { shown: of(&self.compared.shown)?, with: self.compared.with.as_ref().and_then(of) })
    }

    fn tracked(&self, here: Pair<'_>) -> Vec<Line> {
        let own = self.group.len();
        let line = |(index, now): (usize, &Tracked)| {
            let was = here.with.and_then(|b| b.tracked.get(index));
            let line = Line::new().link("tracked", self.style.explains(Term::Tracked)).text(" ");
            let line = line.code(&shown(&self.model.token_bytes(now.id)));
            let line = line.text(&format!(": p {}, rank {}", change(was, now, p), change(was, now, rank)));
            let line = turn(now).into_iter().fold(line, |line, turn| line.item().text(&turn));
            let line = line.item().link("logit", self.style.explains(Term::Part));
            let line = line.text(&format!(" {}: ", signed(now.logit)));
            parts(now).into_iter().fold(line, |line, part| line.text(&part).item())
        };
        here.shown.tracked.iter().enumerate().skip(own).map(line).collect()
    }
}

fn p(tracked: &Tracked) -> String {
    probability(tracked.p)
}

fn rank(tracked: &Tracked) -> String {
    tracked.rank.to_string()
}

/// `was → now`, or `now` if there is no run to compare with.
fn change(was: Option<&Tracked>, now: &Tracked, show: impl Fn(&Tracked) -> String) -> String {
    match was {
        Some(was) => format!("{} → {}", show(was), show(now)),
        None => show(now),
    }
}

/// The probability of a token; `<p` if it is below all of the requested tokens.
fn chance(guesses: &[Guess], guess: &Guess) -> String {
    match (guesses.iter().find(|g| g.id == guess.id), guesses.last()) {
        (Some(found), _) => probability(found.p),
        (None, Some(least)) => format!("<{}", probability(least.p)),
        (None, None) => "?".to_owned(),
    }
}

/// The FFN that changed a tracked token's probability most.
fn turn(tracked: &Tracked) -> Option<String> {
    let moved = |l: &TrackedLayer| (l.after - l.before).abs();
    let layers = tracked.layers.iter().enumerate();
    let (layer, most) = layers.max_by(|a, b| moved(a.1).total_cmp(&moved(b.1)).then(b.0.cmp(&a.0)))?;
    Some(format!("largest step: FFN {layer}, p {} → {}", probability(most.before), probability(most.after)))
}

/// The attention and FFN blocks with the largest parts of a tracked token's logit.
fn parts(tracked: &Tracked) -> Vec<String> {
    const MOST: usize = 3;
    let named = |name: &'static str| move |(layer, part): (usize, &f32)| (format!("{name} {layer}"), *part);
    let attention = tracked.parts.attention.iter().enumerate().map(named("attention"));
    let mut parts: Vec<_> = tracked.parts.ffn.iter().enumerate().map(named("FFN")).chain(attention).collect();
    parts.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    parts.truncate(MOST);
    parts.into_iter().map(|(name, part)| format!("{} {name}", signed(part))).collect()
}
