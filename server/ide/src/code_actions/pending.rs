//! Listed actions without edits. The editor sends the chosen one back.

use base::{Edit, RunName};
use serde::{Deserialize, Serialize};
use syntax::{Entry, edit};

use crate::File;

/// An action without its edits. It has no offsets, because the file may change before the choice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "do")]
pub enum Pending {
    /// Adds an intervention.
    Add {
        /// The run of the list.
        run: RunName,
        /// An id or a name.
        target: String,
        /// Its value as written.
        value: String,
        /// The words in the comment.
        comment: String,
    },
    /// Replaces the value of an intervention, and enables it.
    Set {
        at: At,
        /// The new value as written.
        value: String,
    },
    /// Turns an intervention into a comment.
    Disable { at: At },
    /// Turns a comment into an intervention.
    Enable { at: At },
    /// Removes an intervention.
    Remove { at: At },
    /// Adds a token to `track`.
    Track { token: String },
}

/// An intervention of a file, found again after changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct At {
    /// Its line when the action was listed, from 1.
    pub line: usize,
    /// Its id or name.
    pub target: String,
    /// The run whose list it is in.
    pub run: RunName,
}

impl At {
    pub(super) fn of(entry: &Entry) -> Self {
        Self { line: entry.line, target: entry.target.value.to_string(), run: entry.run.clone() }
    }

    /// On its old line, else on the line that has it now.
    fn find<'f>(&self, file: &'f File) -> Option<&'f Entry> {
        let same = || file.parsed.entries_of(&self.run).filter(|e| e.target.value.to_string() == self.target);
        same().find(|e| e.line == self.line).or_else(|| same().next())
    }
}

/// The edits of a pending action; `None` if the file no longer has the intervention, or cannot be edited there.
pub fn resolve_action(file: &File, pending: &Pending) -> Option<Vec<Edit>> {
    let (text, parsed) = (&*file.text, &*file.parsed);
    let edits = match pending {
        Pending::Add { run, target, value, comment } => {
            let comment = (!comment.is_empty()).then_some(comment.as_str());
            edit::add_intervention(text, parsed, run, target, value, comment)
        }
        Pending::Set { at, value } => match at.find(file)? {
            entry if entry.enabled => edit::set_value(text, parsed, entry, value),
            entry => enable_and_set(file, entry, value)?,
        },
        Pending::Disable { at } => edit::disable(text, parsed, at.find(file)?),
        Pending::Enable { at } => edit::enable(text, parsed, at.find(file)?),
        Pending::Remove { at } => edit::remove(text, parsed, at.find(file)?),
        Pending::Track { token } => edit::add_track(text, parsed, token),
    };
    (!edits.is_empty()).then_some(edits)
}

/// Joins two edits, the second one of the text after the first.
pub(crate) fn enable_and_set(file: &File, entry: &Entry, value: &str) -> Option<Vec<Edit>> {
    let enabled = File::new(base::apply(&file.text, &edit::enable(&file.text, &file.parsed, entry))?);
    let entry = At::of(entry).find(&enabled)?;
    let after = base::apply(&enabled.text, &edit::set_value(&enabled.text, &enabled.parsed, entry, value))?;
    let before = &*file.text;
    let same = |pair: &(char, char)| pair.0 == pair.1;
    let width = |pair: (char, char)| pair.0.len_utf8();
    let start: usize = before.chars().zip(after.chars()).take_while(same).map(width).sum();
    let behind = before[start..].chars().rev().zip(after[start..].chars().rev());
    let end: usize = behind.take_while(same).map(width).sum();
    Some(vec![Edit { range: start..before.len() - end, text: after[start..after.len() - end].to_owned() }])
}
