//! The fused projection against float64 over the same logits, and the same bits for any other rows.

use std::cell::Cell;

use proptest::prelude::*;

use super::{matrix, noise, pool, rounds};
use crate::isa::Isa;
use crate::project::project_with;
use crate::{Columns, Packed, Pool, Question, Summary, Watched, matmul, project};

fn logits(rows: &[f32], head: &Packed) -> Vec<Vec<f32>> {
    let mut z = vec![0.0; rows.len() / head.k() * head.n()];
    matmul(&pool(), rows, head, None, &mut z);
    z.chunks(head.n()).map(<[f32]>::to_vec).collect()
}

fn log_softmax(z: &[f32]) -> (Vec<f64>, f64) {
    let max = z.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f64 = z.iter().map(|&v| (f64::from(v) - f64::from(max)).exp()).sum();
    let whole = f64::from(max) + sum.ln();
    (z.iter().map(|&v| f64::from(v) - whole).collect(), whole)
}

fn sorted(z: &[f32], keep: usize, sign: f32) -> Vec<(u32, f32)> {
    let mut all: Vec<(u32, f32)> = z.iter().enumerate().map(|(id, &v)| (id as u32, v)).collect();
    all.sort_by(|a, b| (sign * b.1).total_cmp(&(sign * a.1)).then(a.0.cmp(&b.0)));
    all.truncate(keep);
    all
}

fn check(rows: &[f32], head: &Packed, question: &Question<'_>) -> Vec<Summary> {
    let answers = project(&pool(), rows, head, question, &|| false).expect("it was not stopped");
    let z = logits(rows, head);
    let n = head.n() as f64;
    assert_eq!(answers.len(), z.len());
    for (row, (answer, z)) in answers.iter().zip(&z).enumerate() {
        assert_eq!(answer.top, sorted(z, question.top, 1.0));
        assert_eq!(answer.bottom, sorted(z, question.bottom, -1.0));
        if let Some(columns) = question.without {
            let others = |keep, sign| {
                let mut all = sorted(z, z.len(), sign);
                all.retain(|(id, _)| !columns.contains(*id as usize));
                all.truncate(keep);
                all
            };
            assert_eq!(answer.top_without, others(question.top, 1.0));
            assert_eq!(answer.bottom_without, others(question.bottom, -1.0));
        } else {
            assert!(answer.top_without.is_empty() && answer.bottom_without.is_empty());
        }
        let (after, whole) = log_softmax(z);
        assert!(question.no_sum == answer.log_sum_exp.is_nan());
        assert!(question.no_sum || (answer.log_sum_exp - whole).abs() < 3e-7, "{} {whole}", answer.log_sum_exp);
        if question.moments {
            let mean = z.iter().map(|&v| f64::from(v)).sum::<f64>() / n;
            let variance = z.iter().map(|&v| (f64::from(v) - mean).powi(2)).sum::<f64>() / n;
            assert!((answer.mean - mean).abs() < 1e-9 && (answer.deviation - variance.sqrt()).abs() < 1e-9);
        } else {
            assert!(answer.mean.is_nan() && answer.deviation.is_nan());
        }
        if question.pairs && row % 2 == 1 {
            let logits = logits(rows, head);
            let (before, _) = log_softmax(&logits[row - 1]);
            let kl: f64 = after.iter().zip(&before).map(|(q, p)| q.exp() * (q - p)).sum();
            let got = answer.kl.expect("a pair has a divergence");
            assert!(got >= 0.0 && (got - kl).abs() < 1e-6 * kl.max(1.0), "{got} for {kl}");
        } else {
            assert_eq!(answer.kl, None);
        }
        let mine = question.watch.iter().filter(|w| w.0 == row);
        let watched = mine.map(|&(_, token)| {
            let logit = z[token as usize];
            let ahead = |&(id, &v): &(usize, &f32)| v > logit || (v == logit && id < token as usize);
            Watched { logit, rank: 1 + z.iter().enumerate().filter(ahead).count() }
        });
        assert_eq!(answer.watched, watched.collect::<Vec<_>>());
    }
    answers
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(rounds(40)))]

    #[test]
    fn answers_are_right(
        pairs in 1usize..8, k in 1usize..80, n in 1usize..2500, top in 0usize..40, bottom in 0usize..40,
        size in 0.0f32..20.0, moments: bool, seed: u64,
    ) {
        let (head, _) = matrix(seed, k, n);
        let rows: Vec<f32> = noise(seed ^ 1, 2 * pairs * k).iter().map(|v| v * size).collect();
        let watch: Vec<(usize, u32)> =
            (0..6).map(|i| ((i * 5) % (2 * pairs), ((i * 977 + seed as usize % 1000) % n) as u32)).collect();
        check(&rows, &head, &Question { top, bottom, watch: &watch, moments, pairs: true, ..Question::default() });
    }
}

