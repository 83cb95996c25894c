//! Hover on an intervention: on its id the value vector's card with its coefficient, on its value what that means.

use std::sync::Arc;

use base::{Change, Scope};
use lm::{Control, Error, LanguageModel, Value, Word};
use syntax::Entry;

use super::{Hover, Style, model_line, notes};
use crate::markup::{Line, Page};
use crate::number::{plain, signed};
use crate::resolve::{Resolved, target};
use crate::token::{quoted, shown};
use crate::{File, ModelState, resolve};

/// Rows of a card, where the style does not ask for more.
const ROWS: usize = 8;

pub(super) fn card(
    file: &File,
    index: usize,
    state: &ModelState<'_>,
    style: &Style,
    control: &dyn Control,
) -> Result<Hover, Error> {
    let entry = &file.parsed.interventions[index];
    let range = entry.target.range.clone();
    let mut page = Page::default();
    let ModelState::Ready(model) = *state else {
        page.prose(std::iter::once(meaning(entry, None)).chain(model_line(state)).collect());
        return Ok(Hover::new(range, &page));
    };
    let id = match target(&entry.target.value, model.info()) {
        Ok(id) => id,
        Err((_, message)) => {
            page.prose(vec![Line::new().message(&message)]);
            return Ok(Hover::new(range, &page));
        }
    };
    let rows = ROWS.max(style.words);
    let Some(value) = model.values(&[id], rows, control)?.pop() else {
        return Err(Error::Model(format!("{id} has no card")));
    };
    let resolved = resolve(file, model);
    let head = Line::new().strong(&id.to_string()).text(&format!(" norm {}", plain(value.norm))).item();
    let head = head.text(&format!("line {}", entry.line)).item();
    let head = head.text(if entry.enabled { "enabled" } else { "disabled" });
    let mut lines = vec![head, meaning(entry, Some(&resolved))];
    lines.extend(coefficients(file, index, &resolved, model, control)?);
    page.prose(lines);
    page.table(table(&value, rows, model));
    page.prose(notes(file, &resolved));
    Ok(Hover::new(range, &page))
}

pub(super) fn value(file: &File, index: usize, state: &ModelState<'_>) -> Hover {
    let entry = &file.parsed.interventions[index];
    let resolved = match state {
        ModelState::Ready(model) => Some(resolve(file, *model)),
        _ => None,
    };
    let mut page = Page::default();
    page.prose(vec![meaning(entry, resolved.as_ref())]);
    Hover::new(entry.value.clone(), &page)
}

/// What the line does, in words.
fn meaning(entry: &Entry, resolved: Option<&Resolved>) -> Line {
    let change = match entry.change.value {
        Change::Set(0.0) => "off: the coefficient becomes 0".to_owned(),
        Change::Set(c) => format!("the coefficient becomes {c}"),
        Change::Scale(k) => format!("the coefficient times {k}"),
        Change::Add(c) => format!("the coefficient plus {c}"),
        Change::Boost => {
            "boost: the coefficient becomes gelu(s + 0.01), s being the layer's largest score at the last \
                          prompt position without interventions"
                .to_owned()
        }
    };
    let last = resolved.and_then(Resolved::last).map_or_else(String::new, |last| format!(", {last}"));
    let at = match entry.scope() {
        Scope::All => "at every position, prompt and generated".to_owned(),
        Scope::Prompt => "at every prompt position".to_owned(),
        Scope::Last => format!("at the last prompt position{last}"),
        Scope::Generated => "at generated positions only: the first new token stays".to_owned(),
        Scope::Position(position) => format!("at position {position}"),
        Scope::Text(text) => format!("at every prompt token of {}", quoted(&text)),
    };
    Line::new().message(&format!("{change}, {at}"))
}

/// The coefficient at the last prompt position, without this line and with it, the others as they are.
fn coefficients(
    file: &File,
    index: usize,
    resolved: &Resolved,
    model: &dyn LanguageModel,
    control: &dyn Control,
) -> Result<Option<Line>, Error> {
    let Some(last) = resolved.last() else { return Ok(None) };
    let entry = &file.parsed.interventions[index];
    let Some(intervention) = resolved.intervention(entry, model.info()).0 else { return Ok(None) };
    let lm::Target::Value(id) = intervention.target;
    let without = resolved.without(index);
    let mut with = without.clone();
    let place = resolved.entries.iter().filter(|&&e| e < index).count();
    with.interventions.insert(place, intervention);
    let was = model.coefficient(&without, id, last, control)?;
    let becomes = model.coefficient(&with, id, last, control)?;
    let token = shown(&resolved.encoded.tokens[last].bytes);
    let line = Line::from(format!("coefficient at position {last}, ")).code(&token);
    Ok(Some(line.text(&format!(": {} without this line, {} with it", signed(was), signed(becomes)))))
}

fn table(value: &Arc<Value>, rows: usize, model: &dyn LanguageModel) -> Vec<Vec<Line>> {
    let head = ["promotes", "logit", "z", "suppresses", "logit", "z"].map(Line::from).to_vec();
    let cells = |word: Option<&Word>| match word {
        Some(word) => [
            Line::new().code(&shown(&model.token_bytes(word.id))),
            signed(word.logit).into(),
            signed(value.z(word.logit)).into(),
        ],
        None => [Line::new(), Line::new(), Line::new()],
    };
    let rows = rows.min(value.top.len().max(value.bottom.len()));
    let row = |row: usize| cells(value.top.get(row)).into_iter().chain(cells(value.bottom.get(row))).collect();
    [head].into_iter().chain((0..rows).map(row)).collect()
}
