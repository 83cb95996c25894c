//! What the surroundings, the user and the editor decide about a session. What settings there are and what they may be
//! is `config`'s business; of them only those stand here that a session needs.

use std::sync::Arc;
use std::time::Duration;

use config::{Layers, Problem};
use serde_json::{Value, json};
use tower_lsp::ls_types::MessageType;
use tracing::warn;

use crate::client::Wishes;
use crate::outbox::Note;
use crate::session::Session;

/// What a session is started with. What the editor says goes on top.
#[derive(Clone, Debug)]
pub struct Options {
    /// Longer messages are refused, bytes.
    pub message_limit: usize,
    /// How long a hover waits for a model that is loading before it says so.
    pub patience: Duration,
    /// `hover.*`
    pub hover: ide::Style,
    /// `trace.top`
    pub trace_top: usize,
}

impl Default for Options {
    fn default() -> Self {
        let trace_top = config::Settings::default().trace_top;
        Self { message_limit: 64 << 20, patience: Duration::from_millis(700), hover: ide::Style::default(), trace_top }
    }
}

/// The settings in force.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    pub(crate) hover: ide::Style,
    pub(crate) trace_top: usize,
    /// The model of files that name none, where the editor says so; else it is the library's.
    pub(crate) default_model: Option<String>,
}

impl Settings {
    /// With the editor's on top, and what is wrong in them.
    pub(crate) fn of(options: &Options, client: Option<Value>) -> (Self, Vec<Problem>) {
        let given = client.clone().unwrap_or_default();
        let (read, problems) = Layers { client, ..Layers::default() }.read();
        // Whether the editor says anything about a setting, in either way of writing it, that can be used.
        let said = |name: &str| {
            let (group, rest) = name.split_once('.').unwrap_or((name, ""));
            let value = given.get(name).or_else(|| given.get(group)?.get(rest));
            value.is_some_and(|v| !v.is_null()) && problems.iter().all(|p| p.key != name)
        };
        let number = |name: &str, set: usize, default: usize| if said(name) { set } else { default };
        let settings = Self {
            hover: ide::Style {
                layers: number("hover.layers", read.hover_layers, options.hover.layers),
                updates: number("hover.updates", read.hover_updates, options.hover.updates),
                words: number("hover.words", read.hover_words, options.hover.words),
                guesses: number("hover.guesses", read.hover_guesses, options.hover.guesses),
                undertrained: match said("words.undertrained") {
                    true => read.words_undertrained,
                    false => options.hover.undertrained,
                },
            },
            trace_top: number("trace.top", read.trace_top, options.trace_top),
            default_model: said("models.default").then_some(read.models_default),
        };
        (settings, problems)
    }
}

impl Session {
    /// Takes the editor's settings; the user is told what is wrong in them.
    pub(crate) fn set(self: &Arc<Self>, mut client: Option<Value>) {
        if let Some(Value::Object(members)) = &mut client {
            members.retain(|name, _| !Wishes::NAMES.contains(&name.as_str()));
        }
        let (settings, problems) = Settings::of(&self.backing.options, client);
        self.state().settings = settings;
        for problem in problems {
            warn!("{problem}");
            let params = json!({"type": MessageType::WARNING, "message": format!("unembed: {problem}")});
            self.outbox.put(Note::Other("window/showMessage", params));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_editor_goes_on_top() {
        let options =
            Options { hover: ide::Style { layers: 7, ..Default::default() }, trace_top: 4, ..Default::default() };
        let check = |client: Value, (layers, top, model): (usize, usize, Option<&str>), wrong: &[&str]| {
            let (settings, problems) = Settings::of(&options, Some(client.clone()));
            let seen = (settings.hover.layers, settings.trace_top, settings.default_model.as_deref());
            assert_eq!(seen, (layers, top, model), "{client}");
            assert_eq!(problems.iter().map(|p| p.key.as_str()).collect::<Vec<_>>(), wrong, "{client}");
        };
        check(json!(null), (7, 4, None), &[]);
        check(json!({"hover": {"layers": null}}), (7, 4, None), &[]);
        // The default of a setting, said by the editor, is no silence.
        check(json!({"hover": {"layers": 5}, "models": {"default": "starter"}}), (5, 4, Some("starter")), &[]);
        check(json!({"hover.layers": 3, "trace.top": 2}), (3, 2, None), &[]);
        check(json!({"hover": {"layers": "many"}, "hovers": 1}), (7, 4, None), &["hover.layers", "hovers"]);
    }
}
