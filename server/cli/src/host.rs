//! The models, indexes and engine that all sessions share, and the daemon's housekeeping of them.

use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, SystemTime};

use api::{
    DaemonDocument, LoadedModelDocument, OpenIndexDocument, QueueDocument, RequestDocument, RequestsDocument,
    SessionDocument,
};
use base::lock;
use concepts::IndexLibrary;
use config::{Layers, Settings};
use daemon::Facts;
use lm::IndexState;
use model::{EngineThread, ModelLibrary};
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream};

use crate::allocator;
use crate::backing::{memory_limit, places};

/// Slow requests in a status.
const SLOWEST: usize = 5;
/// How long a request that is being answered may keep an index that another version of the daemon needs.
const CLOSING: Duration = Duration::from_secs(10);
/// An index without queries for this long is closed: it uses memory, and opening it again takes a few hundredths of a second.
const INDEX_IDLE: Duration = Duration::from_secs(15);
/// The caches of earlier runs are dropped when a model has had no request for this long.
const RUNS_IDLE: Duration = Duration::from_secs(5 * 60);

pub(crate) struct Host {
    library: Arc<ModelLibrary>,
    engine: Arc<EngineThread>,
    indexes: Option<Arc<IndexLibrary>>,
    recent: Arc<lsp::Recent>,
    settings: Mutex<UserSettings>,
    faults: bool,
    /// What every editor is told at its start.
    notice: Option<String>,
    /// The number of answers at the last call of `tidy`.
    seen: AtomicU64,
    /// The number of answers when freed memory last went back to the system.
    rested: AtomicU64,
}

/// The settings of the user's file.
struct UserSettings {
    settings: Settings,
    modified: Option<SystemTime>,
}

/// When the user's settings file was changed.
fn modified() -> Option<SystemTime> {
    config::user_file()?.metadata().ok()?.modified().ok()
}

impl Host {
    pub(crate) fn new(
        library: Arc<ModelLibrary>,
        engine: EngineThread,
        indexes: Option<Arc<IndexLibrary>>,
        settings: Settings,
    ) -> Self {
        let settings = Mutex::new(UserSettings { settings, modified: modified() });
        let (engine, recent) = (Arc::new(engine), Arc::default());
        Self {
            library,
            engine,
            indexes,
            recent,
            settings,
            faults: false,
            notice: None,
            seen: 0.into(),
            rested: 0.into(),
        }
    }

    /// Lets clients cause failures, for tests.
    pub(crate) fn with_faults(self, faults: bool) -> Self {
        Self { faults, ..self }
    }

    /// Tells every editor this at its start.
    pub(crate) fn with_notice(self, notice: Option<String>) -> Self {
        Self { notice, ..self }
    }

    fn settings(&self) -> MutexGuard<'_, UserSettings> {
        lock(&self.settings)
    }

    /// Serves one editor.
    pub(crate) async fn serve<I, O>(&self, folder: PathBuf, input: I, output: O) -> lsp::Ended
    where
        I: AsyncRead + Unpin + Send + 'static,
        O: AsyncWrite + Unpin + Send + 'static,
    {
        let options = lsp::Options {
            user: config::user_file(),
            folder: Some(folder),
            faults: self.faults,
            notice: self.notice.clone(),
            ..lsp::Options::default()
        };
        let indexes = self.indexes.clone().map(|indexes| indexes as Arc<dyn lm::Indexes>);
        let (library, engine, recent) = (self.library.clone(), self.engine.clone(), self.recent.clone());
        let version = env!("CARGO_PKG_VERSION").to_owned();
        lsp::serve(input, output, lsp::Backing { library, engine, indexes, recent, options, version }).await
    }

    /// Applies the user's settings if their file has changed.
    fn read_settings(&self) {
        let changed = modified();
        if self.settings().modified == changed {
            return;
        }
        let (settings, problems) = Layers { user: config::user_file(), ..Layers::default() }.read();
        problems.iter().for_each(|problem| tracing::warn!("{problem}"));
        self.library.look_in(places(&settings));
        *self.settings() = UserSettings { settings, modified: changed };
        tracing::info!("the settings were read again");
    }
}

/// The exit code of an editor's process.
pub(crate) fn exit_code(ended: lsp::Ended) -> u8 {
    match ended {
        lsp::Ended::InOrder | lsp::Ended::Lost => 0,
        lsp::Ended::WithoutShutdown => 1,
    }
}

