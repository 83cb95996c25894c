//! A short menu of code actions: those about one thing share an entry, which opens a list of choices.

use super::{Action, ActionKind, Pending};

/// Where an action is in a short menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Menu {
    /// The title of the entry, the same for all of its actions.
    pub title: String,
    /// The action among the choices.
    pub choice: String,
}

/// An entry of a short menu.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    One(Action),
    /// Opens a list of at least two choices, each with its text.
    Several {
        title: String,
        choices: Vec<(String, Pending)>,
    },
}

/// The entries of a short menu, in the order of their first actions.
pub fn menu(actions: Vec<Action>) -> Vec<Entry> {
    let mut entries: Vec<(Option<String>, Vec<Action>)> = Vec::new();
    for action in actions {
        // A choice edits the file.
        let title = action.menu.as_ref().filter(|_| matches!(action.what, ActionKind::Lazy(_)));
        let title = title.map(|menu| menu.title.clone());
        match entries.iter_mut().find(|(other, _)| title.is_some() && *other == title) {
            Some((_, actions)) => actions.push(action),
            None => entries.push((title, vec![action])),
        }
    }
    entries.into_iter().flat_map(|(title, actions)| entry(title, actions)).collect()
}

fn entry(title: Option<String>, actions: Vec<Action>) -> Vec<Entry> {
    let Some(title) = title.filter(|_| actions.len() > 1) else {
        return actions.into_iter().map(Entry::One).collect();
    };
    let choice = |action: Action| match (action.menu, action.what) {
        (Some(menu), ActionKind::Lazy(pending)) => Some((menu.choice, pending)),
        _ => None,
    };
    vec![Entry::Several { title, choices: actions.into_iter().filter_map(choice).collect() }]
}
