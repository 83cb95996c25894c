//! What a person sees at a place of a file, held against text written out in full. The model is `lm`'s fake one: its
//! numbers mean nothing and depend on every bit of the question. `$0` is the cursor.

#![allow(clippy::unwrap_used)] // clippy takes only #[test] functions for tests

mod code_actions;
mod diagnostics;
mod documents;
mod hover_file;
mod hover_token;
mod robust;

use ide::{File, ModelState, Style};
use lm::fake::FakeModel;

/// A text without its cursor, and where that was.
#[track_caller]
fn cursor(text: &str) -> (File, usize) {
    let at = text.find("$0").expect("the text has a cursor");
    (File::new(text.replacen("$0", "", 1)), at)
}

/// The place, then Markdown, then plain text. A line break that Markdown is told to keep is a `⏎`.
#[track_caller]
fn check_hover(text: &str, expected: &str) {
    check_hover_with(&ModelState::Ready(&FakeModel::default(), None), text, expected);
}

#[track_caller]
fn check_hover_with(state: &ModelState<'_>, text: &str, expected: &str) {
    let (file, at) = cursor(text);
    let hover = ide::hover(&file, at, state, &Style::default(), &base::Cancel::new()).unwrap();
    let shown = hover.map_or_else(
        || "nothing".to_owned(),
        |hover| {
            let place = &file.text[hover.range.clone()];
            format!("{place:?}\n\n{}\n\nplain\n{}", hover.markdown.replace("  \n", "⏎\n"), hover.plain)
        },
    );
    assert_same(&shown, expected);
}

#[track_caller]
fn assert_same(shown: &str, expected: &str) {
    let expected = expected.trim_matches('\n');
    assert!(shown == expected, "\n<<<<<<< shown\n{shown}\n======= expected\n{expected}\n>>>>>>>");
}
