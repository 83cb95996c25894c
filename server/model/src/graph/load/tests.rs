//! Choices that no family makes yet: shared key heads that are narrower than the stream, no biases, weights stored
//! outputs first.

use base::Cancel;
use kernels::{Activation, Pool};

use super::*;
use crate::files::checkpoint::Checkpoint;
use crate::files::fingerprint::Fingerprint;
use crate::files::folder::Files;
use crate::graph::edits::Edits;
use crate::graph::forward::extend;
use crate::graph::plan::{AttentionPlan, FfnPlan, Names};
use crate::graph::position::Positions;
use crate::tiny::{Folder, Tensor, safetensors};

const HEADS: usize = 4;
const HEAD_WIDTH: usize = 3;
const LINEAR: [&str; 4] = ["qkv", "o", "up", "down"];

fn plan(key_heads: usize, inputs_first: bool) -> Plan {
    let norm = |name| NormPlan { name, kind: NormKind::Layer { epsilon: 1e-5 } };
    let linear = |name| LinearPlan { name, bias: false };
    let sizes =
        Sizes { layers: 2, width: 8, ffn: 10, heads: HEADS, key_heads, head_width: HEAD_WIDTH, context: 8, vocab: 20 };
    Plan {
        sizes,
        names: Names { prefix: "", block: "b.", ignored: &[], embedding: "in", head: "out", inputs_first, within: &[] },
        positions: PositionPlan::Learned("at"),
        attention: AttentionPlan {
            norm: Some(norm("n1")),
            projection: ProjectionPlan::Joined(linear("qkv")),
            inner_norms: None,
            merge: linear("o"),
            after: None,
            cap: None,
            windows: Vec::new(),
            scale: 0.5,
            scale_by_layer: false,
        },
        ffn: FfnPlan {
            norm: Some(norm("n2")),
            up: UpPlan::Plain(linear("up")),
            activation: Activation::Relu,
            down: linear("down"),
            after: None,
            parallel: false,
        },
        embedding_scale: 1.0,
        logit_cap: None,
        final_norm: norm("n"),
        tied: false,
        bos: None,
        eos: Vec::new(),
    }
}

/// A matrix, row by row, with its shape.
type Matrix = (Vec<usize>, Vec<f32>);

/// The weights of the model whose heads share keys, linear layers inputs first.
fn weights() -> Vec<(String, Matrix)> {
    let plan = plan(2, true);
    let number = |name: &str, at: usize| {
        let seed: usize = name.bytes().map(usize::from).sum();
        ((seed * 31 + at * 7) % 23) as f32 / 16.0 - 0.7
    };
    let filled = |(name, shape): (String, Vec<usize>)| {
        let values = (0..shape.iter().product()).map(|at| number(&name, at)).collect();
        (name, (shape, values))
    };
    plan.tensors().chain(plan.head()).map(filled).collect()
}

/// Gives every query head keys and values of its own.
fn unshared((shape, values): Matrix) -> Matrix {
    let (queries, group) = (HEADS * HEAD_WIDTH, 2);
    let copies = |row: &[f32]| -> Vec<f32> {
        let (q, shared) = row.split_at(queries);
        let heads = shared.chunks(HEAD_WIDTH).flat_map(|head| std::iter::repeat_n(head, group));
        q.iter().chain(heads.flatten()).copied().collect()
    };
    let values = values.chunks(shape[1]).flat_map(copies).collect();
    (vec![shape[0], 3 * queries], values)
}

fn transposed((shape, values): Matrix) -> Matrix {
    let [rows, columns] = [shape[0], shape[1]];
    let values = (0..columns).flat_map(|j| (0..rows).map(move |i| (i, j))).map(|(i, j)| values[i * columns + j]);
    (vec![columns, rows], values.collect())
}

/// Residuals and coefficients of a run of a model, as bits.
fn run(plan: Plan, weights: Vec<(String, Matrix)>) -> Vec<u32> {
    let tensor = |(name, (shape, values)): (String, Matrix)| {
        let data = values.iter().flat_map(|v| v.to_le_bytes()).collect();
        Tensor { name, dtype: "F32", shape, data }
    };
    let folder = Folder::empty();
    folder.write("model.safetensors", safetensors(&weights.into_iter().map(tensor).collect::<Vec<_>>()));
    let checkpoint = Checkpoint::with_plan(Files::folder(folder.path()).expect("it is there"), plan).expect("it fits");
    let mut fingerprint = Fingerprint::new();
    let mut reader = WeightReader::new(&checkpoint, &mut fingerprint);
    let decoder = load(checkpoint.plan(), &mut reader, &Placement::Float).expect("it loads");
    let mut positions = Positions::new();
    let tokens = [3, 1, 4, 1, 5, 9];
    extend(&decoder, &Pool::new(1), &mut positions, &tokens, &Edits::default(), &Cancel::new()).expect("it runs");
    let numbers = positions.iter().flat_map(|p| [p.before(1), p.last(), p.coefficients(1)]).flatten();
    numbers.map(|x| x.to_bits()).collect()
}

#[test]
fn shared_keys_and_either_layout_are_the_same_model() {
    let expected = run(plan(2, true), weights());
    let is = |name: &str, parts: &[&str]| parts.iter().any(|part| name.ends_with(&format!(".{part}.weight")));
    let outputs_first = |(name, matrix): (String, Matrix)| match is(&name, &LINEAR) {
        true => (name, transposed(matrix)),
        false => (name, matrix),
    };
    assert_eq!(run(plan(2, false), weights().into_iter().map(outputs_first).collect()), expected);
    let own_keys = |(name, matrix): (String, Matrix)| match is(&name, &["qkv"]) {
        true => (name, unshared(matrix)),
        false => (name, matrix),
    };
    assert_eq!(run(plan(HEADS, true), weights().into_iter().map(own_keys).collect()), expected);
    assert!(expected.iter().any(|&x| x != expected[0]), "the numbers differ");
}
