//! Code actions on a token of the prompt: suppress, amplify or set its dominant sub-updates; track the tokens that are
//! predicted there, and the token itself.

use base::{Change, RunName, Scope, Target, TokenId, ValueId};
use lm::{Concepts, Control, End, Error, LanguageModel, PositionTrace, Positions, TraceQuery, Update};
use syntax::{Entry, TargetRef, write_change};

use super::pending::At;
use super::{Action, ActionKind, Menu, Pending};
use crate::number::{probability, signed, significant};
use crate::resolve::{Resolved, one_token};
use crate::strengths::{STRONG, on_text, strong_in};
use crate::token::{positions, shown};
use crate::words::{Cards, acting_end};
use crate::{File, Style, resolve};

/// Sub-updates that are offered.
const OFFERED: usize = 4;
/// Predicted tokens that are offered.
const PREDICTED: usize = 3;

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
    let Some(trace) = trace(&resolved, &shown, position, model, control)? else { return Ok(Vec::new()) };
    let updates = dominant(&trace, &style);
    // Without interventions yet, an action begins the list of `interventions:`.
    let list = if shown.is_baseline() { RunName::intervened() } else { shown };
    let cards = Cards::fetch(model, updates.iter().map(|u| u.id), style.words, control)?;
    let cards = cards.named(&file.names).known_to(concepts);
    let acts = |entry: &Entry| {
        let acting = resolved.encoded.acting(&entry.scope(), file.prompt());
        acting.iter().any(|positions| positions.contains(&position))
    };
    let offer = |update| Offer::new(file, &list, update, position, &cards, &acts);
    let offers: Vec<Offer> = updates.into_iter().map(offer).collect();

    let mut actions = Vec::new();
    actions.extend(offers.iter().filter_map(|o| o.action("Suppress", "refactor.unembed.suppress", Change::Set(0.0))));
    actions.extend(offers.iter().filter_map(|o| o.action("Amplify", "refactor.unembed.amplify", Change::Scale(2.0))));
    actions.extend(offers.iter().filter_map(Offer::set_here));
    // The strengths that every editor offers, in place of a guess.
    for offer in &offers {
        let strongest = trace.layers.iter().find(|layer| layer.layer == offer.id.layer as usize);
        let strongest = strongest.and_then(|layer| layer.updates.iter().map(|update| update.score).reduce(f32::max));
        let strong = strongest.zip(cards.norm(offer.id)).and_then(|(strongest, norm)| strong_in(strongest, norm));
        actions.extend(strong.and_then(|value| offer.set_to(STRONG, value)));
        actions.extend(on_text(cards.activation(offer.id)).filter_map(|(name, c)| offer.set_to(name, c)));
    }
    actions.extend(trace.next.iter().filter_map(|guess| {
        let note = format!("predicted, p {}", probability(guess.p));
        track(&resolved, guess.id, &model.token_bytes(guess.id), &note, model)
    }));
    let own = resolved.encoded.tokens.get(position).filter(|own| trace.next.iter().all(|guess| guess.id != own.id));
    actions.extend(own.and_then(|token| track(&resolved, token.id, &token.bytes, "the token itself", model)));
    Ok(actions)
}

fn trace(
    resolved: &Resolved,
    run: &RunName,
    position: usize,
    model: &dyn LanguageModel,
    control: &dyn Control,
) -> Result<Option<PositionTrace>, Error> {
    let experiment = resolved.experiment.clone().only(std::slice::from_ref(run));
    let positions = Positions::List(vec![position]);
    let query = TraceQuery { top: PREDICTED, updates: OFFERED, ..TraceQuery::at(&experiment, positions) };
    let run = model.trace(&query, control)?.pop();
    Ok(run.and_then(|mut run| run.positions.pop()))
}

/// The sub-updates with the largest scores in the layers that moved the prediction most.
fn dominant<'t>(trace: &'t PositionTrace, style: &Style) -> Vec<&'t Update> {
    let mut layers: Vec<_> = trace.layers.iter().collect();
    layers.sort_by(|a, b| b.kl.total_cmp(&a.kl).then(a.layer.cmp(&b.layer)));
    layers.truncate(style.layers);
    let mut updates: Vec<&Update> = layers.into_iter().flat_map(|l| &l.updates).collect();
    updates.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.id.cmp(&b.id)));
    updates.truncate(OFFERED);
    updates
}

/// A sub-update to change, and the line that already changes it at this position.
struct Offer<'f> {
    /// The run whose list is changed.
    run: RunName,
    id: ValueId,
    /// What a new line has: its name, or its id if it has no name of its own.
    target: String,
    /// Its id, and its name.
    label: String,
    /// Its words at each end.
    top: String,
    bottom: String,
    coefficient: f32,
    position: usize,
    existing: Option<&'f Entry>,
}

