//! Parses a text into `Parsed`: each front-matter key goes to the module that reads it.

use std::fmt;
use std::ops::Range;

use base::{Change, Decoding, Edit, RunName, Scope};

use crate::block::Blocks;
use crate::keys::{CONFIG, RESERVED, TOP_LEVEL};
use crate::lines::{Line, line_at, lines, number};
use crate::nearest::unknown_key;
use crate::node::{Kind, Node, Pair};
use crate::problem::{Fix, Problem, Problems, Severity, code, excerpt};
use crate::write::quote;
use crate::{
    FileKind, Intervention, Key, Parsed, Spanned, decoding, expect, foreign, front_matter, interventions, runs,
    unfenced, values,
};

/// A limit that fits thousands of interventions. A larger front matter is usually text pasted in the wrong place, and
/// parsing it on every key press would delay the editor.
const MAX_FRONT_MATTER_BYTES: usize = 1 << 20;
const TOO_LARGE: &str =
    "front matter larger than 1 MB is not read: move text that belongs to the prompt below the closing `---`";

/// Parses a prompt file. Never fails: errors are in `problems`, and the other fields hold everything that is valid.
pub fn parse(text: &str) -> Parsed {
    let split = front_matter::split(text);
    let mut problems = Problems::default();
    let mut parsed = empty(split.front.clone(), split.prompt);
    if let Some(opening) = split.unclosed {
        problems.push(unclosed(text, opening, &parsed));
    } else if parsed.front.is_none() {
        unfenced::problem(text, parsed.prompt.start).into_iter().for_each(|problem| problems.push(problem));
    }
    let lines = match split.front {
        Some(front) if front.len() > MAX_FRONT_MATTER_BYTES => {
            problems.error(code::TOO_LARGE, front.start..line_at(text, front.start).end, TOO_LARGE);
            Vec::new()
        }
        Some(front) => lines(text, front),
        None => Vec::new(),
    };
    let top = Blocks { text, problems: &mut problems }.top(&lines, TOP_LEVEL);
    let pairs = match &top.kind {
        Kind::Map(pairs) => pairs.as_slice(),
        _ => &[],
    };
    let unread = lines.is_empty() && parsed.front.as_ref().is_some_and(|front| !front.is_empty());
    if let Some(foreign::Mark { range, remedy }) = foreign::mark(text, pairs, &parsed.prompt).filter(|_| !unread) {
        let message = format!(
            "this looks like another program's Dotprompt file, so unembed ignores it; to run it here, {remedy}"
        );
        let note =
            Problem { severity: Severity::Information, code: code::FOREIGN, range: range.clone(), message, fix: None };
        return Parsed { kind: FileKind::Foreign { range }, problems: vec![note], ..parsed };
    }
    fill(text, &lines, pairs, &mut parsed, &mut problems);
    // Text that should be front matter has the line ends of the file.
    if !problems.has(code::UNFENCED) {
        carriage_returns(text, &parsed.prompt, &mut problems);
    }
    parsed.keys = pairs.iter().map(|pair| key(text, &lines, pair)).collect();
    Parsed { problems: problems.finish(), ..parsed }
}

/// Treats the whole text as a prompt, even if it starts with `---`.
pub fn parse_prompt(text: &str) -> Parsed {
    empty(None, 0..text.len())
}

/// A file with an empty front matter.
fn empty(front: Option<Range<usize>>, prompt: Range<usize>) -> Parsed {
    Parsed {
        kind: FileKind::Ours,
        front,
        prompt,
        model: None,
        decoding: Decoding::default(),
        bos: None,
        interventions: Vec::new(),
        runs: Vec::new(),
        track: Vec::new(),
        expect: Vec::new(),
        keys: Vec::new(),
        problems: Vec::new(),
    }
}

