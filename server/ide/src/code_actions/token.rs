//! Code actions on a token of the prompt: suppress, amplify or set its dominant sub-updates; track the token.

use base::{Change, RunName, Scope, Target, ValueId};
use lm::{Concepts, Control, Error, LanguageModel, Positions, TraceQuery, Update};
use syntax::{Entry, TargetRef, write_change};

use super::pending::At;
use super::{Action, ActionKind, Pending};
use crate::number::{signed, significant};
use crate::resolve::{Resolved, one_token};
use crate::strengths::on_text;
use crate::token::{positions, shown};
use crate::words::Cards;
use crate::{File, Style, resolve};

/// Sub-updates that are offered.
const OFFERED: usize = 4;

pub(super) fn actions(
    file: &File,
    at: usize,
    model: &dyn LanguageModel,
    concepts: Option<&dyn Concepts>,
    control: &dyn Control,
) -> Result<Vec<Action>, Error> {
    let resolved = resolve(file, model);
    let Some(group) = positions(&resolved.encoded, file.prompt(), at) else { return Ok(Vec::new()) };
    let position = group.end - 1;
    let style = Style::default();
    let shown = file.compared.of(&resolved.experiment).shown;
    let updates = dominant(&resolved, &shown, position, &style, model, control)?;
    // Without interventions yet, an action begins the list of `interventions:`.
    let list = if shown.is_baseline() { RunName::intervened() } else { shown };
    let cards = Cards::fetch(model, updates.iter().map(|u| u.id), style.words, control)?;
    let cards = cards.named(&file.names).known_to(concepts);
    let acts = |entry: &Entry| {
        let acting = resolved.encoded.acting(&entry.scope(), file.prompt());
        acting.iter().any(|positions| positions.contains(&position))
    };
    let offers: Vec<Offer> = updates.iter().map(|update| Offer::new(file, &list, update, &cards, &acts)).collect();

    let mut actions = Vec::new();
    actions.extend(offers.iter().filter_map(|o| o.action("Suppress", "refactor.unembed.suppress", Change::Set(0.0))));
    actions.extend(offers.iter().filter_map(|o| o.action("Amplify", "refactor.unembed.amplify", Change::Scale(2.0))));
    let here = |o: &Offer<'_>| Change::Set(significant(o.coefficient));
    actions.extend(offers.iter().filter_map(|o| o.action("Set", "refactor.unembed.set", here(o))));
    // Its coefficients on text, in place of a guess.
    for offer in &offers {
        actions.extend(on_text(cards.activation(offer.id)).filter_map(|(name, c)| offer.set_to(name, c)));
    }
    actions.extend(follow(&resolved, position, model));
    Ok(actions)
}

/// The sub-updates with the largest scores in the layers that moved the prediction most, in a run.
fn dominant(
    resolved: &Resolved,
    run: &RunName,
    position: usize,
    style: &Style,
    model: &dyn LanguageModel,
    control: &dyn Control,
) -> Result<Vec<Update>, Error> {
    let experiment = resolved.experiment.clone().only(std::slice::from_ref(run));
    let query = TraceQuery { top: 1, updates: OFFERED, ..TraceQuery::at(&experiment, Positions::List(vec![position])) };
    let run = model.trace(&query, control)?.pop();
    let Some(trace) = run.and_then(|mut run| run.positions.pop()) else { return Ok(Vec::new()) };
    let mut layers = trace.layers;
    layers.sort_by(|a, b| b.kl.total_cmp(&a.kl).then(a.layer.cmp(&b.layer)));
    layers.truncate(style.layers);
    let mut updates: Vec<Update> = layers.into_iter().flat_map(|l| l.updates).collect();
    updates.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.id.cmp(&b.id)));
    updates.truncate(OFFERED);
    Ok(updates)
}

/// A sub-update to change, and the line that already changes it at this position.
struct Offer<'f> {
    /// The run whose list is changed.
    run: RunName,
    id: ValueId,
    /// Its id, and its name.
    label: String,
    words: String,
    coefficient: f32,
    existing: Option<&'f Entry>,
}

impl<'f> Offer<'f> {
    /// `acts`: whether an entry acts at the position. A line that acts elsewhere is left alone.
    fn new(file: &'f File, run: &RunName, update: &Update, cards: &Cards<'_>, acts: &dyn Fn(&Entry) -> bool) -> Self {
        let same = |e: &&Entry| match &e.target.value {
            TargetRef::Id(Target::Value(id)) => *id == update.id,
            // A line for a group also changes other vectors: it is left alone.
            TargetRef::Name(name) => file.names.vectors(name, cards.info()).is_ok_and(|ids| ids == [update.id]),
        };
        let entries = || file.parsed.entries_of(run).filter(same).filter(|e| acts(e));
        // Of several lines, the last one wins.
        let existing = entries().rfind(|e| e.enabled).or_else(|| entries().next_back());
        let (label, words) = (cards.label(update.id), cards.list(update.id));
        Self { run: run.clone(), id: update.id, label, words, coefficient: update.coefficient, existing }
    }

    /// Sets it to a strength that text gives it.
    fn set_to(&self, name: &str, coefficient: f32) -> Option<Action> {
        let note = format!("to {name}, {}", signed(coefficient));
        self.noted(&note, "Set", "refactor.unembed.set", Change::Set(coefficient))
    }

    /// `None` if the file already has this change.
    fn action(&self, verb: &str, kind: &'static str, change: Change) -> Option<Action> {
        self.noted(&format!("{} here", signed(self.coefficient)), verb, kind, change)
    }

    fn noted(&self, here: &str, verb: &str, kind: &'static str, change: Change) -> Option<Action> {
        let (place, pending) = match self.existing {
            Some(entry) if entry.enabled && entry.change.value == change => return None,
            Some(entry) => {
                let value = write_change(change, &entry.scope());
                (format!("{here}, line {}", entry.line), Pending::Set { at: At::of(entry), value })
            }
            None => {
                let value = write_change(change, &Scope::All);
                let (run, target) = (self.run.clone(), self.id.to_string());
                let pending = Pending::Add { run, target, value, comment: self.words.clone() };
                (here.to_owned(), pending)
            }
        };
        let title = format!("{verb} {}: {} ({place})", self.label, self.words);
        Some(Action { title, kind, what: ActionKind::Lazy(pending), fixes: None })
    }
}

/// Tracks the token, if it can be written as text and is not tracked yet.
fn follow(resolved: &Resolved, position: usize, model: &dyn LanguageModel) -> Option<Action> {
    let token = resolved.encoded.tokens.get(position)?;
    let text = str::from_utf8(&token.bytes).ok()?;
    if one_token(model, text) != Ok(token.id) || resolved.experiment.track.contains(&token.id) {
        return None;
    }
    let title = format!("Track '{}'", shown(&token.bytes));
    let what = ActionKind::Lazy(Pending::Track { token: text.to_owned() });
    Some(Action { title, kind: "refactor.unembed.track", what, fixes: None })
}
