//! What the surroundings and the user decide about a session.

use std::time::Duration;

use serde_json::Value;

/// What a session is started with.
#[derive(Clone, Debug)]
pub struct Options {
    /// Longer messages are refused, bytes.
    pub message_limit: usize,
    /// How long a hover waits for a model that is loading before it says so.
    pub patience: Duration,
    /// How much a hover shows, unless the client's settings say otherwise.
    pub hover: ide::Style,
}

impl Default for Options {
    fn default() -> Self {
        Self { message_limit: 64 << 20, patience: Duration::from_millis(700), hover: ide::Style::default() }
    }
}

/// The hover's style with a client's settings (`hover.layers`, `hover.updates`, `hover.words`, `hover.guesses`) on top.
pub(crate) fn style(default: ide::Style, settings: Option<&Value>) -> ide::Style {
    let number = |name: &str, default: usize| {
        let given = settings.and_then(|s| s.get("hover")?.get(name)?.as_u64());
        given.and_then(|n| usize::try_from(n).ok()).unwrap_or(default)
    };
    ide::Style {
        layers: number("layers", default.layers),
        updates: number("updates", default.updates),
        words: number("words", default.words),
        guesses: number("guesses", default.guesses),
    }
}
