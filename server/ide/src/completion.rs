//! Completion inside `interventions:` and `runs:`: names of the project, value vectors found by the typed concept, and behind
//! a target its values.

use std::ops::Range;

use base::{Change, Scope};
use lm::{Control, End, Error, LanguageModel};
use syntax::{FileKind, Key, write_change};

use crate::search::look_up;
use crate::strengths::strengths;
use crate::words::Cards;
use crate::{File, ModelState, Style};

/// Vectors offered.
const OFFERED: usize = 20;
/// Words of a name's vector.
const WORDS: usize = 6;

/// One entry of an editor's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// An id or a name.
    pub label: String,
    /// The words, shown beside the label.
    pub detail: String,
    /// Begins with the typed text, so that the editor's filter keeps the item.
    pub filter: String,
    /// Replaces `Typed::range`.
    pub insert: String,
    /// Whether it is a name of the project.
    pub named: bool,
}

/// The typed part of an intervention's target or value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    /// The target whose value is typed; `None` where a target is.
    pub target: Option<String>,
    /// Without quotes.
    pub word: String,
    /// The bytes to replace: the target up to the cursor or, before a value, up to its colon.
    pub range: Range<usize>,
    /// The text of the file up to the cursor, by which editors filter.
    written: String,
    /// Text to insert before the target.
    before: &'static str,
    /// Text to insert after the target.
    after: &'static str,
}

/// The target or value at byte `offset`; `None` where neither can stand. Needs no model.
pub fn typed(file: &File, offset: usize) -> Option<Typed> {
    let parsed = &file.parsed;
    let offset = file.text.floor_char_boundary(offset);
    let front = parsed.front.as_ref().filter(|f| f.start <= offset && offset <= f.end)?;
    let key = parsed.keys.iter().rfind(|k| k.name.range.start <= offset)?;
    let is_list = key.name.value == "interventions";
    if parsed.kind != FileKind::Ours || !(is_list || key.name.value == "runs") {
        return None;
    }
    // A list in brackets is not added to line by line.
    let head = line_end(&file.text, key.name.range.end);
    let beside = file.text[key.name.range.end..head].trim_start_matches(['"', '\'', ' ']).strip_prefix(':')?.trim();
    if offset <= head || !(beside.is_empty() || beside.starts_with('#')) {
        return None;
    }
    let start = file.text[..offset].rfind('\n').map_or(0, |n| n + 1).max(front.start);
    let before = &file.text[start..offset];
    let body = before.trim_start_matches(' ');
    let indent = before.len() - body.len();
    let (skip, before) = match body.strip_prefix('-') {
        // The line that ends the front matter.
        Some(rest) if rest.starts_with('-') => return None,
        Some(rest) => {
            let spaces = rest.len() - rest.trim_start_matches(' ').len();
            (1 + spaces, if spaces == 0 { " " } else { "" })
        }
        // At the column of the keys the user types a new key; right of the list's dashes an entry continues.
        None if is_list && indent > 0 && dash(file, key, start).is_none_or(|column| indent <= column) => (0, "- "),
        None => return None,
    };
    let start = start + indent + skip;
    let written = &file.text[start..offset];
    if let Some(value) = typed_value(file, start, offset) {
        return Some(value);
    }
    let quote = written.chars().next().filter(|c| "\"'".contains(*c));
    let word = quote.map_or(written, |quote| &written[quote.len_utf8()..]);
    if word.contains([':', '{', '[', '#', '"', '\'', ',']) {
        return None;
    }
    let rest = &file.text[offset..line_end(&file.text, offset)];
    let (end, after) = match rest.find(':') {
        Some(at) if is_end_of_target(&rest[..at], &rest[at + 1..]) => (offset + at, ""),
        // The quote that an editor has put there.
        _ => (offset + quote.filter(|q| rest.starts_with(*q)).map_or(0, char::len_utf8), ": "),
    };
    let (word, written) = (word.trim().to_owned(), written.to_owned());
    Some(Typed { target: None, word, range: start..end, written, before, after })
}

/// The value behind the target that begins at `start`, up to byte `offset`.
fn typed_value(file: &File, start: usize, offset: usize) -> Option<Typed> {
    let written = &file.text[start..offset];
    let (target, colon) = match written.chars().next().filter(|c| "\"'".contains(*c)) {
        Some(quote) => {
            let target = written[1..].split_once(quote)?.0;
            (target, 2 + target.len())
        }
        None => (written.split(':').next()?, written.find(':')?),
    };
    let value = written.get(colon..)?.strip_prefix(':')?;
    let word = value.trim_start_matches(' ');
    if target.is_empty() || word.contains(['{', '[', '#', '"', '\'', ':', ',', ' ']) {
        return None;
    }
    let begin = offset - word.len();
    let rest = &file.text[offset..line_end(&file.text, offset)];
    let end = offset + rest.find(' ').unwrap_or(rest.len());
    // YAML needs a space after the colon.
    let before = if value.starts_with(' ') { "" } else { " " };
    let (target, word) = (Some(target.to_owned()), word.to_owned());
    Some(Typed { target, written: word.clone(), word, range: begin..end, before, after: "" })
}

