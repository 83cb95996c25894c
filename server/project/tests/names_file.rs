//! Reading and replacing names files.

use std::fs;
use std::time::{Duration, SystemTime};

use project::{FoundNames, NAMES_FILE, NamesFiles, names, read_names, replace_file};

#[test]
fn a_missing_file_is_empty_and_another_encoding_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(NAMES_FILE);
    assert_eq!(read_names(&path, &[]).expect("is empty"), "");
    fs::write(&path, b"fake:\n  caf\xe9: L1D5\n").expect("is written");
    let message = read_names(&path, &[]).expect_err("not UTF-8").to_string();
    assert!(message.contains("cannot be read") && message.contains("UTF-8"), "{message}");
    replace_file(&path, &[], "fake:\n  food: L1D5\n").expect("is written");
    assert_eq!(&**names(folder.path(), &[folder.path().to_owned()]).expect("is read").text(), "fake:\n  food: L1D5\n");
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1, "nothing is left beside it");
}

#[test]
fn a_file_that_did_not_change_is_read_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(NAMES_FILE);
    let files = NamesFiles::default();
    let mut reads = 0;
    let read = |reads: &mut usize| {
        let text = files.read(&FoundNames::at(&path).unwrap(), &[], |text| {
            *reads += 1;
            text
        });
        text.expect("is read")
    };
    assert_eq!((read(&mut reads), read(&mut reads), reads), (String::new(), String::new(), 2));

    fs::write(&path, "old").expect("is written");
    let long_ago = SystemTime::now() - Duration::from_secs(60);
    fs::File::options().write(true).open(&path).and_then(|f| f.set_modified(long_ago)).expect("has a time");
    assert_eq!((read(&mut reads), read(&mut reads), reads), ("old".to_owned(), "old".to_owned(), 3));
    fs::write(&path, "new").expect("is written");
    // It changed just now, within a tick of the clock: it is read each time.
    assert_eq!((read(&mut reads), read(&mut reads), reads), ("new".to_owned(), "new".to_owned(), 5));
}

/// A cloned folder whose names file is a link to a file of the user.
#[cfg(unix)]
#[test]
fn a_link_out_of_the_project_is_neither_read_nor_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let (project, profile) = (folder.path().join("project"), folder.path().join("profile"));
    fs::create_dir(&project).expect("a folder");
    fs::write(&profile, "mine").expect("is written");
    let path = project.join(NAMES_FILE);
    std::os::unix::fs::symlink(&profile, &path).expect("a link");
    let message = read_names(&path, &[]).expect_err("it leads out").to_string();
    assert!(message.contains("it leads out of the workspace"), "{message}");
    replace_file(&path, &[], "payload").expect_err("it leads out");
    assert_eq!(fs::read_to_string(&profile).expect("a file"), "mine");
    // In a repository that holds both, it may be followed.
    fs::create_dir(folder.path().join(".git")).expect("a folder");
    assert_eq!(read_names(&path, &[]).expect("is read"), "mine");
}
