//! Every field of every family's `config.json`, with wrong values.

use std::path::Path;
use std::sync::Arc;

use base::{Cancel, Change, RunName, Scope, ValueId};
use kernels::Pool;
use lm::{Experiment, InputError, Intervention, LanguageModel, RunPlan, TraceQuery};
use serde_json::{Value, json};

use super::*;
use crate::files::checkpoint::Checkpoint;
use crate::files::fingerprint::Fingerprint;
use crate::files::folder::Files;
use crate::files::weights::WeightReader;
use crate::graph::edits::Edits;
use crate::graph::forward::extend;
use crate::graph::load::load;
use crate::graph::placement::Placement;
use crate::graph::position::Positions;
use crate::model::{Model, Options};

/// The error of a `config.json` with the weights of `folder`; `None` if the model runs.
fn error(folder: &Path, config: &Value, pool: &Pool) -> Option<String> {
    let text = config.to_string();
    let plan = match ConfigFile::parse(text.as_bytes(), "config.json").and_then(|config| plan(&config)) {
        Ok(plan) => plan,
        Err(error) => return Some(error.message),
    };
    let files = Files::folder(folder).expect("it is there");
    let checkpoint = match Checkpoint::with_plan(files, plan) {
        Ok(checkpoint) => checkpoint,
        Err(error) => return Some(error.message),
    };
    let mut fingerprint = Fingerprint::new();
    let mut reader = WeightReader::new(&checkpoint, &mut fingerprint);
    let decoder = match load(checkpoint.plan(), &mut reader, &Placement::Float) {
        Ok(decoder) => decoder,
        Err(error) => return Some(error.message),
    };
    let mut positions = Positions::new();
    let tokens = [1, 2, 3].map(|token| token % decoder.sizes.vocab as u32);
    let tokens = &tokens[..decoder.sizes.context.min(3)];
    extend(&decoder, pool, &mut positions, tokens, &Edits::default(), &Cancel::new()).err().map(|e| e.to_string())
}

#[test]
fn a_wrong_field_is_one_line_or_a_model_that_runs() {
    let wrong = [
        json!(null),
        json!(-1),
        json!(0),
        json!(1),
        json!(3),
        json!(0.5),
        json!(1e30),
        json!(1e-30),
        json!(9_007_199_254_740_993_u64),
        json!("x"),
        json!([]),
        json!([null, -1, "x"]),
        json!({}),
        json!(true),
    ];
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/families");
    let pool = Pool::new(1);
    for entry in std::fs::read_dir(folder).expect("it is there") {
        let folder = entry.expect("it can be read").path();
        if !folder.is_dir() {
            continue;
        }
        let text = std::fs::read(folder.join("config.json")).expect("it is there");
        let config: Value = serde_json::from_slice(&text).expect("it is JSON");
        assert_eq!(error(&folder, &config, &pool), None, "{}", folder.display());
        for path in paths(&config, "") {
            for value in &wrong {
                let mut config = config.clone();
                *config.pointer_mut(&path).expect("it is there") = value.clone();
                if let Some(error) = error(&folder, &config, &pool) {
                    assert!(!error.contains('\n') && error.len() < 600, "{path}: {value}: {error}");
                }
            }
        }
    }
}

/// JSON pointers of all values.
fn paths(value: &Value, at: &str) -> Vec<String> {
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(name, value)| (format!("{at}/{name}"), value)).collect(),
        Value::Array(items) => {
            items.iter().enumerate().take(2).map(|(n, value)| (format!("{at}/{n}"), value)).collect()
        }
        _ => Vec::new(),
    };
    inner.into_iter().flat_map(|(path, value)| [vec![path.clone()], paths(value, &path)].concat()).collect()
}

#[test]
fn a_gated_model_says_so_and_refuses_boost() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/families");
    for (family, gated) in [("llama3", true), ("phi3", true), ("gemma3", true), ("neox", false), ("starcoder2", false)]
    {
        let options = Options::named("m", Arc::new(Pool::new(1)));
        let model = Model::open(&folder.join(family), options).expect("it is in order");
        assert_eq!(model.info().gated, gated, "{family}");
        let boost = Intervention { target: ValueId::new(0, 0).into(), change: Change::Boost, at: Scope::All };
        let plan = RunPlan { name: RunName::intervened(), interventions: vec![boost] };
        let experiment = Experiment { runs: vec![plan], ..Experiment::of("The city of") };
        let traced = model.trace(&TraceQuery::at(&experiment, lm::Positions::Last), &Cancel::new());
        let refused = lm::Error::Input(InputError::NoBoost("m".to_owned()));
        assert_eq!(traced.err(), gated.then_some(refused), "{family}");
    }
}
