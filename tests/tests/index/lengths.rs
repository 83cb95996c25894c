//! Value vectors of extreme lengths: a search by direction depends on none of them.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tests::{Folder, repository, run};

/// Rewrites the value vectors of layer 0 of a copied starter as bfloat16, which takes as many bytes, each vector as `change`
/// says: from its number and a bfloat16 to a bfloat16.
fn rewrite(model: &Path, change: impl Fn(usize, u16) -> u16) {
    const TENSOR: &str = "h.0.mlp.c_proj.weight";
    let path = model.join("model.safetensors");
    let mut bytes = fs::read(&path).expect("the copy is readable");
    let start = 8 + u64::from_le_bytes(bytes[..8].try_into().expect("eight bytes")) as usize;
    let mut header: Value = serde_json::from_slice(&bytes[8..start]).expect("JSON");
    let offsets: Vec<usize> = serde_json::from_value(header[TENSOR]["data_offsets"].clone()).expect("two numbers");
    let width = header[TENSOR]["shape"][1].as_u64().expect("a number") as usize;
    header[TENSOR]["dtype"] = json!("BF16");
    let values = &mut bytes[start + offsets[0]..start + offsets[1]];
    for (n, half) in values.chunks_exact_mut(2).enumerate() {
        let wide = widened(u16::from_le_bytes([half[0], half[1]]));
        half.copy_from_slice(&change(n / width, (wide.to_bits() >> 16) as u16).to_le_bytes());
    }
    let header = header.to_string().into_bytes();
    let whole = [&(header.len() as u64).to_le_bytes()[..], &header, &bytes[start..]].concat();
    fs::write(path, whole).expect("the copy is writable");
}

/// A float16 as float32.
fn widened(bits: u16) -> f32 {
    let (exponent, mantissa) = (i32::from(bits >> 10 & 0x1f), f32::from(bits & 0x3ff));
    let size = match exponent {
        0 => mantissa * 2f32.powi(-24),
        _ => (1024.0 + mantissa) * 2f32.powi(exponent - 25),
    };
    if bits >> 15 == 1 { -size } else { size }
}

/// A bfloat16 times 2^66, about 7e19: the product of two such lengths is beyond float32.
fn huge(bits: u16) -> u16 {
    if bits & 0x7f80 == 0 { bits } else { bits + (66 << 7) }
}

/// The answer to a search, which ends with this code.
fn answer(folder: &Folder, query: &str, code: i32) -> Value {
    run(folder.path(), ["search", query, "--model", "./model", "--json", "--quiet"]).json(code)
}

#[test]
fn a_search_by_direction_does_not_depend_on_lengths() {
    let starter = repository().join("config/models/starter");
    let [plain, extreme] = [(); 2].map(|()| {
        let folder = Folder::new();
        folder.copy("model", &starter);
        folder
    });
    rewrite(&plain.path().join("model"), |_, bits| bits);
    rewrite(&extreme.path().join("model"), |vector, bits| match vector {
        3 => 0,
        _ if vector % 2 == 0 => huge(bits),
        _ => bits,
    });
    for query in ["like L0D8 layers:0", "like L0D9 layers:0"] {
        let hits = |folder: &Folder| {
            let answer = answer(folder, query, 0);
            let hits = answer["hits"].as_array().expect("a list").iter();
            // The vector of length 0 has no direction.
            let hits = hits.filter(|hit| hit["id"] != "L0D3").take(5);
            hits.map(|hit| (hit["id"].clone(), hit["relevance"].clone())).collect::<Vec<_>>()
        };
        let expected = hits(&plain);
        assert_eq!(expected.len(), 5);
        assert_eq!(hits(&extreme), expected, "{query}");
    }
    let none = answer(&extreme, "like L0D3", 1);
    assert_eq!(none["hits"], json!([]));
    let why = none["notes"].to_string();
    assert!(why.contains("L0D3 has length 0, so it has no direction and no vector is like it"), "{why}");
}
