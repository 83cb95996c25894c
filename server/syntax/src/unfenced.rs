//! Text that looks like front matter but is part of the prompt, because its first line is not `---` or not at the top.
//! It stays prompt text; a warning says so.

use std::ops::Range;

use base::Edit;

use crate::conflict;
use crate::front_matter::{is_key_of_ours, key_at, recovered};
use crate::lines::{Line, lines};
use crate::problem::{Fix, Problem, Severity, code};

/// Lines at the top of a file that are looked at.
const LOOKED_AT: usize = 200;
/// Lines of text above something like a `---`.
const ABOVE: usize = 20;
/// Characters that a keyboard or an editor makes of hyphens.
const DASHES: &[char] = &['-', '\u{2010}', '\u{2011}', '\u{2012}', '–', '—', '―', '−', '─', '﹘', '－'];
/// Characters that cannot be seen and may stand in or beside a line `---`.
const UNSEEN: &[char] = &[' ', '\t', '\u{a0}', '\u{feff}', '\u{200b}'];
/// Keys with which files of other prompt programs begin.
const OTHERS: &[&str] =
    &["name", "description", "version", "schema", "temperature", "topP", "maxTokens", "input", "output", "config"];

/// What stands where a line `---` should.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Fence,
    /// With spaces in front of it, or with characters that cannot be seen.
    Padded,
    /// Other dashes, or another number of them.
    Dashes,
    Toml,
    Conflict,
}

impl Mark {
    fn of(text: &str, line: &Line) -> Option<Self> {
        let whole = &text[line.start..line.end];
        let seen: String = whole.chars().filter(|c| !UNSEEN.contains(c)).collect();
        let only =
            |known: &[char], least: usize| seen.chars().count() >= least && seen.chars().all(|c| known.contains(&c));
        match seen.as_str() {
            "---" if whole.trim_end_matches([' ', '\t']) == "---" => Some(Self::Fence),
            "---" => Some(Self::Padded),
            "—" | "―" | "⸺" | "⸻" => Some(Self::Dashes),
            _ if only(DASHES, 2) => Some(Self::Dashes),
            _ if only(&['+'], 3) => Some(Self::Toml),
            _ if conflict::opens(whole) => Some(Self::Conflict),
            _ => None,
        }
    }
}

/// The warning, if there is such text at the top of a prompt that has no front matter.
pub(crate) fn problem(text: &str, start: usize) -> Option<Problem> {
    let limit = text[start..].match_indices('\n').nth(LOOKED_AT).map_or(text.len(), |(at, _)| start + at + 1);
    let lines = lines(text, start..limit);
    let (range, why, fix) = below_mark(text, &lines).or_else(|| without_mark(text, &lines))?;
    let message = format!("this looks like front matter, but it is read as part of the prompt: {why}");
    Some(Problem { severity: Severity::Warning, code: code::UNFENCED, range, message, fix })
}

type Found = (Range<usize>, String, Option<Fix>);

/// A key of ours below something like a `---`.
fn below_mark(text: &str, lines: &[Line]) -> Option<Found> {
    let (at, mark) = (0..lines.len().min(ABOVE)).find_map(|at| {
        let mark = Mark::of(text, &lines[at])?;
        let below = lines[at + 1..].iter().find(|line| line.has_content(text))?;
        let is_ours = match mark {
            Mark::Toml => text[below.start..below.end].split_once('=').is_some_and(|(key, _)| is_key(key.trim())),
            _ => is_key_of_ours(text, below),
        };
        is_ours.then_some((at, mark))
    })?;
    // A conflict around the first line puts its own marker above it.
    let around = lines[..=at].iter().position(|line| Mark::of(text, line) == Some(Mark::Conflict));
    let (at, mark) = around.map_or((at, mark), |around| (around, Mark::Conflict));
    let line = &lines[at];
    let shown = &text[line.start..line.end];
    let why = match mark {
        Mark::Fence => "only blank lines, comments (`#`) and a `#!` line may stand above the first `---`".to_owned(),
        Mark::Padded => {
            "the first `---` must stand alone on its line, without spaces in front of it or between".to_owned()
        }
        Mark::Dashes => format!("`{}` is not `---`", shown.trim()),
        Mark::Toml => "it is TOML: write YAML between two lines `---`".to_owned(),
        Mark::Conflict => "resolve the conflict first".to_owned(),
    };
    let fix = match mark {
        Mark::Toml => from_toml(text, lines, at),
        Mark::Conflict => conflict::keep_upper(text, lines, at),
        Mark::Fence | Mark::Padded | Mark::Dashes => fenced(text, lines, at, mark),
    };
    Some((line.start..line.range(text).end.max(line.start), why, fix))
}

