//! Finds the end of the front matter and the start of the prompt. The prompt is not parsed further.

use std::ops::Range;

use crate::foreign;
use crate::keys::{RESERVED, TOP_LEVEL};
use crate::lines::{Line, line, line_at};

/// The byte ranges of a file's parts.
pub(crate) struct Split {
    /// The content between the `---` lines.
    pub(crate) front: Option<Range<usize>>,
    pub(crate) prompt: Range<usize>,
    /// The opening line, if no closing line follows.
    pub(crate) unclosed: Option<Range<usize>>,
}

/// Splits a file into front matter and prompt.
pub(crate) fn split(text: &str) -> Split {
    let prompt = |from: usize| from..without_final_newline(text, from);
    let start = below_preamble(text).unwrap_or_else(|| after_bom(text));
    let Some(content) = fence(text, start).filter(|_| text[start..].len() > 3) else {
        let unclosed = (&text[start..] == "---").then(|| start..start + 3);
        return Split { front: None, prompt: prompt(start), unclosed };
    };
    // The newline of the opening line may also precede the closing line.
    for (at, _) in text[content - 1..].match_indices("\n---") {
        let line = content + at;
        if let Some(after) = fence(text, line) {
            return Split { front: Some(content..line), prompt: prompt(after), unclosed: None };
        }
    }
    let unclosed = Some(start..start + 3);
    match recovered(text, content) {
        Some(end) => Split { front: Some(content..end), prompt: prompt(end), unclosed },
        None => Split { front: None, prompt: prompt(start), unclosed },
    }
}

/// The offset after the byte order marks, which are not part of the prompt. Some programs write one before another.
pub(crate) fn after_bom(text: &str) -> usize {
    text.len() - text.trim_start_matches('\u{feff}').len()
}

/// Lines above the front matter that are looked at.
const MAX_PREAMBLE: usize = 100;

/// The offset of an opening `---` below blank lines, comments or a `#!` line. `None` if there are none of these, or if no
/// key of a prompt file follows the `---`: then all of it is the prompt.
fn below_preamble(text: &str) -> Option<usize> {
    let mut line = line(text, after_bom(text), text.len());
    let mut above = 0;
    while above < MAX_PREAMBLE && line.next < text.len() && (line.is_blank() || line.is_comment(text)) {
        line = line_at(text, line.next);
        above += 1;
    }
    let content = fence(text, line.start).filter(|_| above > 0)?;
    let mut below = line_at(text, content);
    while below.next < text.len() && !below.has_content(text) && fence(text, below.start).is_none() {
        below = line_at(text, below.next);
    }
    is_key_of_ours(text, &below).then_some(line.start)
}

/// The offset after the `---` line at `at`, including its newline.
fn fence(text: &str, at: usize) -> Option<usize> {
    let rest = text[at..].strip_prefix("---")?.trim_start_matches([' ', '\t']);
    let rest = match rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n')) {
        Some(rest) => rest,
        None if rest.is_empty() => rest,
        None => return None,
    };
    Some(text.len() - rest.len())
}

fn without_final_newline(text: &str, from: usize) -> usize {
    let body = &text[from..];
    let body = body.strip_suffix('\n').map_or(body, |b| b.strip_suffix('\r').unwrap_or(b));
    from + body.len()
}

/// The best guess for the end of unclosed front matter: the end of the last line that can only be front matter. `None`
/// if it contains no known key: then the prompt itself begins with `---`.
pub(crate) fn recovered(text: &str, content: usize) -> Option<usize> {
    let mut end = None;
    let mut after_blank = false;
    let mut from = content;
    while from < text.len() {
        let line = line_at(text, from);
        let known = starts_with_known_key(text, &line);
        let below = line.col > 0 || line.is_dash(text) || line.content(text).starts_with([']', '}']);
        if known || end.is_some() && !after_blank && below && !line.is_blank() {
            end = Some(line.next);
        } else if line.has_content(text) {
            return end;
        }
        after_blank = line.is_blank() || after_blank && line.is_comment(text);
        from = line.next;
    }
    end
}

fn starts_with_known_key(text: &str, line: &Line) -> bool {
    is_key_of_ours(text, line) || key_at(text, line).is_some_and(|key| foreign::KEYS.contains(&key))
}

/// Whether a line begins with a key of prompt files.
pub(crate) fn is_key_of_ours(text: &str, line: &Line) -> bool {
    key_at(text, line).is_some_and(|key| TOP_LEVEL.iter().chain(RESERVED).any(|known| known.name == key))
}

