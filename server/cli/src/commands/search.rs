//! `unembed search`: value vectors by concept. Builds the index first if it is incomplete. If the daemon has the index open,
//! the daemon searches.

use std::path::Path;
use std::process::ExitCode;

use api::command::{self, IndexSource, SearchArguments};
use api::{HitDocument, IndexCountsDocument, SearchDocument};
use base::Cancel;
use concepts::StoreError;
use ide::page::search_page;
use lm::{CARD_WORDS, Concepts, End, Found, Hit, LanguageModel};

use crate::args::{GlobalArgs, Search};
use crate::backing::Backing;
use crate::failure::Failure;
use crate::{daemon_client, indexing, output};

pub(crate) fn run(global: &GlobalArgs, command: &Search) -> Result<ExitCode, Failure> {
    let query = command.query.join(" ");
    let backing = Backing::new(global)?;
    let names = project::names(Path::new("."), &[]).map_err(Failure::input)?;
    let model = backing.named(global)?;
    let found = match backing.indexes()?.open(model.info()) {
        Ok(index) => {
            indexing::build(global, model.as_ref(), &index)?;
            index.search(&query, command.limit, model.as_ref(), &Cancel::new())?
        }
        Err(locked @ StoreError::Locked(_)) => {
            let about = IndexSource { model: global.model.clone(), ..IndexSource::default() };
            let arguments = SearchArguments { about, query: query.clone(), limit: Some(command.limit) };
            let document =
                daemon_client::command::<command::Search>(&arguments)?.ok_or_else(|| Failure::other(locked))?;
            found(document, model.as_ref())?
        }
        Err(error) => return Err(Failure::other(error)),
    };
    let nothing = found.hits.is_empty();
    if global.json {
        output::json(&ide::search_document(&query, found, model.as_ref(), &names))?;
    } else {
        output::page(&search_page(&found, model.as_ref(), &names, backing.settings.words_undertrained))?;
    }
    Ok(ExitCode::from(u8::from(nothing)))
}

/// The daemon's hits with cards from this process's model: they are the same cards.
fn found(document: SearchDocument, model: &dyn LanguageModel) -> Result<Found, Failure> {
    let ids: Vec<_> = document.hits.iter().map(|hit| hit.id).collect();
    let cards = model.values(&ids, CARD_WORDS, &Cancel::new())?;
    let hit = |(hit, card): (&HitDocument, _)| {
        let end = match hit.end {
            api::End::Top => End::Top,
            api::End::Bottom => End::Bottom,
        };
        Hit { id: hit.id, relevance: hit.relevance, end, card }
    };
    let IndexCountsDocument { indexed, all } = document.index;
    let hits = document.hits.iter().zip(cards).map(hit).collect();
    Ok(Found { hits, indexed, all, notes: document.notes })
}
