//! Model folders: opening any folder ends in a model that runs or in an error of one line. Memory use is proportional
//! to the size of the files.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::sync::{Arc, OnceLock};

use base::Cancel;
use kernels::Pool;
use lm::LanguageModel;
use model::{Checkpoint, Model, Options};
use serde_json::{Map, Value, json};
use tempfile::TempDir;

use crate::memory::peak;

/// The file names that an input may use; other names are ignored.
const NAMES: [&str; 12] = [
    "config.json",
    "model.safetensors",
    "model.safetensors.index.json",
    "model.gguf",
    "a.safetensors",
    "b.safetensors",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.json",
    "merges.txt",
];
/// Memory in bytes that does not depend on the files: tables of constant size.
const BASE_MEMORY: usize = 16 << 20;
/// Memory in bytes per byte of the files: parsed JSON, and tokens in several tables.
const MEMORY_PER_BYTE: usize = 256;
/// The largest data section, in bytes, that is generated for a header.
const MAX_GENERATED_DATA: u64 = 64 * 1024;

/// The input holds files that replace those of a valid small model, each after a line `=== name`. `=== +name` is a
/// safetensors header alone; its length and data are generated. `=== -name` removes the file.
pub(crate) fn check(data: &[u8]) {
    let mut files = valid_model().clone();
    for (name, content) in sections(data) {
        match name.split_at_checked(1) {
            Some(("-", name)) => drop(files.remove(name)),
            Some(("+", name)) => drop(known(name).map(|name| files.insert(name, with_data(content)))),
            _ => drop(known(name).map(|name| files.insert(name, content.to_vec()))),
        }
    }
    FOLDER.with_borrow_mut(|folder| {
        folder.set(&files);
        let size: usize = files.values().map(Vec::len).sum();
        let ((), most) = peak(|| open(folder));
        assert!(most <= BASE_MEMORY + MEMORY_PER_BYTE * size, "{most} bytes for files of {size}");
    });
}

fn open(folder: &Folder) {
    let checkpoint = match Checkpoint::open(folder.temp.path()) {
        Ok(checkpoint) => checkpoint,
        Err(e) => return one_line(&e.to_string()),
    };
    static POOL: OnceLock<Arc<Pool>> = OnceLock::new();
    let pool = POOL.get_or_init(|| Arc::new(Pool::new(1))).clone();
    let model = match Model::load(&checkpoint, Options { cache: 1 << 20, ..Options::named("m", pool) }) {
        Ok(model) => model,
        Err(e) => return one_line(&e.to_string()),
    };
    runs(&model);
}

/// A model that loads must run. Its numbers are not checked.
fn runs(model: &Model) {
    let text = " the <|endoftext|>\u{e9}\n";
    // An added token may have no row. Such a model loads, and fails where the token is used.
    let mut is_beyond = false;
    for bos in [None, Some(false), Some(true)] {
        let encoded = model.encode(text, bos);
        let mut at = 0;
        for token in &encoded.tokens {
            is_beyond |= bos.is_none() && token.id.0 as usize >= model.info().vocab;
            let Some(span) = &token.span else { continue };
            assert!(at <= span.start && span.end <= text.len(), "{span:?}");
            at = span.start;
        }
        assert!(encoded.tokens.len() <= model.info().context);
    }
    let weights = model.weights();
    match weights.coefficients(text, &Cancel::default(), &mut |_, _, _| {}) {
        Ok(_) => assert!(!is_beyond, "a token without a row was read"),
        Err(e) => one_line(&e.to_string()),
    }
    if let Err(e) = model.values(&[model.info().value_at(0)], 3, &Cancel::default()) {
        one_line(&e.to_string());
    }
}

fn one_line(message: &str) {
    assert!(!message.is_empty() && !message.contains(char::is_control), "{message:?}");
}

fn known(name: &str) -> Option<&'static str> {
    NAMES.into_iter().find(|known| *known == name)
}

/// The named sections of an input.
fn sections(data: &[u8]) -> Vec<(&str, &[u8])> {
    const MARK: &[u8] = b"=== ";
    let begins = |at: &usize| data[*at..].starts_with(MARK) && (*at == 0 || data[at - 1] == b'\n');
    let starts: Vec<usize> = (0..data.len()).filter(begins).collect();
    let ends = starts.iter().skip(1).map(|next| next - 1).chain([data.len()]);
    let section = |(start, end): (&usize, usize)| {
        let section = &data[start + MARK.len()..end.max(start + MARK.len())];
        let line = section.iter().position(|&b| b == b'\n').unwrap_or(section.len());
        let content = section.get(line + 1..).unwrap_or_default();
        Some((std::str::from_utf8(&section[..line]).ok()?, content))
    };
    starts.iter().zip(ends).filter_map(section).collect()
}

