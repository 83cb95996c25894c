//! Checkpoints in every published form are the same model; every fault is reported in one line.

mod broken;

use super::*;
use crate::files::tokenizer::Tokenizer;
use crate::tiny::{Folder, Tensor, VOCAB, WIDTH, config, number, safetensors, tensors, tokenizer};

fn open_tokenizer(checkpoint: &Checkpoint) -> Result<Tokenizer, OpenError> {
    Tokenizer::open(checkpoint.files(), checkpoint.plan().sizes.vocab)
}

fn fingerprint(folder: &Folder) -> String {
    let checkpoint = Checkpoint::open(folder.path()).expect("it is in order");
    let mut print = Fingerprint::new();
    for (name, shape) in checkpoint.plan().tensors().chain(checkpoint.plan().head()) {
        print.tensor(&name, &shape);
        checkpoint.read(&name, &shape, &mut |piece| print.data(piece.wide)).expect("it can be read");
    }
    print.tokenizer(open_tokenizer(&checkpoint).expect("it is in order").digest());
    print.finish()
}

/// A checkpoint with these tensors, prefixed, in two shards.
fn sharded(tensors: &[Tensor], config: &serde_json::Value) -> Folder {
    let folder = Folder::empty();
    folder.write("config.json", config.to_string());
    folder.write("tokenizer.json", tokenizer().to_string());
    let mut tensors = tensors.to_vec();
    for tensor in tensors.iter_mut().filter(|t| !t.name.starts_with("lm_head")) {
        tensor.name = format!("transformer.{}", tensor.name);
    }
    tensors.reverse();
    let mut map = serde_json::Map::new();
    for (i, shard) in tensors.chunks(tensors.len() / 2 + 1).enumerate() {
        let name = format!("model-{i}.safetensors");
        folder.write(&name, safetensors(shard));
        map.extend(shard.iter().map(|t| (t.name.clone(), name.clone().into())));
    }
    folder.write("model.safetensors.index.json", serde_json::json!({"weight_map": map}).to_string());
    folder
}

#[test]
fn every_form_is_the_same_model() {
    let plain = fingerprint(&Folder::checkpoint());
    for dtype in ["F32", "F16", "BF16"] {
        let mut tensors = tensors(dtype);
        tensors.push(Tensor::new("h.0.attn.bias", &[1, 1, 8, 8], "F32"));
        tensors.push(Tensor::new("h.0.attn.masked_bias", &[], "F32"));
        tensors.push(Tensor::new("score.weight", &[2, WIDTH], "F32"));
        assert_eq!(fingerprint(&sharded(&tensors, &config())), plain, "{dtype}");
    }
}

#[test]
fn the_names_of_wrappers_are_not_the_models() {
    let plain = fingerprint(&Folder::checkpoint());
    let write = |named: &dyn Fn(&str) -> String| {
        let folder = Folder::checkpoint();
        let mut tensors = tensors("F32");
        tensors.iter_mut().for_each(|t| t.name = named(&t.name));
        tensors.push(Tensor::new("v_head.summary.weight", &[1, WIDTH], "F32"));
        folder.write("model.safetensors", safetensors(&tensors));
        folder
    };
    for before in ["_orig_mod.", "module.", "model.", "pretrained_model.transformer.", "module._orig_mod.transformer."]
    {
        assert_eq!(fingerprint(&write(&|name| format!("{before}{name}"))), plain, "{before}");
    }
    let message = |folder: Folder| Checkpoint::open(folder.path()).err().unwrap().message;
    let said = message(write(&|name| format!("teacher.{name}")));
    assert!(said.contains("its tensors have \"teacher.\" before their names (teacher.wte.weight); rename"), "{said}");
    let both = Folder::checkpoint();
    let two = ["model.", "module."].map(|before| {
        let named = |t: Tensor| Tensor { name: format!("{before}{}", t.name), ..t };
        tensors("F32").into_iter().map(named).collect::<Vec<_>>()
    });
    both.write("model.safetensors", safetensors(&two.concat()));
    let said = message(both);
    assert!(said.contains("has the tensors of several models (model.wte.weight, module.wte.weight); "), "{said}");
    let said = message(write(&|name| name.replace("c_attn.weight", "c_attn.base_layer.weight")));
    assert!(said.contains("has LoRA weights beside the model's (h.0.attn.c_attn.base_layer.weight)"), "{said}");
    let lora = write(&|name| format!("base_model.model.{name}"));
    let mut adapted = tensors("F32");
    adapted.push(Tensor::new("h.0.attn.c_attn.lora_A.weight", &[1, WIDTH], "F32"));
    adapted.iter_mut().for_each(|t| t.name = format!("base_model.model.{}", t.name));
    assert_eq!(fingerprint(&lora), plain);
    lora.write("model.safetensors", safetensors(&adapted));
    assert!(
        message(lora).contains("has LoRA weights beside the model's (base_model.model.h.0.attn.c_attn.lora_A.weight)")
    );
    let said = message(write(&|name| name.replace("c_attn.weight", "c_attn.qweight")));
    assert!(said.contains("has quantised weights (h.0.attn.c_attn.qweight), which cannot be loaded"), "{said}");
}

