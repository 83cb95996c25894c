//! Adds, changes, enables, disables or removes the intervention on one value vector, for sliders, marks and lists of editors.
//! Only the text changes. The words of a new line may need its coefficient.

use base::{Change, Edit, RunName, Scope, ValueId};
use lm::{Control, Error, LanguageModel};
use syntax::{Entry, FileKind, InvalidIntervention, TargetRef, edit, parse_value, write_change};

use crate::code_actions::enable_and_set;
use crate::words::{Cards, acting_end};
use crate::{File, InterveneError, Style, resolve};

/// What to do with the line of a value vector.
#[derive(Clone, Debug, PartialEq)]
pub enum Wish {
    /// Sets the value. Enables or adds the line.
    Set {
        change: Change,
        /// `All` keeps the positions of an existing line.
        at: Scope,
    },
    Enable,
    Disable,
    Toggle,
    Remove,
}

impl Wish {
    /// Reads a value as in a file, `4.5` or `{ scale: 2, at: prompt }`, or `enable`, `disable`, `toggle` or `remove`.
    pub fn read(value: &str) -> Result<Self, InvalidIntervention> {
        Ok(match value {
            "enable" => Self::Enable,
            "disable" => Self::Disable,
            "toggle" => Self::Toggle,
            "remove" => Self::Remove,
            _ => {
                let (change, at) = parse_value(value)?;
                Self::Set { change, at }
            }
        })
    }
}

/// The line of a run on a target: the last enabled one, else the last one.
fn line<'f>(file: &'f File, run: &RunName, target: &TargetRef) -> Option<&'f Entry> {
    let same = || file.parsed.entries_of(run).filter(|entry| entry.target.value == *target);
    same().rfind(|entry| entry.enabled).or_else(|| same().next_back())
}

/// Whether the change adds a line. `intervene` then needs the words for its comment.
pub fn adds(file: &File, run: &RunName, target: &str, wish: &Wish) -> bool {
    matches!(wish, Wish::Set { .. }) && read_target(target).is_ok_and(|target| line(file, run, &target).is_none())
}

/// The words of one value vector, for the comment of the line that `wish` adds: those that it promotes with the line's value.
/// `None` for a group or an unknown target.
pub fn words_of(
    target: &str,
    wish: &Wish,
    file: &File,
    run: &RunName,
    model: &dyn LanguageModel,
    control: &dyn Control,
) -> Result<Option<String>, Error> {
    let ids = file.names.vectors(target, model.info()).unwrap_or_default();
    let (&[id], Wish::Set { change, at }) = (&ids[..], wish) else { return Ok(None) };
    let clean = match change {
        Change::Set(c) if *c != 0.0 => None,
        Change::Boost => None,
        Change::Set(_) | Change::Scale(_) | Change::Add(_) => clean(id, at, file, run, model, control)?,
    };
    let cards = Cards::fetch(model, [id], Style::default().words, control)?;
    Ok(Some(cards.list(id, acting_end(*change, clean))))
}

/// The coefficient in a run at the last position of the prompt where a new line acts, or at the prompt's end. `None` without a
/// prompt, or if the model cannot say.
fn clean(
    id: ValueId,
    at: &Scope,
    file: &File,
    run: &RunName,
    model: &dyn LanguageModel,
    control: &dyn Control,
) -> Result<Option<f32>, Error> {
    let resolved = resolve(file, model);
    let Some(last) = resolved.last() else { return Ok(None) };
    let acting = resolved.encoded.acting(at, file.prompt());
    let position = acting.iter().filter(|range| range.start <= last).map(|range| last.min(range.end - 1)).max();
    let interventions = resolved.plan(run).map(|(intervention, _)| intervention.clone()).collect();
    let experiment = resolved.alone(run, interventions);
    match model.coefficient(&experiment, run, id.into(), position.unwrap_or(last), control) {
        Err(Error::Cancelled) => Err(Error::Cancelled),
        // The line is added all the same; a trace says what is wrong.
        found => Ok(found.ok()),
    }
}

/// The edits; none if the file has the change already. `words` become the comment of a new line.
pub fn intervene(
    file: &File,
    run: &RunName,
    target: &str,
    wish: &Wish,
    words: Option<&str>,
) -> Result<Vec<Edit>, InterveneError> {
    if file.parsed.kind != FileKind::Ours {
        return Err(InterveneError::ForeignFile);
    }
    let target = read_target(target)?;
    let (text, parsed) = (&*file.text, &*file.parsed);
    let edits = match (line(file, run, &target), wish) {
        (None, Wish::Set { change, at }) => {
            edit::add_intervention(text, parsed, run, &target.to_string(), &write_change(*change, at), words)
        }
        (None, _) => return Err(InterveneError::NoLine { target }),
        (Some(entry), Wish::Set { change, at }) => {
            let at = if *at == Scope::All { entry.scope() } else { at.clone() };
            let same = entry.change.value == *change && entry.scope() == at;
            let value = write_change(*change, &at);
            match entry.enabled {
                true if same => return Ok(Vec::new()),
                true => edit::set_value(text, parsed, entry, &value),
                false if same => edit::enable(text, parsed, entry),
                false => enable_and_set(file, entry, &value).unwrap_or_default(),
            }
        }
        (Some(entry), Wish::Enable) if entry.enabled => return Ok(Vec::new()),
        (Some(entry), Wish::Disable) if !entry.enabled => return Ok(Vec::new()),
        (Some(entry), Wish::Enable | Wish::Disable | Wish::Toggle) if entry.enabled => {
            edit::disable(text, parsed, entry)
        }
        (Some(entry), Wish::Enable | Wish::Disable | Wish::Toggle) => edit::enable(text, parsed, entry),
        (Some(entry), Wish::Remove) => edit::remove(text, parsed, entry),
    };
    match edits.is_empty() {
        true => Err(InterveneError::Unreadable),
        false => Ok(edits),
    }
}

/// The line number of a target's intervention, from 1.
pub fn intervention_line(file: &File, run: &RunName, target: &str) -> Option<usize> {
    Some(line(file, run, &read_target(target).ok()?)?.line)
}

fn read_target(target: &str) -> Result<TargetRef, InterveneError> {
    if target.trim().is_empty() {
        return Err(InterveneError::NoTarget);
    }
    Ok(TargetRef::from(target))
}