/// A safetensors file: the header's length, the header, and as many bytes of data as the header declares.
fn with_data(header: &[u8]) -> Vec<u8> {
    let tensors: Map<String, Value> = serde_json::from_slice(header).unwrap_or_default();
    let ends = tensors.values().filter_map(|tensor| tensor["data_offsets"][1].as_u64());
    let end = ends.filter(|end| *end <= MAX_GENERATED_DATA).max().unwrap_or(0);
    [&(header.len() as u64).to_le_bytes(), header, &vec![0x3c; end as usize]].concat()
}

/// The files of a GPT-2 with one block, width 4, two heads, a context of 8 and a token for each byte.
fn valid_model() -> &'static BTreeMap<&'static str, Vec<u8>> {
    static FILES: OnceLock<BTreeMap<&'static str, Vec<u8>>> = OnceLock::new();
    FILES.get_or_init(|| {
        let config = json!({
            "model_type": "gpt2", "n_embd": 4, "n_head": 2, "n_layer": 1, "n_positions": 8, "vocab_size": 258,
            "bos_token_id": 257, "eos_token_id": 257,
        });
        let own = |b: &u8| matches!(b, b'!'..=b'~' | 0xa1..=0xac | 0xae..=0xff);
        let shifted = (0..=255u8).filter(|b| !own(b)).zip(256u32..).map(|(b, letter)| (b, char::from_u32(letter)));
        let letters = (0..=255u8).filter(own).map(|b| (b, Some(char::from(b)))).chain(shifted);
        let mut vocab: Map<String, Value> =
            letters.map(|(b, letter)| (letter.expect("a letter").to_string(), json!(b))).collect();
        vocab.extend([("th".to_owned(), json!(256)), ("<|endoftext|>".to_owned(), json!(257))]);
        let tokenizer = json!({
            "added_tokens": [{ "id": 257, "content": "<|endoftext|>", "special": true }],
            "pre_tokenizer": { "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true },
            "model": { "type": "BPE", "vocab": vocab, "merges": ["t h"] },
        });
        let shapes: [(&str, &[u64]); 16] = [
            ("wte.weight", &[258, 4]),
            ("wpe.weight", &[8, 4]),
            ("h.0.ln_1.weight", &[4]),
            ("h.0.ln_1.bias", &[4]),
            ("h.0.attn.c_attn.weight", &[4, 12]),
            ("h.0.attn.c_attn.bias", &[12]),
            ("h.0.attn.c_proj.weight", &[4, 4]),
            ("h.0.attn.c_proj.bias", &[4]),
            ("h.0.ln_2.weight", &[4]),
            ("h.0.ln_2.bias", &[4]),
            ("h.0.mlp.c_fc.weight", &[4, 16]),
            ("h.0.mlp.c_fc.bias", &[16]),
            ("h.0.mlp.c_proj.weight", &[16, 4]),
            ("h.0.mlp.c_proj.bias", &[4]),
            ("ln_f.weight", &[4]),
            ("ln_f.bias", &[4]),
        ];
        let mut header = Map::new();
        let mut at = 0;
        for (name, shape) in shapes {
            let end = at + 2 * shape.iter().product::<u64>();
            header.insert(name.to_owned(), json!({ "dtype": "BF16", "shape": shape, "data_offsets": [at, end] }));
            at = end;
        }
        let text = |value: Value| value.to_string().into_bytes();
        BTreeMap::from([
            ("config.json", text(config)),
            ("tokenizer.json", text(tokenizer)),
            ("model.safetensors", with_data(&text(Value::Object(header)))),
        ])
    })
}

thread_local! {
    static FOLDER: RefCell<Folder> = RefCell::new(Folder::new());
}

/// A folder on disk; only changed files are written.
struct Folder {
    temp: TempDir,
    files: BTreeMap<&'static str, Vec<u8>>,
}

impl Folder {
    fn new() -> Self {
        Self { temp: tempfile::tempdir().expect("a folder"), files: BTreeMap::new() }
    }

    fn set(&mut self, files: &BTreeMap<&'static str, Vec<u8>>) {
        for name in self.files.keys().filter(|name| !files.contains_key(*name)) {
            fs::remove_file(self.temp.path().join(name)).expect("it is there");
        }
        for (name, content) in files.iter().filter(|(name, content)| self.files.get(*name) != Some(content)) {
            fs::write(self.temp.path().join(name), content).expect("files can be written");
        }
        self.files.clone_from(files);
    }
}
