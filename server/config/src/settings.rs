//! The settings. A feature's settings share one prefix, which is the feature's name everywhere.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;

use crate::kinds::{Kind, Level, Model, Setting};

/// Who may set something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// The user and, for everybody who opens it, a workspace.
    Workspace,
    /// The user alone: it reaches beyond the workspace, or costs the machine.
    User,
}

/// A row of the table.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) scope: Scope,
    pub(crate) kind: Kind,
    /// Lines of Markdown.
    pub(crate) doc: &'static [&'static str],
    pub(crate) default: fn() -> Value,
    /// Puts a value in; what is wrong in it, as key and what is wanted there.
    pub(crate) set: fn(&mut Settings, &Value, &Kind) -> Vec<(String, String)>,
}

macro_rules! settings {
    ($($(#[doc = $doc:literal])+ $name:literal $field:ident: $type:ty = $default:expr, $kind:expr, $scope:ident;)*) => {
        /// The settings in force.
        #[derive(Clone, Debug, PartialEq)]
        pub struct Settings {
            $($(#[doc = $doc])+ pub $field: $type,)*
        }

        impl Default for Settings {
            fn default() -> Self {
                Self { $($field: $default,)* }
            }
        }

        /// Every setting.
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
    /// The model where a file names none: a configured name, `starter`, a Hugging Face id, or a folder.
    "models.default" models_default: String = "starter".to_owned(), Kind::Text, Workspace;

    /// Folders that models may lie in besides the workspace. A prompt file may name a model by a path only if it lies in
    /// its workspace or in one of these.
    "models.paths" models_paths: Vec<PathBuf> = Vec::new(), Kind::Paths, User;

    /// Names for models. Each has a `path` (a folder) or an `id` (`owner/name` or `owner/name@revision` on the Hugging
    /// Face hub) and may have `quantize`: `"q8_0"` or `"q4k"` stores its linear layers in 8 or 4 bits.
    "models.configured" models_configured: BTreeMap<String, Model> = BTreeMap::new(), Kind::Models, User;

    /// How many layers a hover shows, those first whose FFN moves the prediction most.
    "hover.layers" hover_layers: usize = 5, Kind::Number(0, 200), Workspace;

    /// How many sub-updates a hover shows for each layer.
    "hover.updates" hover_updates: usize = 2, Kind::Number(0, 50), Workspace;

    /// How many words stand for a value vector.
    "hover.words" hover_words: usize = 3, Kind::Number(1, 50), Workspace;

    /// How many columns a row of a hover's table may have: words, then sub-updates, then the columns `before` and `baseline`
    /// are left out where it is longer. 0: any number, for editors that fold cells.
    "hover.width" hover_width: usize = 0, Kind::Number(0, 1000), Workspace;

    /// How many next tokens a hover shows.
    "hover.guesses" hover_guesses: usize = 3, Kind::Number(1, 50), Workspace;

    /// What stands between the words of a prompt: `off`, `logprob` (how likely each token was, ln p) or `guess` (what the
    /// model would have put next).
    "inlay.tokens" inlay_tokens: String = "off".to_owned(), Kind::Choice(&["off", "logprob", "guess"]), Workspace;

    /// Whether the probabilities of tracked tokens stand behind the prompt.
    "inlay.tracked" inlay_tracked: bool = true, Kind::Truth, Workspace;

    /// Whether tokens are told apart by how much they surprised the model, for editors to colour (`expected` at p 0.5 and
    /// more, `likely` 0.1, `unlikely` 0.01, `surprising`).
    "surprise.tokens" surprise_tokens: bool = true, Kind::Truth, Workspace;

    /// The run that hovers, hints and colours show, by its name. Empty: `intervened`, else the first run of `runs:`, else the
    /// baseline.
    "runs.shown" runs_shown: String = String::new(), Kind::Text, Workspace;

    /// The run that the shown run is compared with, by its name. Empty: the baseline.
    "runs.compared" runs_compared: String = String::new(), Kind::Text, Workspace;

    /// How many tokens and sub-updates a trace lists in each place.
    "trace.top" trace_top: usize = 10, Kind::Number(1, 1000), Workspace;

    /// Megabytes for what is kept of earlier runs, so that an edit at a prompt's end is fast. Answers do not depend on it.
    "cache.megabytes" cache_megabytes: usize = 512, Kind::Number(0, 1 << 20), User;

    /// Whether tokens that were hardly trained are shown among a value vector's words. They crowd many lists and say
    /// nothing of what a vector stands for; JSON always has them, marked.
    "words.undertrained" words_undertrained: bool = false, Kind::Truth, Workspace;

    /// The folder that concept indexes are kept in; empty is the platform's own for such data.
    "index.folder" index_folder: PathBuf = PathBuf::new(), Kind::Path, User;

    /// Minutes after which a model that nobody has asked anything is let go; 0 is never. It is loaded again when it is
    /// needed.
    "models.idle_minutes" models_idle_minutes: usize = 30, Kind::Number(0, 1 << 20), User;

    /// Megabytes that models may have together. Above it those that were asked last longest ago are let go, never one that
    /// is at work.
    "models.memory_megabytes" models_memory_megabytes: usize = 8192, Kind::Number(1, 1 << 24), User;

    /// Minutes after which the shared process leaves when no editor is connected and nothing is being done; 0 is never.
    "daemon.idle_minutes" daemon_idle_minutes: usize = 60, Kind::Number(0, 1 << 20), User;

    /// Editors that may be connected to the shared process at a time.
    "daemon.sessions" daemon_sessions: usize = 64, Kind::Number(1, 4096), User;

    /// How much is written to the log: `off`, `error`, `warn`, `info`, `debug` or `trace`.
    "log.level" log_level: Level = Level::Info, Kind::Level, User;

    /// Threads to compute with; 0 is one for each core.
    "threads" threads: usize = 0, Kind::Number(0, 1024), User;
}
