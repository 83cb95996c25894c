//! The trace of a file, as a document.

use api::{SCHEMA, TraceDocument};
use lm::{Control, Error, InputError, LanguageModel, Positions, TraceQuery};

use crate::resolve::code;
use crate::words::Cards;
use crate::{File, document, resolve};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceOptions {
    /// All if `None`.
    pub positions: Option<Positions>,
    /// All if `None`.
    pub layers: Option<Vec<usize>>,
    /// Tokens of each distribution.
    pub top: usize,
    /// Dominant sub-updates of each layer.
    pub updates: usize,
    /// Words of each value vector; with 0 no card is looked up.
    pub words: usize,
    /// Tokens to generate and trace after the prompt.
    pub generated: usize,
}

impl Default for TraceOptions {
    fn default() -> Self {
        Self { positions: None, layers: None, top: 10, updates: 10, words: 0, generated: 0 }
    }
}

/// Traces every run of a file. `name` is the model as the user named it. Invalid lines have no effect; `problems` lists them.
pub fn trace(
    file: &File,
    name: &str,
    model: &dyn LanguageModel,
    options: &TraceOptions,
    control: &dyn Control,
) -> Result<TraceDocument, Error> {
    file.check_kind()?;
    let resolved = resolve(file, model);
    let empty = resolved.problems.iter().find(|p| p.code == code::EMPTY);
    if let Some(problem) = empty {
        return Err(Error::input(format!("{}: {}", file.origin(problem.range.start), problem.message)));
    }
    let blocks = model.info().layers;
    if let Some(layer) = options.layers.iter().flatten().find(|&&layer| layer >= blocks) {
        let (layer, model, layers) = (*layer, model.info().name.clone(), blocks);
        return Err(InputError::NoSuchLayer { layer, model, layers }.into());
    }
    let query = TraceQuery {
        experiment: &resolved.experiment,
        positions: options.positions.clone().unwrap_or(Positions::All),
        unread: Vec::new(),
        layers: options.layers.clone(),
        top: options.top,
        updates: options.updates,
        generated: options.generated,
        score_all: true,
    };
    let runs = model.trace(&query, control)?;
    let all = || runs.iter().flat_map(|r| &r.positions).flat_map(|p| &p.layers).flat_map(|l| &l.updates);
    let cards = match options.words {
        0 => None,
        words => Some(Cards::fetch(model, all().map(|u| u.id), words, control)?.named(&file.names)),
    };
    Ok(TraceDocument {
        schema: SCHEMA,
        experiment: document::experiment(file, name, &resolved),
        problems: document::problems(file, &resolved),
        model: document::model(model.info()),
        lens: model.info().final_norm.clone(),
        runs: runs.iter().map(|run| document::run(model, run, cards.as_ref())).collect(),
    })
}
