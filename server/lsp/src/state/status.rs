//! The parameters of `unembed/status`: what the server does, for the editor's status bar and its views.

use std::collections::HashMap;

use api::notification::{Health, IndexBuild, Phase, StatusParams};
use lm::OpenError;
use tower_lsp::ls_types::Uri;

use crate::state::builds::{BuildProgress, Builds};
use crate::state::loads::Loads;
use crate::state::running::RunningCommands;

/// The inputs of a status. If several phases apply, the status has the first of `loading`, `indexing`, `working`, `failed`
/// and `missing`.
pub(crate) type Status = StatusParams;

fn build_of(BuildProgress { model, done, all }: &BuildProgress) -> IndexBuild {
    IndexBuild { model: model.clone(), done: *done as u64, all: *all as u64 }
}

/// The status of a session. `missing` has the open documents whose model cannot be loaded.
pub(crate) fn status_of(
    loads: &Loads,
    commands: &RunningCommands,
    builds: &Builds,
    missing: &HashMap<Uri, OpenError>,
) -> Status {
    let (loading, title) = (loads.running(), commands.title());
    let builds: Vec<_> = builds.running().map(build_of).collect();
    // The worst first, equals in the order of the files' names, so that the status does not flicker.
    let missing = missing.iter().min_by_key(|(uri, error)| (error.fetch.is_some(), *uri)).map(|(_, error)| error);
    let health = missing.map_or(Health::Ok, |error| match error.fetch {
        Some(_) => Health::Warning,
        None => Health::Error,
    });
    let (phase, subject) = match (loading, builds.first(), &title, missing) {
        (Some(name), ..) => (Phase::Loading, Some(name.to_owned())),
        (_, Some(build), ..) => (Phase::Indexing, Some(build.model.clone())),
        (_, _, Some(_), _) => (Phase::Working, None),
        (_, _, _, Some(OpenError { fetch: Some(id), .. })) => (Phase::Missing, Some(id.clone())),
        (_, _, _, Some(_)) => (Phase::Failed, None),
        (None, None, None, None) => (Phase::Ready, None),
    };
    let counted = builds.first().filter(|_| phase == Phase::Indexing);
    let work = loading.map(|name| format!("loading {name}")).or(title);
    Status {
        health,
        busy: work.is_some(),
        message: work.or_else(|| missing.map(|m| m.message.clone())).unwrap_or_else(|| "ready".to_owned()),
        phase,
        subject,
        done: counted.map(|build| build.done),
        all: counted.map(|build| build.all),
        builds,
    }
}

#[cfg(test)]
mod tests {
    use lm::ModelKey;
    use serde_json::{Value, json};

    use super::*;
    use crate::state::builds::Intent;

    #[test]
    fn each_phase_has_its_fields() {
        let mut loads = Loads::default();
        let (mut commands, mut builds, mut missing) =
            (RunningCommands::default(), Builds::default(), HashMap::<Uri, OpenError>::new());
        let check = |loads: &Loads, commands: &_, builds: &_, missing: &_, expected: Value| {
            assert_eq!(json!(status_of(loads, commands, builds, missing)), expected);
        };
        let ready = json!({"health": "ok", "busy": false, "message": "ready", "phase": "ready"});
        check(&loads, &commands, &builds, &missing, ready);

        let uri: Uri = "file:///b.prompt".parse().expect("a uri");
        let fetch = OpenError { fetch: Some("a/b".to_owned()), ..OpenError::new("a/b is not here") };
        missing.insert(uri, fetch);
        let expected = json!({
            "health": "warning", "busy": false, "message": "a/b is not here", "phase": "missing", "subject": "a/b",
        });
        check(&loads, &commands, &builds, &missing, expected);
        missing.insert("file:///c.prompt".parse().expect("a uri"), OpenError::new("it is broken"));
        let expected = json!({"health": "error", "busy": false, "message": "it is broken", "phase": "failed"});
        check(&loads, &commands, &builds, &missing, expected);
        missing.clear();

        commands.register("tracing".to_owned(), None, false);
        let expected = json!({"health": "ok", "busy": true, "message": "tracing", "phase": "working"});
        check(&loads, &commands, &builds, &missing, expected);

        let progress = BuildProgress { model: "fake".to_owned(), done: 8, all: 24 };
        builds.begin("f", Intent::Explicit, progress);
        let build = json!({"model": "fake", "done": 8, "all": 24});
        let expected = json!({
            "health": "ok", "busy": true, "message": "tracing", "phase": "indexing", "subject": "fake",
            "done": 8, "all": 24, "builds": [build],
        });
        check(&loads, &commands, &builds, &missing, expected);

        let _load = loads.begin(ModelKey("k".to_owned()), "mine".to_owned());
        let expected = json!({
            "health": "ok", "busy": true, "message": "loading mine", "phase": "loading", "subject": "mine",
            "builds": [build],
        });
        check(&loads, &commands, &builds, &missing, expected);
    }
}
