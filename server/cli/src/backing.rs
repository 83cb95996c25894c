//! The models and the engine behind every command, as the settings have them.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use concepts::IndexLibrary;
use config::{Layers, Level, Place, Quantization, Settings};
use kernels::Pool;
use lm::{LanguageModel, Library, ModelRequest};
use model::{
    Configured, EngineThread, Hub, Model, ModelLibrary, Options, Placement, Places, Quantize, STARTER_FINGERPRINT,
    Source,
};

use tracing::debug;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::args::Shared;
use crate::failure::Failure;
use crate::paint;

/// Passages that come with the starter model, for activating examples.
const SAMPLE: &str = include_str!("../../../config/text/passages.txt");

/// What a command works with.
pub(crate) struct Backing {
    pub(crate) library: Arc<ModelLibrary>,
    pub(crate) settings: Settings,
    pool: Arc<Pool>,
}

impl Backing {
    /// Reads the settings; values that are wrong are said and left out.
    pub(crate) fn new(shared: &Shared) -> Result<Self, Failure> {
        let workspace = Some(config::workspace_file(Path::new(".")));
        let (settings, problems) = Layers { user: config::user_file(), workspace, client: None }.read();
        if !shared.quiet {
            problems.iter().for_each(|p| paint::warning(&p.to_string()));
        }
        trace_to_stderr(shared, &settings);
        for file in [config::user_file(), Some(config::workspace_file(Path::new(".")))].into_iter().flatten() {
            let found = if file.exists() { "read" } else { "not there" };
            debug!("settings: {}: {found}", file.display());
        }
        let cores = std::thread::available_parallelism().map_or(1, |n| n.get());
        let pool = Arc::new(Pool::new(if settings.threads == 0 { cores } else { settings.threads }));
        let cache = settings.cache_megabytes << 20;
        let for_models = pool.clone();
        let open = move |checkpoint: &model::Checkpoint, name: String, quantize: Option<Quantize>| {
            let placement = Placement::on_this_machine(quantize);
            let model = Model::load(checkpoint, Options { name, placement, pool: for_models.clone(), cache })?;
            Ok(Arc::new(model) as Arc<dyn LanguageModel>)
        };
        Ok(Self { library: Arc::new(ModelLibrary::new(places(&settings), Box::new(open))), settings, pool })
    }

    /// The model that is asked for.
    pub(crate) fn open(&self, request: &ModelRequest) -> Result<Arc<dyn LanguageModel>, Failure> {
        let key = self.library.find(request).map_err(Failure::input)?;
        let model = self.library.load(&key).map_err(Failure::input)?;
        let info = model.info();
        debug!("model {}: {} layers, width {}, {}", info.name, info.layers, info.width, info.precision);
        Ok(model)
    }

    /// The model that a name on the command line means, or the default one.
    pub(crate) fn named(&self, shared: &Shared) -> Result<Arc<dyn LanguageModel>, Failure> {
        let here = PathBuf::from(".");
        let consent = shared.model.is_some();
        let roots = vec![here.clone()];
        self.open(&ModelRequest { reference: shared.model.clone(), folder: Some(here), roots, consent })
    }

    /// Where concept indexes are.
    pub(crate) fn indexes(&self) -> Result<IndexLibrary, Failure> {
        let folder = config::index_folder(&self.settings.index_folder)
            .ok_or_else(|| Failure::other("no folder for concept indexes is known here: set `index.folder`"))?;
        let samples = HashMap::from([(STARTER_FINGERPRINT.to_owned(), SAMPLE)]);
        Ok(IndexLibrary::new(folder, self.pool.clone(), samples))
    }

    /// With an engine in front.
    pub(crate) fn for_editors(self) -> Result<lsp::Backing, Failure> {
        let engine =
            EngineThread::start().map_err(|e| Failure::other(format!("cannot start the engine's thread: {e}")))?;
        let settings = &self.settings;
        let hover = ide::Style {
            layers: settings.hover_layers,
            updates: settings.hover_updates,
            words: settings.hover_words,
            guesses: settings.hover_guesses,
            undertrained: settings.words_undertrained,
        };
        let trace_top = settings.trace_top;
        let options = lsp::Options { hover, trace_top, ..lsp::Options::default() };
        let version = env!("CARGO_PKG_VERSION").to_owned();
        let indexes = self.indexes().ok().map(|indexes| Arc::new(indexes) as Arc<dyn lm::Indexes>);
        Ok(lsp::Backing { library: self.library, engine: Arc::new(engine), indexes, options, version })
    }
}

fn places(settings: &Settings) -> Places {
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

/// What our crates say of their work, on stderr: stdout is the command's. Of others only what went wrong is of use.
fn trace_to_stderr(shared: &Shared, settings: &Settings) {
    let ours = match (shared.verbose, settings.log_level) {
        (0, _) if shared.quiet => LevelFilter::OFF,
        (0, Level::Off) => LevelFilter::OFF,
        (0, Level::Error) => LevelFilter::ERROR,
        (0, Level::Warn) => LevelFilter::WARN,
        (0, Level::Info) => LevelFilter::INFO,
        (0, Level::Debug) | (1, _) => LevelFilter::DEBUG,
        (0, Level::Trace) | (2.., _) => LevelFilter::TRACE,
    };
    let others = ours.min(LevelFilter::WARN);
    let wanted = filter_fn(move |event| *event.level() <= if is_ours(event.target()) { ours } else { others });
    // As everything else that is printed: no colour in a pipe, nor where NO_COLOR is set.
    let colour = anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never;
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(colour);
    let lines = lines.with_filter(wanted.with_max_level_hint(ours));
    let done = tracing_subscriber::registry().with(lines).try_init();
    debug_assert!(done.is_ok(), "one command a process");
}

/// Whether a line of the log is a crate's of this workspace.
fn is_ours(target: &str) -> bool {
    const OURS: [&str; 10] =
        ["base", "kernels", "syntax", "lm", "model", "concepts", "config", "ide", "lsp", env!("CARGO_CRATE_NAME")];
    target.split("::").next().is_some_and(|name| OURS.contains(&name))
}
