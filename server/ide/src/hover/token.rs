//! Hover on a token of the prompt: why it is here, what comes next, and which FFNs contribute. Each number is of the shown
//! run; the number of the run that it is compared with comes before it.

mod prose;
mod table;

use std::ops::Range;

use base::RunName;
use lm::{
    Concepts, Control, Error, Experiment, LanguageModel, LayerTrace, PositionTrace, Positions, Run, TraceQuery, Update,
};

use super::{Hover, Style, notes};
use crate::markup::{Line, Page};
use crate::resolve::Resolved;
use crate::token::{characters, positions, without_text};
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
        let cards = cards.linked(self.style);

        let mut page = Page::with(self.style.marks());
        page.prose(self.prose(&runs, here, &reasons, &cards));
        page.table(self.table(here, &layers, &cards));
        page.prose(notes(file, self.resolved));
        let ids = here.with.into_iter().chain([here.shown]).flat_map(|position| &position.next).map(|guess| guess.id);
        page.prose(without_text(self.model, ids).iter().map(|note| Line::from(note.as_str())).collect());
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

    /// A position of the shown run, and of the run that it is compared with.
    fn pair<'r>(&self, runs: &'r [Run], position: usize) -> Option<Pair<'r>> {
        let of = |name: &RunName| runs.iter().find(|run| run.name == *name)?.position(position);
        Some(Pair { shown: of(&self.compared.shown)?, with: self.compared.with.as_ref().and_then(of) })
    }
}
