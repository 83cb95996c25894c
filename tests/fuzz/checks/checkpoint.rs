//! Model folders: whatever their files say, opening one ends in a model that runs or in an error of one line, with memory
//! in proportion to the files.

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

/// What a folder may hold; other names are passed over.
const NAMES: [&str; 11] = [
    "config.json",
    "model.safetensors",
    "model.safetensors.index.json",
    "a.safetensors",
    "b.safetensors",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.json",
    "merges.txt",
];
/// What is held beside the files: tables of constant size.
const MEMORY: usize = 16 << 20;
/// JSON as values, tokens in several tables: so many bytes for one of a file.
const FOR_A_BYTE: usize = 256;
/// More data than this no header makes up.
const MADE_UP: u64 = 64 * 1024;

/// Files that take the place of those of a small model that is in order, each behind a line `=== name`. `=== +name` is a
/// header alone, for which length and data are made up; `=== -name` takes the file away.
pub(crate) fn check(data: &[u8]) {
    let mut files = in_order().clone();
    for (name, content) in sections(data) {
        match name.split_at_checked(1) {
            Some(("-", name)) => drop(files.remove(name)),
            Some(("+", name)) => drop(known(name).map(|name| files.insert(name, with_data(content)))),
            _ => drop(known(name).map(|name| files.insert(name, content.to_vec()))),
        }
    }
    FOLDER.with_borrow_mut(|folder| {
        folder.hold(&files);
        let size: usize = files.values().map(Vec::len).sum();
        let ((), most) = peak(|| open(folder));
        assert!(most <= MEMORY + FOR_A_BYTE * size, "{most} bytes for files of {size}");
    });
}

fn open(folder: &Folder) {
    let checkpoint = match Checkpoint::open(folder.place.path()) {
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

/// What loads must run; that its numbers are of use, nobody says.
fn runs(model: &Model) {
    let text = " the <|endoftext|>\u{e9}\n";
    for bos in [false, true] {
        let encoded = model.encode(text, bos);
        let mut at = 0;
        for token in &encoded.tokens {
            assert!((token.id.0 as usize) < model.info().vocab);
            let Some(span) = &token.span else { continue };
            assert!(at <= span.start && span.end <= text.len(), "{span:?}");
            at = span.start;
        }
        assert!(encoded.tokens.len() <= model.info().context);
    }
    let weights = model.weights();
    if let Err(e) = weights.coefficients(text, &Cancel::default(), &mut |_, _, _| {}) {
        one_line(&e.to_string());
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

/// The files of an input.
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

/// A header with its length before it, and behind it as many bytes as it speaks of.
fn with_data(header: &[u8]) -> Vec<u8> {
    let tensors: Map<String, Value> = serde_json::from_slice(header).unwrap_or_default();
    let ends = tensors.values().filter_map(|tensor| tensor["data_offsets"][1].as_u64());
    let end = ends.filter(|end| *end <= MADE_UP).max().unwrap_or(0);
    [&(header.len() as u64).to_le_bytes(), header, &vec![0x3c; end as usize]].concat()
}

/// A GPT-2 with one block, width 4, two heads, a context of 8, and every byte a token.
fn in_order() -> &'static BTreeMap<&'static str, Vec<u8>> {
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

/// A folder that is written to only where it changes.
struct Folder {
    place: TempDir,
    files: BTreeMap<&'static str, Vec<u8>>,
}

impl Folder {
    fn new() -> Self {
        Self { place: tempfile::tempdir().expect("a folder"), files: BTreeMap::new() }
    }

    fn hold(&mut self, files: &BTreeMap<&'static str, Vec<u8>>) {
        for name in self.files.keys().filter(|name| !files.contains_key(*name)) {
            fs::remove_file(self.place.path().join(name)).expect("it is there");
        }
        for (name, content) in files.iter().filter(|(name, content)| self.files.get(*name) != Some(content)) {
            fs::write(self.place.path().join(name), content).expect("files can be written");
        }
        self.files.clone_from(files);
    }
}
