//! The settings of a plan that change numbers, as text, for the identity of a model. Those at GPT-2's defaults are left out, so
//! that a plain GPT-2 is known by its weights and its tokenizer alone.

use kernels::Activation;

use super::plan::{NormKind, NormPlan, Plan, PositionPlan, Rope};

/// GPT-2's numbers of a head, and its norms.
const HEAD_WIDTH: usize = 64;
const NORM: NormKind = NormKind::Layer { epsilon: 1e-5 };

/// `NAME VALUE` for each setting that is not a plain GPT-2's. The text never changes with the program.
pub(crate) fn settings(plan: &Plan) -> Vec<String> {
    let Plan { sizes, attention, ffn, .. } = plan;
    let mut found = Vec::new();
    let mut add = |name: &str, value: Option<String>| found.extend(value.map(|value| format!("{name} {value}")));
    let grouped = sizes.key_heads != sizes.heads;
    add("heads", (sizes.head_width != HEAD_WIDTH || grouped).then(|| format!("{} {}", sizes.heads, sizes.key_heads)));
    if let PositionPlan::Rotary { global, local } = &plan.positions {
        add("rope", Some(rope(global)));
        add("local rope", local.as_ref().map(rope));
    }
    let inner = attention.inner_norms.as_ref();
    let norms = [
        ("attention norm", attention.norm.as_ref()),
        ("query norm", inner.map(|inner| &inner.query)),
        ("key norm", inner.map(|inner| &inner.key)),
        ("norm after attention", attention.after.as_ref()),
        ("ffn norm", ffn.norm.as_ref()),
        ("norm after ffn", ffn.after.as_ref()),
        ("final norm", Some(&plan.final_norm)),
    ];
    norms.into_iter().for_each(|(name, plan)| add(name, plan.and_then(norm)));
    add("norms over all heads", inner.filter(|inner| inner.whole).map(|_| String::new()));
    let usual = 1.0 / (sizes.head_width as f32).sqrt();
    add("attention scale", (attention.scale != usual).then(|| bits(attention.scale)));
    add("scale by layer", attention.scale_by_layer.then(String::new));
    add("attention cap", attention.cap.map(bits));
    let window = |window: &Option<usize>| window.map_or_else(|| "-".to_owned(), |positions| positions.to_string());
    let windows: Vec<String> = attention.windows.iter().map(window).collect();
    add("windows", attention.windows.iter().any(Option::is_some).then(|| windows.join(" ")));
    add("activation", activation(ffn.activation).map(str::to_owned));
    add("gated", ffn.up.is_gated().then(String::new));
    add("parallel", ffn.parallel.then(String::new));
    add("embedding scale", (plan.embedding_scale != 1.0).then(|| bits(plan.embedding_scale)));
    add("logit cap", plan.logit_cap.map(bits));
    found
}

fn norm(plan: &NormPlan) -> Option<String> {
    match plan.kind {
        kind if kind == NORM => None,
        NormKind::Layer { epsilon } => Some(format!("layer {}", bits(epsilon))),
        NormKind::Rms { epsilon, plus_one } => Some(format!("rms {} {plus_one}", bits(epsilon))),
    }
}

fn rope(rope: &Rope) -> String {
    let frequencies: Vec<String> = rope.frequencies.iter().copied().map(bits).collect();
    format!("{} {}", bits(rope.factor), frequencies.join(" "))
}

fn activation(activation: Activation) -> Option<&'static str> {
    match activation {
        Activation::GeluTanh => None,
        Activation::GeluErf => Some("gelu"),
        Activation::Relu => Some("relu"),
        Activation::Silu => Some("silu"),
        Activation::QuickGelu => Some("quick_gelu"),
    }
}

/// All bits of a number.
fn bits(number: f32) -> String {
    format!("{:08x}", number.to_bits())
}
