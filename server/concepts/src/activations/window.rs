//! The coefficients of every vector on a part of a passage, before they are counted.

use lm::{Control, Error, LanguageModel};

use super::places::Place;

/// Tokens that run together.
pub(super) const WINDOW: usize = 128;

/// A part of a passage after its run. Without its first position.
#[derive(Default)]
pub(super) struct Window {
    /// For each position, one number for each vector.
    values: Vec<f32>,
    /// The bytes of each position's token in the passage.
    spans: Vec<(u32, u32)>,
}

impl Window {
    /// Runs the front of `text`, which is at byte `at` of its passage. Returns how many bytes it ran, at least one.
    pub(super) fn run(
        &mut self,
        text: &str,
        at: usize,
        vectors: usize,
        model: &dyn LanguageModel,
        control: &dyn Control,
    ) -> Result<usize, Error> {
        let text = &text[..front(text, model)];
        let values = &mut self.values;
        values.clear();
        // Allocated once at full size; unused pages take no memory.
        values.reserve_exact(WINDOW * vectors);
        let mut each = |position: usize, _: usize, m: &[f32]| {
            if position > 0 {
                values.extend_from_slice(m);
            }
        };
        let encoded = model.weights().coefficients(text, control, &mut each)?;
        let byte = |offset: usize| u32::try_from(at.saturating_add(offset)).unwrap_or(u32::MAX);
        let spans = encoded
            .tokens
            .iter()
            .skip(1)
            .map(|t| t.span.as_ref().map_or((byte(0), byte(0)), |s| (byte(s.start), byte(s.end))));
        self.spans.clear();
        self.spans.extend(spans);
        if self.values.len() != self.spans.len() * vectors {
            let (got, tokens) = (self.values.len(), self.spans.len());
            return Err(Error::Model(format!("{got} coefficients of {vectors} value vectors at {tokens} positions")));
        }
        // The front alone may have more tokens than it has with the rest, and the context may end before it does.
        Ok(encoded.cut.map_or(text.len(), |cut| text.ceil_char_boundary(cut.max(1))))
    }

    /// For each position, the coefficients of every vector.
    pub(super) fn rows(&self, vectors: usize) -> impl Iterator<Item = &[f32]> {
        self.values.chunks_exact(vectors.max(1))
    }

    /// A window of these coefficients, without a run.
    #[cfg(test)]
    pub(super) fn of(values: Vec<f32>, spans: Vec<(u32, u32)>) -> Self {
        Self { values, spans }
    }

    /// The first place where a vector has this coefficient.
    pub(super) fn place(&self, passage: u32, number: usize, vectors: usize, coefficient: f32) -> Place {
        let position = self.rows(vectors).position(|row| row[number] == coefficient);
        let (start, end) = position.and_then(|p| self.spans.get(p)).copied().unwrap_or_default();
        Place { passage, start, end, coefficient }
    }
}

/// The length in bytes of the front of a text: at most a window of tokens. A longer text is cut into windows of about
/// equal length, because a short rest would lack context.
fn front(text: &str, model: &dyn LanguageModel) -> usize {
    let encoded = model.encode(text, None);
    let tokens = encoded.tokens.len();
    if encoded.cut.is_none() && tokens <= WINDOW {
        return text.len();
    }
    let length = tokens.div_ceil(tokens.div_ceil(WINDOW).max(1));
    let end = length.checked_sub(1).and_then(|last| encoded.tokens[last].span.as_ref()).map_or(0, |span| span.end);
    // A token may end inside a character.
    text.ceil_char_boundary(end.max(1))
}
