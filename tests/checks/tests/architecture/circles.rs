//! Files that import each other: a reader of one file must read all of them. The number in each crate must not grow.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use checks::repository;

use crate::IMPORTS;
use crate::imports::imports;

/// The most files of a crate that all import each other, directly or through others; 0 where none do. Lower a number when
/// a circle is gone.
const CIRCLES: &[(&str, usize)] = &[
    ("base", 0),
    ("kernels", 0),
    ("syntax", 2),
    ("lm", 2),
    ("api", 0),
    ("model", 0),
    ("concepts", 0),
    ("config", 0),
    ("ide", 4),
    ("project", 0),
    ("lsp", 0),
    ("daemon", 0),
    ("cli", 2),
];

#[test]
fn no_more_files_import_each_other_than_before() {
    let allowed: BTreeMap<_, _> = CIRCLES.iter().copied().collect();
    let mut wrong = Vec::new();
    for (name, _) in IMPORTS.iter().filter(|(name, _)| !["tests", "checks"].contains(name)) {
        let circle = largest_circle(&repository().join("server").join(name).join("src"));
        match (circle.len(), allowed.get(name)) {
            (found, Some(&most)) if found == most => {}
            (found, most) => {
                wrong.push(format!("{name}: {found} files import each other, the table says {most:?}: {circle:#?}"))
            }
        }
    }
    assert!(wrong.is_empty(), "break the circle, or lower the number in the table:\n{}", wrong.join("\n"));
    assert!(
        allowed.keys().all(|name| IMPORTS.iter().any(|(known, _)| known == name)),
        "the table names a crate that is gone"
    );
}

#[test]
fn a_circle_is_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |file: &str, text: &str| {
        let path = folder.path().join(file);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("is written");
    };
    write("lib.rs", "mod a;\nmod b;\nmod c;\nmod d;\npub use d::Shown;\n");
    // By a name, by a path, and through a re-export; what is for tests does not count.
    write("a.rs", "use crate::b::{self, Kept as K};\nfn f(_: K) {}\n");
    write("b.rs", "mod inner;\npub(crate) use inner::Kept;\n");
    write("b/inner.rs", "pub(crate) struct Kept;\nfn g() { crate::c::h() }\n");
    write("c.rs", "pub(crate) fn h() { super::a::f() }\n");
    write("d.rs", "use crate::a::f;\npub struct Shown;\n#[cfg(test)]\nmod tests { use crate::Shown; }\n");
    let circle = largest_circle(folder.path());
    assert_eq!(
        circle.iter().map(|f| f.to_string_lossy().into_owned()).collect::<Vec<_>>(),
        ["a.rs", "b/inner.rs", "c.rs"]
    );
}

/// The most files in this folder of sources that import each other.
fn largest_circle(src: &Path) -> Vec<PathBuf> {
    let roots = [src.join("lib.rs"), src.join("main.rs")];
    let root = roots.iter().find(|r| r.exists()).expect("a crate has a root");
    let imports = imports(root);
    let reached: BTreeMap<&PathBuf, BTreeSet<&PathBuf>> =
        imports.keys().map(|f| (f, reached_from(f, &imports))).collect();
    let circles = imports.keys().map(|file| {
        let back = |other: &&PathBuf| reached.get(other).is_some_and(|r| r.contains(file));
        reached[file].iter().copied().filter(back).collect::<Vec<_>>()
    });
    let largest = circles.max_by_key(Vec::len).unwrap_or_default();
    largest.into_iter().map(|file| file.strip_prefix(src).unwrap_or(file).to_owned()).collect()
}

/// The files that a file imports, and those that they import, and so on.
fn reached_from<'a>(file: &PathBuf, imports: &'a BTreeMap<PathBuf, BTreeSet<PathBuf>>) -> BTreeSet<&'a PathBuf> {
    let mut reached = BTreeSet::new();
    let mut next: Vec<&PathBuf> = imports[file].iter().collect();
    while let Some(file) = next.pop() {
        if reached.insert(file) {
            next.extend(imports.get(file).into_iter().flatten());
        }
    }
    reached
}