/// The offers for `typed`, which is of this file; names first.
pub fn completion(
    file: &File,
    typed: &Typed,
    state: &ModelState<'_>,
    style: &Style,
    control: &dyn Control,
) -> Result<Vec<Completion>, Error> {
    if let Some(target) = &typed.target {
        return values(file, typed, target, state, control);
    }
    let ModelState::Ready(model, concepts) = *state else { return Ok(Vec::new()) };
    let mut offers = names(file, typed, model, style, control)?;
    let found = look_up(&typed.word, OFFERED, model, concepts, &file.names, style, control)?;
    offers.extend(found.into_iter().map(|hit| Completion {
        label: hit.id.to_string(),
        filter: typed.filter(&hit.words),
        detail: hit.name.map_or_else(|| hit.words.clone(), |name| format!("{name}: {}", hit.words)),
        insert: typed.insert(&hit.id.to_string()),
        named: false,
    }));
    Ok(offers)
}

/// The values that begin with the typed text: the strengths of the vector, then the forms that every target takes.
fn values(
    file: &File,
    typed: &Typed,
    target: &str,
    state: &ModelState<'_>,
    control: &dyn Control,
) -> Result<Vec<Completion>, Error> {
    let is_number = typed.word.is_empty() || typed.word.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c));
    let strengths = match *state {
        // A target that does not exist has an error of its own.
        ModelState::Ready(model, concepts) if is_number && file.names.vectors(target, model.info()).is_ok() => {
            strengths(file, target, None, model, concepts, control)?
        }
        _ => Vec::new(),
    };
    let mut offers: Vec<(String, &str)> = vec![("off".to_owned(), "the coefficient becomes 0")];
    offers.extend(
        strengths.into_iter().map(|strength| (write_change(Change::Set(strength.value), &Scope::All), strength.why)),
    );
    if state.has_boost() {
        offers.push(("boost".to_owned(), "slightly more than the layer's largest score"));
    }
    offers.extend([
        ("{ scale: 2 }".to_owned(), "twice the coefficient"),
        ("{ add: 1 }".to_owned(), "1 more than the coefficient"),
        ("{ set: 1, at: last }".to_owned(), "at the last position alone"),
    ]);
    offers.retain(|(value, _)| value.starts_with(&typed.word));
    let offer = |(value, why): (String, &str)| Completion {
        insert: typed.insert(&value),
        filter: value.clone(),
        label: value,
        detail: why.to_owned(),
        named: false,
    };
    Ok(offers.into_iter().map(offer).collect())
}

/// Names that contain the typed text, then names of vectors with a word that begins with it.
fn names(
    file: &File,
    typed: &Typed,
    model: &dyn LanguageModel,
    style: &Style,
    control: &dyn Control,
) -> Result<Vec<Completion>, Error> {
    let all = file.names.all(model.info());
    let known = all.iter().filter_map(|(_, ids)| ids.first().copied()).filter(|id| model.info().has(*id));
    let cards = Cards::fetch(model, known, style.words.max(WORDS), control)?.with_undertrained(style.undertrained);
    let wanted = typed.word.to_lowercase();
    let held = |name: &str| name.to_lowercase().contains(&wanted);
    let begun = |ids: &[base::ValueId]| {
        let words = ids.first().map(|id| cards.words(*id, End::Top)).unwrap_or_default();
        words.iter().any(|word| word.to_lowercase().starts_with(&wanted))
    };
    let offer = |(name, ids): &(&str, Vec<base::ValueId>)| {
        let words = ids.first().map(|id| cards.list(*id, End::Top)).unwrap_or_default();
        let which = match &ids[..] {
            [id] => id.to_string(),
            ids => format!("{} vectors", ids.len()),
        };
        Completion {
            label: (*name).to_owned(),
            detail: format!("{which}: {words}"),
            filter: typed.filter(name),
            insert: typed.insert(&syntax::write_name(name)),
            named: true,
        }
    };
    let by_name = all.iter().filter(|(name, _)| held(name));
    let by_word = all.iter().filter(|(name, ids)| !held(name) && begun(ids));
    Ok(by_name.chain(by_word).map(offer).collect())
}

impl Typed {
    /// The typed text comes first, so that the editor's filter keeps the offer.
    fn filter(&self, rest: &str) -> String {
        if self.written.is_empty() { rest.to_owned() } else { format!("{} {rest}", self.written) }
    }

    fn insert(&self, target: &str) -> String {
        format!("{}{target}{}", self.before, self.after)
    }
}

/// The column of the dash of the entry above the line at `start`.
fn dash(file: &File, key: &Key, start: usize) -> Option<usize> {
    let above = &file.text[key.name.range.start..start];
    above.lines().skip(1).filter_map(|line| line.find('-').filter(|&at| line[..at].trim().is_empty())).last()
}

/// Whether this is the rest of a target with its colon and value.
fn is_end_of_target(rest: &str, value: &str) -> bool {
    !rest.contains(['{', '[', '#', ',']) && (value.is_empty() || value.starts_with(' '))
}

fn line_end(text: &str, from: usize) -> usize {
    let end = text[from..].find('\n').map_or(text.len(), |n| from + n);
    if text[from..end].ends_with('\r') { end - 1 } else { end }
}