impl<'f> Offer<'f> {
    /// `acts`: whether an entry acts at the position. A line that acts elsewhere is left alone.
    fn new(
        file: &'f File,
        run: &RunName,
        update: &Update,
        position: usize,
        cards: &Cards<'_>,
        acts: &dyn Fn(&Entry) -> bool,
    ) -> Self {
        let same = |e: &&Entry| match &e.target.value {
            TargetRef::Id(Target::Value(id)) => *id == update.id,
            // A line for a group also changes other vectors: it is left alone.
            TargetRef::Name(name) => file.names.vectors(name, cards.info()).is_ok_and(|ids| ids == [update.id]),
        };
        let entries = || file.parsed.entries_of(run).filter(same).filter(|e| acts(e));
        // Of several lines, the last one wins.
        let existing = entries().rfind(|e| e.enabled).or_else(|| entries().next_back());
        let id = update.id;
        let target = cards.name(id).map_or_else(|| id.to_string(), str::to_owned);
        let label = cards.label(id);
        let (top, bottom) = (cards.list(id, End::Top), cards.list(id, End::Bottom));
        Self { run: run.clone(), id, target, label, top, bottom, coefficient: update.coefficient, position, existing }
    }

    fn words(&self, end: End) -> &str {
        if end == End::Top { &self.top } else { &self.bottom }
    }

    /// `None` if the file already has this change.
    fn action(&self, verb: &'static str, kind: &'static str, change: Change) -> Option<Action> {
        let note = format!("{} here", signed(self.coefficient));
        self.noted(Written { verb, kind, change, scope: Scope::All, why: "" }, &note)
    }

    /// Sets it to its coefficient at this token, ready to be changed. A new line acts at this token alone.
    fn set_here(&self) -> Option<Action> {
        let change = Change::Set(significant(self.coefficient));
        let scope = Scope::Position(self.position);
        let note = format!("{} here", signed(self.coefficient));
        self.noted(Written { verb: "Set", kind: "refactor.unembed.set", change, scope, why: "as it is here" }, &note)
    }

    /// Sets it to a strength that text gives it.
    fn set_to(&self, why: &'static str, coefficient: f32) -> Option<Action> {
        let (change, scope) = (Change::Set(coefficient), Scope::All);
        let note = format!("to {why}, {}", signed(coefficient));
        self.noted(Written { verb: "Set", kind: "refactor.unembed.set", change, scope, why }, &note)
    }

    fn noted(&self, written: Written, note: &str) -> Option<Action> {
        let Written { verb, kind, change, scope, why } = written;
        let (place, value) = match self.existing {
            Some(entry) if entry.enabled && entry.change.value == change => return None,
            Some(entry) => (format!(", line {}", entry.line), write_change(change, &entry.scope())),
            None => (String::new(), write_change(change, &scope)),
        };
        let here = self.words(End::acting(self.coefficient));
        let words = self.words(acting_end(change, Some(self.coefficient)));
        let menu = Menu {
            title: format!("Change {}: {here} ({} here{place})…", self.label, signed(self.coefficient)),
            choice: match why {
                "" => format!("{verb}: {value}"),
                // The title above the choices has the words of the other end.
                why if words != here => format!("{verb}: {value}, {why}, promotes {words}"),
                why => format!("{verb}: {value}, {why}"),
            },
        };
        let pending = match self.existing {
            Some(entry) => Pending::Set { at: At::of(entry), value },
            None => {
                let (run, target, comment) = (self.run.clone(), self.target.clone(), words.to_owned());
                Pending::Add { run, target, value, comment }
            }
        };
        let title = format!("{verb} {}: {words} ({note}{place})", self.label);
        Some(Action { title, kind, what: ActionKind::Lazy(pending), fixes: None, menu: Some(menu) })
    }
}

/// What an action writes.
struct Written {
    verb: &'static str,
    kind: &'static str,
    change: Change,
    /// Where a new line acts; a line that exists keeps its own.
    scope: Scope,
    /// What the value is, for the list of choices.
    why: &'static str,
}

/// Tracks a token, if it can be written as text and is not tracked yet.
fn track(resolved: &Resolved, id: TokenId, bytes: &[u8], note: &str, model: &dyn LanguageModel) -> Option<Action> {
    let text = str::from_utf8(bytes).ok()?;
    if one_token(model, text) != Ok(id) || resolved.experiment.track.contains(&id) {
        return None;
    }
    let token = shown(bytes);
    let menu = Menu { title: "Track a token…".to_owned(), choice: format!("'{token}', {note}") };
    let what = ActionKind::Lazy(Pending::Track { token: text.to_owned() });
    let title = format!("Track '{token}'");
    Some(Action { title, kind: "refactor.unembed.track", what, fixes: None, menu: Some(menu) })
}
