//! Which blocks of a model see only the nearest positions.

use lm::OpenError;
use serde_json::Value;

use crate::files::config::ConfigFile;

/// The window of each block: by `layer_types`, or without it by `is_local`.
pub(super) fn windows(
    config: &ConfigFile<'_>,
    layers: usize,
    window: Option<usize>,
    is_local: impl Fn(usize) -> bool,
) -> Result<Vec<Option<usize>>, OpenError> {
    let Some(types) = config.get("layer_types") else {
        return Ok((0..layers).map(|layer| window.filter(|_| is_local(layer))).collect());
    };
    let types = types.as_array().filter(|types| types.len() == layers);
    let types = types.ok_or_else(|| config.wanted("layer_types", &format!("a list of {layers} texts")))?;
    let window_of =
        |kind: &Value| match kind.as_str() {
            Some("full_attention") => Ok(None),
            Some("sliding_attention") => match window {
                Some(window) => Ok(Some(window)),
                None => Err(config
                    .error("layer_types has sliding_attention, but there is no sliding_window; fetch the file again")),
            },
            _ => Err(config.error(&format!("layer_types has {kind}, which is not supported; use another model"))),
        };
    types.iter().map(window_of).collect()
}

/// `sliding_window`, null meaning none.
pub(super) fn window(config: &ConfigFile<'_>, default: Option<usize>) -> Result<Option<usize>, OpenError> {
    match config.written("sliding_window") {
        None => Ok(default),
        Some(Value::Null) => Ok(None),
        Some(_) => config.size(&["sliding_window"], 0).map(Some),
    }
}
