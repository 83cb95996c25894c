//! `runs`: more runs than the baseline and the one of `interventions`, each a name with its own list.

use base::RunName;

use crate::keys::RUN_RESERVED;
use crate::lines::Line;
use crate::node::{Kind, Pair};
use crate::problem::{Problems, code, excerpt};
use crate::{Parsed, RunList, interventions, parse, values};

/// Reads the runs into `parsed`: their names and lists, and their entries beside those of the others.
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

/// The name of a run, or a problem that says what a name is.
fn name(run: &Pair, problems: &mut Problems) -> Option<RunName> {
    let name = run.key.value.as_str();
    if RunName::is_valid(name) {
        return Some(RunName::new(name));
    }
    let (message, range) = (excerpt(name), run.key.range.clone());
    let message = match name {
        RunName::BASELINE => "`baseline` is the run without interventions: choose another name".to_owned(),
        RunName::INTERVENED => "`intervened` is the run of `interventions:`: choose another name".to_owned(),
        _ => format!("`{message}` cannot name a run: write a letter, then letters, digits, `-` and `_`"),
    };
    problems.error(code::RUN_NAME, range, message);
    None
}

/// A run that is made in another way than by a list, which a later version will read.
fn is_reserved(run: &Pair, problems: &mut Problems) -> bool {
    let Kind::Map(pairs) = &run.value.kind else { return false };
    let Some(key) = pairs.iter().map(|pair| &pair.key).find(|key| RUN_RESERVED.iter().any(|k| k.name == key.value))
    else {
        return false;
    };
    let message = format!(
        "`{}` is reserved for a later version, and this run is left out: write a list of interventions",
        key.value
    );
    problems.warning(code::RESERVED_KEY, key.range.clone(), message, None);
    true
}
