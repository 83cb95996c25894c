//! Hover on an intervention: on its id the value vector's card with its coefficient, on its value the meaning.

use std::sync::Arc;

use base::{Change, Scope, ValueId};
use lm::{Activation, Control, End, Error, Intervention, LanguageModel, ModelInfo, Value, Word};
use syntax::Entry;

use super::term::Term;
use super::{Hover, Style, model_line, notes};
use crate::card::{Knowledge, activation_line, bar, listed, passage_line};
use crate::markup::{Line, Page};
use crate::number::{arrow, plain, signed, signed_to};
use crate::resolve::{Resolved, no_boost, targets};
use crate::token::{quoted, shown, shown_id};
use crate::words::{Cards, acting_end, listing, unusual};
use crate::{File, ModelState, Names, resolve};

/// Rows of a card, unless the style has more.
const ROWS: usize = 8;
/// Words to request: all that a card of the index has.
const LISTED: usize = 24;
/// Columns of a bar.
const BAR: usize = 8;
/// Passages of a card.
const PASSAGES: usize = 2;

pub(super) fn card(
    file: &File,
    index: usize,
    state: &ModelState<'_>,
    style: &Style,
    control: &dyn Control,
) -> Result<Hover, Error> {
    let entry = &file.parsed.interventions[index];
    let range = entry.target.range.clone();
    let mut page = Page::with(style.marks());
    let ModelState::Ready(model, concepts) = *state else {
        page.prose(std::iter::once(meaning(entry, None, None)).chain(model_line(state)).collect());
        return Ok(Hover::new(range, &page));
    };
    let ids = match targets(&entry.target.value, model.info(), &file.names) {
        Ok(ids) => ids,
        Err(wrong) => {
            page.prose(vec![Line::new().message(&wrong.to_string())]);
            return Ok(Hover::new(range, &page));
        }
    };
    let resolved = resolve(file, model);
    let line = |head: Line| {
        let head = head.item().text(&format!("line {}", entry.line)).item();
        head.text(if entry.enabled { "enabled" } else { "disabled" })
    };
    let [id] = ids[..] else {
        group(&mut page, file, index, line, &ids, &resolved, (model, style, control))?;
        return Ok(Hover::new(range, &page));
    };
    let rows = ROWS.max(style.words);
    let Some(value) = model.values(&[id], LISTED.max(rows), control)?.pop() else {
        return Err(Error::Model(format!("{id} has no card")));
    };
    let (known, trouble) = match Knowledge::of(id, model, concepts, &file.names, control) {
        Ok(known) => (known, None),
        Err(Error::Cancelled) => return Err(Error::Cancelled),
        // Without the index, the model's part is still shown.
        Err(error) => (Knowledge::of(id, model, None, &file.names, control)?, Some(error.to_string())),
    };
    let head = Line::new().strong(&id.to_string());
    let head = known.name.iter().fold(head, |head, name| head.text(" ").strong(name));
    let head = head.text(" ").link("norm", style.explains(Term::Norm)).text(&format!(" {}", plain(value.norm)));
    let mut lines = vec![line(head)];
    lines.extend(told(entry, &resolved, model));
    lines.extend(coefficient(file, index, &resolved, (id, known.activation.as_ref()), (model, style, control))?);
    page.prose(lines);
    page.table(table(&value, rows, style, model));
    page.prose(knowledge(&known, &file.names, model, style, control)?);
    page.prose(trouble.iter().map(|why| Line::new().message(why)).collect());
    page.prose(notes(file, &resolved));
    Ok(Hover::new(range, &page))
}