/// Puts `---` in place of the mark, the lines above it below as comments, and `---` in place of the closing mark.
fn fenced(text: &str, lines: &[Line], at: usize, mark: Mark) -> Option<Fix> {
    let n = if text[lines[at].end..].starts_with("\r\n") { "\r\n" } else { "\n" };
    let above = lines[..at].iter().filter(|line| !line.is_blank());
    let comment = |line: &Line| {
        let hash = if line.is_comment(text) { "" } else { "# " };
        format!("{hash}{}{n}", line.content(text))
    };
    let opening = format!("---{n}{}", above.map(comment).collect::<String>());
    let closes = |line: &&Line| matches!(Mark::of(text, line), Some(found) if found == mark || found == Mark::Fence);
    let closing = match lines[at + 1..].iter().find(closes) {
        Some(line) => Edit { range: line.start..line.end, text: "---".to_owned() },
        None => {
            let end = recovered(text, lines[at].next)?;
            let before = if text[..end].ends_with('\n') { "" } else { n };
            Edit { range: end..end, text: format!("{before}---{n}") }
        }
    };
    let edits = vec![Edit { range: lines[0].start..lines[at].next, text: opening }, closing];
    Some(Fix { title: TITLE.to_owned(), edits })
}

/// Rewrites TOML of the simplest form as YAML: pairs of a bare key and a value on one line, which YAML reads alike.
fn from_toml(text: &str, lines: &[Line], at: usize) -> Option<Fix> {
    let length = lines[at + 1..].iter().position(|line| Mark::of(text, line) == Some(Mark::Toml))?;
    let fence = |line: &Line| Edit { range: line.start..line.end, text: "---".to_owned() };
    let mut edits = vec![fence(&lines[at])];
    for line in lines[at + 1..at + 1 + length].iter().filter(|line| line.has_content(text)) {
        let content = &text[line.start..line.end];
        let (key, value) = content.split_once('=')?;
        let plain = |c: char| !matches!(c, '{' | '}' | '\'' | '\\' | '#' | '_');
        if !is_key(key.trim()) || !value.trim().chars().all(plain) || value.trim().is_empty() {
            return None;
        }
        edits.push(Edit { range: line.range(text), text: format!("{}: {}", key.trim(), value.trim()) });
    }
    edits.push(fence(&lines[at + 1 + length]));
    (at == 0).then(|| Fix { title: TITLE.to_owned(), edits })
}

const TITLE: &str = "Make this the front matter";

/// Keys at the top, and a line `---` below them.
fn without_mark(text: &str, lines: &[Line]) -> Option<Found> {
    let first = lines.iter().find(|line| line.has_content(text))?;
    let key = key_at(text, first)?;
    if !is_key_of_ours(text, first) && !OTHERS.contains(&key) {
        return None;
    }
    let belongs = |line: &&Line| {
        line.is_blank()
            || line.is_comment(text)
            || line.col > 0
            || line.is_dash(text)
            || key_at(text, line).is_some_and(is_key)
    };
    let end = lines.iter().take_while(|line| Mark::of(text, line) != Some(Mark::Fence)).take_while(belongs).count();
    if Mark::of(text, lines.get(end)?) != Some(Mark::Fence) {
        return None;
    }
    let n = if text[first.end..].starts_with("\r\n") { "\r\n" } else { "\n" };
    let start = lines[0].start;
    let fix = Fix::replace(TITLE.to_owned(), start..start, format!("---{n}"));
    Some((first.range(text), "the line `---` above it is missing".to_owned(), fix))
}

fn is_key(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphabetic())
        && word.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c))
}

#[cfg(test)]
mod tests {
    use base::apply;

    use crate::parse;

