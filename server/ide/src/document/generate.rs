//! The `generate` document.

use std::ops::Range;

use api::{ContinuationDocument, NewTokenDocument, Stopped};
use lm::{Continuation, LanguageModel};

use super::token::text_of;

pub(crate) fn continuation(model: &dyn LanguageModel, run: &Continuation) -> ContinuationDocument {
    let (text, bytes) = text_of(&run.bytes);
    ContinuationDocument {
        name: run.name.clone(),
        ids: run.ids.clone(),
        text,
        bytes,
        stopped: match run.stopped {
            lm::Stopped::Length => Stopped::Length,
            lm::Stopped::Eos => Stopped::Eos,
            lm::Stopped::Stop => Stopped::Stop,
            lm::Stopped::Context => Stopped::Context,
        },
        logprobs: run.logprobs.clone(),
        diverges_at: run.diverges_at,
        tokens: tokens(model, run),
    }
}

fn tokens(model: &dyn LanguageModel, run: &Continuation) -> Vec<NewTokenDocument> {
    let shown = Shown::of(&run.bytes);
    let mut from = 0;
    let token = |(&id, &logprob): (&base::TokenId, &f32)| {
        let own = model.token_bytes(id);
        // What ended the run is in the ids and not in the bytes, or not the whole of it.
        let in_bytes = from.min(run.bytes.len())..(from + own.len()).min(run.bytes.len());
        from += own.len();
        let (start, end) = (!in_bytes.is_empty()).then(|| shown.range(in_bytes)).map(|r| (r.start, r.end)).unzip();
        let (text, bytes) = text_of(&own);
        NewTokenDocument { id, text, bytes, logprob, start, end }
    };
    run.ids.iter().zip(&run.logprobs).map(token).collect()
}

/// Maps bytes of a text to bytes of the same text with U+FFFD, three bytes, for each invalid sequence.
struct Shown {
    /// The byte after each invalid sequence, and how many bytes longer the shown text is up to there.
    invalid: Vec<(usize, isize)>,
}

impl Shown {
    fn of(bytes: &[u8]) -> Self {
        let (mut invalid, mut at, mut longer) = (Vec::new(), 0, 0);
        for chunk in bytes.utf8_chunks() {
            let length = chunk.invalid().len();
            at += chunk.valid().len() + length;
            if length > 0 {
                longer += 3 - length as isize;
                invalid.push((at, longer));
            }
        }
        Self { invalid }
    }

    fn range(&self, bytes: Range<usize>) -> Range<usize> {
        self.place(bytes.start)..self.place(bytes.end)
    }

    /// A byte inside an invalid sequence keeps its distance from the start of the sequence.
    fn place(&self, byte: usize) -> usize {
        let longer = self.invalid.iter().take_while(|(end, _)| *end <= byte).last().map_or(0, |(_, longer)| *longer);
        byte.saturating_add_signed(longer)
    }
}

#[cfg(test)]
mod tests {
    use base::{RunName, TokenId};
    use lm::fake::FakeModel;

    use super::*;

    /// The text ends before a stop sequence, which may be inside a token.
    #[test]
    fn tokens_behind_the_text_have_no_place() {
        let ids = [267, 195, 257].map(TokenId).to_vec();
        let check = |bytes: &[u8], expected: [Option<(usize, usize)>; 3]| {
            let (name, bytes, stopped) = (RunName::baseline(), bytes.to_vec(), lm::Stopped::Stop);
            let logprobs = vec![-1.0; ids.len()];
            let run = Continuation { name, ids: ids.clone(), bytes, stopped, logprobs, diverges_at: None };
            let places = tokens(&FakeModel::default(), &run).into_iter().map(|t| t.start.zip(t.end));
            assert_eq!(places.collect::<Vec<_>>(), expected);
        };
        check(b" court\xc3The", [Some((0, 6)), Some((6, 9)), Some((9, 12))]);
        check(b" court\xc3T", [Some((0, 6)), Some((6, 9)), Some((9, 10))]);
        check(b" court", [Some((0, 6)), None, None]);
        check(b" co", [Some((0, 3)), None, None]);
        check(b"", [None; 3]);
    }

    #[test]
    fn places_in_the_text_shown() {
        let check = |bytes: &[u8], expected: &[usize]| {
            let shown = Shown::of(bytes);
            let places: Vec<_> = (0..=bytes.len()).map(|byte| shown.place(byte)).collect();
            assert_eq!(places, expected, "{bytes:?}");
            assert_eq!(places.last(), Some(&String::from_utf8_lossy(bytes).len()), "{bytes:?}");
        };
        check(b"ab", &[0, 1, 2]);
        check("é".as_bytes(), &[0, 1, 2]);
        check(b"a\xffb", &[0, 1, 4, 5]);
        check(b"\xf0\x9fa", &[0, 1, 3, 4]);
        check(b"\xf0\x9f\x99", &[0, 1, 2, 3]);
        check(b"\xff\xc3", &[0, 3, 6]);
    }
}
