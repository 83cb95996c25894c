//! Code actions: changes of the file that somebody at this place may want.

use std::ops::Range;

use base::Edit;
use lm::{Control, Error};
use serde::{Deserialize, Serialize};

use crate::{File, ModelState};

/// One entry of an editor's menu.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// What the menu says.
    pub title: String,
    /// `quickfix`, `refactor.rewrite`, `refactor.unembed.suppress`, ...
    pub kind: &'static str,
    /// What it does.
    pub what: ActionKind,
    /// The code of the diagnostic that it mends.
    pub fixes: Option<&'static str>,
}

/// What an action does.
#[derive(Clone, Debug, PartialEq)]
pub enum ActionKind {
    /// Changes the file.
    Edits(Vec<Edit>),
    /// Changes the file; `resolve_action` has the edits.
    Lazy(Pending),
    /// Runs one of the server's commands on the file.
    Command {
        /// `unembed.generate`, `unembed.fetch`.
        name: &'static str,
        /// The Hugging Face id to fetch.
        argument: Option<String>,
    },
}

/// An action that was listed and not computed yet. It names what it is about and no place in the file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
    /// Replaces the value of the intervention on this line, which is enabled if it was not.
    Set {
        /// From 1.
        line: usize,
        /// What stands there, so that a line that has moved is not mistaken.
        target: String,
        /// The new value as written.
        value: String,
    },
    /// Turns the intervention on this line into a comment.
    Disable {
        /// From 1.
        line: usize,
        /// What stands there.
        target: String,
    },
    /// Turns the comment on this line into an intervention.
    Enable {
        /// From 1.
        line: usize,
        /// What stands there.
        target: String,
    },
    /// Takes out the intervention on this line.
    Remove {
        /// From 1.
        line: usize,
        /// What stands there.
        target: String,
    },
    /// Adds a token to follow.
    Track {
        /// Its text.
        token: String,
    },
}

/// What may be done at `range`, likely wishes first.
pub fn code_actions(
    file: &File,
    range: Range<usize>,
    state: &ModelState<'_>,
    control: &dyn Control,
) -> Result<Vec<Action>, Error> {
    let _ = (file, range, state, control);
    Ok(Vec::new())
}

/// The edits of a pending action; `None` where the file has changed so that it means nothing any more.
pub fn resolve_action(file: &File, pending: &Pending) -> Option<Vec<Edit>> {
    let _ = (file, pending);
    None
}
