//! Every document of these features is read back equal, and looks as the schema says.

use std::fmt::Debug;

use base::{Cancel, RunName, ValueId};
use ide::{File, TraceOptions};
use lm::fake::FakeModel;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{concepts, names};

#[track_caller]
fn check<T: Serialize + DeserializeOwned + PartialEq + Debug>(document: &T) {
    let text = serde_json::to_string(document).unwrap();
    assert_eq!(&serde_json::from_str::<T>(&text).unwrap(), document);
    let name = std::any::type_name::<T>().rsplit("::").next().unwrap();
    assert_eq!(api::schema::check(name, &serde_json::from_str(&text).unwrap()), Ok(()));
}

/// Bytes that are not UTF-8, several runs, lines of every kind.
fn files() -> Vec<File> {
    let texts = [
        "The\u{e9} of",
        "---\ninterventions:\n  - L1D3: { scale: 2, at: prompt }\n  - dishes: boost\n  # - L0D0: off\n  - L9D9: 4\n---\nThe city",
        "---\nconfig: { maxOutputTokens: 3, temperature: 0.3 }\ntrack: [\" Paris\", \"\u{e9}\"]\nexpect:\n  - contains: x\n  \
         - next: \" Paris\"\ninterventions:\n  - L1D3: { add: 0.1, at: { text: city } }\n  - L0D1: off\n---\nThe city \u{e9}",
        "---\nruns:\n  one:\n    - L1D3: { set: 3, at: 1 }\n  other:\n    - dishes: { scale: -1, at: generated }\n---\nThe city of",
    ];
    texts.map(|text| File::new(text).with_names(names())).into()
}

#[test]
fn of_a_file() {
    let model = FakeModel::default();
    for file in files() {
        for (words, generated) in [(0, 0), (3, 2)] {
            let options = TraceOptions { words, generated, top: 2, updates: 2, ..TraceOptions::default() };
            check(&ide::trace(&file, "fake", &model, &options, &Cancel::new()).unwrap());
        }
        check(&ide::interventions(&file, &model, &Cancel::new()).unwrap());
        if let Ok(document) = ide::generate(&file, "fake", &model, &Cancel::new(), &mut |_| {}) {
            check(&document);
        }
    }
    let last = ide::generate(&files()[3], "fake", &model, &Cancel::new(), &mut |_| {}).unwrap();
    assert_eq!(
        last.runs.iter().map(|run| &run.name).collect::<Vec<_>>(),
        [&RunName::baseline(), &RunName::new("one"), &RunName::new("other")]
    );
}

#[test]
fn of_an_index() {
    let (model, concepts, names) = (FakeModel::default().hardly_trained(" court"), concepts(), names());
    for id in [ValueId::new(1, 5), ValueId::new(2, 7)] {
        check(&ide::vector(id, 20, &model, Some(&concepts), &names, &Cancel::new()).unwrap());
        check(&ide::vector(id, 2, &model, None, &names, &Cancel::new()).unwrap());
    }
    for query in ["food", "river"] {
        check(&ide::search(query, 9, &model, &concepts, &names, &Cancel::new()).unwrap());
    }
    for number in [None, Some(1)] {
        check(&ide::clusters(number, &model, &concepts, &Cancel::new()).unwrap());
    }
}

#[test]
fn another_shape_is_refused() {
    let value = |text: &str| serde_json::from_str(text).unwrap();
    let check = |name: &str, text: &str, expected: &str| {
        assert_eq!(api::schema::check(name, &value(text)).unwrap_err().to_string(), expected);
    };
    check("Strength", r#"{"value": 1}"#, "Strength.why is missing");
    check("Strength", r#"{"value": 1, "why": "a", "so": 1}"#, "Strength.so is not in the schema");
    check(
        "StrengthsResult",
        r#"{"strengths": [{"value": "a", "why": "a"}]}"#,
        "StrengthsResult.strengths[0].value is \"a\", which is not Number",
    );
}