fn fill(text: &str, lines: &[Line], pairs: &[Pair], parsed: &mut Parsed, problems: &mut Problems) {
    let line_of = |at: usize| number(text, lines, at);
    for pair @ Pair { key, value, .. } in pairs {
        match key.value.as_str() {
            "model" => parsed.model = values::text(value, "model", &key.range, problems),
            "config" => parsed.decoding = decoding::read(value, problems),
            "bos" => parsed.bos = values::boolean(value, "bos", &key.range, problems),
            "interventions" => {
                let entries = interventions::read(text, lines, pair, &RunName::intervened(), problems);
                parsed.interventions.extend(entries);
            }
            "runs" => runs::read(text, lines, pair, parsed, problems),
            "track" => {
                parsed.track = values::texts(value, "track", problems);
                unquoted_space(text, &parsed.track, problems);
            }
            "expect" => parsed.expect = expect::read(value, line_of, problems),
            name if RESERVED.iter().any(|k| k.name == name) => {
                let message = format!("`{name}` is reserved for a later version and has no effect: remove it");
                problems.warning(code::RESERVED_KEY, key.range.clone(), message, None);
            }
            name if CONFIG.iter().any(|k| k.name == name) => {
                let message = format!("`{name}` belongs below `config:`; it is ignored here");
                problems.warning(code::UNKNOWN_KEY, key.range.clone(), message, None);
            }
            _ => unknown_key(problems, key, TOP_LEVEL),
        }
    }
    parsed.interventions.sort_by_key(|entry| entry.target.range.start);
}

/// With more line ends, a fix replaces the prompt as a whole.
const MOST_EDITS: usize = 1000;

/// Line ends of two characters in the prompt, which an editor does not show: the model reads them as other tokens.
fn carriage_returns(text: &str, prompt: &Range<usize>, problems: &mut Problems) {
    let Some(first) = text[prompt.clone()].find("\r\n") else { return };
    let ends = || text[prompt.clone()].match_indices("\r\n").map(|(at, _)| prompt.start + at);
    let edits = match ends().nth(MOST_EDITS) {
        // The whole line end: no editor has a position inside of it.
        None => ends().map(|at| Edit { range: at..at + 2, text: "\n".to_owned() }).collect(),
        Some(_) => vec![Edit { range: prompt.clone(), text: text[prompt.clone()].replace("\r\n", "\n") }],
    };
    let fix = Fix { title: "Use LF line ends in the prompt".to_owned(), edits };
    let line = line_at(text, prompt.start + first);
    let problem = Problem {
        severity: Severity::Hint,
        code: code::LINE_ENDS,
        range: line.start.max(prompt.start)..line.end,
        message: "the prompt has CRLF line ends, and the model reads each CR as text: use LF line ends if you did not \
                  mean that (git's core.autocrlf writes CRLF)"
            .to_owned(),
        fix: Some(fix),
    };
    problems.push(problem);
}

/// `[ war]` looks as if the space belonged to the word, but YAML leaves it out.
fn unquoted_space(text: &str, words: &[Spanned<String>], problems: &mut Problems) {
    let blank = [' ', '\t'];
    // In `[ a, b ]` the spaces belong to the brackets.
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return };
    let before = text[..first.range.start].trim_end_matches(blank);
    let is_spaced = before.len() < first.range.start && before.ends_with('[');
    if is_spaced && !text[last.range.end..].starts_with(blank) {
        let Spanned { value, range } = first;
        let quoted = quote(&format!(" {value}"));
        let message = format!("the space in front of `{value}` does not count outside of quotes: write {quoted}");
        let fix = Fix::replace(format!("Write {quoted}"), range.clone(), quoted);
        problems.warning(code::SPACE, range.clone(), message, fix);
    }
}

fn unclosed(text: &str, opening: Range<usize>, parsed: &Parsed) -> Problem {
    let n = if text[opening.end..].starts_with("\r\n") { "\r\n" } else { "\n" };
    let (message, fix) = match &parsed.front {
        Some(front) => {
            let before = if text[..front.end].ends_with('\n') { "" } else { n };
            let title = "Add the closing `---`".to_owned();
            let fix = Fix::replace(title, front.end..front.end, format!("{before}---{n}"));
            ("this front matter is not closed: add a line `---` between it and the prompt", fix)
        }
        None => {
            let title = "Add an empty front matter".to_owned();
            let fix = Fix::replace(title, opening.start..opening.start, format!("---{n}---{n}"));
            (
                "a first line `---` opens front matter: if the prompt itself begins with `---`, put two lines `---` above it",
                fix,
            )
        }
    };
    Problem { severity: Severity::Error, code: code::UNCLOSED, range: opening, message: message.to_owned(), fix }
}

