//! Tests on the fake model, whose coefficients depend on every bit of a text.

use std::cell::Cell;

use base::{Cancel, Cancelled};
use lm::fake::FakeModel;
use proptest::prelude::*;

use super::*;

const VECTORS: usize = 24;

/// Fails at the checkpoint of this number.
struct Until(Cell<usize>);

impl Control for Until {
    fn checkpoint(&self) -> Result<(), Cancelled> {
        let left = self.0.get().checked_sub(1).ok_or(Cancelled)?;
        self.0.set(left);
        Ok(())
    }
}

fn seen(passages: &[String], model: &FakeModel) -> Activations {
    let mut all = Activations::new(VECTORS);
    for (index, passage) in passages.iter().enumerate() {
        all.add(passage, index as u32, model, &Cancel::new()).unwrap();
    }
    all
}

fn written(all: &Activations, range: Range<usize>) -> Vec<u8> {
    let mut out = Writer::default();
    all.write(range, &mut out);
    out.0
}

fn state(all: &Activations) -> Vec<u8> {
    written(all, 0..VECTORS)
}

/// Every counted coefficient of a vector: passage, the token's bytes, m. Each passage is one window.
fn direct(passages: &[String], model: &FakeModel, number: usize) -> Vec<Place> {
    let mut all = Vec::new();
    for (index, passage) in passages.iter().enumerate() {
        let mut found = Vec::new();
        let mut each = |position: usize, layer: usize, m: &[f32]| {
            if position > 0 && layer == number / m.len() {
                found.push((position, m[number % m.len()]));
            }
        };
        let encoded = model.weights().coefficients(passage, &Cancel::new(), &mut each).unwrap();
        all.extend(found.into_iter().map(|(position, coefficient)| {
            let span = encoded.tokens[position].span.clone().unwrap();
            Place { passage: index as u32, start: span.start as u32, end: span.end as u32, coefficient }
        }));
    }
    all
}

/// The four furthest, at most one of each passage.
fn furthest(all: &[Place], sign: f32) -> Vec<Place> {
    let mut sorted = all.to_vec();
    sorted.sort_by(|a, b| {
        (sign * b.coefficient).total_cmp(&(sign * a.coefficient)).then((a.passage, a.start).cmp(&(b.passage, b.start)))
    });
    let mut kept: Vec<Place> = Vec::new();
    for place in sorted {
        if kept.iter().all(|p| p.passage != place.passage) {
            kept.push(place);
        }
    }
    kept.truncate(4);
    kept
}

