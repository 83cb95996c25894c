//! Reads lists of interventions, below `interventions:` and `runs:`: the entries, and the disabled entries among their
//! comments.

use std::ops::Range;

use base::{Change, RunName, Scope};

use crate::block::Blocks;
use crate::keys::{AT, CHANGE, SCOPES};
use crate::lines::{Line, number, skip_blanks};
use crate::nearest::{nearest, unknown_key};
use crate::node::{Item, Kind, Node, Pair};
use crate::problem::{Fix, Problems, code, excerpt};
use crate::scalar::{self, Plain};
use crate::split::{MAX_FLOW_LINES, flow_end};
use crate::{Entry, Spanned, TargetRef, values};

/// The parts of an intervention.
pub(crate) struct Written {
    pub(crate) target: Spanned<TargetRef>,
    pub(crate) change: Spanned<Change>,
    pub(crate) at: Option<Spanned<Scope>>,
    pub(crate) value: Range<usize>,
}

/// The list that is being read: the file's text, all lines of the front matter, and the run that the list belongs to.
struct List<'a> {
    text: &'a str,
    lines: &'a [Line],
    run: &'a RunName,
}

/// Every valid entry below the key, enabled and disabled, in file order. `lines` are all lines of the front matter.
pub(crate) fn read(text: &str, lines: &[Line], pair: &Pair, run: &RunName, problems: &mut Problems) -> Vec<Entry> {
    let items = values::list(&pair.value, &pair.key.value, problems);
    let list = List { text, lines, run };
    let entry = |item: &Item| {
        let written = written(&item.node, &(item.start..item.start + 1), problems)?;
        Some(list.entry(item, written, true))
    };
    let mut entries: Vec<Entry> = items.iter().filter_map(entry).collect();
    let is_block_list =
        pair.value.range.is_empty() || items.first().is_some_and(|item| item.start == pair.value.range.start);
    if let Some(block) = pair.block.clone().filter(|_| is_block_list && !pair.value.is_bad()) {
        disabled(&list, items, block, &mut entries);
        entries.sort_by_key(|entry| entry.target.range.start);
    }
    entries
}

impl List<'_> {
    /// Adds an item's lines and the comment after it to the parsed intervention.
    fn entry(&self, item: &Item, written: Written, enabled: bool) -> Entry {
        let Self { text, lines, run } = *self;
        let end = item.node.range.end;
        let number = number(text, lines, item.start);
        let line = |at: usize| lines[lines.partition_point(|line| line.start <= at).saturating_sub(1)];
        let (first, last) = (line(item.start), line(end));
        let after = skip_blanks(text, end, last.end);
        let is_comment = after > end && text[after..].starts_with('#');
        let comment = is_comment.then(|| after..after + text[after..last.end].trim_end().len());
        let Written { target, change, at, value } = written;
        let (run, item, lines) = (run.clone(), item.node.range.clone(), first.start..last.next);
        Entry { run, line: number, lines, item, target, change, at, value, enabled, comment }
    }
}

/// Adds the comments of the list that would parse as entries.
fn disabled(list: &List<'_>, items: &[Item], block: Range<usize>, entries: &mut Vec<Entry>) {
    let List { text, lines, .. } = *list;
    let from = lines.partition_point(|line| line.start <= block.start);
    let to = lines.partition_point(|line| line.start < block.end);
    let below = &lines[from..to];
    let span = &below[..span(text, lines[from - 1].col, items, below)];
    let mut at = 0;
    let mut next_item = items.iter().peekable();
    while let Some(&line) = span.get(at) {
        // A comment between the lines of an entry belongs to that entry.
        while next_item.next_if(|item| item.node.range.end.max(item.start) < line.start).is_some() {}
        let inside = next_item.peek().is_some_and(|item| item.start < line.start);
        let Some(first) = uncommented(text, line).filter(|first| !inside && first.is_dash(text)) else {
            at += 1;
            continue;
        };
        let more: Vec<Line> = span[at + 1..]
            .iter()
            .take_while(|next| next.col <= line.col)
            .map_while(|next| uncommented(text, *next))
            .take_while(|next| {
                next.is_blank()
                    || next.col > first.col && !next.is_dash(text)
                    || next.content(text).starts_with([']', '}'])
            })
            .collect();
        let entry = [&[], TOLERATED_CODES].into_iter().find_map(|tolerated| {
            let as_entry = |more: &[Line]| entry_in_comment(list, first, more, tolerated);
            as_entry(&more).or_else(|| as_entry(&[])).or_else(|| as_entry(&to_bracket(text, first, &span[at + 1..])?))
        });
        at = match &entry {
            Some(entry) => at + span[at..].iter().take_while(|line| line.start < entry.lines.end).count(),
            None => at + 1,
        };
        entries.extend(entry);
    }
}

