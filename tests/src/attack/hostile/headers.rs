//! Weights: missing, short, false and huge shards, headers and indexes, and what is no file.

use std::fs;
use std::path::Path;

use serde_json::json;

use super::{Case, model};
use crate::spoil::{edit_bytes, edit_header, edit_json, put, stretch};

const SHARD: &str = "model-00002-of-00003.safetensors";
const INDEX: &str = "model.safetensors.index.json";

pub(super) fn cases() -> Vec<Case> {
    let mut cases = bytes();
    cases.extend(headers());
    cases.extend(indexes());
    for (kind, says) in [
        ("/dev/zero", "not a regular file"),
        ("/dev/urandom", "not a regular file"),
        ("/dev/tty", ""),
        ("a pipe", "not a regular file"),
        ("a folder", "not a regular file"),
        ("itself", "cannot be read"),
        ("nothing", "a link to a file that is gone"),
        ("a terabyte", SHARD),
    ] {
        let says = if says.is_empty() { SHARD } else { says };
        let spoil = move |m: &Path| put(kind, &m.join(SHARD), Path::new("/nowhere"));
        cases.push(model(&format!("{kind} as a shard"), 2, says, spoil));
    }
    cases
}

fn shard(name: &str, edit: impl Fn(&mut Vec<u8>) + 'static) -> Case {
    model(name, 2, SHARD, move |m| edit_bytes(&m.join(SHARD), &edit))
}

fn bytes() -> Vec<Case> {
    vec![
        model("a missing shard", 2, SHARD, |m| fs::remove_file(m.join(SHARD)).expect("removable")),
        shard("a short shard", |b| b.truncate(b.len() - 100)),
        shard("a shard of five bytes", |b| b.truncate(5)),
        shard("an empty shard", Vec::clear),
        shard("a shard with more bytes", |b| b.extend([0; 64])),
        shard("a header of 2^64 bytes", |b| b[..8].copy_from_slice(&u64::MAX.to_le_bytes())),
        shard("a header as long as the file", |b| {
            let length = b.len() as u64 - 8;
            b[..8].copy_from_slice(&length.to_le_bytes());
        }),
        model("a sparse header of 99 MB", 2, SHARD, |m| {
            edit_bytes(&m.join(SHARD), |b| b[..8].copy_from_slice(&99_000_000_u64.to_le_bytes()));
            stretch(&m.join(SHARD), 1 << 40);
        }),
        shard("a header that is not JSON", |b| b[9] = b'!'),
        shard("NaN", |b| {
            let end = b.len() - 4;
            b.splice(end.., [0xff, 0x7f, 0xff, 0x7f]);
        }),
        shard("infinity", |b| {
            let end = b.len() - 2;
            b.splice(end.., [0x80, 0x7f]);
        }),
        shard("a page in place of weights", |b| *b = b"<!DOCTYPE html><html>404</html>".to_vec()),
        shard("a Git LFS pointer", |b| {
            *b = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n".to_vec()
        }),
    ]
}

fn header(name: &str, edit: impl Fn(&str) -> String + 'static) -> Case {
    model(name, 2, SHARD, move |m| edit_header(&m.join(SHARD), &edit))
}

fn headers() -> Vec<Case> {
    let swap = |from: &'static str, to: &'static str| move |h: &str| h.replace(from, to);
    vec![
        header("reversed offsets", swap("[0,1048576]", "[1048576,0]")),
        header("offsets beyond the file", swap("[0,1048576]", "[0,1099511627776]")),
        header("a gap before the data", swap("[0,1048576]", "[64,1048640]")),
        header("negative offsets", swap("[0,1048576]", "[-1,1048575]")),
        header("weights of integers", swap("BF16", "I16")),
        header("an unknown type", swap("BF16", "Q9")),
        header("a wrong shape", swap("[8192,64]", "[64,8192]")),
        header("a shape that overflows", swap("[8192,64]", "[9223372036854775807,9223372036854775807]")),
        header("a shape of zeros", swap("[8192,64]", "[0,0]")),
        header("a tensor twice", |h| {
            let (name, rest) = (r#""lm_head.weight":"#, r#"{"dtype":"BF16","shape":[0],"data_offsets":[0,0]},"#);
            h.replace(name, &format!("{name}{rest}{name}"))
        }),
        header("a header nested 100,000 deep", |_| format!("{{\"a\":{}", "[".repeat(100_000))),
        header("200,000 empty tensors", |h| {
            let more = (0..200_000).map(|n| format!(r#""t{n}":{{"dtype":"BF16","shape":[0],"data_offsets":[0,0]}},"#));
            h.replacen('{', &format!("{{{}", more.collect::<String>()), 1).replace("lm_head", "no_head")
        }),
        header("30 million zeros in a header", |_| format!("{{\"a\":[{}0]}}", "0,".repeat(30_000_000))),
    ]
}

fn indexes() -> Vec<Case> {
    let index = |name: &str, says: &'static str, shard: &'static str| {
        model(name, 2, says, move |m| {
            edit_json(&m.join(INDEX), |v| {
                v["weight_map"].as_object_mut().expect("an object").values_mut().for_each(|s| *s = json!(shard));
            });
        })
    };
    vec![
        index("shards in a folder above", "escape", "../../escape.safetensors"),
        index("shards at an absolute path", "/etc/passwd", "/etc/passwd"),
        index("all tensors in one shard", SHARD, SHARD),
        model("an empty index", 2, "wte.weight", |m| edit_json(&m.join(INDEX), |v| v["weight_map"] = json!({}))),
        model("an index that is a list", 2, INDEX, |m| fs::write(m.join(INDEX), "[]").expect("writable")),
        model("an index of a terabyte", 2, "larger than 64 MB", |m| stretch(&m.join(INDEX), 1 << 40)),
        model("a pickle", 2, "convert", |m| {
            remove_weights(m);
            fs::write(m.join("pytorch_model.bin"), b"\x80\x02cos\nsystem\n(S'id'\ntR.").expect("writable");
        }),
        model("a model of llama.cpp", 2, ".gguf", |m| {
            remove_weights(m);
            fs::write(m.join("model.gguf"), b"GGUF").expect("writable");
        }),
    ]
}

fn remove_weights(model: &Path) {
    for entry in fs::read_dir(model).expect("readable").flatten() {
        if entry.file_name().to_string_lossy().contains("model") {
            fs::remove_file(entry.path()).expect("removable");
        }
    }
}
