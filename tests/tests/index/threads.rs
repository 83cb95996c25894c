//! A system that starts only a few threads: an answer, or one line that says so; the index stays as it is.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Output, Stdio};

use serde_json::{Value, json};
use tests::{Folder, command_after, run};

use crate::{found, status};

/// A user without processes. The limit counts all processes and threads of a user, and root has none.
const USER: u32 = 54_321;

/// Runs the program in a folder with at most `threads` threads.
fn limited(folder: &Path, is_root: bool, threads: usize, args: &[&str], stdin: &[u8]) -> Output {
    let limit = format!("ulimit -u {threads}");
    let mut command = if is_root {
        give(folder);
        let mut command = command_after(folder, &format!("{limit}; shift; exec ./program \"$@\""));
        command.uid(USER).gid(USER);
        command
    } else {
        // A new user namespace counts its own processes.
        command_after(folder, &format!("shift; exec unshare -r bash -c '{limit}; exec ./program \"$@\"' bash \"$@\""))
    };
    // The first argument is dropped by `shift`.
    let mut child = command.arg("unembed").args(args).stdin(Stdio::piped()).spawn().expect("bash starts");
    // A program that starts no thread does not read.
    let _ = child.stdin.take().expect("a pipe").write_all(stdin);
    child.wait_with_output().expect("it ends")
}

/// Makes all files of a folder the user's.
fn give(path: &Path) {
    chown(path, Some(USER), Some(USER)).expect("root can");
    if path.is_dir() {
        fs::read_dir(path).expect("readable").for_each(|entry| give(&entry.expect("readable").path()));
    }
}

fn message(content: Value) -> Vec<u8> {
    let text = content.to_string();
    format!("Content-Length: {}\r\n\r\n{text}", text.len()).into_bytes()
}

/// Checks that the program has answered, or has said what is missing. Returns whether it has answered.
#[track_caller]
fn answered(threads: usize, args: &[&str], ended: &Output) -> bool {
    let said = String::from_utf8_lossy(&ended.stderr);
    let context = format!("{threads} threads, {args:?}: {:?} {said}", ended.status);
    assert!(!said.contains("panicked"), "{context}");
    if ended.status.success() {
        assert!(!ended.stdout.is_empty(), "{context}");
        return true;
    }
    assert!(matches!(ended.status.code(), Some(2 | 3)), "{context}");
    let errors = said.lines().filter(|line| line.starts_with("error: ")).collect::<Vec<_>>();
    assert!(errors.len() == 1 && errors[0].contains("ulimit -u"), "{context}");
    false
}

#[test]
fn few_threads_are_an_error_and_no_damage() {
    let folder = Folder::new();
    let is_root = folder.path().metadata().expect("it is there").uid() == 0;
    fs::copy(tests::program(), folder.path().join("program")).expect("it is copied");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("change permissions");
    run(folder.path(), ["index", "build"]);
    let notes = folder.write("notes.txt", "On day 7 the doctor saw a patient in the old town.");
    run(folder.path(), ["index".as_ref(), "examples".as_ref(), notes.as_os_str()]);
    let (before, hits) = (status(&folder), found(&folder, "food"));

    let capabilities = json!({"processId": null, "rootUri": null, "capabilities": {}});
    let session = [
        message(json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": capabilities})),
        message(json!({"jsonrpc": "2.0", "method": "initialized", "params": {}})),
        message(json!({"jsonrpc": "2.0", "id": 2, "method": "shutdown"})),
        message(json!({"jsonrpc": "2.0", "method": "exit"})),
    ]
    .concat();
    let commands: [(&[&str], &[u8]); 4] = [
        (&["trace", "-p", "The history of the war"], b""),
        (&["search", "food"], b""),
        (&["lsp", "--alone"], &session),
        (&["index", "build"], b""),
    ];
    let mut counts = [0, 0];
    for threads in (1..=12).chain([16, 20, 28]) {
        for (args, stdin) in commands {
            let ended = limited(folder.path(), is_root, threads, args, stdin);
            counts[usize::from(answered(threads, args, &ended))] += 1;
        }
    }
    assert!(counts[0] >= 8 && counts[1] >= 8, "refused and answered: {counts:?}");
    assert_eq!((status(&folder), found(&folder, "food")), (before, hits));
}
