//! Files that lie about themselves: each is refused in one line, and none makes the program panic or take memory.

use std::fs;

use proptest::prelude::*;

use crate::files::checkpoint::Checkpoint;
use crate::files::tokenizer::Tokenizer;
use crate::tiny::Folder;

/// A sound file, with a tokenizer of each kind.
fn sound(name: &str) -> Vec<u8> {
    fs::read(format!("{}/../../tests/data/gguf/{name}.gguf", env!("CARGO_MANIFEST_DIR"))).expect("the file")
}

/// Opens the file and reads all of it: its config, its tokenizer and its tensors.
fn open(bytes: &[u8]) -> Result<(), String> {
    let folder = Folder::empty();
    folder.write("model.gguf", bytes);
    let path = folder.path().join("model.gguf");
    let read = || {
        let checkpoint = Checkpoint::open(&path)?;
        Tokenizer::open(checkpoint.files(), checkpoint.plan().sizes.vocab)?;
        for (name, shape) in checkpoint.plan().tensors().chain(checkpoint.plan().head()) {
            checkpoint.read(&name, &shape, &mut |_| {})?;
        }
        Ok::<_, lm::OpenError>(())
    };
    read().map_err(|e| {
        let shown = path.display().to_string();
        assert!(e.message.starts_with(&shown), "{:?} should begin with the file", e.message);
        assert!(!e.message.contains('\n') && e.message.contains(';'), "{:?} should be one line that helps", e.message);
        e.message.replace(&shown, "model.gguf")
    })
}

/// The file with the first occurrence of some bytes replaced by as many others.
fn with(name: &str, from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut bytes = sound(name);
    let at = bytes.windows(from.len()).position(|window| window == from).expect("it occurs");
    bytes[at..at + to.len()].copy_from_slice(to);
    bytes
}

#[track_caller]
fn refused(bytes: &[u8], why: &str) {
    let message = open(bytes).expect_err("it should not open");
    assert!(message.contains(why), "{message:?} should say {why:?}");
}

/// A tensor's name with its length before it, and what follows the shape's two sides.
fn tensor(name: &str, sides: [u64; 2], kind: u32) -> Vec<u8> {
    let mut bytes = (name.len() as u64).to_le_bytes().to_vec();
    bytes.extend(name.as_bytes());
    bytes.extend(2u32.to_le_bytes());
    sides.iter().for_each(|side| bytes.extend(side.to_le_bytes()));
    bytes.extend(kind.to_le_bytes());
    bytes
}

#[test]
fn sound_files_open() {
    for name in ["llama2", "llama3", "gemma2", "gpt2"] {
        assert_eq!(open(&sound(name)), Ok(()), "{name}");
    }
}

#[test]
fn a_folder_with_one_file_is_that_file() {
    let folder = Folder::empty();
    folder.write("model.gguf", sound("llama3"));
    assert!(Checkpoint::open(folder.path()).is_ok());
    folder.write("other.gguf", sound("llama3"));
    let message = Checkpoint::open(folder.path()).err().expect("which of them?").message;
    assert!(message.contains("2 GGUF files; name one of them"), "{message}");
}

#[test]
fn false_headers() {
    refused(b"", "truncated");
    refused(b"GGUF", "truncated");
    refused(b"PK\x03\x04....", "not a GGUF file");
    refused(b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull");
    refused(&with("llama3", b"GGUF\x03\0\0\0", b"GGUF\x01\0\0\0"), "version 1");
    refused(&with("llama3", b"GGUF\x03\0\0\0", b"GGUF\0\0\0\x03"), "big-endian");
    let mut many = sound("llama3");
    many[8..16].copy_from_slice(&u64::MAX.to_le_bytes());
    refused(&many, "tensors");
    let mut many = sound("llama3");
    many[16..24].copy_from_slice(&u64::MAX.to_le_bytes());
    assert!(open(&many).is_err());
    let mut long = sound("llama3");
    long[24..32].copy_from_slice(&(1u64 << 60).to_le_bytes());
    refused(&long, "a length there is wrong");
}

#[test]
fn models_that_are_not_read() {
    refused(
        &with("llama3", b"\x05\0\0\0\0\0\0\0llama", b"\x05\0\0\0\0\0\0\0mamba"),
        "of a mamba, but only gpt2, llama",
    );
    refused(&with("llama3", b"llama.block_count", b"llama.block_fault"), "no llama.block_count");
    refused(
        &with(
            "llama3",
            b"tokenizer.ggml.pre\x08\0\0\0\x05\0\0\0\0\0\0\0gpt-2",
            b"tokenizer.ggml.pre\x08\0\0\0\x05\0\0\0\0\0\0\0other",
        ),
        "\"other\"",
    );
    refused(&with("llama3", b"tokenizer.ggml.model", b"tokenizer.ggml.modus"), "tokenizer.json beside");
}

#[test]
fn false_tensors() {
    let (name, sides) = ("blk.0.ffn_up.weight", [48, 112]);
    let of = |sides, kind| with("llama3", &tensor(name, [48, 112], 1), &tensor(name, sides, kind));
    assert_eq!(open(&of(sides, 1)), Ok(()));
    refused(&of(sides, 23), "stored as IQ4_XS");
    refused(&of(sides, 99), "type 99 of ggml");
    refused(&of(sides, 12), "whole blocks");
    refused(&of(sides, 0), "overlap");
    refused(&of([48, u64::MAX], 1), "blk.0.ffn_up.weight");
    refused(&of([112, 48], 1), "but config.json asks for [112, 48]");
    refused(&with("llama3", name.as_bytes(), b"blk.9.ffn_up.weight"), "missing");
}

#[test]
fn every_truncation_is_noticed() {
    let whole = sound("llama3");
    for part in 0..64 {
        let end = whole.len() * part / 64;
        assert!(open(&whole[..end]).is_err(), "{end} bytes");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Changed bytes within the header: it opens, or is refused in one line.
    #[test]
    fn changed_bytes_do_no_harm(
        changes in proptest::collection::vec((0usize..4000, any::<u8>()), 1..4),
        spaced in any::<bool>(),
    ) {
        let mut bytes = sound(if spaced { "llama2" } else { "llama3" });
        changes.into_iter().for_each(|(at, byte)| bytes[at] = byte);
        let _ = open(&bytes);
    }
}
