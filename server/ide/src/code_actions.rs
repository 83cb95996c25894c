//! Code actions: changes of the file at the cursor. One file for each kind of place. The list needs at most one trace, for a
//! token; the edits are computed when the user chooses an action.

mod intervention;
mod menu;
mod pending;
mod token;

use std::ops::Range;

use base::Edit;
use lm::{Control, Error};
use syntax::FileKind;

pub use self::menu::{Entry, Menu, menu};
pub(crate) use self::pending::enable_and_set;
pub use self::pending::{Pending, resolve_action};
use crate::place::{Place, place};
use crate::{File, ModelState, diagnostics};

/// One entry of an editor's menu.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    pub title: String,
    /// `quickfix`, `refactor.rewrite`, `refactor.unembed.suppress`, ...
    pub kind: &'static str,
    pub what: ActionKind,
    /// The code of the diagnostic that it fixes.
    pub fixes: Option<&'static str>,
    /// The entry of a short menu that opens it, with others; `None` if it is an entry itself.
    pub menu: Option<Menu>,
}

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

/// The actions at `range`, the most likely first.
pub fn code_actions(
    file: &File,
    range: Range<usize>,
    state: &ModelState<'_>,
    control: &dyn Control,
) -> Result<Vec<Action>, Error> {
    let mut actions = fixes(file, &range, state);
    if file.parsed.kind != FileKind::Ours {
        return Ok(actions);
    }
    let at = range.start;
    if let Place::Prompt(at) = place(file, at) {
        if let ModelState::Ready(model, concepts) = state {
            actions.extend(token::actions(file, at, *model, *concepts, control)?);
        }
        if !matches!(state, ModelState::Missing(_)) {
            let what = ActionKind::Command { name: "unembed.generate", argument: None };
            actions.push(Action {
                title: "Generate".into(),
                kind: "refactor.unembed.generate",
                what,
                fixes: None,
                menu: None,
            });
        }
    } else if let Some(index) = file.parsed.interventions.iter().position(|e| e.lines.contains(&at)) {
        actions.extend(intervention::actions(file, index, state, control)?);
    }
    // A list that the parser cannot read cannot be changed either.
    actions.retain(|action| match &action.what {
        ActionKind::Lazy(pending) => resolve_action(file, pending).is_some(),
        ActionKind::Edits(_) | ActionKind::Command { .. } => true,
    });
    Ok(actions)
}

/// The fixes of the diagnostics that `range` touches.
fn fixes(file: &File, range: &Range<usize>, state: &ModelState<'_>) -> Vec<Action> {
    let mut actions = Vec::new();
    for diagnostic in diagnostics(file, state) {
        if diagnostic.range.start > range.end || range.start > diagnostic.range.end {
            continue;
        }
        let mut push = |title, what| {
            actions.push(Action { title, kind: "quickfix", what, fixes: Some(diagnostic.code), menu: None });
        };
        for fix in diagnostic.fixes {
            push(fix.title, ActionKind::Edits(fix.edits));
        }
        if let Some(id) = diagnostic.fetch {
            let title = format!("Fetch {id} from Hugging Face");
            push(title, ActionKind::Command { name: "unembed.fetch", argument: Some(id) });
        }
    }
    actions
}
