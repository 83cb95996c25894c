//! The parts of a value vector's card that hovers, pages and completion share: bars, cluster, neighbours, activations.

use base::ValueId;
use lm::{Activation, Cluster, Concepts, Control, End, Error, LanguageModel, Passage, Similar, Value, Word};
use unicode_width::UnicodeWidthStr;

use crate::Names;
use crate::number::{plain, signed};
use crate::token::{shorten, shown};

/// Nearest vectors listed.
pub(crate) const NEAREST: usize = 5;

/// A value vector's name, cluster, neighbours and activations.
#[derive(Clone, Debug, Default)]
pub(crate) struct Knowledge {
    pub(crate) name: Option<String>,
    pub(crate) cluster: Option<Cluster>,
    pub(crate) similar: Vec<Similar>,
    pub(crate) activation: Option<Activation>,
}

impl Knowledge {
    /// Asks the index, as far as it is built. `similar` computes a product with every value vector.
    pub(crate) fn of(
        id: ValueId,
        model: &dyn LanguageModel,
        concepts: Option<&dyn Concepts>,
        names: &Names,
        control: &dyn Control,
    ) -> Result<Self, Error> {
        let name = names.of(id, model.info()).map(str::to_owned);
        let Some(concepts) = concepts else { return Ok(Self { name, ..Self::default() }) };
        Ok(Self {
            name,
            cluster: concepts.cluster_of(id)?,
            similar: concepts.similar(id, NEAREST, model, control)?,
            activation: concepts.activation(id)?,
        })
    }
}

/// The words of an end; undertrained tokens only on request.
pub(crate) fn listed(value: &Value, end: End, undertrained: bool) -> &[Word] {
    match (undertrained, end) {
        (false, end) => value.trained(end),
        (true, End::Top) => &value.top,
        (true, End::Bottom) => &value.bottom,
    }
}

/// A bar for z, as wide as its share of `most`, in eighths of a column.
pub(crate) fn bar(z: f32, most: f32, width: usize) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let share = if most > 0.0 { (z.abs() / most).clamp(0.0, 1.0) } else { 0.0 };
    let eighths = (share * (width * 8) as f32).round() as usize;
    format!("{}{}", "█".repeat(eighths / 8), EIGHTHS[eighths % 8])
}

/// How a coefficient is distributed on text: `mean +0.02 ± 0.30, median 0, p90 +0.1, p99 +1.3, 12345 positions`.
pub(crate) fn activation_line(activation: &Activation) -> String {
    let quantile = |name: &str, q| activation.quantile(q).map(|m| format!("{name} {}", signed(m)));
    let parts = [
        Some(format!("mean {} ± {}", signed(activation.mean), plain(activation.deviation))),
        quantile("median", 0.5),
        quantile("p90", 0.9),
        quantile("p99", 0.99),
        quantile("p99.9", 0.999),
    ];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    format!("{}, {} positions", parts.join(", "), activation.count)
}

/// A passage on one line of at most `width` columns, its token in ‹ ›.
pub(crate) fn passage_line(passage: &Passage, width: usize) -> String {
    // A token may end inside a character, which is then shown whole.
    let text = passage.text.as_str();
    let start = text.floor_char_boundary(passage.token.start);
    let end = text.ceil_char_boundary(passage.token.end).max(start);
    let token = shown(&text.as_bytes()[start..end]);
    let room = width.saturating_sub(token.width() + 2) / 2;
    format!("{}‹{token}›{}", last(&one_line(&text[..start]), room), shorten(&one_line(&text[end..]), room))
}

/// Cuts a text at its beginning, as `shorten` does at its end.
fn last(text: &str, width: usize) -> String {
    let turned = |text: &str| text.chars().rev().collect::<String>();
    turned(&shorten(&turned(text), width))
}

fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_wide_as_their_share() {
        assert_eq!(bar(4.0, 4.0, 3), "███");
        assert_eq!(bar(-2.0, 4.0, 3), "█▌");
        assert_eq!(bar(0.0, 4.0, 3), "");
        assert_eq!(bar(9.0, 4.0, 2), "██");
        assert_eq!(bar(1.0, 0.0, 2), "");
    }

    #[test]
    fn a_passage_shows_its_token() {
        let text = "The fox ran\nover the hill".to_owned();
        let passage = Passage { text, token: 4..7, coefficient: 1.0 };
        assert_eq!(passage_line(&passage, 80), "The ‹fox› ran over the hill");
        assert_eq!(passage_line(&passage, 15), "The ‹fox› ran…");
        assert_eq!(passage_line(&passage, 10), "… ‹fox› …");
    }

    #[test]
    fn a_passage_of_any_text_keeps_to_its_width() {
        let check = |text: &str, token: std::ops::Range<usize>, expected: &str| {
            let line = passage_line(&Passage { text: text.to_owned(), token, coefficient: 1.0 }, 14);
            assert_eq!(line, expected);
            assert!(line.width() <= 14, "{line}");
        };
        // Two columns each.
        check("日本語日本語日本語", 12..15, "…語日‹本›語日…");
        // Inside a character, and beyond the text.
        check("日本語日本語日本語", 13..14, "…語日‹本›語日…");
        check("ab", 1..9, "a‹b›");
        check("ab", 7..9, "ab‹∅›");
    }
}
