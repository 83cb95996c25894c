//! Random files and positions: no panic, valid ranges, edits that apply, valid Markdown.

use base::{Cancel, Edit, apply};
use ide::{ActionKind, File, ModelState, Style, TraceOptions};
use lm::LanguageModel;
use lm::fake::FakeModel;
use proptest::prelude::*;
use unicode_width::UnicodeWidthStr;

const PIECES: &[&str] = &[
    "---\n",
    "---\r\n",
    "---",
    "\n",
    "\r\n",
    "  - ",
    "# ",
    "interventions:\n",
    "  - L1D3: off\n",
    "  # - L2D1: 4.5\n",
    "  - L9D9: off\n",
    "  - food: boost\n",
    "  - meals: 3\n",
    "  - \"all of it\": off\n",
    "  fo",
    "  - ri",
    "  - L0D0: { set: 1, at: { text: \" the\" } }\n",
    "track: [\" Paris\", \"|\"]\n",
    "expect:\n",
    "  - next: \" the\"\n",
    "  - contains: \"`\"\n",
    "bos: true\n",
    "model: starter\n",
    "config: { seed: 1 }\n",
    "[",
    "]",
    "{",
    "}",
    ":",
    "\"",
    "|",
    "`",
    "``",
    "\n\n",
    " the",
    "The",
    " city",
    "🙂",
    "é",
    "<b>",
    "*_~",
    "\u{200b}",
    "\u{feff}",
    "\t",
    "a",
    "12. ",
    "> ",
    "\\",
];

fn files() -> impl Strategy<Value = String> {
    let piece = prop_oneof![4 => proptest::sample::select(PIECES).prop_map(str::to_owned), 1 => ".{0,3}"];
    let any = proptest::collection::vec(piece.clone(), 0..24).prop_map(|p| p.concat());
    let prompt = proptest::collection::vec(piece, 0..24).prop_map(|p| p.concat());
    let sound =
        "---\ninterventions:\n  - L1D3: 4.5 # food\n  # - L2D1: { scale: 2, at: prompt }\ntrack: [\" Paris\"]\n---\n";
    prop_oneof![any, prompt.prop_map(move |p| format!("{sound}{p}"))]
}

/// Rows as long as their head, no HTML, no blocks but paragraphs and tables, prose within 80 columns but for what is wider
/// all by itself.
fn check_markdown(markdown: &str) {
    let mut cells = None;
    for line in markdown.lines() {
        let line = line.trim_end();
        if line.starts_with("| ") || line.starts_with("|---") {
            let count = line.replace("\\|", "").matches('|').count();
            assert_eq!(*cells.get_or_insert(count), count, "{markdown}");
        } else {
            cells = None;
            assert!(line.width() <= 80, "{line:?} is {} columns wide", line.width());
            let starts = ["- ", "+ ", "* ", "# ", "> ", "    ", "---", "===", "```\n"];
            assert!(starts.iter().all(|start| !line.starts_with(start)), "{line:?}");
            assert!(!line.trim_start_matches(|c: char| c.is_ascii_digit()).starts_with(". "), "{line:?}");
        }
        let outside = without_code(line);
        let tag = |at: usize| outside[at + 1..].starts_with(|c: char| c.is_ascii_alphabetic() || "/!?".contains(c));
        let tags = outside.match_indices('<').filter(|(at, _)| !outside[..*at].ends_with('\\') && tag(*at));
        assert_eq!(tags.count(), 0, "{line:?}");
    }
}

/// A line without its code spans.
fn without_code(line: &str) -> String {
    let (mut out, mut rest) = (String::new(), line);
    while let Some(at) = rest.find('`') {
        let before = &rest[..at];
        out.push_str(before);
        let fence = rest[at..].len() - rest[at..].trim_start_matches('`').len();
        let inside = &rest[at + fence..];
        if before.ends_with('\\') {
            rest = inside;
            continue;
        }
        let mut ends = inside.match_indices(&rest[at..at + fence]).map(|(end, _)| end);
        let is_end = |end: &usize| !inside[..*end].ends_with('`') && !inside[end + fence..].starts_with('`');
        let end = ends.find(is_end).unwrap_or_else(|| panic!("a code span without an end: {line:?}"));
        rest = &inside[end + fence..];
    }
    out + rest
}

