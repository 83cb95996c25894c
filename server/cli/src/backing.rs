//! The models, indexes and settings that every command works with.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use base::files::stat;
use concepts::IndexLibrary;
use config::{Layers, Level, Place, Quantization, Settings};
use kernels::Pool;
use lm::{LanguageModel, Library, ModelInfo, ModelRequest};
use model::{
    Configured, EngineThread, Hub, Model, ModelLibrary, Options, Placement, Places, Quantize, STARTER_FINGERPRINT,
    Source,
};
use project::SavedPrompt;
use tracing::debug;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::args::GlobalArgs;
use crate::failure::Failure;
use crate::host::Host;
use crate::log::RollingFile;
use crate::paint;

/// Passages for activating examples of the starter model.
const SAMPLE: &str = include_str!("../../../config/text/passages.txt");

pub(crate) struct Backing {
    pub(crate) library: Arc<ModelLibrary>,
    pub(crate) settings: Settings,
    pool: Arc<Pool>,
}

impl Backing {
    /// Reads the settings. Warns of wrong values and ignores them.
    pub(crate) fn new(global: &GlobalArgs) -> Result<Self, Failure> {
        Self::of(global, Some(config::workspace_file(Path::new("."))), None)
    }

    /// For the daemon: it has no workspace, and logs to a file too.
    pub(crate) fn for_daemon(global: &GlobalArgs, log: RollingFile) -> Result<Self, Failure> {
        Self::of(global, None, Some(log))
    }

    fn of(global: &GlobalArgs, workspace: Option<PathBuf>, log: Option<RollingFile>) -> Result<Self, Failure> {
        let user = config::user_file();
        let (settings, problems) = Layers { user: user.clone(), workspace: workspace.clone(), client: None }.read();
        if !global.quiet {
            problems.iter().for_each(|p| paint::warning(&p.to_string()));
        }
        trace_to(global, &settings, log);
        for file in [user, workspace].into_iter().flatten() {
            let found = if stat(&file).is_ok() { "read" } else { "not there" };
            debug!("settings: {}: {found}", file.display());
        }
        let cores = std::thread::available_parallelism().map_or(1, |n| n.get());
        let pool = Arc::new(Pool::new(if settings.threads == 0 { cores } else { settings.threads }));
        let cache = settings.cache_megabytes << 20;
        let for_models = pool.clone();
        let open = move |checkpoint: &model::Checkpoint, name: String, quantize: Option<Quantize>| {
            let placement = Placement::on_this_machine(quantize)?;
            let model = Model::load(checkpoint, Options { name, placement, pool: for_models.clone(), cache })?;
            Ok(Arc::new(model) as Arc<dyn LanguageModel>)
        };
        let library = ModelLibrary::new(places(&settings), Box::new(open));
        library.limit(memory_limit(&settings));
        Ok(Self { library: Arc::new(library), settings, pool })
    }

    /// Finds and loads a model.
    pub(crate) fn open(&self, request: &ModelRequest) -> Result<Arc<dyn LanguageModel>, Failure> {
        let key = self.library.find(request).map_err(Failure::input)?;
        let model = self.library.load(&key).map_err(Failure::input)?;
        let info = model.info();
        debug!("model {}: {} layers, width {}, {}", info.name, info.layers, info.width, info.precision);
        Ok(model)
    }

    /// The model that `--model` names, or the default model.
    pub(crate) fn named(&self, global: &GlobalArgs) -> Result<Arc<dyn LanguageModel>, Failure> {
        let here = PathBuf::from(".");
        let consent = global.model.is_some();
        let roots = vec![here.clone()];
        self.open(&ModelRequest { reference: global.model.clone(), folder: Some(here), roots, consent })
    }

