//! `unembed vector`: a value vector's card, with what the index has if there is one. It builds no index.

use std::path::Path;
use std::process::ExitCode;

use api::PromptDocument;
use base::{Cancel, ValueId};
use ide::page::vector_page;
use lm::{CARD_WORDS, Concepts, LanguageModel};
use project::SavedPrompt;

use crate::args::{GlobalArgs, Vector};
use crate::backing::Backing;
use crate::failure::Failure;
use crate::{indexing, output, paint};

pub(crate) fn run(global: &GlobalArgs, command: &Vector) -> Result<ExitCode, Failure> {
    let backing = Backing::new(global)?;
    let names = project::names(Path::new("."), &[]).map_err(Failure::input)?;
    let model = backing.named(global)?;
    let id = names.vector(&command.id, model.info()).map_err(Failure::input)?;
    let indexes = backing.indexes()?;
    let index = match indexing::lent(|| indexes.open(model.info())) {
        Ok(index) => Some(index),
        Err(error) => {
            if !global.quiet {
                paint::warning(&error.to_string());
            }
            None
        }
    };
    let concepts = index.as_deref().map(|i| i as &dyn Concepts);
    let mut document = ide::vector(id, CARD_WORDS, model.as_ref(), concepts, &names, &Cancel::new())?;
    document.prompts = prompts(global, &backing, id, model.as_ref())?;
    if global.json {
        output::json(&document)?;
    } else {
        output::page(&vector_page(&document, model.as_ref(), backing.settings.words_undertrained, &Cancel::new())?)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The project's prompts for this model in which the vector is strongest.
fn prompts(
    global: &GlobalArgs,
    backing: &Backing,
    id: ValueId,
    model: &dyn LanguageModel,
) -> Result<Vec<PromptDocument>, Failure> {
    let here = std::env::current_dir().unwrap_or_default();
    let all = project::saved_prompts(&project::root(&here, &[]));
    let prompts = project::prompts_of_model(all, |prompt| backing.is_for(prompt, model.info()));
    if let Some(left_out) = prompts.left_out.filter(|_| !global.quiet) {
        paint::warning(&left_out);
    }
    let shown = |prompt: &SavedPrompt| prompt.path.strip_prefix(&here).unwrap_or(&prompt.path).display().to_string();
    Ok(project::strongest(&prompts.files, shown, id, model, &Cancel::new())?)
}
