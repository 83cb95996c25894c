//! The two runs that a view compares.

use base::RunName;
use lm::{Experiment, RunPlan};

/// The reader's choice of two runs. A name that the experiment does not have counts as no choice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// By default `intervened`, else the first run with a list, else the baseline.
    pub shown: Option<RunName>,
    /// By default the baseline.
    pub with: Option<RunName>,
}

/// Two runs of an experiment, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pair {
    pub(crate) shown: RunName,
    /// `None` if it is the same run.
    pub(crate) with: Option<RunName>,
}

impl Pair {
    /// Both names, for `Experiment::only`.
    pub(crate) fn names(&self) -> Vec<RunName> {
        self.with.iter().chain([&self.shown]).cloned().collect()
    }
}

impl Compared {
    /// The two runs of an experiment, which has at least one.
    pub(crate) fn of(&self, experiment: &Experiment) -> Pair {
        let known = |name: &Option<RunName>| name.clone().filter(|name| experiment.run(name).is_ok());
        let main = experiment.main_run().filter(|plan| !plan.name.is_baseline());
        let other = || experiment.runs.iter().find(|plan| !plan.name.is_baseline());
        let usual = main.or_else(other).or(experiment.runs.first());
        let shown = known(&self.shown).or_else(|| usual.map(|plan: &RunPlan| plan.name.clone()));
        let shown = shown.unwrap_or_else(RunName::baseline);
        let baseline = Some(RunName::baseline()).filter(|name| experiment.run(name).is_ok());
        let with = known(&self.with).or(baseline).filter(|with| *with != shown);
        Pair { shown, with }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_counts_where_the_experiment_has_the_run() {
        let experiment = |names: &[&str]| {
            names.iter().fold(Experiment::of("a"), |e, name| e.with_run(RunName::new(*name), Vec::new()))
        };
        let check = |names: &[&str], choice: (Option<&str>, Option<&str>), expected: (&str, Option<&str>)| {
            let name = |name: Option<&str>| name.map(RunName::new);
            let pair = Compared { shown: name(choice.0), with: name(choice.1) }.of(&experiment(names));
            assert_eq!(
                (pair.shown.as_str(), pair.with.as_ref().map(RunName::as_str)),
                expected,
                "{names:?} {choice:?}"
            );
        };
        check(&[], (None, None), ("baseline", None));
        check(&["intervened"], (None, None), ("intervened", Some("baseline")));
        check(&["a", "b"], (None, None), ("a", Some("baseline")));
        check(&["intervened", "a", "b"], (Some("b"), Some("a")), ("b", Some("a")));
        check(&["a", "b"], (Some("baseline"), None), ("baseline", None));
        check(&["a", "b"], (Some("baseline"), Some("b")), ("baseline", Some("b")));
        check(&["a"], (Some("gone"), Some("gone")), ("a", Some("baseline")));
    }
}
