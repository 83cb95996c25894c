//! The extent of a project, its names file, and the files that `visit` finds.

use std::fs;
use std::path::{Path, PathBuf};

use project::{NAMES_FILE, Visited, names_file_beside, root, visit};
use tempfile::TempDir;

/// Creates a folder with these files; a name that ends with `/` is a folder.
fn tree(files: &[&str]) -> TempDir {
    let tree = tempfile::tempdir().expect("create a folder");
    for file in files {
        let path = tree.path().join(file);
        if file.ends_with('/') {
            fs::create_dir_all(path).expect("create a folder");
        } else {
            fs::create_dir_all(path.parent().expect("has a parent")).expect("create a folder");
            fs::write(path, "").expect("write a file");
        }
    }
    tree
}

fn names_file(folder: &Path, roots: &[PathBuf]) -> PathBuf {
    project::names_file(folder, roots).expect("the disk answers")
}

/// Checks the names file of the folder `at` in a tree with these files and workspace folders.
#[track_caller]
fn check(files: &[&str], roots: &[&str], at: &str, expected: &str) {
    let tree = tree(files);
    let roots: Vec<PathBuf> = roots.iter().map(|r| tree.path().join(r)).collect();
    let found = names_file(&tree.path().join(at), &roots);
    assert_eq!(found.strip_prefix(tree.path()), Ok(Path::new(expected)));
}

#[test]
fn uses_the_nearest_names_file() {
    let names = |folder: &str| format!("{folder}/{NAMES_FILE}");
    let (a, b) = (names("w/a"), names("w/a/b"));
    check(&["w/a/b/c/", &a], &["w"], "w/a/b/c", &a);
    check(&["w/a/b/c/", &a, &b], &["w"], "w/a/b/c", &b);
    // In the root if there is none.
    check(&["w/a/b/"], &["w"], "w/a/b", &names("w"));
    // A folder with this name is not a names file.
    check(&["w/a/", &format!("{a}/")], &["w"], "w/a", &names("w"));
}

#[test]
fn a_project_ends_at_its_root() {
    let names = |folder: &str| format!("{folder}/{NAMES_FILE}");
    // A names file above the root belongs to another project.
    check(&["w/a/", NAMES_FILE], &["w"], "w/a", &names("w"));
    check(&["w/a/", &names("w")], &["w", "w/a"], "w/a", &names("w/a"));
    // Without a workspace folder, the root is the repository. `.git` is a file in a worktree.
    check(&["r/.git/", "r/a/b/"], &[], "r/a/b", &names("r"));
    check(&["r/.git", "r/a/b/"], &[], "r/a/b", &names("r"));
    check(&["r/.git/", "r/a/b/"], &["elsewhere"], "r/a/b", &names("r"));
    check(&["r/.git/", "r/a/b/"], &["r/a"], "r/a/b", &names("r/a"));
}

#[test]
fn a_folder_outside_roots_and_repositories_is_its_own_project() {
    // The temporary folder may lie in a repository.
    let tree = tree(&["a/b/", &format!("a/{NAMES_FILE}")]);
    let inside = tree.path().ancestors().find(|f| f.join(".git").exists());
    if inside.is_none() {
        assert_eq!(root(&tree.path().join("a/b"), &[]), tree.path().join("a/b"));
        assert_eq!(names_file(&tree.path().join("a/b"), &[]), tree.path().join("a/b").join(NAMES_FILE));
    }
}

#[test]
fn names_file_beside_counts_files_that_are_only_open() {
    let tree = tree(&["w/a/b/", &format!("w/{NAMES_FILE}")]);
    let open = tree.path().join("w/a").join(NAMES_FILE);
    let (folder, roots) = (tree.path().join("w/a/b"), [tree.path().join("w")]);
    let found = names_file_beside(&folder, &roots, vec![open.clone()]);
    assert_eq!(found.expect("the disk answers").path, open);
    assert_eq!(names_file(&folder, &roots), tree.path().join("w").join(NAMES_FILE));
}

fn seen(root: &Path, most: usize) -> (Vec<String>, Visited) {
    let mut seen = Vec::new();
    let visited = visit(root, |path| Some(path.to_owned()), &mut |path: PathBuf| {
        let path = path.strip_prefix(root).expect("is below the root");
        seen.push(path.to_string_lossy().replace('\\', "/"));
        seen.len() < most
    });
    (seen, visited)
}

#[test]
fn visits_every_file_in_order() {
    let deep = format!("{}x", "d/".repeat(80));
    let files = ["b/c.prompt", "a.prompt", "b/a", ".hidden/x", ".file", "node_modules/x", "b/target/x", "z/", &deep];
    let tree = tree(&files);
    let expected = [".file", "a.prompt", "b/a", "b/c.prompt"].map(str::to_owned).to_vec();
    assert_eq!(seen(tree.path(), usize::MAX), (expected.clone(), Visited::All));
    assert_eq!(seen(tree.path(), 2), (expected[..2].to_vec(), Visited::Stopped));
    assert_eq!(seen(&tree.path().join("nowhere"), 1), (Vec::new(), Visited::All));
}

#[cfg(unix)]
#[test]
fn does_not_follow_links() {
    let tree = tree(&["a/x", "b/"]);
    std::os::unix::fs::symlink(tree.path(), tree.path().join("b/up")).expect("create a link");
    std::os::unix::fs::symlink(tree.path().join("a/x"), tree.path().join("b/y")).expect("create a link");
    assert_eq!(seen(tree.path(), usize::MAX), (vec!["a/x".to_owned()], Visited::All));
}