    /// Checks that the text has one warning, and what its fix makes of it; nothing else is said of the result.
    #[track_caller]
    fn check(text: &str, why: &str, fixed: Option<&str>) {
        let parsed = parse(text);
        assert_eq!(parsed.front, None, "{text:?}");
        let [problem] = &parsed.problems[..] else { panic!("{text:?}: {:#?}", parsed.problems) };
        assert!(problem.message.ends_with(why), "{}", problem.message);
        let after = problem.fix.as_ref().map(|fix| apply(text, &fix.edits).expect("it fits"));
        assert_eq!(after.as_deref(), fixed, "{text:?}");
        if let Some(after) = after {
            let parsed = parse(&after);
            assert!(parsed.front.is_some() && parsed.problems.is_empty(), "{after:?}: {:#?}", parsed.problems);
        }
    }

    #[test]
    fn text_above_the_front_matter_is_a_warning() {
        let above = "only blank lines, comments (`#`) and a `#!` line may stand above the first `---`";
        check("<!-- note -->\n---\nbos: true\n---\nThe", above, Some("---\n# <!-- note -->\nbos: true\n---\nThe"));
        let alone = "must stand alone on its line, without spaces in front of it or between";
        for first in [" ---", "- --", "-\u{feff}--", "\u{a0}---"] {
            check(&format!("{first}\nbos: true\n---\nThe"), alone, Some("---\nbos: true\n---\nThe"));
        }
    }

    #[test]
    fn other_marks_than_hyphens_are_a_warning() {
        check("—-\r\nbos: true\r\n—-\r\nThe", "`—-` is not `---`", Some("---\r\nbos: true\r\n---\r\nThe"));
        check("----\nbos: true\n----\nThe", "`----` is not `---`", Some("---\nbos: true\n---\nThe"));
        check("–––\nbos: true\nThe", "`–––` is not `---`", Some("---\nbos: true\n---\nThe"));
    }

    #[test]
    fn simple_toml_is_rewritten() {
        let why = "write YAML between two lines `---`";
        let toml = "+++\nbos = true\nmodel = \"starter\"\ntrack = [\" a\", \" b\"]\n+++\nThe";
        check(toml, why, Some("---\nbos: true\nmodel: \"starter\"\ntrack: [\" a\", \" b\"]\n---\nThe"));
        check("+++\nbos = true\n[config]\ntopP = 1\n+++\nThe", why, None);
        check("+++\nbos = true\nmodel = 'starter'\n+++\nThe", why, None);
        check("+++\nbos = true\nThe", why, None);
    }

    #[test]
    fn a_conflict_is_resolved_by_its_upper_side() {
        let why = "resolve the conflict first";
        let conflict = "<<<<<<< HEAD\n---\nbos: true\n---\nThe\n=======\n---\nbos: false\n---\nA\n>>>>>>> b\n";
        check(conflict, why, Some("---\nbos: true\n---\nThe\n"));
        let ancestor = conflict.replace("=======", "||||||| base\nA\n=======");
        check(&ancestor, why, Some("---\nbos: true\n---\nThe\n"));
        check(&conflict.replace("\n>>>>>>>", "\n>>"), why, None);
        let below = "---\n<<<<<<< HEAD\nbos: true\n=======\nbos: false\n>>>>>>> b\n---\nThe\n";
        let fix = parse(below).problems.iter().find_map(|problem| problem.fix.clone()).expect("a marker has one");
        assert_eq!(apply(below, &fix.edits).as_deref(), Some("---\nbos: true\n---\nThe\n"));
    }

    #[test]
    fn a_missing_first_line_is_a_warning() {
        let missing = "the line `---` above it is missing";
        check("bos: true\n---\nThe", missing, Some("---\nbos: true\n---\nThe"));
        let text = "interventions:\n  - L1D1: off\n\nbos: true\n---\nThe";
        check(text, missing, Some(&format!("---\n{text}")));
        // The form of another program: what its keys mean here is said when it is front matter.
        let parsed = parse("temperature: 0.5\n---\nHello");
        assert!(parsed.problems.len() == 1 && parsed.problems[0].message.ends_with(missing), "{parsed:#?}");
    }

    #[test]
    fn ordinary_prompts_have_no_warning() {
        for text in [
            "The history of",
            "A title\n---\nThe",
            "Question: why?\n---\nAnswer: x",
            "----\nThe\n----",
            "- a list\n- of things",
            "model trains: a list\n---\n",
            "# a comment\nThe",
        ] {
            assert_eq!(parse(text).problems, [], "{text:?}");
        }
    }
}
