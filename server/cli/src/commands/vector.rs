//! `unembed vector`: a value vector's card. What its index knows is on it where there is one; it is not built for this.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use api::PromptDocument;
use base::{Cancel, ValueId};
use ide::page::vector_page;
use lm::{Concepts, LanguageModel};

use crate::args::{Shared, Vector};
use crate::backing::Backing;
use crate::failure::Failure;
use crate::{indexing, output, paint, project};

/// Words at each end.
const WORDS: usize = 50;
/// Places in the project's prompts.
const PLACES: usize = 5;

pub(crate) fn run(shared: &Shared, command: &Vector) -> Result<ExitCode, Failure> {
    let backing = Backing::new(shared)?;
    let names = project::names(Path::new("."))?;
    let model = backing.named(shared)?;
    let ids = names.vectors(&command.id, model.info()).map_err(Failure::input)?;
    let &[id] = &ids[..] else {
        let all = ids.iter().map(ValueId::to_string).collect::<Vec<_>>().join(", ");
        return Err(Failure::input(format!("{} is a group: look at one of {all}", command.id)));
    };
    let indexes = backing.indexes()?;
    let index = match indexing::lent(|| indexes.open(model.info())) {
        Ok(index) => Some(index),
        Err(error) => {
            if !shared.quiet {
                paint::warning(&error.to_string());
            }
            None
        }
    };
    let concepts = index.as_deref().map(|i| i as &dyn Concepts);
    let mut document = ide::vector(id, WORDS, model.as_ref(), concepts, &names, &Cancel::new())?;
    document.prompts = prompts(shared, &backing, id, &model);
    if shared.json {
        output::json(&document)?;
    } else {
        output::page(&vector_page(&document, model.as_ref(), backing.settings.words_undertrained, &Cancel::new())?)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Where the prompts of the project that use this model make the vector act most. A file that cannot be read or run is
/// passed over: it has commands of its own that say why.
fn prompts(shared: &Shared, backing: &Backing, id: ValueId, model: &Arc<dyn LanguageModel>) -> Vec<PromptDocument> {
    let mut places = Vec::new();
    for path in project::prompt_files(Path::new(".")) {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let file = ide::File::new(text);
        let request = lm::ModelRequest {
            reference: file.parsed.model.as_ref().map(|m| m.value.clone()),
            folder: path.parent().map(Path::to_owned),
            roots: vec![PathBuf::from(".")],
            consent: false,
        };
        let is_meant = shared.model.is_none() && file.parsed.model.is_none();
        let meant = || backing.open(&request).is_ok_and(|m| m.info().fingerprint == model.info().fingerprint);
        if !is_meant && !meant() {
            continue;
        }
        let shown = path.strip_prefix(std::env::current_dir().unwrap_or_default()).unwrap_or(&path);
        places.extend(
            ide::strongest(&file, &shown.display().to_string(), id, model.as_ref(), &Cancel::new()).ok().flatten(),
        );
    }
    places.sort_by(|a: &PromptDocument, b| b.coefficient.abs().total_cmp(&a.coefficient.abs()));
    places.truncate(PLACES);
    places
}
