//! What each intervention line does here, against the fake model, whose numbers depend on every bit of the question.

use api::Effect;
use base::{Cancel, RunName, ValueId};
use ide::{File, interventions};
use lm::fake::FakeModel;
use lm::{LanguageModel, Positions, TraceQuery};

use crate::names;

fn marks(text: &str) -> Vec<(usize, String, Effect, Option<String>)> {
    let file = File::new(text).with_names(names());
    let document = interventions(&file, &FakeModel::default(), &Cancel::new()).unwrap();
    document.interventions.into_iter().map(|i| (i.line, i.target, i.effect, i.message)).collect()
}

#[test]
fn each_line_has_its_mark() {
    let text = "---\ninterventions:\n  - L1D2: 3\n  # - L1D3: off\n  - L9D9: off\n  - L0D2: { set: 1, at: { text: nowhere } }\n  \
                - L0D3: { set: 4, at: generated }\n  - dishes: 2\n---\nThe city";
    let seen = marks(text);
    let short: Vec<_> = seen.iter().map(|(line, target, effect, _)| (*line, target.as_str(), *effect)).collect();
    assert_eq!(
        short,
        [
            (3, "L1D2", Effect::On),
            (4, "L1D3", Effect::Off),
            (5, "L9D9", Effect::Error),
            (6, "L0D2", Effect::None),
            (7, "L0D3", Effect::On),
            (8, "dishes", Effect::On),
        ]
    );
    assert!(seen[2].3.as_ref().unwrap().contains("not in fake"), "{seen:?}");
    assert!(seen[3].3.as_ref().unwrap().contains("not in the prompt"), "{seen:?}");
}

#[test]
fn the_numbers_are_the_traces() {
    let text = "---\ninterventions:\n  - L1D2: { add: 3 }\n  - all of it: 1\n---\nThe city";
    let (file, model) = (File::new(text).with_names(names()), FakeModel::default());
    let document = interventions(&file, &model, &Cancel::new()).unwrap();
    let resolved = ide::resolve(&file, &model);
    let runs = model.trace(&TraceQuery::at(&resolved.experiment, Positions::Last), &Cancel::new()).unwrap();
    for (next, run) in document.next.iter().zip(&runs) {
        assert_eq!(next.run, run.name);
        let ps = |p: &[f32]| p.iter().map(|p| p.to_bits()).collect::<Vec<_>>();
        let (seen, expected): (Vec<_>, Vec<_>) =
            (next.next.iter().map(|g| g.p).collect(), run.positions[0].next.iter().map(|g| g.p).collect());
        assert_eq!(ps(&seen), ps(&expected));
    }
    assert_eq!(document.next.len(), 2);
    let [added, group] = &document.interventions[..] else { panic!("{document:?}") };
    let with = model
        .coefficient(&resolved.experiment, &RunName::intervened(), ValueId::new(1, 2).into(), 1, &Cancel::new())
        .unwrap();
    assert_eq!(added.becomes, Some(with));
    assert_ne!(added.coefficient, added.becomes);
    assert_eq!((group.coefficient, group.becomes, group.ids.len()), (None, None, 3));
}

#[test]
fn without_a_prompt_nothing_is_run() {
    let document =
        interventions(&File::new("---\ninterventions:\n  - L1D2: 3\n---\n"), &FakeModel::default(), &Cancel::new());
    let document = document.unwrap();
    assert_eq!((document.next.len(), document.interventions[0].effect), (0, Effect::On));
}

#[test]
fn a_disabled_value_over_lines_is_shown_without_their_comment_signs() {
    let text = "---\r\ninterventions:\r\n  # - L1D2: { scale: 2,\r\n  #   at: last }\r\n---\r\nThe city";
    let document = interventions(&File::new(text), &FakeModel::default(), &Cancel::new()).unwrap();
    assert_eq!(document.interventions[0].value, "{ scale: 2,\n   at: last }");
}
