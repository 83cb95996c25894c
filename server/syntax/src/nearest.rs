//! Suggests the nearest known key for an unknown one.

use crate::Spanned;
use crate::keys::KnownKey;
use crate::problem::{Fix, Problems, code, excerpt};

/// Reports a key that is not in `known`, with the nearest known key.
pub(crate) fn unknown_key(problems: &mut Problems, key: &Spanned<String>, known: &[KnownKey]) {
    let shown = excerpt(&key.value);
    if key.value.contains(':') {
        let message = format!("`{shown}` has no value: write a space after the colon");
        let fix = Fix::space_after_colon(&key.value, &key.range);
        return problems.error_with(code::SYNTAX, key.range.clone(), message, fix);
    }
    let Some((name, distance)) = nearest(&key.value, known) else { return };
    if distance * 2 > name.len() {
        let message = format!("unknown key `{shown}`, ignored; the nearest known key is `{name}`");
        return problems.warning(code::UNKNOWN_KEY, key.range.clone(), message, None);
    }
    let fix = Fix::replace(format!("Change to `{name}`"), key.range.clone(), name);
    let message = format!("unknown key `{shown}`, ignored; did you mean `{name}`?");
    problems.warning(code::UNKNOWN_KEY, key.range.clone(), message, fix);
}

/// The known word nearest to `word`, and its distance.
pub(crate) fn nearest(word: &str, known: &[KnownKey]) -> Option<(&'static str, usize)> {
    // No known key is this long, and comparing megabytes would be slow.
    let word: Vec<char> = plain(word.chars().take(64));
    let far = |name: &str| {
        let name = plain(name.chars());
        // A prefix of three letters or more is a better match than its distance says: `temp`, `stop`.
        if word.len() > 2 && name.starts_with(&word) { 1 } else { distance(&word, &name) }
    };
    known.iter().map(|k| (k.name, far(k.name))).min_by_key(|&(_, distance)| distance)
}

/// Removes differences in case, hyphens and underscores, as in `max_output_tokens`.
fn plain(word: impl Iterator<Item = char>) -> Vec<char> {
    word.filter(|c| !matches!(c, '-' | '_' | ' ')).map(|c| c.to_ascii_lowercase()).collect()
}

/// The edit distance: insertions, deletions, replacements and swaps of neighbours.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let change = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = change.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::{CONFIG, TOP_LEVEL};

    #[test]
    fn finds_the_intended_key() {
        for (word, known, meant) in [
            ("intervention", TOP_LEVEL, "interventions"),
            ("modle", TOP_LEVEL, "model"),
            ("temprature", CONFIG, "temperature"),
            ("max_output_tokens", CONFIG, "maxOutputTokens"),
            ("top_k", CONFIG, "topK"),
            ("stop", CONFIG, "stopSequences"),
        ] {
            assert_eq!(nearest(word, known).map(|(name, _)| name), Some(meant), "{word}");
        }
    }
}