/// The vectors of a group, a line each.
fn group(
    page: &mut Page,
    file: &File,
    index: usize,
    line: impl Fn(Line) -> Line,
    ids: &[ValueId],
    resolved: &Resolved,
    (model, style, control): (&dyn LanguageModel, &Style, &dyn Control),
) -> Result<(), Error> {
    /// Vectors listed; the names file has all of them.
    const MOST: usize = 16;
    let entry = &file.parsed.interventions[index];
    let name = entry.target.value.to_string();
    let head = Line::new().strong(&name).text(&format!(" {} value vectors", ids.len()));
    let listed = &ids[..ids.len().min(MOST)];
    let coefficients = Coefficients::of(file, index, resolved, listed, model, control)?;
    let mut lines = vec![line(head)];
    lines.extend(told(entry, resolved, model));
    if coefficients.is_some() {
        let place = place(resolved, "coefficients", style);
        lines.extend(place.map(|line| line.text(": without this line → with it")));
    }
    page.prose(lines);
    let cards = Cards::fetch(model, listed.iter().copied(), style.words, control)?;
    let cards = cards.named(&file.names).with_undertrained(style.undertrained).linked(style);
    let each = |(n, id): (usize, &ValueId)| {
        let change = coefficients.as_ref().map(|c| format!("{} ", arrow(c.without[n], c.with[n], signed_to)));
        let clean = coefficients.as_ref().map(|c| c.without[n]);
        cards.append(Line::from(change.unwrap_or_default()), *id, acting_end(entry.change.value, clean))
    };
    let mut lines: Vec<Line> = listed.iter().enumerate().map(each).collect();
    if ids.len() > MOST {
        lines.push(Line::from(format!("and {} more", ids.len() - MOST)));
    }
    page.prose(lines);
    page.prose(notes(file, resolved));
    Ok(())
}

/// The vector's cluster, its neighbours and its activations on text.
fn knowledge(
    known: &Knowledge,
    names: &Names,
    model: &dyn LanguageModel,
    style: &Style,
    control: &dyn Control,
) -> Result<Vec<Line>, Error> {
    let mut lines = Vec::new();
    lines.extend(known.cluster.as_ref().map(|cluster| {
        let head = Line::new().link("cluster", style.explains(Term::Cluster));
        let head = head.text(&format!(" {} ({} vectors): ", cluster.number, cluster.size));
        let words = cluster.words.len().min(2 * style.words);
        listing(head, &cluster.words[..words])
    }));
    if !known.similar.is_empty() {
        let cards = Cards::fetch(model, known.similar.iter().map(|s| s.id), style.words, control)?;
        let cards = cards.named(names).with_undertrained(style.undertrained).linked(style);
        let head = Line::new().link("nearest", style.explains(Term::Cosine)).text(": ");
        lines.push(
            known.similar.iter().fold(head, |line, similar| {
                cards.append(line.text(&plain(similar.cosine)), similar.id, End::Top).item()
            }),
        );
    }
    if let Some(activation) = &known.activation {
        let head = Line::new().link("on text", style.explains(Term::Activation));
        lines.push(head.text(&format!(": {}", activation_line(activation))));
        let passages = activation.largest.iter().take(PASSAGES).chain(activation.smallest.iter().take(1));
        lines.extend(passages.filter(|p| p.coefficient != 0.0).map(|passage| {
            Line::from(format!("{} in ", signed(passage.coefficient))).code(&passage_line(passage, 60))
        }));
    }
    Ok(lines)
}

pub(super) fn value(file: &File, index: usize, state: &ModelState<'_>) -> Hover {
    let entry = &file.parsed.interventions[index];
    let (resolved, info) = match state {
        ModelState::Ready(model, _) => (Some(resolve(file, *model)), Some(model.info())),
        _ => (None, None),
    };
    let mut page = Page::default();
    page.prose(vec![meaning(entry, resolved.as_ref(), info)]);
    Hover::new(entry.value.clone(), &page)
}

/// The meaning in a card; `None` if the card's notes have the error of the line.
fn told(entry: &Entry, resolved: &Resolved, model: &dyn LanguageModel) -> Option<Line> {
    let is_noted = entry.enabled && no_boost(entry, model.info()).is_some();
    (!is_noted).then(|| meaning(entry, Some(resolved), Some(model.info())))
}

fn meaning(entry: &Entry, resolved: Option<&Resolved>, info: Option<&ModelInfo>) -> Line {
    if let Some(problem) = info.and_then(|info| no_boost(entry, info)) {
        return Line::new().message(&problem.message);
    }
    let change = match entry.change.value {
        Change::Set(0.0) => "off: the coefficient becomes 0".to_owned(),
        Change::Set(c) => format!("the coefficient becomes {c}"),
        Change::Scale(k) => format!("the coefficient times {k}"),
        Change::Add(c) => format!("the coefficient plus {c}"),
        Change::Boost => {
            "boost: the coefficient becomes the activation of s + 0.01; s is the layer's largest score at the last \
                          prompt position without interventions"
                .to_owned()
        }
    };
    let last = resolved.and_then(Resolved::last).map_or_else(String::new, |last| format!(", {last}"));
    let at = match entry.scope() {
        Scope::All => "at every position, prompt and generated".to_owned(),
        Scope::Prompt => "at every prompt position".to_owned(),
        Scope::Last => format!("at the last prompt position{last}"),
        Scope::Generated => "at generated positions: the first new token does not change".to_owned(),
        Scope::Position(position) => format!("at position {position}"),
        Scope::Text(text) => format!("at every prompt token of {}", quoted(&text)),
    };
    Line::new().message(&format!("{change}, {at}"))
}

