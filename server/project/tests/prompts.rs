//! Which prompt files of a folder are looked at, in which order, and where a value vector is strongest in them.

use std::fs;
use std::path::{Path, PathBuf};

use base::Cancel;
use lm::fake::FakeModel;
use project::{
    MOST_PROMPTS, MOST_RUN, Prompt, SavedPrompt, prompt_files, prompts_of_model, saved_prompts,
    saved_prompts_with_name, strongest,
};
use tempfile::TempDir;

fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (file, text) in files {
        let path = folder.path().join(file);
        fs::create_dir_all(path.parent().expect("is in the folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    folder
}

fn numbered(count: usize) -> TempDir {
    let folder = folder(&[]);
    for n in 0..count {
        fs::write(folder.path().join(format!("{n:04}.prompt")), "The").expect("a file");
    }
    folder
}

fn open(path: PathBuf, text: &str) -> (PathBuf, SavedPrompt) {
    (path.clone(), SavedPrompt { path, file: ide::File::new(text) })
}

fn names_and_texts(prompts: &[SavedPrompt], below: &Path) -> Vec<(String, String)> {
    let name = |p: &SavedPrompt| p.path.strip_prefix(below).expect("is below").to_string_lossy().replace('\\', "/");
    prompts.iter().map(|p| (name(p), p.file.text.to_string())).collect()
}

#[test]
fn prompt_files_come_in_the_order_of_their_paths() {
    let files: [(&str, &[u8]); 6] = [
        ("b.prompt", b"The b"),
        ("a/z.prompt", b"The z"),
        ("a.prompt", b"The a"),
        ("a/note.txt", b"no prompt"),
        ("latin.prompt", b"caf\xe9"),
        (".hidden/c.prompt", b"The c"),
    ];
    let folder = folder(&files);
    let saved = saved_prompts(folder.path());
    let expected = [("a/z.prompt", "The z"), ("a.prompt", "The a"), ("b.prompt", "The b")];
    assert_eq!(names_and_texts(&saved.files, folder.path()), expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
    assert_eq!(saved.left_out, None);
}

#[test]
fn open_files_replace_those_on_the_disk() {
    let folder = folder(&[("a.prompt", b"The a"), ("c.prompt", b"The c")]);
    let at = |name: &str| folder.path().join(name);
    let open = vec![
        open(at("c.prompt"), "The new c"),
        open(at("b.prompt"), "The b"),
        open(folder.path().parent().expect("a parent").join("elsewhere.prompt"), "The other"),
    ];
    let found = prompt_files(folder.path(), open, |path, text| {
        Some(SavedPrompt { path: path.to_owned(), file: ide::File::new(text) })
    });
    let expected = [("a.prompt", "The a"), ("b.prompt", "The b"), ("c.prompt", "The new c")];
    assert_eq!(names_and_texts(&found.files, folder.path()), expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
}

#[test]
fn files_that_are_left_out_are_reported() {
    let folder = numbered(MOST_PROMPTS);
    let all = saved_prompts(folder.path());
    assert_eq!((all.files.len(), &all.left_out), (MOST_PROMPTS, &None));
    let some = prompts_of_model(all, |prompt| !prompt.path.ends_with("0000.prompt"));
    assert_eq!(some.files.len(), MOST_RUN);
    assert!(some.files[0].path.ends_with("0001.prompt"));
    assert_eq!(some.left_out.as_deref(), Some("only the first 50 prompt files for this model were run"));

    fs::write(folder.path().join("zzz.prompt"), "The").expect("a file");
    let first = saved_prompts(folder.path());
    assert_eq!(first.files.len(), MOST_PROMPTS);
    let left_out = first.left_out.expect("a line");
    assert!(left_out.ends_with("holds too many files: only its first 1000 prompt files were read"), "{left_out}");
}

#[test]
fn a_rename_looks_at_every_file_and_keeps_those_with_the_name() {
    let folder = numbered(MOST_PROMPTS + 20);
    for name in ["0001.prompt", "1019.prompt"] {
        fs::write(folder.path().join(name), "---\ninterventions:\n  - tower: off\n---\nThe").expect("a file");
    }
    fs::write(folder.path().join("escaped.prompt"), "---\ninterventions:\n  - \"t\\u006fwer\": off\n---\nThe")
        .expect("a file");
    let found = saved_prompts_with_name(folder.path(), "tower").expect("all files");
    let names: Vec<_> = found.iter().filter_map(|prompt| prompt.path.file_name()).collect();
    assert_eq!(names, ["0001.prompt", "1019.prompt", "escaped.prompt"]);
}

#[test]
fn the_strongest_five_come_first() {
    let texts = ["The city", "The city of Paris", "The river", "The doctor", "The court of London", "The house", "The"];
    let prompts: Vec<_> =
        texts.iter().enumerate().map(|(n, text)| open(format!("{n}.prompt").into(), text).1).collect();
    let (id, model) = ("L1D5".parse().expect("an id"), FakeModel::default().hashed());
    let shown = |prompt: &SavedPrompt| prompt.path.display().to_string();
    let found = strongest(&prompts, shown, id, &model, &Cancel::new()).expect("it runs");
    // One prompt at a time: the last one has no second token.
    let single = |p: &SavedPrompt| ide::strongest(p.file(), &shown(p), id, &model, &Cancel::new()).expect("it runs");
    let mut expected: Vec<_> = prompts.iter().filter_map(single).collect();
    assert_eq!(expected.len(), 6);
    expected.sort_by(|a, b| b.coefficient.abs().total_cmp(&a.coefficient.abs()));
    expected.truncate(5);
    assert_eq!(format!("{found:?}"), format!("{expected:?}"));

    let stopped = Cancel::new();
    stopped.cancel();
    assert_eq!(strongest(&prompts, shown, id, &model, &stopped).err(), Some(lm::Error::Cancelled));
}