fn some_passages(lengths: Range<usize>) -> impl Strategy<Value = Vec<String>> {
    let word =
        prop::sample::select(vec![" the", " city", " of", " Paris", " night", "x", "é", "\n", " 12", "|", "日本"]);
    let passage = prop::collection::vec(word, lengths).prop_map(|words| words.concat());
    prop::collection::vec(passage, 1..8)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn agrees_with_a_plain_computation(passages in some_passages(1..20)) {
        let model = FakeModel::default().hashed();
        let known = seen(&passages, &model);
        prop_assert_eq!(known.passages(), passages.len());
        for number in 0..VECTORS {
            let (seen, all) = (known.of(number), direct(&passages, &model, number));
            prop_assert_eq!(seen.count, all.len() as u64);
            if all.is_empty() {
                prop_assert_eq!(seen, Seen::default());
                continue;
            }
            let n = all.len() as f64;
            let mean = all.iter().map(|p| f64::from(p.coefficient)).sum::<f64>() / n;
            let squares = all.iter().map(|p| f64::from(p.coefficient) * f64::from(p.coefficient)).sum::<f64>();
            prop_assert_eq!(seen.mean, mean as f32);
            prop_assert_eq!(seen.deviation, (squares / n - mean * mean).max(0.0).sqrt() as f32);
            prop_assert_eq!(&seen.largest, &furthest(&all, 1.0));
            prop_assert_eq!(&seen.smallest, &furthest(&all, -1.0));
            let (least, most) = (seen.smallest[0].coefficient, seen.largest[0].coefficient);
            prop_assert_eq!(seen.quantiles.len(), QUANTILES.len());
            prop_assert!(seen.quantiles.is_sorted_by(|a, b| a.0 < b.0 && a.1 <= b.1));
            prop_assert!(seen.quantiles.iter().all(|(_, m)| least <= *m && *m <= most));
        }
    }

    /// Also with windows: a session may end after any passage.
    #[test]
    fn resumed_is_uninterrupted(passages in some_passages(1..400), at: prop::sample::Index, block in 1usize..30) {
        let model = FakeModel::new(300).hashed();
        let whole = seen(&passages, &model);
        let at = at.index(passages.len() + 1);
        let first = seen(&passages[..at], &model);
        let mut second = Activations::new(VECTORS);
        for start in (0..VECTORS).step_by(block) {
            let range = start..VECTORS.min(start + block);
            let bytes = written(&first, range.clone());
            let mut reader = Reader(&bytes);
            prop_assert_eq!(second.read(range, &mut reader), Some(()));
            prop_assert!(reader.0.is_empty());
        }
        prop_assert_eq!(state(&second), state(&first));
        for (index, passage) in passages.iter().enumerate().skip(at) {
            second.add(passage, index as u32, &model, &Cancel::new()).unwrap();
        }
        prop_assert_eq!(state(&second), state(&whole));
    }

    #[test]
    fn a_cancelled_passage_is_not_in(passages in some_passages(1..400), at: prop::sample::Index) {
        let model = FakeModel::new(300).hashed();
        let last = passages.len() - 1;
        let mut known = seen(&passages[..last], &model);
        let before = state(&known);
        // The fake has a checkpoint a position.
        let positions = passages[last].len().min(model.encode(&passages[last], None).tokens.len());
        let until = Until(Cell::new(at.index(positions)));
        prop_assert_eq!(known.add(&passages[last], last as u32, &model, &until), Err(Error::Cancelled));
        prop_assert_eq!(state(&known), before);
        known.add(&passages[last], last as u32, &model, &Cancel::new()).unwrap();
        prop_assert_eq!(state(&known), state(&seen(&passages, &model)));
    }

    #[test]
    fn one_is_read_as_all_are(passages in some_passages(1..40), first in 0usize..VECTORS, len in 1usize..30) {
        let known = seen(&passages, &FakeModel::default().hashed());
        let range = first..VECTORS.min(first + len);
        let bytes = written(&known, range.clone());
        for number in range.clone() {
            prop_assert_eq!(read_one(&bytes, number - first), Some(known.of(number)));
        }
        prop_assert_eq!(read_one(&bytes, range.len()), None);
        prop_assert_eq!(read_one(&bytes, usize::MAX), None);
    }

    /// No bytes cause a panic, in any use of what was read.
    #[test]
    fn bytes_may_be_anything(noise in prop::collection::vec(any::<u8>(), 0..2 * RECORD), finite: bool) {
        let mut noise = noise;
        if finite {
            // So that most of the bytes are read.
            noise.iter_mut().for_each(|b| *b &= 0x3f);
        }
        let _ = read_one(&noise, 0);
        let mut known = Activations::new(VECTORS);
        if known.read(0..1, &mut Reader(&noise)).is_some() {
            let _ = known.of(0);
            let _ = known.add("a b c", 7, &FakeModel::default().hashed(), &Cancel::new());
            let _ = (known.of(0), state(&known));
        }
    }
}

#[test]
fn a_long_passage_runs_in_even_windows() {
    let model = FakeModel::new(300).hashed();
    // 130 tokens, one of them a letter of two bytes, tokens of their own.
    let text = format!("{}é{}", "a".repeat(64), "b".repeat(64));
    let known = seen(std::slice::from_ref(&text), &model);
    // Cut into 65 and 65, which is inside the letter, so 66 and 64; each without its first position.
    assert_eq!(known.of(0).count, 65 + 63);
    let windows = [text[..66].to_owned(), text[66..].to_owned()];
    for number in 0..VECTORS {
        let in_passage = |p: Place| match p.passage {
            0 => p,
            _ => Place { passage: 0, start: p.start + 66, end: p.end + 66, ..p },
        };
        let all: Vec<Place> = direct(&windows, &model, number).into_iter().map(in_passage).collect();
        let seen = known.of(number);
        assert_eq!((seen.largest, seen.smallest), (furthest(&all, 1.0), furthest(&all, -1.0)));
    }
    // Also beyond the context.
    let known = seen(&["x".repeat(1000)], &model);
    assert!((988..=992).contains(&known.of(0).count), "{}", known.of(0).count);
}