/// The coefficients at the last prompt position, without this line and with it. All other lines act.
struct Coefficients {
    without: Vec<f32>,
    with: Vec<f32>,
}

impl Coefficients {
    /// `None` without a position, or for an invalid line.
    fn of(
        file: &File,
        index: usize,
        resolved: &Resolved,
        ids: &[ValueId],
        model: &dyn LanguageModel,
        control: &dyn Control,
    ) -> Result<Option<Self>, Error> {
        let Some(last) = resolved.last() else { return Ok(None) };
        let entry = &file.parsed.interventions[index];
        let interventions = resolved.interventions(file, entry, model.info()).0;
        if interventions.is_empty() {
            return Ok(None);
        }
        let run = &entry.run;
        let others = || resolved.plan(run).filter(|(_, e)| *e != index);
        let (before, behind): (Vec<_>, Vec<_>) = others().partition(|(_, e)| *e < index);
        let own = |list: Vec<(&Intervention, usize)>| list.into_iter().map(|(i, _)| i.clone()).collect::<Vec<_>>();
        let with = resolved.alone(run, [own(before), interventions, own(behind)].concat());
        let without = resolved.without(run, index);
        // One experiment after the other: the model keeps the newest.
        let of = |experiment| {
            let one = |&id: &ValueId| model.coefficient(experiment, run, id.into(), last, control);
            ids.iter().map(one).collect::<Result<_, _>>()
        };
        Ok(Some(Self { without: of(&without)?, with: of(&with)? }))
    }
}

fn place(resolved: &Resolved, coefficients: &str, style: &Style) -> Option<Line> {
    let last = resolved.last()?;
    let line = Line::new().link(coefficients, style.explains(Term::Coefficient));
    Some(line.text(&format!(" at position {last}, ")).code(&shown(&resolved.encoded.tokens[last].bytes)))
}

/// A vector's coefficient without the line and with it, and how unusual either is.
fn coefficient(
    file: &File,
    index: usize,
    resolved: &Resolved,
    (id, activation): (ValueId, Option<&Activation>),
    (model, style, control): (&dyn LanguageModel, &Style, &dyn Control),
) -> Result<Option<Line>, Error> {
    let Some(found) = Coefficients::of(file, index, resolved, &[id], model, control)? else { return Ok(None) };
    let shown = |m| match activation.and_then(|a| unusual(a, m)) {
        Some(mark) => format!("{} ({mark})", signed(m)),
        None => signed(m),
    };
    let text = format!(": {} without this line, {} with it", shown(found.without[0]), shown(found.with[0]));
    Ok(place(resolved, "coefficient", style).map(|line| line.text(&text)))
}

fn table(value: &Arc<Value>, rows: usize, style: &Style, model: &dyn LanguageModel) -> Vec<Vec<Line>> {
    let term = |text: &str, term| Line::new().link(text, style.explains(term));
    let columns = |end| [term(end, Term::Top), term("logit", Term::Logit), term("z", Term::Z), Line::new()];
    let head = [columns("promotes"), columns("suppresses")].concat();
    let end = |end| listed(value, end, style.undertrained);
    let (top, bottom) = (end(End::Top), end(End::Bottom));
    let strengths = top.iter().take(rows).chain(bottom.iter().take(rows)).map(|w| value.z(w.logit).abs());
    let most = strengths.fold(0.0, f32::max);
    let cells = |word: Option<&Word>| match word {
        Some(word) => {
            let z = value.z(word.logit);
            let token = Line::new().code(&shown_id(model, word.id));
            [token, signed(word.logit).into(), signed(z).into(), bar(z, most, BAR).as_str().into()]
        }
        None => [const { Line::new() }; 4],
    };
    let rows = rows.min(top.len().max(bottom.len()));
    let row = |row: usize| cells(top.get(row)).into_iter().chain(cells(bottom.get(row))).collect();
    [head].into_iter().chain((0..rows).map(row)).collect()
}
