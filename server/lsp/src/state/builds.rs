//! Builds of concept indexes that this session started.

use std::collections::BTreeMap;

/// Why an index is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Intent {
    /// The user asked for a result that needs an index.
    Explicit,
    /// The user types a line. A cancelled or failed build does not start again with every letter.
    Incidental,
}

/// The progress of a build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BuildProgress {
    pub(crate) model: String,
    /// Number of value vectors in the index; equal to `all` while the later parts are built.
    pub(crate) done: usize,
    /// Number of value vectors of the model.
    pub(crate) all: usize,
}

/// By the models' fingerprints.
#[derive(Default)]
pub(crate) struct Builds(BTreeMap<String, Build>);

enum Build {
    Running(BuildProgress),
    /// Cancelled or failed.
    Stopped,
}

impl Builds {
    /// Notes the start of a build. Returns false if the build must not start: if one is running, or if it was stopped and
    /// the intent is incidental.
    pub(crate) fn begin(&mut self, fingerprint: &str, intent: Intent, progress: BuildProgress) -> bool {
        let begins = match (self.0.get(fingerprint), intent) {
            (Some(Build::Running(_)), _) | (Some(Build::Stopped), Intent::Incidental) => false,
            (Some(Build::Stopped), Intent::Explicit) | (None, _) => true,
        };
        if begins {
            self.0.insert(fingerprint.to_owned(), Build::Running(progress));
        }
        begins
    }

    /// Notes the progress of a running build.
    pub(crate) fn report(&mut self, fingerprint: &str, vectors: usize) {
        if let Some(Build::Running(progress)) = self.0.get_mut(fingerprint) {
            progress.done = vectors;
        }
    }

    pub(crate) fn end(&mut self, fingerprint: &str, is_complete: bool) {
        match is_complete {
            true => self.0.remove(fingerprint),
            false => self.0.insert(fingerprint.to_owned(), Build::Stopped),
        };
    }

    /// The running builds, in the order of fingerprints.
    pub(crate) fn running(&self) -> impl Iterator<Item = &BuildProgress> {
        self.0.values().filter_map(|build| match build {
            Build::Running(progress) => Some(progress),
            Build::Stopped => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stopped_build_starts_again_only_for_an_explicit_intent() {
        let mut builds = Builds::default();
        let begin = |builds: &mut Builds, fingerprint: &str, intent| {
            builds.begin(fingerprint, intent, BuildProgress { model: fingerprint.to_owned(), done: 0, all: 8 })
        };
        assert!(begin(&mut builds, "a", Intent::Incidental));
        assert!(!begin(&mut builds, "a", Intent::Explicit), "it runs");
        builds.end("a", false);
        assert!(!begin(&mut builds, "a", Intent::Incidental));
        assert!(begin(&mut builds, "b", Intent::Incidental));
        assert!(begin(&mut builds, "a", Intent::Explicit));
        builds.end("a", true);
        assert!(begin(&mut builds, "a", Intent::Incidental), "the index may have been dropped since");
    }

    #[test]
    fn running_builds_have_their_progress() {
        let mut builds = Builds::default();
        for fingerprint in ["b", "a"] {
            let progress = BuildProgress { model: fingerprint.to_owned(), done: 0, all: 8 };
            builds.begin(fingerprint, Intent::Explicit, progress);
        }
        builds.report("b", 4);
        let seen = |builds: &Builds| builds.running().map(|p| (p.model.clone(), p.done)).collect::<Vec<_>>();
        assert_eq!(seen(&builds), [("a".to_owned(), 0), ("b".to_owned(), 4)]);
        builds.end("a", false);
        assert_eq!(seen(&builds), [("b".to_owned(), 4)]);
    }
}