/// A key and the lines of its value.
pub(crate) fn key(text: &str, lines: &[Line], pair: &Pair) -> Key {
    let Pair { key, value, block } = pair;
    let Some(block) = block else {
        return Key { name: key.clone(), lines: key.range.start..value.range.end, value: value.range.clone() };
    };
    let from = lines.partition_point(|line| line.start < block.start);
    let to = lines.partition_point(|line| line.start < block.end);
    let column = lines.get(from).map_or(0, |line| line.col);
    // A comment at the key's own column belongs to what follows.
    let belongs = |line: &Line| line.has_content(text) || line.is_comment(text) && line.col > column;
    let last = lines[from..to].iter().rfind(|line| belongs(line));
    Key { name: key.clone(), lines: block.start..last.map_or(block.end, |line| line.next), value: value.range.clone() }
}

/// Parses an intervention from the command line: `L5D901=4.5`, `L2D13={ scale: 2, at: prompt }`, `L5D901: off`. The
/// error is one line: what is wrong, then what to write.
pub fn parse_intervention(text: &str) -> Result<Intervention, InvalidIntervention> {
    let fail = |why: String| InvalidIntervention { written: excerpt(text), why };
    if text.contains(['\n', '\r']) {
        return Err(fail("it must be one line".to_owned()));
    }
    let equals = text.find('=');
    let colon = text.find(": ");
    let at = match (equals, colon) {
        (Some(equals), colon) if colon.is_none_or(|colon| equals < colon) => equals,
        (_, Some(colon)) => colon,
        _ => return Err(fail(SHAPE.to_owned())),
    };
    let key = text[..at].trim();
    let start = at - text[..at].trim_start().len();
    let name = Spanned { value: key.to_owned(), range: start..start + key.len() };
    let written = written(text, at + 1, name).map_err(fail)?;
    let (target, change) = (written.target.value, written.change.value);
    Ok(Intervention { target, change, at: written.at.map(|at| at.value).unwrap_or_default() })
}

/// Parses the value of an intervention: `4.5`, `off`, `{ scale: 2, at: prompt }`. The error is one line.
pub fn parse_value(text: &str) -> Result<(Change, Scope), InvalidIntervention> {
    let fail = |why: String| InvalidIntervention { written: excerpt(text), why };
    if text.contains(['\n', '\r']) {
        return Err(fail("it must be one line".to_owned()));
    }
    // The target is a placeholder that only messages mention.
    let name = Spanned { value: "the coefficient".to_owned(), range: 0..0 };
    let written = written(text, 0, name).map_err(fail)?;
    Ok((written.change.value, written.at.map(|at| at.value).unwrap_or_default()))
}

const SHAPE: &str = "write one like L3D77=off, L5D901=4.5 or \"L2D13={ scale: 2, at: prompt }\"";

/// Parses the value of the intervention `name`, which `text` contains from byte `from`.
fn written(text: &str, from: usize, name: Spanned<String>) -> Result<interventions::Written, String> {
    let mut problems = Problems::default();
    let after = lines(text, from..text.len());
    let mut blocks = Blocks { text, problems: &mut problems };
    let value = match after.as_slice() {
        [line] if line.has_content(text) => blocks.node(*line, &[], 0, 0),
        _ => Node::null(text.len()),
    };
    let pair = Pair { key: name, value, block: None };
    let node = Node { kind: Kind::Map(vec![pair]), range: 0..text.len() };
    let written = interventions::written(&node, &(0..text.len()), &mut problems);
    match (problems.finish().into_iter().next(), written) {
        (None, Some(written)) => Ok(written),
        (Some(problem), _) => Err(problem.message),
        (None, None) => Err(SHAPE.to_owned()),
    }
}

/// The error of a text that is not a valid intervention or value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidIntervention {
    /// An excerpt of the text.
    written: String,
    why: String,
}

impl fmt::Display for InvalidIntervention {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "invalid intervention `{}`: {}", self.written, self.why)
    }
}

impl std::error::Error for InvalidIntervention {}
