//! `unembed search`: value vectors by concept. The index is built first where it is not there; where the shared process has
//! it open, that one is asked.

use std::path::Path;
use std::process::ExitCode;

use base::{Cancel, ValueId};
use concepts::StoreError;
use ide::page::search_page;
use lm::{Concepts, End, Found, Hit, LanguageModel};
use serde_json::{Value, json};

use crate::args::{Search, Shared};
use crate::backing::Backing;
use crate::failure::Failure;
use crate::{indexing, output, project, shared};

pub(crate) fn run(flags: &Shared, command: &Search) -> Result<ExitCode, Failure> {
    let query = command.query.join(" ");
    let backing = Backing::new(flags)?;
    let names = project::names(Path::new("."))?;
    let model = backing.named(flags)?;
    let found = match backing.indexes()?.open(model.info()) {
        Ok(index) => {
            indexing::build(flags, model.as_ref(), &index)?;
            index.search(&query, command.limit, model.as_ref(), &Cancel::new())?
        }
        Err(locked @ StoreError::Locked(_)) => {
            let question = json!({"model": flags.model, "query": query, "limit": command.limit});
            let document = shared::command("unembed.search", question)?.ok_or_else(|| Failure::other(locked))?;
            found(&document, model.as_ref())?
        }
        Err(error) => return Err(Failure::other(error)),
    };
    let nothing = found.hits.is_empty();
    if flags.json {
        output::json(&ide::search_document(&query, found, model.as_ref(), &names))?;
    } else {
        output::page(&search_page(&found, model.as_ref(), &names, backing.settings.words_undertrained))?;
    }
    Ok(ExitCode::from(u8::from(nothing)))
}

/// What the shared process found, with cards of our own making: they are the same.
fn found(document: &Value, model: &dyn LanguageModel) -> Result<Found, Failure> {
    /// As many as an index keeps.
    const WORDS: usize = 50;
    let odd = || Failure::other("the shared process gave an answer of another form: stop it, then try again");
    let mut hits = Vec::new();
    for hit in document["hits"].as_array().ok_or_else(odd)? {
        let id: ValueId = hit["id"].as_str().and_then(|id| id.parse().ok()).ok_or_else(odd)?;
        let end = if hit["end"] == "bottom" { End::Bottom } else { End::Top };
        let card = model.values(&[id], WORDS, &Cancel::new())?.pop().ok_or_else(odd)?;
        hits.push(Hit { id, relevance: hit["relevance"].as_f64().ok_or_else(odd)? as f32, end, card });
    }
    let notes = document["notes"].as_array().ok_or_else(odd)?;
    Ok(Found { hits, notes: notes.iter().filter_map(|note| note.as_str().map(str::to_owned)).collect() })
}