fn minutes(minutes: usize) -> Option<Duration> {
    (minutes > 0).then(|| Duration::from_secs(60 * minutes as u64))
}

/// The host of the daemon.
pub(crate) struct DaemonHost(pub(crate) Arc<Host>);

impl daemon::Host for DaemonHost {
    fn session(
        &self,
        folder: PathBuf,
        input: Box<dyn AsyncRead + Send + Unpin>,
        output: DuplexStream,
    ) -> Pin<Box<dyn Future<Output = u8> + Send>> {
        let host = self.0.clone();
        Box::pin(async move { exit_code(host.serve(folder, input, output).await) })
    }

    fn status(&self, daemon: Facts) -> Value {
        let host = &self.0;
        let sessions = daemon.sessions.into_iter().map(|session| SessionDocument {
            id: session.id,
            folder: session.folder.display().to_string(),
            seconds: session.lasted.as_secs(),
        });
        let models = host.library.in_memory().into_iter().map(|m| LoadedModelDocument {
            name: m.name,
            fingerprint: m.fingerprint,
            megabytes: m.bytes / 1_000_000,
            idle_seconds: m.idle.as_secs(),
            in_use: m.in_use,
        });
        let indexes = host.indexes.iter().flat_map(|indexes| indexes.opened()).map(|(fingerprint, state)| {
            let IndexState { indexed, all, building, clustered, passages, counted, bytes } = state;
            let megabytes = bytes / 1_000_000;
            OpenIndexDocument { fingerprint, indexed, all, building, clustered, passages, counted, bytes, megabytes }
        });
        let slowest = host.recent.slowest(SLOWEST).into_iter().map(|answered| RequestDocument {
            method: answered.method,
            milliseconds: answered.took.as_secs_f64() * 1e3,
            seconds_ago: answered.at.elapsed().as_secs(),
        });
        let (running, waiting) = host.engine.load();
        let status = DaemonDocument {
            version: daemon.version,
            pid: daemon.pid,
            uptime_seconds: daemon.uptime.as_secs(),
            memory_megabytes: resident().map(|bytes| bytes / 1_000_000),
            queue: QueueDocument { running, waiting },
            sessions: sessions.collect(),
            models: models.collect(),
            indexes: indexes.collect(),
            requests: RequestsDocument { answered: host.recent.answered(), slowest: slowest.collect() },
        };
        json!(status)
    }

    fn is_busy(&self) -> bool {
        self.0.engine.load() != (0, 0)
    }

    fn idle(&self) -> Option<Duration> {
        minutes(self.0.settings().settings.daemon_idle_minutes)
    }

    fn most_sessions(&self) -> usize {
        self.0.settings().settings.daemon_sessions
    }

    fn tidy(&self) {
        self.0.read_settings();
        let (idle, budget) = {
            let known = self.0.settings();
            (minutes(known.settings.models_idle_minutes), memory_limit(&known.settings))
        };
        self.0.library.limit(budget);
        self.0.library.tidy(idle, budget);
        if self.0.library.rest(RUNS_IDLE) {
            // There is more memory to return than at the last call.
            self.0.rested.store(u64::MAX, Ordering::Relaxed);
        }
        let open = self.0.indexes.as_ref().map_or(0, |indexes| indexes.tidy(INDEX_IDLE));
        // No request was answered between two calls: freed memory goes back to the system, once.
        let answered = self.0.recent.answered();
        let quiet = self.0.engine.load() == (0, 0) && self.0.seen.swap(answered, Ordering::Relaxed) == answered;
        if quiet && open == 0 && self.0.rested.swap(answered, Ordering::Relaxed) != answered {
            allocator::give_back_freed();
        }
    }

    fn give_up(&self) {
        if let Some(indexes) = &self.0.indexes
            && !indexes.give_up(CLOSING)
        {
            tracing::warn!("an index is still in use: the other version of the daemon must wait for it");
        }
    }

    fn take_back(&self) {
        if let Some(indexes) = &self.0.indexes {
            indexes.take_back();
        }
    }

    fn lend(&self) {
        if let Some(indexes) = &self.0.indexes {
            indexes.tidy(Duration::ZERO);
        }
    }

    fn close(&self) {
        self.give_up();
    }
}

/// The process's resident memory in bytes, on Linux.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024)
}