/// The key at the beginning of a line that is not indented.
pub(crate) fn key_at<'t>(text: &'t str, line: &Line) -> Option<&'t str> {
    let (key, rest) = line.content(text).split_once(':')?;
    (line.col == 0 && (rest.is_empty() || rest.starts_with([' ', '\t']))).then(|| key.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Compares `front` and `prompt` as text.
    fn check(text: &str, front: Option<&str>, prompt: &str, closed: bool) {
        let split = split(text);
        assert_eq!(split.front.map(|range| &text[range]), front, "front matter of {text:?}");
        assert_eq!(&text[split.prompt], prompt, "prompt of {text:?}");
        assert_eq!(split.unclosed.is_none(), closed, "{text:?}");
    }

    #[test]
    fn without_front_matter_the_whole_file_is_the_prompt() {
        for (text, prompt) in [
            ("", ""),
            ("\n", ""),
            ("a", "a"),
            ("a\n", "a"),
            ("a\r\n", "a"),
            ("a\n\n", "a\n"),
            ("a\r", "a\r"),
            ("a\n\r", "a\n\r"),
            ("a \r\n\r\n", "a \r\n"),
            (" ---\n---\n", " ---\n---"),
            ("--- a\n---\n", "--- a\n---"),
            ("----\n---\n", "----\n---"),
            ("a\n---\nb\n---\n", "a\n---\nb\n---"),
            ("\u{feff}a\n", "a"),
            ("\u{feff}\u{feff}a\n", "a"),
            ("\n---\nThe\n---\n", "\n---\nThe\n---"),
            ("# a title\n---\nThe\n---\n", "# a title\n---\nThe\n---"),
            ("The\n---\nmodel: a\n---\n", "The\n---\nmodel: a\n---"),
            ("---\rmodel: a\r---\r", "---\rmodel: a\r---\r"),
        ] {
            check(text, None, prompt, true);
        }
    }

    #[test]
    fn the_prompt_begins_after_the_closing_line() {
        for (text, front, prompt) in [
            ("---\n---\n", "", ""),
            ("---\n---", "", ""),
            ("---\n---\na", "", "a"),
            ("---\nbos: true\n---\n\na\n\n", "bos: true\n", "\na\n"),
            ("---\r\nbos: true\r\n---\r\na\r\n", "bos: true\r\n", "a"),
            ("--- \nx\n---\t \na", "x\n", "a"),
            ("---\nx\n---y\n----\n---\na", "x\n---y\n----\n", "a"),
            ("---\n---\n---\n", "", "---"),
            ("\u{feff}---\nx\n---\na", "x\n", "a"),
            ("---\nx\n---\na\rb\r\nc\r", "x\n", "a\rb\r\nc\r"),
            ("\u{feff}\u{feff}---\nx\n---\na", "x\n", "a"),
            ("\u{feff}# c\n---\nbos: true\n---\na", "bos: true\n", "a"),
            ("\u{feff}\n---\nbos: true\n---\na", "bos: true\n", "a"),
            ("\n\n---\nmodel: x\n---\na", "model: x\n", "a"),
            (
                "#!/usr/bin/env unembed\r\n\r\n# c\r\n---\r\n# d\r\n\r\nbos: true\r\n---\r\na",
                "# d\r\n\r\nbos: true\r\n",
                "a",
            ),
        ] {
            check(text, Some(front), prompt, true);
        }
    }

    #[test]
    fn unclosed_front_matter_ends_where_the_prompt_must_begin() {
        check("---", None, "---", false);
        check("---\n", None, "---", false);
        check("---\nHello\n", None, "---\nHello", false);
        check("---\n\n  Hello: you\n", None, "---\n\n  Hello: you", false);
        check("---\nmodel: a\nHello", Some("model: a\n"), "Hello", false);
        check("---\nmodel: a", Some("model: a"), "", false);
        let front = "# c\nmodel: a\n\ninterventions:\n- L1D1: off\n  - L2D2: off\n\nbos: true\n";
        check(&format!("---\n{front}\nThe Eiffel: x\n  y"), Some(front), "\nThe Eiffel: x\n  y", false);
        check("---\nmodel: a\nQuestion: b", Some("model: a\n"), "Question: b", false);
        check("# c\n---\nmodel: a\nHello", Some("model: a\n"), "Hello", false);
    }
}