#[test]
fn another_weight_or_token_is_another_model() {
    let plain = fingerprint(&Folder::checkpoint());
    let folder = Folder::checkpoint();
    let mut changed = tensors("F32");
    changed[3].data[5] ^= 1;
    folder.write("model.safetensors", safetensors(&changed));
    assert_ne!(fingerprint(&folder), plain);
    let folder = Folder::checkpoint();
    folder.write("tokenizer.json", tokenizer().to_string().replace("<|endoftext|>", "<|end|>"));
    assert_ne!(fingerprint(&folder), plain);
}

#[test]
fn a_tokenizers_form_does_not_matter() {
    let folder = Folder::checkpoint();
    let tokenizer = tokenizer();
    folder.remove("tokenizer.json");
    folder.write("vocab.json", format!("{:#}", tokenizer["model"]["vocab"]));
    folder.write("merges.txt", "#version: 0.2\n");
    assert_eq!(fingerprint(&folder), fingerprint(&Folder::checkpoint()));
}

#[test]
fn tensors_are_read_as_they_are_stored() {
    for dtype in ["F32", "F16", "BF16"] {
        let folder = Folder::checkpoint();
        folder.write("model.safetensors", safetensors(&tensors(dtype)));
        let checkpoint = Checkpoint::open(folder.path()).unwrap();
        for (name, shape) in [("wte.weight", vec![VOCAB, WIDTH]), ("ln_f.bias", vec![WIDTH])] {
            let mut read = Vec::new();
            checkpoint.read(name, &shape, &mut |piece| read.extend_from_slice(piece.wide)).unwrap();
            let expected: Vec<f32> = (0..shape.iter().product()).map(|i| number(name, i)).collect();
            assert_eq!(read, expected, "{dtype} {name}");
        }
        assert!(checkpoint.has("wpe.weight") && !checkpoint.has("lm_head.weight"));
    }
}

#[test]
fn nan_and_infinity_are_refused_with_the_tensors_name() {
    for (dtype, written, what) in [
        ("F32", f32::NAN.to_le_bytes().to_vec(), "NaN"),
        ("F32", f32::NEG_INFINITY.to_le_bytes().to_vec(), "infinity"),
        ("F16", half::f16::NAN.to_le_bytes().to_vec(), "NaN"),
        ("BF16", half::bf16::INFINITY.to_le_bytes().to_vec(), "infinity"),
    ] {
        let folder = Folder::checkpoint();
        let mut tensors = tensors(dtype);
        let bias = tensors.iter_mut().find(|t| t.name == "h.0.mlp.c_fc.bias").unwrap();
        let end = bias.data.len();
        bias.data.splice(end - written.len().., written);
        folder.write("model.safetensors", safetensors(&tensors));
        let options = crate::Options::named("tiny", std::sync::Arc::new(kernels::Pool::new(1)));
        let message = crate::Model::open(folder.path(), options).err().unwrap().message;
        assert!(message.contains(&format!("model.safetensors: tensor h.0.mlp.c_fc.bias holds {what}, ")), "{message}");
        assert!(!message.contains('\n') && message.contains("; "), "{message}");
    }
}