#[test]
fn the_earlier_of_equal_coefficients_is_kept() {
    let mut known = Known::new(1);
    let spans = vec![(1, 2), (2, 3), (3, 4)];
    for passage in 0..6 {
        known.count(&Window::of(vec![1.0, 3.0, 3.0], spans.clone()), passage);
    }
    let seen = known.of(0).unwrap();
    let at = |list: &[Place]| list.iter().map(|p| (p.passage, p.start)).collect::<Vec<_>>();
    assert_eq!(at(&seen.largest), [(0, 2), (1, 2), (2, 2), (3, 2)]);
    assert_eq!(at(&seen.smallest), [(0, 1), (1, 1), (2, 1), (3, 1)]);
    // A later window of a passage may have a larger coefficient, or one that is not finite.
    known.count(&Window::of(vec![9.0], vec![(7, 8)]), 2);
    known.count(&Window::of(vec![5.0], vec![(9, 10)]), 2);
    known.count(&Window::of(vec![8.0], vec![(7, 8)]), 3);
    assert_eq!(at(&known.of(0).unwrap().largest), [(2, 7), (3, 7), (0, 2), (1, 2)]);
}

#[test]
fn what_is_not_finite_is_not_counted() {
    let odd = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::NAN];
    let spans = vec![(1, 2), (2, 3), (3, 4), (4, 5)];
    let mut known = Known::new(2);
    known.count(&Window::of(odd.iter().flat_map(|&m| [m, m]).collect(), spans.clone()), 0);
    assert_eq!(known.of(0), Some(Seen::default()));
    known.count(&Window::of(vec![2.0, 5.0, f32::NAN, 5.0, 4.0, 5.0, f32::INFINITY, 5.0], spans), 1);
    let seen = known.of(0).unwrap();
    assert_eq!((seen.count, seen.mean, seen.deviation), (2, 3.0, 1.0));
    assert_eq!(seen.largest, [Place { passage: 1, start: 3, end: 4, coefficient: 4.0 }]);
    assert_eq!(seen.smallest, [Place { passage: 1, start: 1, end: 2, coefficient: 2.0 }]);
    let always = known.of(1).unwrap();
    assert_eq!((always.count, always.deviation), (4, 0.0));
    assert!(always.quantiles.iter().all(|(_, m)| *m == 5.0), "the ends are known");
}

#[test]
fn blocks_of_two_generations_do_not_mix() {
    let model = FakeModel::default().hashed();
    let texts = ["one two".to_owned(), "three four".to_owned()];
    let (one, two) = (seen(&texts[..1], &model), seen(&texts, &model));
    let mut mixed = Activations::new(VECTORS);
    assert!(mixed.read(0..8, &mut Reader(&written(&one, 0..8))).is_some());
    assert!(mixed.read(8..16, &mut Reader(&written(&two, 8..16))).is_none());
    assert!(mixed.read(20..25, &mut Reader(&written(&one, 20..24))).is_none(), "no such vector");
}

#[test]
fn an_empty_passage_or_model_is_counted_as_nothing() {
    let model = FakeModel::default().hashed();
    let mut known = seen(&[String::new(), "a".into()], &model);
    assert_eq!((known.passages(), known.of(0)), (2, Seen::default()));
    assert!(matches!(Activations::new(7).add("a b", 0, &model, &Cancel::new()), Err(Error::Model(_))));
    assert_eq!(known.of(VECTORS), Seen::default());
    known.add("a b", 2, &model, &Cancel::new()).unwrap();
    assert_eq!(known.of(0).count, 2);
}

#[test]
fn blank_lines_separate_passages() {
    let cut = |text: &'static str| passages(text).collect::<Vec<_>>();
    assert_eq!(cut("\n  \none\ntwo \n \t\n\n three\r\nfour\r\n\r\nfive"), ["one\ntwo", "three\r\nfour", "five"]);
    assert_eq!(cut("\u{feff}one\n\ntwo\n"), ["one", "two"]);
    assert_eq!(cut(""), [""; 0]);
    assert_eq!(cut(" \n\r\n\t"), [""; 0]);
}
