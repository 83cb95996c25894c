//! Reads `runs`: runs besides the baseline and the one of `interventions`, each a name with its own list.

use base::RunName;

use crate::keys::RUN_RESERVED;
use crate::lines::Line;
use crate::node::{Kind, Pair};
use crate::problem::{Problems, code, excerpt};
use crate::{Parsed, RunList, interventions, parse, values};

/// Adds the runs and their entries to `parsed`.
pub(crate) fn read(text: &str, lines: &[Line], pair: &Pair, parsed: &mut Parsed, problems: &mut Problems) {
    for run in values::mapping(&pair.value, "runs", problems) {
        let Some(name) = name(run, problems) else { continue };
        if is_reserved(run, problems) {
            continue;
        }
        parsed.interventions.extend(interventions::read(text, lines, run, &name, problems));
        parsed.runs.push(RunList { name, key: parse::key(text, lines, run) });
    }
}

/// The valid name of a run; otherwise reports a problem.
fn name(run: &Pair, problems: &mut Problems) -> Option<RunName> {
    let name = run.key.value.as_str();
    if RunName::is_valid(name) {
        return Some(RunName::new(name));
    }
    let (message, range) = (excerpt(name), run.key.range.clone());
    let message = match name {
        RunName::BASELINE => "`baseline` is the run without interventions: choose another name".to_owned(),
        RunName::INTERVENED => "`intervened` is the run of `interventions:`: choose another name".to_owned(),
        _ => format!("invalid run name `{message}`: write a letter, then letters, digits, `-` or `_`"),
    };
    problems.error(code::RUN_NAME, range, message);
    None
}

/// Reports a run that uses a reserved key instead of a list.
fn is_reserved(run: &Pair, problems: &mut Problems) -> bool {
    let Kind::Map(pairs) = &run.value.kind else { return false };
    let Some(key) = pairs.iter().map(|pair| &pair.key).find(|key| RUN_RESERVED.iter().any(|k| k.name == key.value))
    else {
        return false;
    };
    let message = format!(
        "`{}` is reserved for a later version, so this run is ignored: write a list of interventions",
        key.value
    );
    problems.warning(code::RESERVED_KEY, key.range.clone(), message, None);
    true
}
