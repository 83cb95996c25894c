//! Completion inside `interventions:`: names of the project, and value vectors by the concept that is typed.

use std::ops::Range;

use base::{Cancel, ValueId};
use lm::{Concepts, Control, Error, LanguageModel};
use syntax::FileKind;

use crate::card::listed;
use crate::words::{Cards, distinct};
use crate::{File, ModelState, Style};

/// Vectors that are offered.
const OFFERED: usize = 20;
/// Words of each.
const WORDS: usize = 6;

/// One entry of an editor's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// What the list shows: an id or a name.
    pub label: String,
    /// Beside it: the words.
    pub detail: String,
    /// What an editor compares with what is typed, so that its own filter keeps it.
    pub filter: String,
    /// What is put in the place of `range`.
    pub insert: String,
    /// What is typed so far.
    pub range: Range<usize>,
    /// Whether it is a name of the project.
    pub named: bool,
}

/// What may stand at byte `offset`; `None` where nothing is offered. The flag says that more typing may bring other
/// entries.
pub fn completion(
    file: &File,
    offset: usize,
    state: &ModelState<'_>,
    style: &Style,
    control: &dyn Control,
) -> Result<Option<Vec<Completion>>, Error> {
    let Some((range, dash)) = typed(file, offset) else { return Ok(None) };
    let ModelState::Ready(model, concepts) = *state else { return Ok(Some(Vec::new())) };
    let word = file.text[range.clone()].trim().to_owned();
    let mut offers = names(file, &word, &range, dash, model, style)?;
    if let Some(concepts) = concepts.filter(|_| !word.is_empty()) {
        offers.extend(vectors(&word, &range, dash, model, concepts, style, control)?);
    }
    Ok(Some(offers))
}

/// The word before the cursor where an intervention's target is being typed, and what must be put before a new entry.
fn typed(file: &File, offset: usize) -> Option<(Range<usize>, &'static str)> {
    let parsed = &file.parsed;
    let front = parsed.front.as_ref().filter(|f| f.start <= offset && offset <= f.end)?;
    if parsed.kind != FileKind::Ours {
        return None;
    }
    let key = parsed.keys.iter().rfind(|k| k.name.range.start <= offset)?;
    if key.name.value != "interventions" || offset <= key.name.range.end {
        return None;
    }
    let line = file.text[..offset].rfind('\n').map_or(0, |n| n + 1).max(front.start);
    let before = &file.text[line..offset];
    let indent = before.len() - before.trim_start_matches([' ', '\t']).len();
    // At the column of the keys a new key is being typed.
    let rest = &before[indent..];
    let (skip, dash) = match rest.strip_prefix('-') {
        Some(behind) => (1 + behind.len() - behind.trim_start_matches(' ').len(), ""),
        None if indent > 0 && !rest.contains([':', '{', '[', '#']) => (0, "- "),
        None => return None,
    };
    let word = &rest[skip.min(rest.len())..];
    let typing = !word.contains([':', '{', '[', '#', '"']);
    typing.then_some((line + indent + skip..offset, dash))
}

fn names(
    file: &File,
    word: &str,
    range: &Range<usize>,
    dash: &str,
    model: &dyn LanguageModel,
    style: &Style,
) -> Result<Vec<Completion>, Error> {
    let all = file.names.all(model.info());
    let known: Vec<ValueId> = all.iter().filter_map(|(_, ids)| ids.first().copied()).collect();
    let known = known.into_iter().filter(|id| model.info().has(*id));
    let cards = Cards::fetch(model, known, style.words.max(WORDS), &Cancel::new())?;
    let offer = |(name, ids): &(&str, Vec<ValueId>)| {
        let words = ids.first().map(|id| cards.list(*id)).unwrap_or_default();
        let detail = match ids.len() {
            1 => format!("{}: {words}", ids[0]),
            n => format!("{n} vectors: {words}"),
        };
        let insert = format!("{dash}{}: ", syntax::write_name(name));
        Completion {
            label: (*name).to_owned(),
            detail,
            filter: filter(word, name),
            insert,
            range: range.clone(),
            named: true,
        }
    };
    Ok(all.iter().map(offer).collect())
}

fn vectors(
    word: &str,
    range: &Range<usize>,
    dash: &str,
    model: &dyn LanguageModel,
    concepts: &dyn Concepts,
    style: &Style,
    control: &dyn Control,
) -> Result<Vec<Completion>, Error> {
    // What is being typed may be the beginning of a word, or of an id.
    let ids = word.strip_prefix('L').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    if ids || word.chars().count() < 2 {
        return Ok(Vec::new());
    }
    let plain = word.chars().all(|c| c.is_alphanumeric() || c == ' ' || c == '-');
    let query = if plain { word.trim_start_matches(['-', '+']).to_owned() } else { return Ok(Vec::new()) };
    let mut found = concepts.search(&query, OFFERED, model, control)?.hits;
    if found.is_empty() && !query.contains(' ') {
        found = concepts.search(&format!("{query}*"), OFFERED, model, control)?.hits;
    }
    let offer = |hit: lm::Hit| {
        let words = distinct(model, listed(&hit.card, hit.end, style.undertrained), WORDS).join(", ");
        Completion {
            label: hit.id.to_string(),
            detail: words.clone(),
            filter: filter(word, &words),
            insert: format!("{dash}{}: ", hit.id),
            range: range.clone(),
            named: false,
        }
    };
    Ok(found.into_iter().map(offer).collect())
}

/// Editors filter by what is typed; it stands first, so that whatever was found for it stays.
fn filter(word: &str, rest: &str) -> String {
    if word.is_empty() { rest.to_owned() } else { format!("{word} {rest}") }
}
