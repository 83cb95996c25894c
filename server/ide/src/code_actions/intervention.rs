//! Code actions on the line of an intervention: disable or enable it, remove it, change its value.

use base::Change;
use lm::{Activation, Control, Error};
use syntax::write_change;

use super::pending::At;
use super::{Action, ActionKind, Menu, Pending};
use crate::number::significant;
use crate::resolve::targets;
use crate::strengths::on_text;
use crate::{File, ModelState, resolve};

pub(super) fn actions(
    file: &File,
    index: usize,
    state: &ModelState<'_>,
    control: &dyn Control,
) -> Result<Vec<Action>, Error> {
    let entry = &file.parsed.interventions[index];
    let at = At::of(entry);
    let name = at.target.clone();
    let action = |title: String, pending| Action {
        title,
        kind: "refactor.rewrite",
        what: ActionKind::Lazy(pending),
        fixes: None,
        menu: None,
    };
    let mut actions = vec![match entry.enabled {
        true => action(format!("Disable {name}"), Pending::Disable { at: at.clone() }),
        false => action(format!("Enable {name}"), Pending::Enable { at: at.clone() }),
    }];
    let mut changes = vec![Change::Set(0.0)];
    if !matches!(entry.change.value, Change::Set(c) if c != 0.0) {
        changes.extend(coefficient(file, index, state, control)?.map(Change::Set));
    }
    changes.extend([Change::Scale(2.0), Change::Add(1.0)]);
    if state.has_boost() {
        changes.push(Change::Boost);
    }
    let now = entry.change.value;
    // A change of the same kind is a number to type, not an action.
    changes.retain(|c| std::mem::discriminant(c) != std::mem::discriminant(&now) || is_off(*c) != is_off(now));
    let mut set = |change, note: &str| {
        let value = write_change(change, &entry.scope());
        let verb = if entry.enabled { "Change" } else { "Enable and change" };
        let menu = Menu { title: format!("{verb} {name}…"), choice: format!("to {value}{note}") };
        let title = format!("{verb} {name} to {value}{note}");
        actions.push(Action { menu: Some(menu), ..action(title, Pending::Set { at: at.clone(), value }) });
    };
    changes.into_iter().for_each(|change| set(change, ""));
    for (what, c) in known(file, index, state).iter().flat_map(|a| on_text(Some(a))) {
        if now != Change::Set(c) {
            set(Change::Set(c), &format!(" ({what})"));
        }
    }
    actions.push(action(format!("Remove {name}"), Pending::Remove { at }));
    Ok(actions)
}

/// How text distributes the coefficient; nothing for a group, and where the index cannot say.
fn known(file: &File, index: usize, state: &ModelState<'_>) -> Option<Activation> {
    let ModelState::Ready(model, Some(concepts)) = *state else { return None };
    let ids = targets(&file.parsed.interventions[index].target.value, model.info(), &file.names).ok()?;
    let &[id] = &ids[..] else { return None };
    concepts.activation(id).ok().flatten()
}

fn is_off(change: Change) -> bool {
    change == Change::Set(0.0)
}

/// The coefficient at the last prompt position without this line, ready to be changed.
fn coefficient(file: &File, index: usize, state: &ModelState<'_>, control: &dyn Control) -> Result<Option<f32>, Error> {
    let ModelState::Ready(model, _) = *state else { return Ok(None) };
    let resolved = resolve(file, model);
    let entry = &file.parsed.interventions[index];
    let ids = targets(&entry.target.value, model.info(), &file.names).unwrap_or_default();
    // The vectors of a group have one each.
    let (Some(last), &[id]) = (resolved.last(), &ids[..]) else { return Ok(None) };
    let without = resolved.without(&entry.run, index);
    let coefficient = model.coefficient(&without, &entry.run, id.into(), last, control)?;
    Ok(Some(significant(coefficient)).filter(|c| *c != 0.0))
}
