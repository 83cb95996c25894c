//! What a model makes of tokenizers that add tokens or have more tokens than the model.

use std::sync::Arc;

use base::Cancel;
use kernels::Pool;
use serde_json::{Value, json};

use super::*;
use crate::Options;
use crate::tiny::{self, Folder};

/// The tiny model with a changed `tokenizer.json`.
fn model(change: impl FnOnce(&mut Value)) -> Model {
    let folder = Folder::checkpoint();
    let mut tokenizer = tiny::tokenizer();
    change(&mut tokenizer);
    folder.write("tokenizer.json", tokenizer.to_string());
    Model::open(folder.path(), Options::named("tiny", Arc::new(Pool::new(1)))).expect("it is in order")
}

fn pad(tokenizer: &mut Value) {
    let pad = json!({"id": 257, "content": "[PAD]", "special": true});
    tokenizer["added_tokens"].as_array_mut().unwrap().push(pad);
}

#[test]
fn a_token_beyond_the_embedding_is_an_error_when_it_is_used() {
    let model = model(pad);
    let generate = |prompt: &str| {
        model.generate(&Experiment::of(prompt), &Cancel::new(), &mut |_| ()).map(|runs| runs[0].ids.len())
    };
    assert_eq!(generate("a"), Ok(7));
    let message = generate("a[PAD]").unwrap_err().to_string();
    assert_eq!(
        message,
        "token 257, \"[PAD]\", is not in the embedding of tiny, which has 257 rows: remove it from the text"
    );
    let coefficients = model.coefficients("a[PAD]", &Cancel::new(), &mut |_, _, _| ()).map(|_| ());
    assert_eq!(coefficients.unwrap_err().to_string(), message);
}

#[test]
fn a_token_beyond_the_embedding_leaves_the_fingerprint() {
    assert_eq!(model(pad).info.fingerprint, model(|_| ()).info.fingerprint);
}

#[test]
fn a_tokenizers_own_bos_is_not_doubled() {
    let model = model(|t| {
        let piece = |id: &str| json!({"SpecialToken": {"id": id, "type_id": 0}});
        t["post_processor"] = json!({
            "type": "TemplateProcessing",
            "single": [piece("E"), {"Sequence": {"id": "A", "type_id": 0}}, piece("E")],
            "pair": [],
            "special_tokens": {"E": {"id": "E", "ids": [256], "tokens": ["<|endoftext|>"]}},
        });
    });
    let tokens = |bos| model.encode("ab", bos).tokens.into_iter().map(|t| (t.id.0, t.span)).collect::<Vec<_>>();
    let expected = [(256, None), (97, Some(0..1)), (98, Some(1..2)), (256, None)];
    assert_eq!(tokens(None), expected);
    assert_eq!(tokens(Some(true)), expected);
    // A tracked word is the text's own tokens.
    assert_eq!(model.encode("a", None).of_text().iter().map(|t| t.id.0).collect::<Vec<_>>(), [97]);
}
