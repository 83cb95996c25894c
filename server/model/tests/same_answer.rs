//! The same request has the same answer, bit for bit, after any other requests in any order and on any number of
//! threads.

use std::path::Path;
use std::sync::Arc;

use base::{Cancel, Cancelled, Change, Decoding, RunName, Scope, Target, ValueId};
use kernels::Pool;
use lm::{Control, Error, Experiment, Intervention, LanguageModel, Positions, Run, TraceQuery};
use model::{Model, Options};
use proptest::prelude::*;

fn starter(threads: usize, cache: usize) -> Model {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/models/starter");
    let options = Options { cache, ..Options::named("starter", Arc::new(Pool::new(threads))) };
    Model::open(&folder, options).expect("the starter loads")
}

fn ask(model: &Model, experiment: &Experiment, generated: usize) -> Vec<Run> {
    let query = TraceQuery { generated, score_all: true, ..TraceQuery::at(experiment, Positions::All) };
    model.trace(&query, &Cancel::new()).expect("an answer")
}

/// Every number of a trace as its shortest digits, which distinguish all floats.
fn bits(runs: &[Run]) -> String {
    format!("{runs:?}")
}

fn interventions() -> impl Strategy<Value = Vec<Intervention>> {
    let change = prop_oneof![
        (-9.0..9.0f32).prop_map(Change::Set),
        (-3.0..3.0f32).prop_map(Change::Scale),
        (-9.0..9.0f32).prop_map(Change::Add),
        Just(Change::Boost),
    ];
    let at = prop_oneof![
        Just(Scope::All),
        Just(Scope::Prompt),
        Just(Scope::Last),
        Just(Scope::Generated),
        (0..12usize).prop_map(Scope::Position),
        Just(Scope::Text("the".into())),
    ];
    let one = (0..6usize, 0..1024usize, change, at).prop_map(|(layer, dim, change, at)| Intervention {
        target: Target::Value(ValueId::new(layer, dim)),
        change,
        at,
    });
    proptest::collection::vec(one, 0..3)
}

fn steered(prompt: &str) -> Experiment {
    let target = Target::Value(ValueId::new(5, 662));
    let lines = vec![Intervention { target, change: Change::Set(8.0), at: Scope::All }];
    Experiment::of(prompt).with_run(RunName::intervened(), lines)
}

