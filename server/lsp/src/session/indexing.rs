//! The concept index in a session: opened when somebody searches, and built in the background when that is the first time.
//! What is searched meanwhile is what is there.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use base::Cancel;
use lm::{Concepts, Control, LanguageModel, Priority, Task};
use tokio::sync::oneshot;
use tower_lsp::jsonrpc::Result;
use tracing::warn;

use crate::convert::failed;
use crate::session::progress::Running;
use crate::session::{Asked, Session};

/// Who wants the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asking {
    /// Somebody who has asked for just this.
    Outright,
    /// Somebody who is typing, and may not know that it is searched for. What was stopped or failed is not begun again
    /// with every letter.
    ByTheWay,
}

/// The builds of a session, by the models' fingerprints.
#[derive(Default)]
pub(crate) struct Builds(HashMap<String, Build>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Build {
    Running,
    /// Cancelled, or it failed.
    Stopped,
}

impl Builds {
    /// Whether one is to be begun, which is then noted.
    fn begin(&mut self, fingerprint: &str, asking: Asking) -> bool {
        let begun = match (self.0.get(fingerprint), asking) {
            (Some(Build::Running), _) | (Some(Build::Stopped), Asking::ByTheWay) => false,
            (Some(Build::Stopped), Asking::Outright) | (None, _) => true,
        };
        if begun {
            self.0.insert(fingerprint.to_owned(), Build::Running);
        }
        begun
    }

    fn end(&mut self, fingerprint: &str, whole: bool) {
        match whole {
            true => self.0.remove(fingerprint),
            false => self.0.insert(fingerprint.to_owned(), Build::Stopped),
        };
    }
}

impl Session {
    /// The index of a model; it is opened or made, and what is missing of it begins to be built.
    pub(crate) async fn concepts(
        self: &Arc<Self>,
        model: &Arc<dyn LanguageModel>,
        asking: Asking,
    ) -> Result<Arc<dyn Concepts>> {
        let Some(indexes) = self.backing.indexes.clone() else {
            return Err(failed("there is no folder for concept indexes on this machine: set `index.folder`"));
        };
        let wanted = model.clone();
        let opened = self.blocking(move || indexes.of(&*wanted)).await?;
        let concepts = opened.map_err(failed)?;
        let state = concepts.state();
        let is_whole = state.is_complete() && state.clustered;
        if !is_whole && !state.building {
            self.build(model.clone(), concepts.clone(), asking);
        }
        Ok(concepts)
    }

    /// The same for who can do without; that there is none is said once.
    pub(crate) async fn concepts_if_any(
        self: &Arc<Self>,
        model: &Arc<dyn LanguageModel>,
        asking: Asking,
    ) -> Option<Arc<dyn Concepts>> {
        self.backing.indexes.as_ref()?;
        match self.concepts(model, asking).await {
            Ok(concepts) => Some(concepts),
            Err(error) => {
                self.warn_once(&error.message);
                None
            }
        }
    }

    /// Builds on the engine, behind everything that somebody waits for. Once for a model, whoever asks first.
    fn build(self: &Arc<Self>, model: Arc<dyn LanguageModel>, concepts: Arc<dyn Concepts>, asking: Asking) {
        let fingerprint = model.info().fingerprint.clone();
        if !self.state().builds.begin(&fingerprint, asking) {
            return;
        }
        let session = self.clone();
        self.spawn(async move {
            let title = format!("building the concept index of {}", model.info().name);
            let running = Running::start(&session, title, None);
            let progress = running.progress();
            let asked = Asked(Cancel::new());
            let (sender, receiver) = oneshot::channel();
            let job = Box::new(move |control: &dyn Control| {
                let mut pace = Pace::default();
                let mut first = None;
                let mut each = |done: usize, all: usize, what: &str| {
                    // A percentage must not fall: only the first part, which is most of the work, has one.
                    let is_first = first.get_or_insert_with(|| what.to_owned()) == what;
                    let percentage = (done * 100).checked_div(all).filter(|_| is_first).map(|p| p.min(100) as u32);
                    let left = pace.left(Instant::now(), done, all, what).map_or_else(String::new, shown);
                    progress.report(format!("{done} of {all} {what}{left}"), percentage);
                };
                let built = base::catch(|| concepts.build(&*model, control, &mut each));
                // Nobody may be listening any more.
                let _ = sender.send(built);
            });
            let task = Task { session: session.id(), priority: Priority::Background, cancel: asked.0.clone(), job };
            session.backing.engine.submit(task);
            let built = running
                .unless_cancelled(async { Ok(receiver.await.map_err(|_| "the build was dropped".to_owned())) })
                .await;
            let whole = matches!(built, Ok(Ok(Ok(Ok(())))));
            match built {
                // A cancelled build goes on when somebody asks outright the next time.
                Ok(Ok(Ok(Ok(()) | Err(lm::Error::Cancelled)))) | Err(_) => {}
                Ok(Ok(Ok(Err(error)))) => session.warn(&error.to_string()),
                Ok(Ok(Err(panicked))) => session.warn(&panicked.to_string()),
                Ok(Err(dropped)) => warn!("{dropped}"),
            }
            session.state().builds.end(&fingerprint, whole);
            session.views_changed();
            drop((asked, running));
        });
    }
}

/// How fast a part of a build goes: measured from its first report on, since what was there before took no time.
#[derive(Default)]
struct Pace {
    what: String,
    first: Option<(Instant, usize)>,
}

impl Pace {
    /// Shorter than this nothing can be told.
    const ENOUGH: Duration = Duration::from_secs(2);

    /// How long the rest of this part will take if it goes on as it went.
    fn left(&mut self, now: Instant, done: usize, all: usize, what: &str) -> Option<Duration> {
        if self.what != what {
            (self.what, self.first) = (what.to_owned(), None);
        }
        let (start, before) = *self.first.get_or_insert((now, done));
        let (spent, gone) = (now.duration_since(start), done.checked_sub(before).filter(|gone| *gone > 0)?);
        let rest = all.saturating_sub(done) as f64 / gone as f64;
        (spent >= Self::ENOUGH).then(|| spent.mul_f64(rest))
    }
}

/// `, 40 s left`, in steps that do not jump about.
fn shown(left: Duration) -> String {
    match left.as_secs() {
        0 => String::new(),
        s @ 1..=9 => format!(", {s} s left"),
        s @ 10..=119 => format!(", {} s left", s.next_multiple_of(5)),
        s => format!(", {} min left", s.div_ceil(60)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_takes_as_long_as_what_was_done() {
        let start = Instant::now();
        let mut pace = Pace::default();
        let mut left = |seconds: u64, done: usize, what: &str| {
            pace.left(start + Duration::from_secs(seconds), done, 100, what).map(|d| d.as_secs())
        };
        // What an earlier build left behind is not counted as done.
        assert_eq!(left(0, 50, "vectors"), None);
        assert_eq!(left(1, 60, "vectors"), None, "too early to tell");
        assert_eq!(left(4, 60, "vectors"), Some(16));
        assert_eq!(left(8, 90, "vectors"), Some(2));
        assert_eq!(left(9, 100, "vectors"), Some(0));
        // The next part goes at its own pace.
        assert_eq!(left(10, 1, "clusters"), None);
        assert_eq!(left(13, 1, "clusters"), None, "nothing was done");
        assert_eq!(left(13, 4, "clusters"), Some(96));
    }

    #[test]
    fn what_is_left_in_words() {
        let cases = [(0, ""), (7, ", 7 s left"), (12, ", 15 s left"), (119, ", 120 s left"), (121, ", 3 min left")];
        for (seconds, expected) in cases {
            assert_eq!(shown(Duration::from_secs(seconds)), expected);
        }
    }

    #[test]
    fn what_was_stopped_is_begun_again_only_outright() {
        let mut builds = Builds::default();
        assert!(builds.begin("a", Asking::ByTheWay));
        assert!(!builds.begin("a", Asking::Outright), "it runs");
        builds.end("a", false);
        assert!(!builds.begin("a", Asking::ByTheWay));
        assert!(builds.begin("b", Asking::ByTheWay));
        assert!(builds.begin("a", Asking::Outright));
        builds.end("a", true);
        assert!(builds.begin("a", Asking::ByTheWay), "somebody may have dropped the index since");
    }
}
