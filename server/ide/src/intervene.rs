//! Changing one value vector's line in a file, whatever the file has of it: what editors' sliders, marks and lists do,
//! where there is no place in the text to ask for actions. Only the text is changed here; nothing is run.

use base::{Change, Edit, RunName, Scope};
use syntax::{Entry, FileKind, TargetRef, edit, parse_value, write_change};

use crate::File;
use crate::code_actions::enable_and_set;

/// What is to become of a value vector's line.
#[derive(Clone, Debug, PartialEq)]
pub enum Wish {
    /// It changes the coefficient so: the line is set, enabled or added.
    Set {
        /// How.
        change: Change,
        /// Where; `All` leaves a line's own place as it is.
        at: Scope,
    },
    /// It acts.
    Enable,
    /// It stands there and does not act.
    Disable,
    /// The other of the two.
    Toggle,
    /// It is gone.
    Remove,
}

impl Wish {
    /// A value as a file has it, `4.5` or `{ scale: 2, at: prompt }`, or one of the words `enable`, `disable`, `toggle`
    /// and `remove`; else one line that says what is wrong.
    pub fn read(value: &str) -> Result<Self, String> {
        Ok(match value {
            "enable" => Self::Enable,
            "disable" => Self::Disable,
            "toggle" => Self::Toggle,
            "remove" => Self::Remove,
            _ => {
                let (change, at) = parse_value(value).map_err(|error| error.to_string())?;
                Self::Set { change, at }
            }
        })
    }
}

/// The line of a run that changes a target: the last that acts, else the last that there is.
fn line<'f>(file: &'f File, run: &RunName, target: &TargetRef) -> Option<&'f Entry> {
    let same = || file.parsed.entries_of(run).filter(|entry| entry.target.value == *target);
    same().rfind(|entry| entry.enabled).or_else(|| same().next_back())
}

/// Whether a wish would add a line, whose words `intervene` then wants.
pub fn adds(file: &File, run: &RunName, target: &str, wish: &Wish) -> bool {
    matches!(wish, Wish::Set { .. }) && read_target(target).is_ok_and(|target| line(file, run, &target).is_none())
}

/// The edits, none where the file is so already; else one line that says why it cannot be. `words` stand behind a line
/// that is added.
pub fn intervene(
    file: &File,
    run: &RunName,
    target: &str,
    wish: &Wish,
    words: Option<&str>,
) -> Result<Vec<Edit>, String> {
    if file.parsed.kind != FileKind::Ours {
        return Err("this is somebody else's prompt file".to_owned());
    }
    let target = read_target(target)?;
    let (text, parsed) = (&*file.text, &*file.parsed);
    let edits = match (line(file, run, &target), wish) {
        (None, Wish::Set { change, at }) => {
            edit::add_intervention(text, parsed, run, &target.to_string(), &write_change(*change, at), words)
        }
        (None, _) => return Err(format!("no line of this file changes {target}")),
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
        true => Err("`interventions` of this file cannot be read: mend it first".to_owned()),
        false => Ok(edits),
    }
}

/// The line that a target has, from 1.
pub fn intervention_line(file: &File, run: &RunName, target: &str) -> Option<usize> {
    Some(line(file, run, &read_target(target).ok()?)?.line)
}

fn read_target(target: &str) -> Result<TargetRef, String> {
    if target.trim().is_empty() {
        return Err("a value vector's id or name is missing".to_owned());
    }
    Ok(TargetRef::from(target))
}
