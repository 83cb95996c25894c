//! Hostile model folders, prompt files and workspaces. The command line says what is wrong within the deadline and within
//! its memory; a daemon serves the hostile editor and, beside it, an ordinary one.

mod configs;
mod headers;
mod prompts;
mod tokenizers;
mod workspaces;

use std::fs;
use std::path::Path;
use std::time::Duration;

use serde_json::json;

use super::ordinary::{at_last_line, beside, session};
use super::watched::{limited, watch};
use crate::{Client, Daemon, Folder, Process, data, uri};

/// The most resident memory of the command line and of the daemon.
const MOST_KILOBYTES: u64 = 3_000_000;
/// The most lines of errors and warnings: the longest list of a prompt file here has so many entries.
const MOST_LINES: usize = 20_000;
/// The most bytes of a line.
const LONGEST_LINE: usize = 2000;
/// The library of regular expressions prints this when it gives up; the program goes on without it.
const THIRD_PARTY: &str = "/onig-";
/// A prompt file of more bytes is not opened in an editor.
const MOST_OPENED: u64 = 16 << 20;

/// A hostile workspace, and what the command line says of it.
struct Case {
    name: String,
    /// Makes the workspace, with a file `a.prompt`, in an empty folder.
    make: Box<dyn Fn(&Path)>,
    args: &'static [&'static str],
    code: i32,
    /// A part of stderr.
    says: &'static str,
}

/// What one class of cases has cost.
#[derive(Default)]
struct Cost {
    slowest: (Duration, String),
    kilobytes: (u64, String),
    /// Runs in which a library has printed a text of its own.
    printed: usize,
}

/// Hostile model folders: every case of which the number is a multiple of `every`.
pub fn models(every: usize) -> String {
    let cases = [headers::cases(), configs::cases(), tokenizers::cases()];
    class("model folders", cases.into_iter().flatten().collect(), every)
}

/// Hostile prompt files, in the same way.
pub fn prompts(every: usize) -> String {
    class("prompt files", prompts::cases(), every)
}

/// Hostile workspaces, in the same way.
pub fn workspaces(every: usize) -> String {
    class("workspaces", workspaces::cases(), every)
}

fn class(name: &str, cases: Vec<Case>, every: usize) -> String {
    let folder = Folder::new();
    // The daemon is started with the limits of memory.
    let first = Client::run(limited(folder.path()).arg("lsp"));
    let mut wrong = Vec::new();
    let mut cost = Cost::default();
    let ((), times) = beside(&folder, 1, || {
        for (n, case) in cases.iter().enumerate().step_by(every) {
            let root = folder.path().join(n.to_string());
            fs::create_dir(&root).expect("a folder");
            (case.make)(&root);
            if let Err(what) = command_line(&folder, &root, case, &mut cost) {
                wrong.push(format!("{}: {what}", case.name));
            }
            visit(&folder, &root);
        }
    });
    assert!(wrong.is_empty(), "{name}:\n{}", wrong.join("\n"));
    let daemon = Daemon(folder.path());
    let pid = daemon.pid();
    let daemons = Process::peak(&pid).expect("the daemon runs");
    assert!(daemons < MOST_KILOBYTES, "{name}: the daemon took {daemons} kB");
    drop(first);
    let Cost { slowest: (took, slowest), kilobytes: (kilobytes, largest), printed } = cost;
    format!(
        "{} hostile {name} ({printed} with a panic text of the library onig): slowest {:.1} s ({slowest}), most memory {:.0} MB ({largest}), daemon at most {:.0} MB\n  \
         the editor beside them: {times}",
        cases.len().div_ceil(every),
        took.as_secs_f64(),
        kilobytes as f64 / 1e3,
        daemons as f64 / 1e3,
    )
}

/// Runs the command line in a hostile workspace. An error is a violation.
fn command_line(folder: &Folder, root: &Path, case: &Case, cost: &mut Cost) -> Result<(), String> {
    let ran = watch(limited(folder.path()).args(case.args).current_dir(root));
    cost.slowest = cost.slowest.clone().max((ran.took, case.name.clone()));
    cost.kilobytes = cost.kilobytes.clone().max((ran.kilobytes, case.name.clone()));
    let (code, stdout, stderr) = (ran.finished.code, ran.finished.stdout, ran.finished.stderr);
    let is_printed = stderr.contains(THIRD_PARTY);
    let check = |is_right: bool, what: &str| match is_right {
        true => Ok(()),
        false => Err(format!("{what}: code {code}, {} kB, stderr {}", ran.kilobytes, cut(&stderr))),
    };
    check(code == case.code, "the exit code is wrong")?;
    check(stdout.is_empty() == (code >= 2), "stdout is wrong")?;
    check(stderr.contains(case.says), "the text is wrong")?;
    check(is_printed || !stderr.contains("panicked"), "it panicked")?;
    let lines: Vec<&str> = stderr.lines().collect();
    let is_said = |line: &&str| line.starts_with("error: ") || line.starts_with("warning: ");
    check(is_printed || lines.iter().all(|line| is_said(line) && line.len() < LONGEST_LINE), "a line is wrong")?;
    check(
        is_printed || lines.len() <= MOST_LINES && lines.is_empty() == case.says.is_empty(),
        "the number of lines is wrong",
    )?;
    cost.printed += usize::from(is_printed);
    check(ran.kilobytes < MOST_KILOBYTES, "too much memory")
}

/// An editor in the hostile workspace, on the daemon: each request has one answer.
fn visit(folder: &Folder, root: &Path) {
    let path = root.join("a.prompt");
    let is_opened = path.symlink_metadata().is_ok_and(|found| found.is_file() && found.len() < MOST_OPENED);
    let text = is_opened.then(|| String::from_utf8_lossy(&fs::read(&path).expect("readable")).into_owned());
    let text = text.unwrap_or_else(|| "The history of".to_owned());
    let mut client = session(folder, root);
    let document = uri(&path);
    client.open(&document, &text);
    let hover = client.request("textDocument/hover", at_last_line(&document, &text, 5));
    let pulled = client.request("textDocument/diagnostic", json!({"textDocument": {"uri": document}}));
    let trace = client.execute("unembed.trace", json!({"uri": document, "positions": "last"}));
    for request in [hover, pulled, trace] {
        // An error is an answer, too.
        let _ = client.answer(request);
    }
    client.shutdown();
}

/// A workspace whose prompt file is run on a spoilt copy of the unusual checkpoint.
fn model(name: &str, code: i32, says: &'static str, spoil: impl Fn(&Path) + 'static) -> Case {
    let make = move |root: &Path| {
        let folder = root.join("model");
        fs::create_dir(&folder).expect("a folder");
        for entry in fs::read_dir(data("odd")).expect("the checkpoint is there").flatten() {
            fs::copy(entry.path(), folder.join(entry.file_name())).expect("copied");
        }
        fs::write(root.join("a.prompt"), "---\nmodel: ./model\n---\nThe history of").expect("writable");
        spoil(&folder);
    };
    let args = &["trace", "a.prompt", "--json", "--positions", "last"];
    Case { name: name.to_owned(), make: Box::new(make), args, code, says }
}

fn cut(text: &str) -> String {
    let mut short: String = text.chars().take(600).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    format!("{short:?}")
}
