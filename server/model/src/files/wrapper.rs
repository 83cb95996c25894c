//! What training programs write before the names of tensors: `torch.compile`, data parallelism and trl's value models wrap
//! the model, and each wrapper is a part of every name. The model is the same, so that known wrappers are read. In a model of
//! text and images, the text model is such a part.

use std::collections::BTreeSet;

use crate::graph::plan::Names;

/// The parts of a name that stand for a wrapper and not for a part of the model.
const KNOWN: [&str; 5] = ["_orig_mod", "module", "model", "pretrained_model", "base_model"];

/// What is before the names in a checkpoint; usually nothing.
pub(super) struct Wrapper(String);

impl Wrapper {
    /// Finds it by the embedding, or by the head if there is no embedding. An error if the names have parts that are no known
    /// wrapper, or if weights of the model lie elsewhere.
    pub(super) fn of<'a, I: Iterator<Item = &'a str>>(written: impl Fn() -> I, names: &Names) -> Result<Self, String> {
        let before = |wanted: &str| -> BTreeSet<&str> {
            let before = written().filter_map(|name| name.strip_suffix(wanted));
            let before = before.map(|before| without_prefix(before, names.prefix));
            before.filter(|before| before.is_empty() || before.ends_with('.')).collect()
        };
        let mut found = before(names.embedding);
        if found.is_empty() {
            found = before(names.head);
        }
        if !names.within.is_empty() {
            found.retain(|before| before.split('.').any(|part| names.within.contains(&part)));
        }
        if !names.within.is_empty() && found.is_empty() {
            let action = "use the config.json that belongs to the weights";
            let parts = names.within.iter().map(|part| format!("{part:?}")).collect::<Vec<_>>().join(" or ");
            return Err(format!(
                "config.json has a text_config, but no name of a tensor has the part {parts}; {action}"
            ));
        }
        // Names without a wrapper are the model; others beside them are of something else.
        if found.is_empty() || found.contains("") {
            return Ok(Self(String::new()));
        }
        let quoted = |before: &&str| format!("{before}{}", names.embedding);
        let action = "rename the tensors as transformers names them";
        let mut all = found.iter();
        let (Some(only), None) = (all.next(), all.next()) else {
            let names = found.iter().take(3).map(quoted).collect::<Vec<_>>().join(", ");
            return Err(format!("has the tensors of several models ({names}); {action}"));
        };
        match only.trim_end_matches('.').split('.').all(|part| KNOWN.contains(&part) || names.within.contains(&part)) {
            true => elsewhere(written()).map_or_else(|| Ok(Self((*only).to_owned())), Err),
            false => Err(format!("its tensors have {only:?} before their names ({}); {action}", quoted(only))),
        }
    }

    /// A name without it.
    pub(super) fn strip<'a>(&self, written: &'a str) -> &'a str {
        written.strip_prefix(self.0.as_str()).unwrap_or(written)
    }
}

/// What is before the prefix, which is a whole part or several: `language_model.` does not end with the part `model.`.
fn without_prefix<'a>(before: &'a str, prefix: &str) -> &'a str {
    let rest = before.strip_suffix(prefix).filter(|rest| rest.is_empty() || rest.ends_with('.'));
    rest.unwrap_or(before)
}

/// Where the weights of a checkpoint are if not in the tensors that are read: in adapters beside them, or quantised.
pub(super) fn elsewhere<'a>(written: impl Iterator<Item = &'a str>) -> Option<String> {
    for name in written {
        if [".lora_", ".base_layer."].iter().any(|part| name.contains(part)) {
            let action = "merge them with peft (merge_and_unload, save_pretrained)";
            return Some(format!("has LoRA weights beside the model's ({name}); {action}"));
        }
        if name.ends_with(".qweight") {
            let action = "use the float checkpoint and `quantize` in the settings";
            return Some(format!("has quantised weights ({name}), which cannot be loaded; {action}"));
        }
    }
    None
}