/// The number of lines below the key, which is at column `key`, that belong to the list: the lines up to its last entry
/// or other content, comments indented like entries, and comments directly below any of these.
fn span(text: &str, key: usize, items: &[Item], below: &[Line]) -> usize {
    let last = items.last().map_or(0, |item| item.node.range.end.max(item.start));
    let in_list = |line: &Line| match line.is_comment(text) {
        true => line.start <= last || line.col > key,
        false => line.start <= last || !line.is_blank(),
    };
    let certain = below.iter().rposition(in_list).map_or(0, |at| at + 1);
    certain + below[certain..].iter().take_while(|line| line.is_comment(text) && line.col >= key).count()
}

/// The comment lines up to the end of the flow value that `first` begins. Between brackets, lines may have any
/// indentation.
fn to_bracket(text: &str, first: Line, below: &[Line]) -> Option<Vec<Line>> {
    let more = below.iter().take(MAX_FLOW_LINES).map_while(|line| uncommented(text, *line));
    let mut more: Vec<Line> = more.collect();
    let end = flow_end(text, first, &more)?;
    let own = more.iter().take_while(|line| line.start < end).count();
    more.truncate(own);
    (own > 0).then_some(more)
}

/// A comment line without its `#`; the columns stay the same.
fn uncommented(text: &str, line: Line) -> Option<Line> {
    let content = line.content(text).strip_prefix('#')?;
    let start = line.end - content.len();
    Some(Line { start, ..line.from(text, start) })
}

/// Problems that do not make a comment invalid as a disabled entry.
const TOLERATED_CODES: &[&str] = &[code::DUPLICATE_KEY, code::UNSUPPORTED];

/// The disabled entry in lines of comments, if they contain one without errors other than `tolerated`.
fn entry_in_comment(list: &List<'_>, first: Line, more: &[Line], tolerated: &[&str]) -> Option<Entry> {
    let mut problems = Problems::default();
    let mut blocks = Blocks { text: list.text, problems: &mut problems };
    let Kind::Seq(mut items) = blocks.node(first, more, first.col, 0).kind else { return None };
    let item = items.pop().filter(|_| items.is_empty())?;
    let written = written(&item.node, &(item.start..item.start), &mut problems)?;
    problems.no_error_but(tolerated).then(|| list.entry(&item, written, false))
}

/// Reads one intervention: a mapping of one target to one value. `missing` is the range for a problem about a missing
/// value.
pub(crate) fn written(node: &Node, missing: &Range<usize>, problems: &mut Problems) -> Option<Written> {
    let shape = "an intervention must be one `target: value`, such as `L3D77: off`";
    let pairs = match &node.kind {
        Kind::Map(pairs) => pairs,
        Kind::Bad => return None,
        _ => {
            let range = if node.range.is_empty() { missing.clone() } else { node.range.clone() };
            let colon = node.string().is_some_and(|text| text.contains(':'));
            let hint = if colon { ", with a space after the colon" } else { "" };
            let fix = node.plain().and_then(|_| Fix::space_after_colon(node.text(), &node.range));
            problems.error_with(code::WRONG_TYPE, range, format!("{shape}{hint}"), fix);
            return None;
        }
    };
    let [Pair { key, value, .. }] = pairs.as_slice() else {
        match pairs.get(1) {
            Some(second) => {
                let message = format!("{shape}: give each its own entry");
                problems.error(code::WRONG_TYPE, second.key.range.clone(), message);
            }
            None => problems.error(code::WRONG_TYPE, node.range.clone(), shape),
        }
        return None;
    };
    if key.value.is_empty() {
        problems.error(code::MISSING, key.range.clone(), "an intervention needs a target, such as `L3D77`");
        return None;
    }
    let target = TargetRef::from(key.value.as_str());
    let (change, at) = change_and_at(value, key, problems)?;
    let target = Spanned { value: target, range: key.range.clone() };
    Some(Written { target, change, at, value: value.range.clone() })
}

fn change_and_at(
    value: &Node,
    key: &Spanned<String>,
    problems: &mut Problems,
) -> Option<(Spanned<Change>, Option<Spanned<Scope>>)> {
    if let Kind::Map(pairs) = &value.kind {
        return from_mapping(value, pairs, problems);
    }
    let found = |change| Some((Spanned { value: change, range: value.range.clone() }, None));
    let write = "write `off`, `boost`, a number, or { set, scale or add: number }";
    match value.plain() {
        Some(Plain::Bool(false)) => found(Change::Set(0.0)),
        Some(Plain::Bool(true)) => {
            problems.error(code::WRONG_TYPE, value.range.clone(), format!("invalid value `{}`: {write}", value.text()));
            None
        }
        Some(Plain::Text) if value.text() == "off" => found(Change::Set(0.0)),
        Some(Plain::Text) if value.text() == "boost" => found(Change::Boost),
        Some(Plain::Text) if scalar::float(value.text()).is_none() => {
            let meant = ["off", "boost"].into_iter().find(|word| value.text().trim().eq_ignore_ascii_case(word));
            let fix = meant.and_then(|word| Fix::replace(format!("Write `{word}`"), value.range.clone(), word));
            let message = format!("invalid value `{}`: {write}", excerpt(value.text()));
            problems.error_with(code::WRONG_TYPE, value.range.clone(), message, fix);
            None
        }
        _ if matches!(value.kind, Kind::Seq(_)) => {
            let message = format!("a list is not a valid value: {write}");
            problems.error(code::WRONG_TYPE, value.range.clone(), message);
            None
        }
        _ => found(Change::Set(values::number(value, &excerpt(&key.value), &key.range, problems)?)),
    }
}

