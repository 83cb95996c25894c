//! Actions that were listed and not computed yet: what an editor hands back when one is chosen.

use base::Edit;
use serde::{Deserialize, Serialize};
use syntax::{Entry, Target, edit};

use crate::File;

/// An action without its edits. It names what it is about and no byte of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "do")]
pub enum Pending {
    /// Adds an intervention.
    Add {
        /// On which value vector.
        target: String,
        /// Its value as written.
        value: String,
        /// The words behind it.
        comment: String,
    },
    /// Replaces the value of an intervention, which is enabled if it was not.
    Set {
        /// Which.
        at: At,
        /// The new value as written.
        value: String,
    },
    /// Turns an intervention into a comment.
    Disable {
        /// Which.
        at: At,
    },
    /// Turns a comment into an intervention.
    Enable {
        /// Which.
        at: At,
    },
    /// Takes out an intervention.
    Remove {
        /// Which.
        at: At,
    },
    /// Adds a token to follow.
    Track {
        /// Its text.
        token: String,
    },
}

/// An intervention of a file that may have changed since.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct At {
    /// Its line then, from 1.
    pub line: usize,
    /// Its id or name.
    pub target: String,
}

impl At {
    pub(super) fn of(entry: &Entry) -> Self {
        Self { line: entry.line, target: name(&entry.target.value) }
    }

    /// On its line, or wherever the file now has it.
    fn find<'f>(&self, file: &'f File) -> Option<&'f Entry> {
        let same = || file.parsed.interventions.iter().filter(|e| name(&e.target.value) == self.target);
        same().find(|e| e.line == self.line).or_else(|| same().next())
    }
}

fn name(target: &Target) -> String {
    match target {
        Target::Id(id) => id.to_string(),
        Target::Name(name) => name.clone(),
    }
}

/// The edits of a pending action; `None` where the file no longer has what it is about.
pub fn resolve_action(file: &File, pending: &Pending) -> Option<Vec<Edit>> {
    let (text, parsed) = (&*file.text, &*file.parsed);
    Some(match pending {
        Pending::Add { target, value, comment } => {
            let comment = (!comment.is_empty()).then_some(comment.as_str());
            edit::add_intervention(text, parsed, target, value, comment)
        }
        Pending::Set { at, value } => {
            let entry = at.find(file)?;
            let mut edits = if entry.enabled { Vec::new() } else { edit::enable(text, parsed, entry) };
            edits.extend(edit::set_value(text, parsed, entry, value));
            edits
        }
        Pending::Disable { at } => edit::disable(text, parsed, at.find(file)?),
        Pending::Enable { at } => edit::enable(text, parsed, at.find(file)?),
        Pending::Remove { at } => edit::remove(text, parsed, at.find(file)?),
        Pending::Track { token } => edit::add_track(text, parsed, token),
    })
}
