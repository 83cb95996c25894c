//! `unembed generate`: the continuation of each run side by side, and whether the file's expectations hold.

use std::io::Write;
use std::process::ExitCode;

use base::Cancel;
use ide::GenerateDocument;
use ide::document::ContinuationDocument;
use lm::LanguageModel;

use crate::args::{Input, Shared};
use crate::backing::Backing;
use crate::failure::Failure;
use crate::input::Loaded;
use crate::paint::{Ink, ink};
use crate::progress::Progress;
use crate::table::wrap;

/// Columns of the whole page.
const PAGE: usize = 96;

pub(crate) fn run(shared: &Shared, input: &Input) -> Result<ExitCode, Failure> {
    let loaded = Loaded::read(input)?;
    let backing = Backing::new(shared)?;
    let model = backing.open(&loaded.model(shared))?;
    loaded.check(model.as_ref(), shared)?;
    let mut progress = Progress::new(shared.quiet);
    let (mut done, mut run) = (0, lm::RunName::BASELINE);
    let all = loaded.file.parsed.decoding.max_output_tokens as u64;
    let mut each = |new: lm::Generated<'_>| {
        done = if new.run == run { done } else { 0 } + new.ids.len() as u64;
        run = new.run;
        progress.at(run.0, done, all, "tokens");
    };
    let document = ide::generate(&loaded.file, &model.info().name, model.as_ref(), &Cancel::new(), &mut each)?;
    drop(progress);
    let mut out = anstream::stdout();
    if shared.json {
        serde_json::to_writer(&mut out, &document).map_err(std::io::Error::from)?;
        writeln!(out)?;
    } else {
        show(&mut out, &document, model.as_ref())?;
    }
    Ok(ExitCode::from(u8::from(document.expect.iter().any(|e| !e.ok))))
}

fn show(out: &mut impl Write, document: &GenerateDocument, model: &dyn LanguageModel) -> Result<(), Failure> {
    let first = document.runs.iter().filter_map(|r| r.diverges_at).min();
    let width = PAGE / document.runs.len().max(1) - 3;
    let column = |run: &ContinuationDocument| {
        let mut lines = vec![format!("{} ({}, {} tokens)", run.name, run.stopped, run.ids.len())];
        lines.extend(wrap(&marked(run, first, model), width));
        lines
    };
    let columns: Vec<Vec<String>> = document.runs.iter().map(column).collect();
    let height = columns.iter().map(Vec::len).max().unwrap_or(0);
    for line in 0..height {
        let cell = |c: &Vec<String>| crate::table::pad(c.get(line).map_or("", String::as_str), width);
        let row = columns.iter().map(cell).collect::<Vec<_>>().join(" │ ");
        let row = row.trim_end();
        writeln!(out, "{}", if line == 0 { ink(Ink::Bold, row) } else { row.to_owned() })?;
    }
    match first {
        Some(n) => writeln!(
            out,
            "{}",
            ink(Ink::Dim, &format!("the runs share {n} tokens; ‹the first that differs› is marked"))
        )?,
        None if document.runs.len() > 1 => writeln!(out, "{}", ink(Ink::Dim, "the runs never part"))?,
        None => {}
    }
    for expect in &document.expect {
        let (mark, colour) = if expect.ok { ("ok  ", Ink::Good) } else { ("fail", Ink::Bad) };
        writeln!(out, "{} line {}: {}", ink(colour, mark), expect.line, expect.message)?;
    }
    Ok(())
}

/// A run's text with the first token that differs between the runs in ‹ ›.
fn marked(run: &ContinuationDocument, first: Option<usize>, model: &dyn LanguageModel) -> String {
    let Some(first) = first.filter(|&n| n < run.ids.len()) else { return run.text.clone() };
    let bytes = |ids: &[base::TokenId]| ids.iter().flat_map(|&id| model.token_bytes(id).to_vec()).collect::<Vec<u8>>();
    let (before, token) = (bytes(&run.ids[..first]), bytes(&run.ids[first..=first]));
    let text = run.bytes.as_deref().unwrap_or(run.text.as_bytes());
    // An end-of-text token is in the ids and not in the text.
    let end = (before.len() + token.len()).min(text.len());
    let lossy = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    format!(
        "{}‹{}›{}",
        lossy(&text[..before.len().min(end)]),
        lossy(&text[before.len().min(end)..end]),
        lossy(&text[end..])
    )
}