#[test]
#[cfg_attr(miri, ignore = "millions of values")]
fn shifted_logits_lose_nothing() {
    // as in GPT-2, whose logits lie around -100 and differ by a few
    let (k, n) = (64, 3000);
    let (mut head, values) = matrix(11, k, n);
    let shifted: Vec<f32> = values.iter().map(|v| v * 0.1 - 1.5).collect();
    for i in 0..k {
        head.fill_row(i, &shifted[i * n..(i + 1) * n]);
    }
    let rows: Vec<f32> = noise(12, 10 * k).iter().map(|v| v + 1.0).collect();
    check(
        &rows,
        &head,
        &Question { top: 10, bottom: 5, watch: &[(0, 7)], moments: true, pairs: true, ..Question::default() },
    );
}

#[test]
fn left_out_columns_get_lists_of_their_own() {
    let (k, n) = (40, 2100);
    let (head, _) = matrix(21, k, n);
    let rows = noise(22, 7 * k);
    for step in [1, 2, 3, 97, 5000] {
        let some = Columns::new(n, |j| j % step == 0);
        assert_eq!(some.count(), (0..n).filter(|j| j % step == 0).count());
        check(
            &rows,
            &head,
            &Question { top: 12, bottom: 9, without: Some(&some), no_sum: true, ..Question::default() },
        );
    }
    assert!(Columns::new(n, |_| false).is_empty());
}

#[test]
fn equal_logits_go_by_id() {
    let n = 1200;
    let mut head = Packed::zeros(1, n);
    let values: Vec<f32> = (0..n).map(|j| ((j * 7) % 5) as f32).collect();
    head.fill_row(0, &values);
    let watch: Vec<(usize, u32)> = (0..n as u32).map(|token| (0, token)).collect();
    check(
        &[1.0],
        &head,
        &Question { top: 300, bottom: 700, watch: &watch, moments: true, pairs: false, ..Question::default() },
    );
    check(
        &[0.0, -1.0],
        &head,
        &Question { top: 10, bottom: 10, watch: &[], moments: true, pairs: true, ..Question::default() },
    );
    let all = check(&[1.0], &head, &Question { top: 5000, bottom: 5000, ..Question::default() });
    assert_eq!((all[0].top.len(), all[0].bottom.len()), (n, n));
}

#[test]
#[cfg_attr(miri, ignore = "millions of values")]
fn a_pairs_bits_depend_on_the_pair_alone() {
    let (k, n) = (70, 3333);
    let (head, _) = matrix(13, k, n);
    let pair = noise(14, 2 * k);
    let ask = |isa: Isa, threads: usize, rows: &[f32], row: usize| {
        let watch = [(row, 5), (row + 1, 3000)];
        let question =
            Question { top: 10, bottom: 10, watch: &watch, moments: true, pairs: true, ..Question::default() };
        project_with(isa, &Pool::new(threads), rows, &head, &question, &|| false).expect("it was not stopped")
    };
    let alone = ask(Isa::best(), 1, &pair, 0);
    for &isa in Isa::available() {
        assert_eq!(ask(isa, 2, &pair, 0), alone, "{isa:?}");
    }
    for (threads, rows) in [(1, 4), (2, 26), (3, 98), (5, 200), (2, 386)] {
        let mut x = noise(15, rows * k);
        let at = rows / 4 * 2;
        x[at * k..(at + 2) * k].copy_from_slice(&pair);
        assert_eq!(ask(Isa::best(), threads, &x, at)[at..at + 2], alone, "{rows} rows, {threads} threads");
    }
}

#[test]
fn broken_weights_do_no_harm() {
    let (k, n) = (4, 700);
    let (mut head, _) = matrix(16, k, n);
    head.fill_column(3, &[f32::NAN; 4]);
    head.fill_column(650, &[f32::INFINITY; 4]);
    head.fill_column(699, &[f32::NEG_INFINITY; 4]);
    let question =
        Question { top: 10, bottom: 10, watch: &[(0, 3), (1, 650)], moments: true, pairs: true, ..Question::default() };
    let answers = project(&pool(), &[1.0; 8], &head, &question, &|| false).expect("it was not stopped");
    for answer in answers {
        assert_eq!(answer.top[0], (650, f32::INFINITY));
        assert_eq!(answer.bottom[0], (699, f32::NEG_INFINITY));
        assert!(answer.log_sum_exp.is_nan());
        assert!(answer.top.iter().chain(&answer.bottom).all(|t| t.0 != 3));
    }
    let nothing = Packed::zeros(4, 0);
    let question = Question { watch: &[], ..question };
    let answers = project(&pool(), &[1.0; 8], &nothing, &question, &|| false).expect("it was not stopped");
    assert!(answers.len() == 2 && answers.iter().all(|answer| answer.top.is_empty()));
}

#[test]
fn it_stops_when_check_returns_true() {
    let (head, _) = matrix(17, 64, 4000);
    let rows = noise(18, 4000 * 64);
    let asked = Cell::new(0);
    let stop = || {
        asked.set(asked.get() + 1);
        asked.get() > 1
    };
    assert!(project(&Pool::new(2), &rows, &head, &Question::default(), &stop).is_none());
    assert_eq!(asked.get(), 2);
    assert_eq!(project(&pool(), &[], &head, &Question::default(), &|| false), Some(Vec::new()));
}