fn experiments() -> impl Strategy<Value = Experiment> {
    const WORDS: [&str; 9] = ["The", " history", " of", " the", " doctor", ", and", " in 1776", " é🙂", "\n"];
    let prompt = proptest::collection::vec(proptest::sample::select(&WORDS[..]), 1..9).prop_map(|w| w.concat());
    let runs = proptest::collection::vec(interventions(), 0..4);
    (prompt, runs, any::<bool>(), prop_oneof![Just(0.0), Just(0.8f32)]).prop_map(|(prompt, runs, bos, temperature)| {
        let decoding = Decoding { temperature, seed: 5, ..Decoding::default() };
        let experiment = Experiment { bos: bos.then_some(true), decoding, ..Experiment::of(&prompt) };
        runs.into_iter().enumerate().fold(experiment, |experiment, (n, interventions)| {
            experiment.with_run(RunName::new(format!("run-{n}")), interventions)
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn after_any_history(history in proptest::collection::vec((experiments(), 0..4usize), 1..6)) {
        let used = starter(2, 64 << 20);
        for (experiment, generated) in &history {
            let fresh = starter(1, 0);
            prop_assert_eq!(bits(&ask(&used, experiment, *generated)), bits(&ask(&fresh, experiment, *generated)));
        }
    }
}

/// Cancels at the n-th checkpoint.
struct After(std::cell::Cell<usize>);

impl Control for After {
    fn checkpoint(&self) -> Result<(), Cancelled> {
        let left = self.0.get().checked_sub(1).ok_or(Cancelled)?;
        self.0.set(left);
        Ok(())
    }
}

#[test]
fn after_a_cancel_at_any_checkpoint() {
    let experiment = steered("The history of the doctor");
    let expected = bits(&ask(&starter(1, 0), &experiment, 3));
    let query = TraceQuery { generated: 3, score_all: true, ..TraceQuery::at(&experiment, Positions::All) };
    let mut cancelled = 0;
    for checkpoint in 0.. {
        let model = starter(1, 64 << 20);
        match model.trace(&query, &After(checkpoint.into())) {
            Err(e) => assert_eq!(e, Error::Cancelled),
            Ok(_) => break,
        }
        cancelled += 1;
        assert_eq!(bits(&ask(&model, &experiment, 3)), expected, "after a cancel at checkpoint {checkpoint}");
    }
    assert!(cancelled > 50, "only {cancelled} checkpoints in two runs of nine tokens over six layers");
}

/// What a hover shows is answered again without a checkpoint: a caller that may not compute can still look it up.
#[test]
fn an_answer_is_cached() {
    let experiment = Experiment { track: vec![base::TokenId(11)], ..steered("The history of the doctor") };
    let query = TraceQuery::at(&experiment, Positions::List(vec![2, 3]));
    let model = starter(1, 64 << 20);
    let never = || After(0.into());
    assert_eq!(model.trace(&query, &never()), Err(Error::Cancelled), "nothing is known at first");
    let first = model.trace(&query, &Cancel::new()).expect("an answer");
    let again = model.trace(&query, &never()).expect("the same answer");
    assert_eq!(bits(&again), bits(&first));
    let further = TraceQuery { positions: Positions::List(vec![4]), ..query };
    assert_eq!(model.trace(&further, &never()), Err(Error::Cancelled), "that position was not read");
    let ids = [ValueId::new(5, 662), ValueId::new(0, 3)];
    assert!(model.values(&ids, 24, &never()).is_err(), "these cards were not computed");
    let cards = model.values(&ids, 24, &Cancel::new()).expect("cards");
    assert_eq!(model.values(&ids, 24, &never()).expect("the same cards"), cards);
}

/// A position that is not read has the same sub-updates, effects and tracked tokens, with any other projections.
#[test]
fn positions_that_are_not_read_are_the_same_without_readings() {
    let mut experiment = Experiment::of("The history of the doctor");
    experiment.track = vec![base::TokenId(11), base::TokenId(262)];
    let query = |unread| TraceQuery { unread, ..TraceQuery::at(&experiment, Positions::List(vec![0, 1, 2, 3])) };
    let ask = |query: &TraceQuery<'_>| {
        starter(2, 64 << 20).trace(query, &Cancel::new()).expect("an answer").remove(0).positions
    };
    let all = ask(&query(Vec::new()));
    for unread in [vec![0, 1, 2], vec![1], vec![0, 1, 2, 3]] {
        let some = ask(&query(unread.clone()));
        for (whole, part) in all.iter().zip(&some) {
            if !unread.contains(&whole.position) {
                assert_eq!(part, whole);
                continue;
            }
            assert!(part.next.is_empty() && part.layers.iter().all(|l| l.before.is_empty() && l.after.is_empty()));
            let updates = |p: &lm::PositionTrace| p.layers.iter().map(|l| l.updates.clone()).collect::<Vec<_>>();
            assert_eq!(updates(part), updates(whole), "position {}", whole.position);
            let without = |t: &lm::Tracked| lm::Tracked { layers: Vec::new(), ..t.clone() };
            assert_eq!(part.tracked, whole.tracked.iter().map(without).collect::<Vec<_>>());
        }
    }
}

#[test]
fn an_intervention_leaves_the_baseline_unchanged() {
    let prompt = "She opened the door and saw the";
    let (clean, steered) = (Experiment::of(prompt), steered(prompt));
    let model = starter(2, 64 << 20);
    let before = bits(&ask(&model, &clean, 4));
    let both = ask(&model, &steered, 4);
    assert_eq!(bits(&both[..1]), before, "the baseline beside an intervened run");
    assert_ne!(bits(&both[1..]), before, "the intervention does something");
    assert_eq!(bits(&ask(&model, &clean, 4)), before, "after an intervened run");
}

#[test]
fn emptying_the_caches_changes_no_answer() {
    let model = starter(1, 1 << 20);
    assert!(!model.rest(), "nothing was asked yet");
    let experiment = Experiment::of("The history of the");
    let before = bits(&ask(&model, &experiment, 3));
    assert!(model.rest());
    assert!(!model.rest(), "nothing is left");
    assert_eq!(bits(&ask(&model, &experiment, 3)), before);
}
