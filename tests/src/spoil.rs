//! Spoils files and folders: wrong bytes, wrong JSON, and what is no file at all.

use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// What can be in the place of a file.
pub const KINDS: [&str; 10] = [
    "/dev/tty",
    "/dev/zero",
    "/dev/urandom",
    "/dev/stdin",
    "a pipe",
    "a file outside",
    "nothing",
    "itself",
    "a folder",
    "a terabyte",
];

/// Puts such a thing in the place of a file. `outside` is the file that a link may lead to.
pub fn put(kind: &str, path: &Path, outside: &Path) {
    if path.symlink_metadata().is_ok() {
        fs::remove_file(path).expect("removable");
    }
    match kind {
        "a pipe" => assert!(Command::new("mkfifo").arg(path).status().expect("mkfifo").success()),
        "a file outside" => symlink(outside, path).expect("a link"),
        "nothing" => symlink("nowhere/at/all", path).expect("a link"),
        "itself" => symlink(path, path).expect("a link"),
        "a folder" => fs::create_dir(path).expect("a folder"),
        "a terabyte" => File::create(path).and_then(|file| file.set_len(1 << 40)).expect("a sparse file"),
        device => symlink(device, path).expect("a link"),
    }
}

/// Makes a file longer, without taking disk.
pub fn stretch(path: &Path, length: u64) {
    let file = File::options().write(true).open(path).expect("writable");
    file.set_len(length).expect("a sparse file");
}

pub fn edit_json(path: &Path, edit: impl FnOnce(&mut Value)) {
    let mut value = serde_json::from_slice(&fs::read(path).expect("readable")).expect("JSON");
    edit(&mut value);
    fs::write(path, value.to_string()).expect("writable");
}

pub fn edit_bytes(path: &Path, edit: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(path).expect("readable");
    edit(&mut bytes);
    fs::write(path, bytes).expect("writable");
}

/// Replaces the header of a safetensors file. The data stays.
pub fn edit_header(path: &Path, edit: impl FnOnce(&str) -> String) {
    edit_bytes(path, |bytes| {
        let end = 8 + u64::from_le_bytes(bytes[..8].try_into().expect("eight bytes")) as usize;
        let header = edit(std::str::from_utf8(&bytes[8..end]).expect("JSON"));
        let length = (header.len() as u64).to_le_bytes();
        bytes.splice(..end, length.into_iter().chain(header.into_bytes()));
    });
}
