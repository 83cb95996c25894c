//! Reads `expect`, the checks on the model's output.

use base::Expectation;

use crate::keys::EXPECT;
use crate::nearest::unknown_key;
use crate::node::{Item, Kind, Node, Pair};
use crate::problem::{Problems, code};
use crate::{ExpectEntry, Spanned, values};

/// Returns the valid entries. `line_of` maps a byte offset to its line, from 1.
pub(crate) fn read(node: &Node, line_of: impl Fn(usize) -> usize, problems: &mut Problems) -> Vec<ExpectEntry> {
    let items = values::list(node, "expect", problems);
    let entry = |item: &Item| {
        let expectation = entry(item, problems)?;
        Some(ExpectEntry { range: item.node.range.clone(), line: line_of(item.node.range.start), expectation })
    };
    items.iter().filter_map(entry).collect()
}

fn entry(item: &Item, problems: &mut Problems) -> Option<Spanned<Expectation>> {
    let pairs = match &item.node.kind {
        Kind::Map(pairs) => pairs,
        Kind::Bad => return None,
        _ => {
            let range = if item.node.range.is_empty() { item.start..item.start + 1 } else { item.node.range.clone() };
            problems.error(
                code::WRONG_TYPE,
                range,
                "an entry of `expect` must be `next: \"...\"` or `contains: \"...\"`",
            );
            return None;
        }
    };
    let (mut what, mut rank, mut valid) = (None::<(&Pair, Option<Spanned<String>>)>, None, true);
    for pair @ Pair { key, value, .. } in pairs {
        match key.value.as_str() {
            name @ ("next" | "contains") => {
                if what.is_some() {
                    let message = "`next` and `contains` are two expectations: give each its own entry";
                    problems.error(code::WRONG_TYPE, key.range.clone(), message);
                    valid = false;
                } else {
                    what = Some((pair, values::text(value, name, &key.range, problems)));
                }
            }
            "rank" => {
                let n = values::natural(value, "rank", u64::from(u32::MAX), &key.range, problems);
                if n == Some(0) {
                    problems.error(
                        code::OUT_OF_RANGE,
                        value.range.clone(),
                        "`rank` counts from 1, the most likely token",
                    );
                }
                valid &= n.is_some_and(|n| n > 0);
                rank = Some((key, n.and_then(|n| usize::try_from(n).ok()).unwrap_or(1)));
            }
            _ => unknown_key(problems, key, EXPECT),
        }
    }
    let Some((pair, found)) = what else {
        problems.error(code::MISSING, item.node.range.clone(), "an entry of `expect` needs `next` or `contains`");
        return None;
    };
    let value = |found: Spanned<String>, expectation: Expectation| Spanned { value: expectation, range: found.range };
    if pair.key.value == "next" {
        let rank = rank.map_or(1, |(_, rank)| rank);
        return found.filter(|_| valid).map(|f| value(f.clone(), Expectation::Next { next: f.value, rank }));
    }
    if let Some((key, _)) = rank {
        problems.error(code::WRONG_TYPE, key.range.clone(), "`rank` applies to `next`, not to `contains`: remove it");
        return None;
    }
    found.filter(|_| valid).map(|f| value(f.clone(), Expectation::Contains { contains: f.value }))
}