proptest! {
    #[test]
    fn nothing_breaks(text in files(), at in 0.0..=1.0f64, context in prop_oneof![Just(64usize), 1..8usize]) {
        let file = File::new(text.as_str()).with_names(crate::names());
        let at = (text.len() as f64 * at) as usize;
        let (model, concepts) = (FakeModel::new(context), crate::concepts());
        let state = ModelState::Ready(&model, Some(&concepts));
        let cancel = Cancel::new();
        for diagnostic in ide::diagnostics(&file, &state) {
            prop_assert!(text.get(diagnostic.range).is_some());
        }
        let hover = ide::hover(&file, at, &state, &Style::default(), &cancel).unwrap();
        if let Some(hover) = hover {
            prop_assert!(text.get(hover.range.clone()).is_some());
            prop_assert!(hover.range.start <= at && at <= hover.range.end);
            check_markdown(&hover.markdown);
        }
        for action in ide::code_actions(&file, at..at, &state, &cancel).unwrap() {
            prop_assert!(!action.title.contains('\n'));
            let edits = match action.what {
                ActionKind::Edits(edits) => edits,
                ActionKind::Lazy(pending) => ide::resolve_action(&file, &pending).unwrap(),
                ActionKind::Command { .. } => continue,
            };
            prop_assert!(apply(&text, &edits).is_some_and(|after| after != text), "{}", action.title);
        }
        if let Some(typed) = ide::typed(&file, at) {
            prop_assert!(typed.range.start <= at && !text[typed.range.clone()].contains('\n'));
            for offer in ide::completion(&file, &typed, &state, &Style::default(), &cancel).unwrap() {
                let edit = Edit { range: typed.range.clone(), text: offer.insert };
                prop_assert!(apply(&text, &[edit]).is_some());
            }
        }
        for outlined in ide::outline(&file, Some(model.info())) {
            prop_assert!(text.get(outlined.range).is_some() && text.get(outlined.selection).is_some());
        }
        if let Some(symbol) = ide::symbol(&file, at) {
            let meant = ide::Meant::of(&file.names, &symbol.text, "fake");
            prop_assert!(ide::references(&file, &meant).contains(&symbol.range));
            let renamed = apply(&text, &ide::rename_in(&file, &symbol.text, "a new name")).unwrap();
            let count = |file: &File| file.parsed.interventions.len();
            prop_assert_eq!(count(&File::new(renamed)), count(&file));
        }
        ide::expectations(&file, &model, &cancel).unwrap();
        let _ = ide::trace(&file, "fake", &model, &TraceOptions::default(), &cancel);
        let _ = ide::generate(&file, "fake", &model, &cancel, &mut |_| {});
    }

    /// What an action on a token adds is an intervention on that vector, and nothing else of the file changes meaning.
    #[test]
    fn an_added_line_is_read_back(prompt in "[a-z |`🙂\n]{1,20}") {
        let file = File::new(format!("---\n---\n{prompt}\n"));
        let model = FakeModel::default();
        let at = file.parsed.prompt.start;
        for action in ide::code_actions(&file, at..at, &ModelState::Ready(&model, None), &Cancel::new()).unwrap() {
            let ActionKind::Lazy(pending) = action.what else { continue };
            let after = File::new(apply(&file.text, &ide::resolve_action(&file, &pending).unwrap()).unwrap());
            prop_assert_eq!(after.prompt(), file.prompt());
            prop_assert_eq!(after.parsed.problems.len(), 0);
            prop_assert_eq!(after.parsed.interventions.len() + after.parsed.track.len(), 1);
        }
    }
}
