//! A session's options and settings. `config` declares all settings and their values; here are only those that a session
//! needs.

use std::path::PathBuf;
use std::time::Duration;

use base::RunName;
use config::{Layers, Problem};
use serde_json::Value;

/// What the program decides at the start. Settings override it, and the editor's settings override those.
#[derive(Clone, Debug)]
pub struct Options {
    /// The largest size of a message, in bytes. Longer messages are refused.
    pub message_limit: usize,
    /// How long a hover waits for a model that is loading before it says so.
    pub patience: Duration,
    /// How often the server looks whether the client's process is alive.
    pub client_check: Duration,
    /// The path of the user's settings file, which may not exist.
    pub user: Option<PathBuf>,
    /// The folder that the editor was started in: its settings count where the editor names no workspace.
    pub folder: Option<PathBuf>,
    /// Whether a client may make this server fail on purpose, which is for tests.
    pub faults: bool,
    /// What the user is told when the session starts.
    pub notice: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            message_limit: 64 << 20,
            patience: Duration::from_millis(700),
            client_check: Duration::from_secs(30),
            user: None,
            folder: None,
            faults: false,
            notice: None,
        }
    }
}

/// The settings in force.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    pub(crate) hover: ide::Style,
    pub(crate) trace_top: usize,
    pub(crate) hints: ide::Hints,
    /// The runs that hovers, hints and colours show.
    pub(crate) compared: ide::Compared,
    /// Whether tokens are coloured by surprise.
    pub(crate) surprise: bool,
    /// The model of files that name none, where the workspace or the editor says so; else it is the library's.
    pub(crate) default_model: Option<String>,
}

impl Settings {
    /// The settings of all layers, and their problems. Reads files, which are small.
    pub(crate) fn of(options: &Options, roots: &[PathBuf], client: Option<Value>) -> (Self, Vec<Problem>) {
        let user = options.user.clone();
        let workspace = roots.first().or(options.folder.as_ref()).map(|root| config::workspace_file(root));
        let (own, _) = Layers { user: user.clone(), ..Layers::default() }.read();
        let (read, problems) = Layers { user, workspace, client }.read();
        let settings = Self {
            hover: ide::Style {
                layers: read.hover_layers,
                updates: read.hover_updates,
                words: read.hover_words,
                guesses: read.hover_guesses,
                width: Some(read.hover_width).filter(|&width| width > 0),
                undertrained: read.words_undertrained,
                glossary: None,
                cards: None,
            },
            trace_top: read.trace_top,
            hints: ide::Hints {
                tokens: match read.inlay_tokens.as_str() {
                    "logprob" => ide::TokenHints::Logprob,
                    "guess" => ide::TokenHints::Guess,
                    _ => ide::TokenHints::Off,
                },
                tracked: read.inlay_tracked,
            },
            compared: ide::Compared {
                shown: Some(read.runs_shown).filter(|name| !name.is_empty()).map(RunName::new),
                with: Some(read.runs_compared).filter(|name| !name.is_empty()).map(RunName::new),
            },
            surprise: read.surprise_tokens,
            default_model: (read.models_default != own.models_default).then_some(read.models_default),
        };
        (settings, problems)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_layer_goes_on_top_of_the_one_below() {
        let folder = tempfile::tempdir().expect("a folder");
        let user = folder.path().join("settings.toml");
        std::fs::write(&user, "hover.layers = 7\ntrace.top = 4\nmodels.default = 'mine'\n").expect("is written");
        std::fs::write(folder.path().join(".unembed.toml"), "hover.updates = 1\nthreads = 9\n").expect("is written");
        let options = Options { user: Some(user), ..Options::default() };
        let check = |client: Value, (layers, top, model): (usize, usize, Option<&str>), wrong: &[&str]| {
            let roots = [folder.path().to_owned()];
            let (settings, problems) = Settings::of(&options, &roots, Some(client.clone()));
            let seen = (settings.hover.layers, settings.trace_top, settings.default_model.as_deref());
            assert_eq!(seen, (layers, top, model), "{client}");
            assert_eq!(settings.hover.updates, 1);
            // A setting that a workspace may not change.
            let wrong = [&["threads"], wrong].concat();
            assert_eq!(problems.iter().map(|p| p.key.as_str()).collect::<Vec<_>>(), wrong, "{client}");
        };
        check(json!(null), (7, 4, None), &[]);
        check(json!({"hover": {"layers": null}}), (7, 4, None), &[]);
        // A default value that the editor sends overrides the other layers.
        check(json!({"hover": {"layers": 5}, "models": {"default": "starter"}}), (5, 4, Some("starter")), &[]);
        check(json!({"hover.layers": 3, "trace.top": 2}), (3, 2, None), &[]);
        check(json!({"hover": {"layers": "many"}, "hovers": 1}), (7, 4, None), &["hover.layers", "hovers"]);
        // Without a workspace, that of the folder that the editor was started in.
        let options = Options { folder: Some(folder.path().to_owned()), ..Options::default() };
        assert_eq!(Settings::of(&options, &[], None).0.hover.updates, 1);
    }
}
