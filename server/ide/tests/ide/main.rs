//! What a person sees at a place of a file. Expected texts are snapshots: `UPDATE_EXPECT=1 cargo test -p ide` rewrites them.
//! The model is `lm`'s fake one; the table at `Legible` in `lm/src/fake/numbers.rs` says what its numbers are. `$0` is the
//! cursor.

#![allow(clippy::unwrap_used)] // clippy takes only #[test] functions for tests

mod boost;
mod code_actions;
mod code_actions_menu;
mod code_actions_names;
mod completion;
mod diagnostics;
mod documents;
mod hover_card;
mod hover_file;
mod hover_glossary;
mod hover_token;
mod hover_token_text;
mod intervene;
mod interventions;
mod names;
mod outline;
mod robust;
mod schema;
mod search;
mod views;

use expect_test::Expect;
use ide::{File, ModelState, Names, Style};
use lm::LanguageModel;
use lm::fake::{FakeConcepts, FakeModel};

/// What a project calls value vectors of the fake model, and of another one.
const NAMES: &str = "\"fake\": # ours
  all of it: [L0D0, L0D1, L1D0]
  dishes: L1D5
  lost: L9D9
  meals: [L1D5, L2D0, L1D5]
  tower: L1D3 # tall
\"another\":
  ships: L0D1
  tower: L0D2
";

fn names() -> Names {
    Names::new("the names file", NAMES)
}

/// The fake model's index, whole.
fn concepts() -> FakeConcepts {
    FakeConcepts::built(FakeModel::default().info())
}

/// A text without its cursor, and where that was.
#[track_caller]
fn cursor(text: &str) -> (File, usize) {
    let at = text.find("$0").expect("the text has a cursor");
    (File::new(text.replacen("$0", "", 1)), at)
}

/// The place, then Markdown, then plain text. A line break that Markdown is told to keep is a `⏎`.
#[track_caller]
fn check_hover(text: &str, expected: Expect) {
    check_hover_with(&ModelState::Ready(&FakeModel::default(), None), text, expected);
}

#[track_caller]
fn check_hover_with(state: &ModelState<'_>, text: &str, expected: Expect) {
    check_hover_of(cursor(text), state, &Style::default(), expected);
}

#[track_caller]
fn check_hover_of((file, at): (File, usize), state: &ModelState<'_>, style: &Style, expected: Expect) {
    let hover = ide::hover(&file, at, state, style, &base::Cancel::new()).unwrap();
    let shown = hover.map_or_else(
        || "nothing".to_owned(),
        |hover| {
            let place = &file.text[hover.range.clone()];
            format!("{place:?}\n\n{}\n\nplain\n{}", hover.markdown.replace("  \n", "⏎\n"), hover.plain)
        },
    );
    expected.assert_eq(&shown);
}
