//! Ranges in the text of tokens of a rewritten text: one that is normalised, or written with a sign for each space. Every byte
//! of the text belongs to one token at most, and the ranges are in order.

use std::ops::Range;

use tokenizers::{NormalizedString, Normalizer, NormalizerWrapper};

use super::vocabulary::{Letters, SPACE, letter_byte};

/// For each byte of `written`, and for its end, the byte of `original` at which it begins. `written` is what became of `original`
/// when `normalizer` had rewritten it and spaces were replaced; a space may have been put before it.
pub(super) fn places(
    written: &str,
    original: &str,
    letters: Letters,
    normalizer: Option<&NormalizerWrapper>,
) -> Vec<usize> {
    let (read, starts) = read(written, letters);
    let of_read = of_read(&read, original, letters, normalizer);
    starts.into_iter().map(|at| of_read[at]).collect()
}

/// What written letters say, and for each of their bytes, and for their end, where what it says begins.
fn read(written: &str, letters: Letters) -> (Vec<u8>, Vec<usize>) {
    let mut read = Vec::with_capacity(written.len());
    let mut starts = Vec::with_capacity(written.len() + 1);
    for c in written.chars() {
        let byte = match letters {
            Letters::Bytes => letter_byte(c),
            Letters::Spaces => (c == SPACE).then_some(b' '),
        };
        match byte {
            Some(byte) => {
                starts.extend([read.len()].repeat(c.len_utf8()));
                read.push(byte);
            }
            None => {
                starts.extend(read.len()..read.len() + c.len_utf8());
                read.extend(c.encode_utf8(&mut [0; 4]).bytes());
            }
        }
    }
    starts.push(read.len());
    (read, starts)
}

fn of_read(read: &[u8], original: &str, letters: Letters, normalizer: Option<&NormalizerWrapper>) -> Vec<usize> {
    let put = |places: Vec<usize>| [0].into_iter().chain(places).collect();
    let without = read.strip_prefix(b" ");
    if read == original.as_bytes() {
        return (0..=original.len()).collect();
    }
    if without == Some(original.as_bytes()) {
        return put((0..=original.len()).collect());
    }
    let mut normalized = NormalizedString::from(original);
    let is_normal = normalizer.is_none_or(|normalizer| normalizer.normalize(&mut normalized).is_ok());
    let (said, places) = aligned(&normalized, original, letters);
    match () {
        () if is_normal && read == said => places,
        () if is_normal && without == Some(&said[..]) => put(places),
        // A rule that depends on the text around: no more is known than where this text begins and ends.
        () => (0..=read.len()).map(|at| at * original.len() / read.len().max(1)).collect(),
    }
}

/// What a normalised text says, and the place in the original of each of its bytes and of its end.
fn aligned(normalized: &NormalizedString, original: &str, letters: Letters) -> (Vec<u8>, Vec<usize>) {
    let mut said = Vec::with_capacity(normalized.get().len());
    let mut places = Vec::with_capacity(normalized.get().len() + 1);
    // Neighbours that come from the same bytes of the original.
    let mut open: Option<(usize, Range<usize>)> = None;
    let close = |open: Option<(usize, Range<usize>)>, said: &[u8], places: &mut Vec<usize>| {
        let Some((first, from)) = open else { return };
        let same = said[first..] == original.as_bytes()[from.clone()];
        let place = |n: usize| from.start + if same { n } else { n.min(from.len()) };
        places.extend((0..said.len() - first).map(place));
    };
    for (at, c) in normalized.get().char_indices() {
        let range = tokenizers::tokenizer::normalizer::Range::Normalized(at..at + c.len_utf8());
        let from = normalized.convert_offsets(range).unwrap_or(0..0);
        if open.as_ref().is_none_or(|(_, before)| *before != from) {
            close(open.take(), &said, &mut places);
            open = Some((said.len(), from));
        }
        match c {
            SPACE if letters == Letters::Spaces => said.push(b' '),
            c => said.extend(c.encode_utf8(&mut [0; 4]).bytes()),
        }
    }
    close(open, &said, &mut places);
    places.push(original.len());
    (said, places)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(written: &str, original: &str, letters: Letters, normalizer: serde_json::Value, expected: &[usize]) {
        let normalizer: NormalizerWrapper = serde_json::from_value(normalizer).expect("a normalizer");
        assert_eq!(places(written, original, letters, Some(&normalizer)), expected, "{written:?} from {original:?}");
    }

    #[test]
    fn a_space_that_was_put_there_has_no_bytes() {
        let none = json!({"type": "Sequence", "normalizers": []});
        check("▁a▁b", "a b", Letters::Spaces, none.clone(), &[0, 0, 0, 0, 1, 1, 1, 2, 3]);
        check("▁a", " a", Letters::Spaces, none.clone(), &[0, 0, 0, 1, 2]);
        // The sign itself, three bytes of the text.
        check("a▁", "a▁", Letters::Spaces, none, &[0, 1, 1, 1, 4]);
    }

    #[test]
    fn a_composed_letter_stands_for_what_it_was_composed_of() {
        // e and a combining acute, then x: two letters for the two bytes of the composed one.
        check("Ã©x", "e\u{301}x", Letters::Bytes, json!({"type": "NFC"}), &[0, 0, 1, 1, 3, 4]);
        check("éx", "e\u{301}x", Letters::Spaces, json!({"type": "NFC"}), &[0, 1, 3, 4]);
    }

    #[test]
    fn a_decomposed_letter_is_cut_within_its_bytes() {
        check("e\u{301}x", "éx", Letters::Spaces, json!({"type": "NFD"}), &[0, 1, 2, 2, 3]);
    }

    #[test]
    fn what_cannot_be_aligned_keeps_its_ends() {
        check("abcd", "xy", Letters::Spaces, json!({"type": "NFC"}), &[0, 0, 1, 1, 2]);
    }
}
