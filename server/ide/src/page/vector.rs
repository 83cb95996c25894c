//! A value vector's card.

use api::{VectorDocument, WordDocument};
use base::ValueId;
use lm::{Control, End, Error, LanguageModel};

use super::table::Table;
use super::{LineKind, PageLine};
use crate::card::{bar, passage_line};
use crate::number::{plain, signed};
use crate::token::{shown, text_or_id};
use crate::words::Cards;

/// Words at each end, words of a neighbour, passages, columns of a bar.
const ROWS: usize = 15;
const WORDS: usize = 5;
const PASSAGES: usize = 3;
const BAR: usize = 12;

/// The card as a page; `undertrained` also lists undertrained tokens.
pub fn vector_page(
    document: &VectorDocument,
    model: &dyn LanguageModel,
    undertrained: bool,
    control: &dyn Control,
) -> Result<Vec<PageLine>, Error> {
    let mut lines = Vec::new();
    let mut head = document.id.to_string();
    if let Some(name) = &document.name {
        head = format!("{head}  {name}");
    }
    lines
        .push(PageLine::new(LineKind::Head, format!("{head}  norm {} on {}", plain(document.norm), model.info().name)));
    words(&mut lines, document, undertrained);
    if let Some(cluster) = document.cluster {
        lines.push(PageLine::new(LineKind::Plain, format!("cluster {cluster}: {}", document.cluster_words.join(", "))));
    }
    if !document.similar.is_empty() {
        lines.push(PageLine::new(LineKind::Note, "nearest by direction"));
        let ids: Vec<ValueId> = document.similar.iter().map(|s| s.id).collect();
        let cards = Cards::fetch(model, ids, WORDS, control)?;
        let mut table = Table::new(&["cosine", "id", "words"], &[0]);
        for near in &document.similar {
            table.row(vec![signed(near.cosine), near.id.to_string(), cards.list(near.id, End::Top)]);
        }
        lines.extend(table.lines().into_iter().skip(1).map(|text| PageLine::new(LineKind::Plain, format!("  {text}"))));
    }
    activation(&mut lines, document);
    if !document.prompts.is_empty() {
        lines.push(PageLine::new(LineKind::Note, "strongest in this project's prompts"));
    }
    for prompt in &document.prompts {
        let token = shown(prompt.token.as_bytes());
        let text = format!("  {}  {token} position {} of {}", signed(prompt.coefficient), prompt.position, prompt.file);
        lines.push(PageLine::new(LineKind::Plain, text));
    }
    Ok(lines)
}

fn words(lines: &mut Vec<PageLine>, document: &VectorDocument, undertrained: bool) {
    let wanted = |w: &&WordDocument| undertrained || !w.undertrained;
    let list = |end: End| {
        let all = if end == End::Top { &document.top } else { &document.bottom };
        all.iter().filter(wanted).take(ROWS).collect::<Vec<_>>()
    };
    let (top, bottom) = (list(End::Top), list(End::Bottom));
    let most = top.iter().chain(&bottom).map(|w| w.z.abs()).fold(0.0, f32::max);
    let heads = ["promotes", "logit", "z", "", "suppresses", "logit", "z", ""];
    let mut table = Table::new(&heads, &[1, 2, 5, 6]);
    let cells = |word: Option<&&WordDocument>| match word {
        Some(w) => {
            let token = text_or_id(w.bytes.as_deref().unwrap_or(w.token.as_bytes()), w.id);
            [token, signed(w.logit), signed(w.z), bar(w.z, most, BAR)]
        }
        None => [const { String::new() }; 4],
    };
    for row in 0..top.len().max(bottom.len()) {
        table.row(cells(top.get(row)).into_iter().chain(cells(bottom.get(row))).collect());
    }
    let kind = |i: usize| if i == 0 { LineKind::Note } else { LineKind::Plain };
    lines.extend(table.lines().into_iter().enumerate().map(|(i, text)| PageLine::new(kind(i), text)));
    let hidden = |all: &[WordDocument]| all.iter().filter(|w| w.undertrained).count();
    let hidden = hidden(&document.top) + hidden(&document.bottom);
    if hidden > 0 && !undertrained {
        let tokens = if hidden == 1 { "token is" } else { "tokens are" };
        let text = format!("{hidden} undertrained {tokens} hidden (the setting words.undertrained shows them)");
        lines.push(PageLine::new(LineKind::Note, text));
    }
}

fn activation(lines: &mut Vec<PageLine>, document: &VectorDocument) {
    let Some(activation) = &document.activation else { return };
    let quantile = |q: &api::QuantileDocument| format!("{}% {}", percent(q.share), signed(q.value));
    let quantiles = activation.quantiles.iter().map(quantile).collect::<Vec<_>>().join("  ");
    let (mean, deviation) = (signed(activation.mean), plain(activation.deviation));
    let head = format!("coefficient on text: mean {mean}, deviation {deviation}, {} positions", activation.count);
    lines.push(PageLine::new(LineKind::Note, head));
    lines.push(PageLine::new(LineKind::Plain, format!("  {quantiles}")));
    let (largest, smallest): (Vec<_>, Vec<_>) = document.examples.iter().partition(|e| e.coefficient > 0.0);
    for example in largest.into_iter().take(PASSAGES).chain(smallest.into_iter().take(1)) {
        let passage = lm::Passage {
            text: example.text.clone(),
            token: example.start..example.end,
            coefficient: example.coefficient,
        };
        let text = format!("  {:>6}  {}", signed(example.coefficient), passage_line(&passage, 72));
        lines.push(PageLine::new(LineKind::Plain, text));
    }
}

fn percent(share: f32) -> String {
    let text = format!("{:.1}", share * 100.0);
    text.strip_suffix(".0").map_or_else(|| text.clone(), str::to_owned)
}
