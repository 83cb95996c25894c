//! `config.json`: false, absurd and endless.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::{Case, model};
use crate::spoil::{edit_json, put, stretch};

const CONFIG: &str = "config.json";

fn key(key: &'static str, value: Value, says: &'static str) -> Case {
    let name = format!("{key}: {value}");
    model(&name, 2, says, move |m| edit_json(&m.join(CONFIG), |c| c[key] = value.clone()))
}

fn text(name: &str, code: i32, says: &'static str, text: impl Fn(String) -> String + 'static) -> Case {
    model(name, code, says, move |m| {
        let path = m.join(CONFIG);
        fs::write(&path, text(fs::read_to_string(&path).expect("readable"))).expect("writable");
    })
}

/// The config with another entry at its end.
fn with(config: &str, entry: &str) -> String {
    format!("{},{entry}}}", config.trim_end().trim_end_matches('}'))
}

pub(super) fn cases() -> Vec<Case> {
    let mut cases = vec![
        key("n_embd", json!(128), "128"),
        key("n_embd", json!(0), "n_embd"),
        key("n_embd", json!(-1), "n_embd"),
        key("n_embd", json!(1e300), "n_embd"),
        key("n_layer", json!(4), "h.3.ln_1.weight"),
        key("n_layer", json!(4_294_967_296_u64), "h.3.ln_1.weight"),
        key("n_head", json!(5), "n_head"),
        key("vocab_size", json!(4_294_967_295_u64), "4294967295"),
        key("n_positions", json!(4_294_967_295_u64), "4294967295"),
        key("n_inner", json!(4_294_967_296_u64), "4294967296"),
        key("activation_function", json!("swish2"), "swish2"),
        key("layer_norm_epsilon", json!("NaN"), "layer_norm_epsilon"),
        key("model_type", json!("mamba"), "only GPT-2"),
        text("a config cut off", 2, CONFIG, |c| c[..c.len() / 2].to_owned()),
        text("a config that is a list", 2, CONFIG, |_| "[]".to_owned()),
        text("a config nested 100,000 deep", 2, CONFIG, |_| "[".repeat(100_000)),
        text("a key twice in a config", 2, "h.3.ln_1.weight", |c| with(&c, "\"n_layer\": 4")),
        text("a million end-of-text tokens", 0, "", |c| {
            with(&c, &format!("\"eos_token_id\": [{}0]", "0,".repeat(1_000_000)))
        }),
        text("20 million zeros in a config", 2, CONFIG, |_| format!("[{}0]", "0,".repeat(20_000_000))),
        model("a config of a terabyte", 2, "larger than 16 MB", |m| stretch(&m.join(CONFIG), 1 << 40)),
        model("a pipe as generation_config.json", 2, "not a regular file", |m| {
            put("a pipe", &m.join("generation_config.json"), Path::new("/nowhere"));
        }),
    ];
    for kind in ["/dev/zero", "a pipe"] {
        let spoil = move |m: &Path| put(kind, &m.join(CONFIG), Path::new("/nowhere"));
        cases.push(model(&format!("{kind} as a config"), 2, "not a regular file", spoil));
    }
    cases
}