    /// Whether a prompt file is for a model. Loads the file's own model to find out. A model that cannot be loaded counts as another one.
    pub(crate) fn is_for(&self, prompt: &SavedPrompt, info: &ModelInfo) -> bool {
        let request = ModelRequest {
            reference: prompt.file.parsed.model.as_ref().map(|m| m.value.clone()),
            folder: prompt.path.parent().map(Path::to_owned),
            roots: vec![PathBuf::from(".")],
            consent: false,
        };
        self.open(&request).is_ok_and(|model| model.info().fingerprint == info.fingerprint)
    }

    pub(crate) fn indexes(&self) -> Result<IndexLibrary, Failure> {
        let folder = config::index_folder(&self.settings.index_folder).ok_or_else(|| {
            Failure::other("no folder for concept indexes: this system has no data folder, so set `index.folder`")
        })?;
        let samples = HashMap::from([(STARTER_FINGERPRINT.to_owned(), SAMPLE)]);
        Ok(IndexLibrary::new(folder, self.pool.clone(), samples))
    }

    /// A host for language server sessions, with an engine of its own.
    pub(crate) fn for_editors(self) -> Result<Host, Failure> {
        let engine =
            EngineThread::start().map_err(|e| Failure::other(format!("cannot start the engine's thread: {e}")))?;
        let indexes = self.indexes().ok().map(Arc::new);
        Ok(Host::new(self.library, engine, indexes, self.settings))
    }
}

/// The bytes that the weights of all models may take.
pub(crate) fn memory_limit(settings: &Settings) -> u64 {
    settings.models_memory_megabytes as u64 * 1_000_000
}

/// The model locations from the settings.
pub(crate) fn places(settings: &Settings) -> Places {
    let configured = settings.models_configured.iter().map(|(name, model)| {
        let source = match &model.place {
            Place::Path(path) => Source::Path(path.clone()),
            Place::Id(id) => Source::Id(id.clone()),
        };
        let quantize = model.quantize.map(|q| match q {
            Quantization::Q8_0 => Quantize::Q8_0,
            Quantization::Q4k => Quantize::Q4K,
        });
        (name.clone(), Configured { source, quantize })
    });
    Places {
        default: settings.models_default.clone(),
        configured: configured.collect(),
        paths: settings.models_paths.clone(),
        hub: Hub::from_environment(),
    }
}

/// Logs our crates to stderr, since stdout has the command's output, and to `log` if there is one. Other crates log warnings
/// and errors only.
fn trace_to(global: &GlobalArgs, settings: &Settings, log: Option<RollingFile>) {
    let set = match settings.log_level {
        Level::Off => LevelFilter::OFF,
        Level::Error => LevelFilter::ERROR,
        Level::Warn => LevelFilter::WARN,
        Level::Info => LevelFilter::INFO,
        Level::Debug => LevelFilter::DEBUG,
        Level::Trace => LevelFilter::TRACE,
    };
    let said = match global.verbose {
        0 if global.quiet => LevelFilter::OFF,
        0 => set,
        1 => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    };
    let wanted = |ours: LevelFilter| {
        let others = ours.min(LevelFilter::WARN);
        let wanted = filter_fn(move |event| *event.level() <= if is_ours(event.target()) { ours } else { others });
        wanted.with_max_level_hint(ours)
    };
    // As for all other output: no colour in a pipe or if NO_COLOR is set.
    let colour = anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never;
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(colour);
    let filed = log.map(|log| {
        let lines = tracing_subscriber::fmt::layer().with_writer(Mutex::new(log)).with_ansi(false);
        lines.with_filter(wanted(set.max(said)))
    });
    let done = tracing_subscriber::registry().with(lines.with_filter(wanted(said))).with(filed).try_init();
    debug_assert!(done.is_ok(), "one command a process");
}

/// Whether a log event is from a crate of this workspace.
fn is_ours(target: &str) -> bool {
    const OURS: [&str; 11] = [
        "base",
        "kernels",
        "lm",
        "model",
        "concepts",
        "config",
        "ide",
        "project",
        "lsp",
        "daemon",
        env!("CARGO_CRATE_NAME"),
    ];
    target.split("::").next().is_some_and(|name| OURS.contains(&name))
}
