//! `unembed trace`: the FFN trace as a document, or as a page per position for people.

use std::collections::{BTreeSet, HashMap};
use std::io::Write;
use std::process::ExitCode;

use base::{Cancel, ValueId};
use ide::document::{GuessDocument, PositionDocument, RunDocument, TrackedDocument, UpdateDocument};
use ide::number::{plain, probability, signed};
use ide::token::shown;
use ide::words::Cards;
use ide::{TraceDocument, TraceOptions};
use lm::{LanguageModel, Positions};

use crate::args::{Shared, Trace};
use crate::backing::Backing;
use crate::failure::Failure;
use crate::input::Loaded;
use crate::paint::{Ink, ink};
use crate::table::Table;

/// Sub-updates a layer and words a vector that people see; the document has ten and all.
const UPDATES: usize = 2;
const WORDS: usize = 3;

pub(crate) fn run(shared: &Shared, command: &Trace) -> Result<ExitCode, Failure> {
    let loaded = Loaded::read(&command.input)?;
    let positions = match command.positions.as_deref() {
        None if shared.json => Positions::All,
        None | Some("last") => Positions::Last,
        Some("all") => Positions::All,
        Some(list) => Positions::List(numbers("--positions", list)?),
    };
    let layers = command.layers.as_deref().map(|list| numbers("--layers", list)).transpose()?;
    let backing = Backing::new(shared)?;
    let model = backing.open(&loaded.model(shared))?;
    loaded.check(model.as_ref(), shared)?;
    let options =
        TraceOptions { positions: Some(positions), layers, top: command.top.max(1), generated: command.generated };
    let document = ide::trace(&loaded.file, &model.info().name, model.as_ref(), &options, &Cancel::new())?;
    let mut out = anstream::stdout();
    if shared.json {
        serde_json::to_writer(&mut out, &document).map_err(std::io::Error::from)?;
        writeln!(out)?;
    } else {
        let words = words(model.as_ref(), &document)?;
        for run in &document.runs {
            for position in &run.positions {
                page(&mut out, &document, run, position, &words)?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// `0-3,7` as numbers.
fn numbers(flag: &str, list: &str) -> Result<Vec<usize>, Failure> {
    let wrong = || Failure::input(format!("{flag} {list}: write numbers and ranges from 0, like 0-3,7"));
    let mut all = BTreeSet::new();
    for part in list.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last): (usize, usize) =
            (first.trim().parse().map_err(|_| wrong())?, last.trim().parse().map_err(|_| wrong())?);
        // No model has so many layers or positions; a typing slip must not fill the memory.
        if first > last || last > 1_000_000 {
            return Err(wrong());
        }
        all.extend(first..=last);
    }
    Ok(all.into_iter().collect())
}

/// The words of every vector that is shown.
fn words(model: &dyn LanguageModel, document: &TraceDocument) -> Result<HashMap<ValueId, String>, Failure> {
    let layers = document.runs.iter().flat_map(|r| &r.positions).flat_map(|p| &p.layers);
    let shown: BTreeSet<ValueId> = layers.flat_map(|l| l.updates.iter().take(UPDATES)).map(|u| u.id).collect();
    let cards = Cards::fetch(model, shown.iter().copied(), WORDS, &Cancel::new())?;
    Ok(shown.into_iter().map(|id| (id, cards.list(id))).collect())
}

fn page(
    out: &mut impl Write,
    document: &TraceDocument,
    run: &RunDocument,
    position: &PositionDocument,
    words: &HashMap<ValueId, String>,
) -> Result<(), Failure> {
    let token = run.tokens.iter().find(|t| t.position == position.position);
    let text = token.map_or_else(String::new, |t| shown(t.bytes.as_deref().unwrap_or(t.text.as_bytes())));
    let (count, model) = (run.tokens.len(), &document.model.name);
    let head = format!("{text}  position {} of {count}, {} on {model}", position.position, run.name);
    writeln!(out, "{}", ink(Ink::Bold, &head))?;
    if let Some((logprob, rank)) = token.and_then(|t| t.logprob.zip(t.rank)) {
        writeln!(out, "why here  p {}, rank {rank} after what stands before", probability(logprob.exp()))?;
    }
    let next: Vec<String> =
        position.next.iter().take(5).map(|g| format!("{} {}", guess(g), probability(g.p))).collect();
    writeln!(out, "next      {}", next.join("  "))?;
    writeln!(out, "          the first choice stands from layer {} on", position.saturation)?;
    for tracked in &position.tracked {
        follow(out, tracked)?;
    }
    let mut table = Table::new(
        &["layer", "KL", "before", "", "after", "", "", "dominant sub-updates: coefficient (score) id words"],
        &[0, 1, 3, 5],
    );
    for layer in &position.layers {
        let top = |all: &[GuessDocument]| all.first().map_or_else(Default::default, |g| (guess(g), probability(g.p)));
        let ((before, p), (after, q)) = (top(&layer.before), top(&layer.after));
        let mark = if before == after { "" } else { "▲" };
        let update = |u: &UpdateDocument| {
            let words = words.get(&u.id).map_or("", String::as_str);
            format!("{} ({}) {} {words}", signed(u.coefficient), plain(u.score), u.id)
        };
        let updates: Vec<String> = layer.updates.iter().take(UPDATES).map(update).collect();
        let cells = [layer.layer.to_string(), plain(layer.kl), before, p, after, q, mark.into(), updates.join("  ·  ")];
        table.row(cells.to_vec());
    }
    for (i, line) in table.lines().iter().enumerate() {
        writeln!(out, "{}", if i == 0 { ink(Ink::Dim, line) } else { line.clone() })?;
    }
    writeln!(out)?;
    Ok(())
}

fn guess(guess: &GuessDocument) -> String {
    shown(guess.bytes.as_deref().unwrap_or(guess.token.as_bytes()))
}

/// A tracked token: where it stands and which layers wrote it.
fn follow(out: &mut impl Write, tracked: &TrackedDocument) -> Result<(), Failure> {
    let through: Vec<String> = tracked.layers.iter().map(|l| probability(l.after)).collect();
    writeln!(
        out,
        "track     {} p {} rank {} logit {}; after each layer {}",
        shown(tracked.bytes.as_deref().unwrap_or(tracked.token.as_bytes())),
        probability(tracked.p),
        tracked.rank,
        signed(tracked.logit),
        through.join(" ")
    )?;
    Ok(())
}
