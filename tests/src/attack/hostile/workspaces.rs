//! Workspaces: links, pipes, devices and huge files in place of settings, names and prompts.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use super::Case;
use crate::spoil::{KINDS, put};

const SETTINGS: &str = ".unembed.toml";
const NAMES: &str = "unembed.names.yaml";
const GENERATE: &[&str] = &["generate", "a.prompt", "--json"];
/// Reads every prompt file of the project. Quiet, because it warns where it cannot borrow the index from an editor that
/// hovers without a pause.
const VECTOR: &[&str] = &["vector", "L5D662", "--json", "--quiet"];

fn case(
    name: &str,
    args: &'static [&'static str],
    code: i32,
    says: &'static str,
    spoil: impl Fn(&Path) + 'static,
) -> Case {
    let make = move |root: &Path| {
        fs::write(root.join("a.prompt"), "The history of").expect("writable");
        spoil(root);
    };
    Case { name: name.to_owned(), make: Box::new(make), args, code, says }
}

fn file(name: &'static str, of: &str, code: i32, content: impl Into<Vec<u8>>) -> Case {
    let content = content.into();
    let write = move |root: &Path| fs::write(root.join(name), &content).expect("writable");
    case(&format!("{of} in {name}"), GENERATE, code, name, write)
}

pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for kind in KINDS {
        // A link leads to a file of the folder above, which belongs to another workspace.
        let place = move |name: &'static str| {
            move |root: &Path| {
                let outside = root.with_extension("outside");
                fs::write(&outside, "hover.layers = 3\n").expect("writable");
                put(kind, &root.join(name), &outside);
            }
        };
        cases.push(case(&format!("{kind} as settings"), GENERATE, 0, SETTINGS, place(SETTINGS)));
        cases.push(case(&format!("{kind} as names"), GENERATE, 2, NAMES, place(NAMES)));
        cases.push(case(&format!("{kind} as a prompt of the project"), VECTOR, 0, "", place("b.prompt")));
    }
    cases.extend(contents());
    cases.extend(folders());
    cases
}

fn contents() -> Vec<Case> {
    let many = |entry: &dyn Fn(usize) -> String| (0..20_000).map(entry).collect::<String>();
    let models = many(&|n| format!("\"{n}\":\n  a{n}: L0D0\n"));
    vec![
        file(SETTINGS, "20,000 unknown keys", 0, many(&|n| format!("key{n} = 1\n"))),
        file(SETTINGS, "20,000 wrong values", 0, format!("hover.layers = [{}]", "\"x\",".repeat(20_000))),
        file(SETTINGS, "100,000 brackets", 0, format!("a = {}", "[".repeat(100_000))),
        file(SETTINGS, "100,000 dots", 0, format!("a{} = 1", ".a".repeat(100_000))),
        file(SETTINGS, "bytes that are no text", 0, vec![0xff; 1000]),
        file(SETTINGS, "absurd numbers", 0, "hover.layers = -99999999999999999999\nmodels.memory_megabytes = 1e400\n"),
        case("names of 20,000 other models", GENERATE, 0, "", move |root| {
            fs::write(root.join(NAMES), &models).expect("writable");
        }),
        file(NAMES, "100,000 brackets", 0, "[".repeat(100_000)),
        file(NAMES, "bytes that are no text", 2, vec![0xff; 1000]),
        file(NAMES, "a line of ten megabytes", 0, format!("a: {}", "x".repeat(10 << 20))),
    ]
}

fn folders() -> Vec<Case> {
    vec![
        case("files that must not be read", GENERATE, 0, "", |root| {
            for name in [SETTINGS, NAMES] {
                fs::write(root.join(name), "").expect("writable");
                fs::set_permissions(root.join(name), fs::Permissions::from_mode(0o000)).expect("changeable");
            }
        }),
        case("a link to the folder itself", VECTOR, 0, "", |root| symlink(root, root.join("again")).expect("a link")),
        case("a link to the root folder", VECTOR, 0, "", |root| symlink("/", root.join("all")).expect("a link")),
        case("300 nested folders", VECTOR, 0, "", |root| {
            fs::create_dir_all(root.join("d/".repeat(300))).expect("folders");
        }),
        case("a folder as a prompt", &["generate", "b.prompt"], 2, "b.prompt", |root| {
            fs::create_dir(root.join("b.prompt")).expect("a folder");
        }),
        case("a terabyte as the prompt", GENERATE, 2, "a.prompt", |root| {
            put("a terabyte", &root.join("a.prompt"), root)
        }),
    ]
}
