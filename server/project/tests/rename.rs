//! A rename: its edits, the files that change, and the texts between which a caller that writes files can be killed.

use base::apply;
use ide::{File, Names};
use lm::LanguageModel;
use lm::fake::FakeModel;
use project::{Rename, RenameError, SavedPrompt, rename};

const NAMES: &str = "\"fake\": # ours\n  dishes: L1D5\n  tower: L1D3 # tall\n\"second\":\n  tower: L0D2\n";

fn names(text: &str) -> Names {
    Names::new("unembed.names.yaml", text)
}

fn prompt(path: &str, text: &str) -> SavedPrompt {
    SavedPrompt { path: path.into(), file: File::new(text) }
}

fn prompts() -> Vec<SavedPrompt> {
    let uses = "---\ninterventions:\n  - tower: off\n---\nThe";
    vec![
        prompt("a.prompt", uses),
        prompt("b.prompt", "The tower"),
        prompt("own/c.prompt", uses),
        prompt("d.prompt", uses),
    ]
}

fn plan(names: &Names, from: &str, to: &str) -> Result<Rename<SavedPrompt>, String> {
    let fingerprint = &FakeModel::default().info().fingerprint.clone();
    let has_names = |prompt: &SavedPrompt| !prompt.path.starts_with("own");
    rename(names, fingerprint, (from, to), || Ok(prompts()), has_names).map_err(|error| error.to_string())
}

#[test]
fn files_that_use_the_name_change_in_order() {
    let names = names(NAMES);
    let plan = plan(&names, "tower", "spire").expect("a plan");
    let changed: Vec<_> = plan.prompts.iter().map(|(p, _)| p.path.to_str().expect("UTF-8")).collect();
    assert_eq!(changed, ["a.prompt", "d.prompt"]);
    let (first, edits) = &plan.prompts[0];
    let expected = "---\ninterventions:\n  - spire: off\n---\nThe";
    assert_eq!(apply(&first.file.text, edits).as_deref(), Some(expected));
    assert_eq!(apply(NAMES, &plan.names), Some(NAMES.replacen("tower", "spire", 1)));
}

#[test]
fn between_the_writes_both_names_stand_for_the_vectors() {
    let (model, before) = (FakeModel::default(), names(NAMES));
    let info = model.info();
    let [both, after] =
        plan(&before, "tower", "spire").expect("a plan").names_texts(&before, "tower", info).expect("fits");
    let between = names(&both);
    for name in ["tower", "spire"] {
        assert_eq!(between.vectors(name, info).ok(), before.vectors("tower", info).ok(), "{both}");
    }
    // What was interrupted goes on from there, and ends with the same text.
    let resumed = plan(&between, "tower", "spire").expect("goes on");
    assert_eq!(apply(&both, &resumed.names), Some(after.clone()));
    assert_eq!(resumed.prompts.len(), 2);
    assert_eq!(after, NAMES.replacen("tower", "spire", 1));
    let [_, again] = resumed.names_texts(&between, "tower", info).expect("fits");
    assert_eq!(again, after);
}

#[test]
fn refusals_say_why_and_look_at_no_file() {
    let model = FakeModel::default();
    let unread = || -> Result<Vec<SavedPrompt>, RenameError> { panic!("no file is looked at") };
    for (from, to, says) in [("tower", "dishes", "is in use"), ("L1D3", "spire", "is an id"), ("none", "spire", "none")]
    {
        let refused = rename(&names(NAMES), &model.info().fingerprint, (from, to), unread, |_| true);
        let message = refused.expect_err("refused").to_string();
        assert!(message.contains(says), "{message}");
    }
    let same = rename(&names(NAMES), &model.info().fingerprint, ("tower", "tower"), unread, |_| true);
    assert!(same.expect("nothing to do").names.is_empty());
}
