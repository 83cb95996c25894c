//! A checkpoint in 16 bits has the fingerprint and the answers, bit for bit, of the same numbers stored in float32, in
//! half the memory.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base::{Cancel, Change, Decoding, RunName, Scope, Target, ValueId};
use kernels::Pool;
use lm::{Experiment, Intervention, LanguageModel, Positions, TraceQuery};
use model::{Model, Options};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};

fn open(folder: &Path) -> Model {
    Model::open(folder, Options::named("tiny", Arc::new(Pool::new(2)))).expect("it loads")
}

/// Everything that a request can show of a model, with digits that distinguish all floats.
fn answers(model: &Model) -> String {
    let target = Target::Value(ValueId::new(1, 3));
    let lines = vec![Intervention { target, change: Change::Scale(3.0), at: Scope::All }];
    let decoding = Decoding { temperature: 0.8, seed: 5, ..Decoding::default() };
    let experiment = Experiment { decoding, ..Experiment::of("The history of the door") };
    let experiment = experiment.with_run(RunName::intervened(), lines);
    let query = TraceQuery { generated: 4, score_all: true, ..TraceQuery::at(&experiment, Positions::All) };
    let (weights, cancel, info) = (model.weights(), Cancel::new(), model.info());
    let direction: Vec<f32> = (0..info.width).map(|i| i as f32 - 20.5).collect();
    let cards = weights.cards(0..info.value_vectors(), 5, &cancel).expect("an answer");
    let aligned = weights.align(&direction, &cancel).expect("an answer");
    let runs = model.trace(&query, &cancel).expect("an answer");
    format!("{} {runs:?} {cards:?} {aligned:?} {:?}", info.fingerprint, weights.norms())
}

/// Copies a checkpoint with the tensors for which `widened` holds in float32, and says whether there were any.
fn copy(from: &Path, to: &Path, widened: impl Fn(&str) -> bool) -> bool {
    let wide = |dtype: Dtype, half: [u8; 2]| {
        let bits = u16::from_le_bytes(half);
        if dtype == Dtype::BF16 { half::bf16::from_bits(bits).to_f32() } else { half::f16::from_bits(bits).to_f32() }
    };
    fs::create_dir(to).expect("a new folder");
    let mut any = false;
    for file in fs::read_dir(from).expect("it is there") {
        let path: PathBuf = file.expect("it can be read").path();
        let new = to.join(path.file_name().expect("a name"));
        if path.extension().is_none_or(|extension| extension != "safetensors") {
            fs::copy(&path, &new).expect("a copy");
            continue;
        }
        let bytes = fs::read(&path).expect("it can be read");
        let tensors = SafeTensors::deserialize(&bytes).expect("it is in order").tensors();
        let rewritten: Vec<(String, Dtype, Vec<usize>, Vec<u8>)> = tensors
            .into_iter()
            .map(|(name, tensor)| {
                let (dtype, shape, data) = (tensor.dtype(), tensor.shape().to_vec(), tensor.data());
                if !matches!(dtype, Dtype::F16 | Dtype::BF16) || !widened(&name) {
                    return (name, dtype, shape, data.to_vec());
                }
                any = true;
                let data = data.as_chunks::<2>().0.iter().flat_map(|&half| wide(dtype, half).to_le_bytes()).collect();
                (name, Dtype::F32, shape, data)
            })
            .collect();
        let views = rewritten
            .iter()
            .map(|(name, dtype, shape, data)| (name, TensorView::new(*dtype, shape.clone(), data).expect("in order")));
        fs::write(new, safetensors::serialize(views, None).expect("it is in order")).expect("it is written");
    }
    any
}

#[test]
fn a_checkpoint_in_16_bits_is_the_same_model_in_half_the_memory() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let families = fs::read_dir(root.join("tests/data/families")).expect("it is there");
    let families = families.map(|entry| entry.expect("it can be read").path()).filter(|path| path.is_dir());
    let space = tempfile::tempdir().expect("a folder");
    let mut compared = 0;
    for (number, folder) in families.chain([root.join("config/models/starter")]).enumerate() {
        let [wide, mixed] = ["wide", "mixed"].map(|name| space.path().join(format!("{name}-{number}")));
        if !copy(&folder, &wide, |_| true) {
            continue;
        }
        // Matrices that are joined from tensors of two formats, such as queries, keys and values.
        copy(&folder, &mixed, |name| name.len() % 2 == 0);
        let models = [&folder, &wide, &mixed].map(|folder| open(folder));
        let expected = answers(&models[1]);
        assert!(answers(&models[0]) == expected, "{}", folder.display());
        assert!(answers(&models[2]) == expected, "{} in two formats", folder.display());
        let [bytes, wide, mixed] = models.map(|model| model.bytes());
        assert!(bytes < wide && bytes <= mixed && mixed <= wide, "{}: {bytes}, {wide}", folder.display());
        compared += 1;
    }
    assert!(compared > 1, "{compared} checkpoints are in 16 bits");
}
