//! `unembed.structure`: where the parts of a file stand. It only parses the file and uses no model.

use std::ops::Range;
use std::sync::Arc;

use api::{EntryDocument, FileKind, KeyDocument, NamePlaceDocument, NumberDocument, StructureDocument};
use base::{Encoding, Target};
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::ProgressToken;

use crate::commands::command::{Arguments, Command};
use crate::commands::document::snapshot;
use crate::convert;
use crate::session::Session;
use crate::state::snapshot::{DocumentKind, Snapshot};

pub(crate) struct Structure;

impl Command for Structure {
    type Api = api::command::Structure;
    const FORM: &'static str = r#"{"uri"}, with an open document, or {"text"}"#;

    async fn run(
        session: &Arc<Session>,
        arguments: Arguments<Self>,
        _: Option<ProgressToken>,
    ) -> Result<StructureDocument> {
        let snapshot = snapshot(arguments.source, session)?;
        let encoding = session.state().capabilities.encoding;
        session.blocking(move || document(&snapshot, encoding)).await
    }
}

fn document(snapshot: &Snapshot, encoding: Encoding) -> StructureDocument {
    let structure = match snapshot.kind() {
        DocumentKind::Prompt => ide::structure(snapshot.file()),
        DocumentKind::Names => ide::names_structure(snapshot.names()),
    };
    let range = |bytes: &Range<usize>| convert::text_range(snapshot, bytes, encoding);
    let key = |key: syntax::Key| KeyDocument {
        name: key.name.value,
        range: range(&key.lines),
        value_range: range(&key.value),
    };
    let entry = |entry: ide::EntryPlace| EntryDocument {
        run: entry.run,
        line: entry.line,
        range: range(&entry.range),
        target: entry.target,
        target_range: range(&entry.target_range),
        value: entry.value,
        value_range: range(&entry.value_range),
        enabled: entry.enabled,
        number: entry.number.map(|number| NumberDocument {
            range: range(&number.range),
            value: number.value,
            text: number.text,
        }),
    };
    let name = |name: ide::NamePlace| NamePlaceDocument {
        name: name.name,
        ids: name.ids.into_iter().map(Target::from).collect(),
        range: range(&name.range),
    };
    StructureDocument {
        schema: api::SCHEMA,
        version: snapshot.edited_version(),
        kind: match structure.kind {
            ide::StructureKind::Prompt => FileKind::Prompt,
            ide::StructureKind::Foreign => FileKind::Foreign,
            ide::StructureKind::Names => FileKind::Names,
        },
        model: structure.model,
        front_matter: structure.front_matter.as_ref().map(range),
        keys: structure.keys.into_iter().map(key).collect(),
        prompt: range(&structure.prompt),
        runs: structure.runs,
        interventions: structure.entries.into_iter().map(entry).collect(),
        names: structure.names.into_iter().map(name).collect(),
    }
}