fn from_mapping(
    node: &Node,
    pairs: &[Pair],
    problems: &mut Problems,
) -> Option<(Spanned<Change>, Option<Spanned<Scope>>)> {
    let (mut change, mut at, mut valid) = (None::<Option<Spanned<Change>>>, None, true);
    for Pair { key, value, .. } in pairs {
        // Older YAML writers turn the key `off` into `false`.
        let name = if key.value == "false" { "off" } else { key.value.as_str() };
        let found = match name {
            "set" => values::number(value, name, &key.range, problems).map(Change::Set),
            "scale" => values::number(value, name, &key.range, problems).map(Change::Scale),
            "add" => values::number(value, name, &key.range, problems).map(Change::Add),
            "off" => switch(value, name, &key.range, problems).map(|()| Change::Set(0.0)),
            "boost" => switch(value, name, &key.range, problems).map(|()| Change::Boost),
            "at" => {
                at = scope(value, &key.range, problems);
                valid &= at.is_some();
                continue;
            }
            _ => {
                unknown_key(problems, key, CHANGE);
                continue;
            }
        };
        if change.is_some() {
            let message = "use only one of `set`, `scale`, `add`, `off` and `boost`: give each its own entry";
            problems.error(code::WRONG_TYPE, key.range.clone(), message);
            valid = false;
        } else {
            change = Some(found.map(|value_| Spanned { value: value_, range: key.range.start..value.range.end }));
        }
    }
    match change {
        Some(change) => change.filter(|_| valid).map(|change| (change, at)),
        None => {
            let message = "no change given: add one of `set`, `scale`, `add`, `off: true`, `boost: true`";
            problems.error(code::MISSING, node.range.clone(), message);
            None
        }
    }
}

/// Reads `off: true` or `boost: true`.
fn switch(value: &Node, name: &str, missing: &Range<usize>, problems: &mut Problems) -> Option<()> {
    if values::boolean(value, name, missing, problems)? {
        return Some(());
    }
    let message = format!("`{name}: false` does nothing: write `{name}: true`, or comment the entry out");
    problems.error(code::OUT_OF_RANGE, value.range.clone(), message);
    None
}

fn scope(node: &Node, missing: &Range<usize>, problems: &mut Problems) -> Option<Spanned<Scope>> {
    let found = |scope| Some(Spanned { value: scope, range: node.range.clone() });
    if let Kind::Map(pairs) = &node.kind {
        let mut text = None;
        for Pair { key, value, .. } in pairs {
            match key.value.as_str() {
                "text" => text = Some(values::text(value, "text", &key.range, problems)),
                _ => unknown_key(problems, key, AT),
            }
        }
        if text.is_none() {
            problems.error(code::MISSING, node.range.clone(), "`at` has no text: write { text: \" Paris\" }");
        }
        return found(Scope::Text(text??.value));
    }
    match node.plain() {
        Some(Plain::Int) => {
            let most = u64::from(u32::MAX);
            let position = values::natural(node, "at", most, missing, problems)?;
            found(Scope::Position(usize::try_from(position).ok()?))
        }
        Some(Plain::Text) => match node.text() {
            "all" => found(Scope::All),
            "prompt" => found(Scope::Prompt),
            "last" => found(Scope::Last),
            "generated" => found(Scope::Generated),
            word => {
                let near = nearest(word, SCOPES).filter(|(name, distance)| distance * 2 <= name.len());
                let fix = near.and_then(|(name, _)| Fix::replace(format!("Write `{name}`"), node.range.clone(), name));
                let message = format!(
                    "unknown position `{}`: write all, prompt, last, generated, a number, or {{ text: \"...\" }}",
                    excerpt(word)
                );
                problems.error_with(code::OUT_OF_RANGE, node.range.clone(), message, fix);
                None
            }
        },
        _ if node.is_bad() => None,
        _ => {
            let range = if node.range.is_empty() { missing.clone() } else { node.range.clone() };
            let message = "`at` must be all, prompt, last, generated, a number, or { text: \"...\" }";
            problems.error(code::WRONG_TYPE, range, message);
            None
        }
    }
}
