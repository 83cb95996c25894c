//! The settings. The settings of a feature share a prefix, which is the feature's name everywhere.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;

use crate::kinds::{Kind, Level, Model, Setting};

/// Where a setting may be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// In the user's settings and in a workspace's settings.
    Workspace,
    /// In the user's settings only, because it affects more than the workspace or uses the machine's resources.
    User,
}

/// The declaration of one setting.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) scope: Scope,
    pub(crate) kind: Kind,
    /// Lines of Markdown.
    pub(crate) doc: &'static [&'static str],
    pub(crate) default: fn() -> Value,
    /// Sets the value; see `Setting::put`.
    pub(crate) set: fn(&mut Settings, &Value, &Kind) -> Vec<(String, String)>,
}

macro_rules! settings {
    ($($(#[doc = $doc:literal])+ $name:literal $field:ident: $type:ty = $default:expr, $kind:expr, $scope:ident;)*) => {
        /// The effective settings.
        #[derive(Clone, Debug, PartialEq)]
        pub struct Settings {
            $($(#[doc = $doc])+ pub $field: $type,)*
        }

        impl Default for Settings {
            fn default() -> Self {
                Self { $($field: $default,)* }
            }
        }

        pub(crate) const ROWS: &[Row] = &[
            $(Row {
                name: $name,
                scope: Scope::$scope,
                kind: $kind,
                doc: &[$($doc),+],
                default: || Setting::json(&Settings::default().$field),
                set: |settings, value, kind| settings.$field.put(value, kind),
            },)*
        ];
    };
}

settings! {
    /// The default model, for files that name none: a configured name, `starter`, a Hugging Face id, or a folder.
    "models.default" models_default: String = "starter".to_owned(), Kind::Text, Workspace;

    /// Folders outside the workspace that may contain models. A prompt file can name a model by path only if the model
    /// lies in its workspace or in one of these folders.
    "models.paths" models_paths: Vec<PathBuf> = Vec::new(), Kind::Paths, User;

    /// Names for models. Each has a `path` (a folder) or an `id` (`owner/name` or `owner/name@revision` on the Hugging
    /// Face hub). It may have `quantize`: `"q8_0"` or `"q4k"` stores its linear layers in 8 or 4 bits.
    "models.configured" models_configured: BTreeMap<String, Model> = BTreeMap::new(), Kind::Models, User;

    /// Number of layers in a hover. The hover shows the layers whose FFN changes the prediction most.
    "hover.layers" hover_layers: usize = 5, Kind::Number(0, 200), Workspace;

    /// Number of sub-updates per layer in a hover.
    "hover.updates" hover_updates: usize = 2, Kind::Number(0, 50), Workspace;

    /// Number of words that describe a value vector.
    "hover.words" hover_words: usize = 3, Kind::Number(1, 50), Workspace;

    /// Largest width of a hover's table, in characters. A wider table drops words, then sub-updates, then the columns
    /// `before` and `baseline`. 0 means 104 characters in an editor that has links to cards, such as VS Code, whose box holds
    /// as many, and no limit in other editors.
    "hover.width" hover_width: usize = 0, Kind::Number(0, 1000), Workspace;

    /// Number of next tokens in a hover.
    "hover.guesses" hover_guesses: usize = 3, Kind::Number(1, 50), Workspace;

    /// Hints between the tokens of a prompt: `off`, `logprob` (the log-probability of each token, ln p) or `guess` (the
    /// token that the model predicted instead).
    "inlay.tokens" inlay_tokens: String = "off".to_owned(), Kind::Choice(&["off", "logprob", "guess"]), Workspace;

    /// Show the probabilities of tracked tokens after the prompt.
    "inlay.tracked" inlay_tracked: bool = true, Kind::Truth, Workspace;

    /// Classify tokens by how much they surprised the model, so that editors can colour them: `expected` (p 0.5 or
    /// more), `likely` (0.1), `unlikely` (0.01), `surprising` (less).
    "surprise.tokens" surprise_tokens: bool = true, Kind::Truth, Workspace;

    /// The run that hovers, hints and colours show, by name. Empty means `intervened`, else the first run of `runs:`,
    /// else the baseline.
    "runs.shown" runs_shown: String = String::new(), Kind::Text, Workspace;

    /// The run that the shown run is compared with, by name. Empty means the baseline.
    "runs.compared" runs_compared: String = String::new(), Kind::Text, Workspace;

    /// Number of tokens in each list of a trace, where an editor asks for no number of its own; VS Code's trace does. A layer's
    /// sub-updates are always the ten with the largest scores. On the command line, `--top` is the number.
    "trace.top" trace_top: usize = 10, Kind::Number(1, 1000), Workspace;

    /// Megabytes of memory for cached runs, which make an edit at the end of a prompt fast. Answers do not depend on
    /// it.
    "cache.megabytes" cache_megabytes: usize = 512, Kind::Number(0, 1 << 20), User;

    /// Show undertrained tokens among a value vector's words. They crowd many lists and carry no meaning. JSON output
    /// always contains them, marked.
    "words.undertrained" words_undertrained: bool = false, Kind::Truth, Workspace;

    /// Folder of concept indexes. Empty means the platform's data folder.
    "index.folder" index_folder: PathBuf = PathBuf::new(), Kind::Path, User;

    /// Minutes after which an idle model is unloaded; 0 means never. The next request loads it again.
    "models.idle_minutes" models_idle_minutes: usize = 30, Kind::Number(0, 1 << 20), User;

    /// Megabytes of memory for all loaded models. Above this limit, the least recently used models are unloaded, but
    /// never a model in use.
    "models.memory_megabytes" models_memory_megabytes: usize = 8192, Kind::Number(1, 1 << 24), User;

    /// Minutes after which the daemon exits if no editor is connected and no work is running; 0 means never.
    "daemon.idle_minutes" daemon_idle_minutes: usize = 60, Kind::Number(0, 1 << 20), User;

    /// Largest number of editors that are connected to the daemon at a time.
    "daemon.sessions" daemon_sessions: usize = 64, Kind::Number(1, 4096), User;

    /// Log level: `off`, `error`, `warn`, `info`, `debug` or `trace`.
    "log.level" log_level: Level = Level::Info, Kind::Level, User;

    /// Number of compute threads; 0 means one per core.
    "threads" threads: usize = 0, Kind::Number(0, 1024), User;
}
