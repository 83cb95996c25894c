//! Every card of the starter against a plain matrix product and a sort, and exact searches against direct arithmetic.

use base::{Cancel, TokenId};
use lm::{Concepts, End, LanguageModel, Value, Word};

use crate::{found, id, starter, whole};

/// Rows of E, one after the other.
fn head() -> Vec<f32> {
    let vocab = starter().info().vocab as u32;
    (0..vocab).flat_map(|t| starter().weights().output_row(TokenId(t)).expect("a row")).collect()
}

fn vectors() -> Vec<f32> {
    let info = starter().info();
    let mut all = vec![0.0; info.value_vectors() * info.width];
    starter().weights().value_vectors(0..info.value_vectors(), &mut all).expect("value vectors");
    all
}

/// z = E v in float64.
fn logits(head: &[f32], v: &[f32]) -> Vec<f64> {
    let dot = |row: &[f32]| row.iter().zip(v).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
    head.chunks_exact(v.len()).map(dot).collect()
}

/// A list is correct if it has the largest logits in order. Neighbours closer than the error of float32 sums may be in
/// either order, and so may the last one and the first one that is not in the list.
#[track_caller]
fn check_list(what: &str, list: &[Word], z: &[f64], sign: f64, counts: impl Fn(usize) -> bool) {
    const NEAR: f64 = 1e-5;
    let mut order: Vec<usize> = (0..z.len()).filter(|&t| counts(t)).collect();
    let by_logit = |a: &usize, b: &usize| (sign * z[*b]).total_cmp(&(sign * z[*a])).then(a.cmp(b));
    order.select_nth_unstable_by(60, by_logit);
    order.truncate(60);
    order.sort_by(by_logit);
    assert_eq!(list.len(), 50, "{what}");
    let mut seen: Vec<u32> = list.iter().map(|w| w.id.0).collect();
    for (rank, word) in list.iter().enumerate() {
        let (ours, theirs) = (z[word.id.0 as usize], z[order[rank]]);
        assert!((f64::from(word.logit) - ours).abs() < NEAR, "{what} rank {rank}: {} for {ours}", word.logit);
        assert!((ours - theirs).abs() < NEAR, "{what} rank {rank}: {ours} where the sort has {theirs}");
        assert!(counts(word.id.0 as usize), "{what}: token {}", word.id.0);
    }
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), list.len(), "{what}: a token occurs twice");
}

#[test]
fn every_list_equals_a_plain_product_and_a_sort() {
    let (head, vectors, info) = (head(), vectors(), starter().info());
    let trained = |t: usize| !starter().weights().is_undertrained(TokenId(t as u32));
    let check = |number: usize, v: &[f32]| {
        let id = info.value_at(number);
        let card: Value = card(id);
        let z = logits(&head, v);
        check_list(&format!("{id} top"), &card.top, &z, 1.0, |_| true);
        check_list(&format!("{id} bottom"), &card.bottom, &z, -1.0, |_| true);
        check_list(&format!("{id} trained top"), card.trained(End::Top), &z, 1.0, trained);
        check_list(&format!("{id} trained bottom"), card.trained(End::Bottom), &z, -1.0, trained);
        let mean = z.iter().sum::<f64>() / z.len() as f64;
        let deviation = (z.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / z.len() as f64).sqrt();
        assert!((f64::from(card.mean) - mean).abs() < 1e-6 && (f64::from(card.deviation) - deviation).abs() < 1e-6);
    };
    let half = info.value_vectors() / 2;
    std::thread::scope(|scope| {
        for part in [0..half, half..info.value_vectors()] {
            let rows = &vectors[part.start * info.width..part.end * info.width];
            scope.spawn(move || rows.chunks_exact(info.width).zip(part).for_each(|(v, number)| check(number, v)));
        }
    });
}

/// The card that a search by direction shows, which is the stored one.
fn card(id: base::ValueId) -> Value {
    whole().stored_card(id).expect("the index is read").expect("the card is there")
}

#[test]
fn undertrained_tokens_are_recognised() {
    let info = starter().info();
    let weights = starter().weights();
    let share = (0..info.vocab as u32).filter(|&t| weights.is_undertrained(TokenId(t))).count();
    assert!((100..600).contains(&share), "{share} of {}", info.vocab);
    let is = |text: &str| {
        let tokens = starter().encode(text, None).tokens;
        assert_eq!(tokens.len(), 1, "{text}");
        weights.is_undertrained(tokens[0].id)
    };
    for word in [" the", " food", " disease", ".", "\n", " month"] {
        assert!(!is(word), "{word:?} occurs in every kind of text");
    }
    let invalid = (0..info.vocab as u32).map(TokenId).filter(|t| matches!(*starter().token_bytes(*t), [0xF5..=0xFF]));
    assert!({ invalid }.all(|t| weights.is_undertrained(t)), "bytes that no text has");
}

#[test]
fn searches_all_vectors_by_direction() {
    let (vectors, info) = (vectors(), starter().info());
    let cosine = |a: &[f32], b: &[f32]| {
        let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(x, y)| f64::from(*x) * f64::from(*y)).sum::<f64>();
        dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
    };
    let own = info.number(id("L5D662"));
    let row = |n: usize| &vectors[n * info.width..(n + 1) * info.width];
    let mut all: Vec<(usize, f64)> = (0..info.value_vectors()).map(|n| (n, cosine(row(n), row(own)))).collect();
    all.sort_by(|a, b| b.1.total_cmp(&a.1));
    let near = whole().similar(id("L5D662"), 30, starter(), &Cancel::new()).expect("an answer");
    for (near, (number, cosine)) in near.iter().zip(&all[1..]) {
        assert_eq!(near.id, info.value_at(*number));
        assert!((f64::from(near.cosine) - cosine).abs() < 1e-5);
    }
    let in_layer = found("like L5D662 layers:2-3", 30);
    let expected: Vec<_> =
        all[1..].iter().map(|(n, _)| info.value_at(*n)).filter(|v| (2..=3).contains(&v.layer)).collect();
    assert_eq!(in_layer, expected[..30]);
}

/// Also for vectors that do not have the token among their strongest words.
#[test]
fn searches_all_vectors_by_one_token() {
    let (vectors, info, head) = (vectors(), starter().info(), head());
    let token = starter().encode(" Paris", None).tokens[0].id.0 as usize;
    let z = |v: &[f32]| {
        let z = logits(&head, v);
        let mean = z.iter().sum::<f64>() / z.len() as f64;
        let deviation = (z.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / z.len() as f64).sqrt();
        (z[token] - mean) / deviation
    };
    let mut all: Vec<(usize, f64)> = vectors.chunks_exact(info.width).map(z).enumerate().collect();
    for (query, sign) in [("promotes ' Paris'", 1.0), ("suppresses ' Paris'", -1.0)] {
        all.sort_by(|a, b| (sign * b.1).total_cmp(&(sign * a.1)));
        let hits = whole().search(query, 6000, starter(), &Cancel::new()).expect("an answer").hits;
        assert_eq!(hits.len(), 6000);
        for (hit, (number, z)) in hits.iter().zip(&all) {
            assert!((f64::from(hit.relevance) - sign * z).abs() < 1e-4, "{} {}", hit.id, info.value_at(*number));
        }
    }
}