#[test]
fn rows_come_whole_and_in_order() {
    let checkpoint = Checkpoint::embedded().unwrap();
    let (mut next, mut pieces) = (0, 0);
    checkpoint
        .read("wte.weight", &[8192, 256], &mut |Piece { first, stored, wide: rows }| {
            assert_eq!((first, rows.len() % 256, stored.len()), (next, 0, rows.len()));
            assert!(rows.len() <= CHUNK / 4);
            next += rows.len() / 256;
            pieces += 1;
        })
        .unwrap();
    assert_eq!((next, pieces), (8192, 2));
}

#[test]
fn the_head_is_tied_as_transformers_ties_it() {
    let head = |tied: bool, head: Option<&str>, embedding: bool| {
        let mut tensors = tensors("F32");
        if let Some(numbers) = head {
            let like = Tensor::new(numbers, &[VOCAB, WIDTH], "F32");
            tensors.push(Tensor { name: "lm_head.weight".to_owned(), ..like });
        }
        tensors.retain(|t| embedding || t.name != "wte.weight");
        let mut config = config();
        config["tie_word_embeddings"] = tied.into();
        let folder = sharded(&tensors, &config);
        Checkpoint::open(folder.path()).map(|c| (c.plan().tied, c.has("lm_head.weight")))
    };
    assert_eq!(head(true, None, true), Ok((true, false)));
    // Both exist, equal or different: tied only if equal.
    assert_eq!(head(true, Some("wte.weight"), true), Ok((true, true)));
    assert_eq!(head(true, Some("other"), true), Ok((false, true)));
    assert_eq!(head(true, Some("other"), false), Ok((true, false)));
    assert_eq!(head(false, Some("wte.weight"), true), Ok((false, true)));
    assert!(head(false, None, true).unwrap_err().message.contains("lm_head.weight"));
}

#[test]
fn a_text_ends_where_transformers_ends_it() {
    let eos = |generation: &str| {
        let folder = Folder::checkpoint();
        folder.write("generation_config.json", generation);
        Checkpoint::open(folder.path()).map(|c| c.plan().eos.clone())
    };
    assert_eq!(Checkpoint::open(Folder::checkpoint().path()).map(|c| c.plan().eos.clone()), Ok(vec![256]));
    assert_eq!(eos(r#"{"eos_token_id": [5, 256, 999], "temperature": 0.7}"#), Ok(vec![5, 256]));
    assert_eq!(eos("{}"), Ok(vec![]));
    assert_eq!(eos("<html>"), Ok(vec![256]));
    assert!(eos(r#"{"eos_token_id": "x"}"#).unwrap_err().message.contains("generation_config.json: eos_token_id is"));
}

#[test]
fn a_file_that_shrinks_while_it_is_read_is_an_error() {
    let folder = Folder::checkpoint();
    let checkpoint = Checkpoint::open(folder.path()).unwrap();
    let file = std::fs::OpenOptions::new().write(true).open(folder.path().join("model.safetensors")).unwrap();
    file.set_len(file.metadata().unwrap().len() - 16).unwrap();
    let read = checkpoint.read("ln_f.bias", &[WIDTH], &mut |_| ());
    assert!(read.unwrap_err().message.contains("model.safetensors: tensor ln_f.bias cannot be read"));
}

#[test]
fn weights_in_16_bits_take_half_the_memory() {
    let taken = |dtype, quantize| {
        let folder = Folder::checkpoint();
        folder.write("model.safetensors", safetensors(&tensors(dtype)));
        Checkpoint::open(folder.path()).unwrap().weights_in_memory(quantize)
    };
    // The matrices of a block: queries, keys and values, the way back, and an FFN four times as wide.
    let (linear, embedding) = (12 * WIDTH * WIDTH, VOCAB * WIDTH);
    // Norms and biases, and the positions.
    let small = (4 * WIDTH + 9 * WIDTH + 2 * WIDTH) + 8 * WIDTH;
    let expected = |bytes: usize| (bytes * (linear + embedding) + 4 * small) as u64;
    assert_eq!(taken("F32", None), expected(4));
    assert_eq!(taken("F16", None), expected(2));
    assert_eq!(taken("BF16", None), expected(2));
    let quantised = |bytes: usize| (linear * 34 / 32 + bytes * embedding + 4 * small) as u64;
    assert_eq!(taken("F32", Some(Quantize::Q8_0)), quantised(4));
    assert_eq!(taken("BF16", Some(Quantize::Q8_0)), quantised(2));
}
