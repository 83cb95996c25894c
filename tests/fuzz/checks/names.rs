//! Names files: parsing any text, and setting, removing and renaming each of its names. Each edit makes exactly the
//! requested change on the name's own lines, or the answer is one line that says why not.

use std::collections::BTreeMap;
use std::ops::Range;

use base::{Edit, ValueId, apply};
use ide::Names;
use lm::ModelInfo;
use syntax::{NamesFile, check_name, parse_names};

/// The input is the text of a names file. New names are taken from its words.
pub(crate) fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let file = File { text, parsed: parse_checked(text), names: Names::new("", text) };
    let new = text.split(['\n', ':']).map(str::trim).chain(["zoo", "a b", "null", "7"]);
    let new: Vec<&str> = new.filter(|name| check_name(name).is_ok()).take(4).collect();
    let mut models: Vec<String> = file.parsed.models.iter().map(|m| m.fingerprint.value.clone()).collect();
    models.push("0f3c".to_owned());
    for model in models {
        let info = info(&model);
        let there = file.names.all(&info).into_iter().take(8).map(|(name, _)| name.to_owned()).collect::<Vec<_>>();
        for (i, name) in there.iter().map(String::as_str).chain(new.iter().copied()).enumerate() {
            let ids = &[ValueId::new(3, 77), ValueId::new(1, 2)][i % 2..];
            let edits = file.names.with_name(name, ids, &info);
            file.compare(edits, &model, name, |all| drop(all.insert((model.clone(), name.to_owned()), ids.to_vec())));
        }
        for name in &there {
            let whose = (model.clone(), name.clone());
            let edits = file.names.without_name(name, &info);
            file.compare(edits, &model, name, |all| drop(all.remove(&whose)));
            for to in new.iter().filter(|to| file.parsed.of(&model).is_some_and(|m| m.find(to).is_none())) {
                let edits = ide::rename_name(&file.names, &model, name, to);
                file.compare(edits, &model, name, |all| {
                    let ids = all.remove(&whose).expect("it is there");
                    all.insert((model.clone(), (*to).to_owned()), ids);
                });
            }
        }
    }
}

struct File<'a> {
    text: &'a str,
    parsed: NamesFile,
    names: Names,
}

/// The value vectors of each name, by model and name.
type Meaning = BTreeMap<(String, String), Vec<ValueId>>;

impl File<'_> {
    /// Checks that the edits of a name make exactly this change.
    fn compare(
        &self,
        edits: Result<Vec<Edit>, ide::NameError>,
        model: &str,
        name: &str,
        change: impl FnOnce(&mut Meaning),
    ) {
        let text = self.text;
        let edits = match edits {
            Ok(edits) => edits,
            Err(error) => {
                let why = error.to_string();
                assert!(!self.is_plain(), "{name:?} of {model:?} in {text:?}: {why}");
                return assert!(!why.is_empty() && !why.contains('\n'), "{why:?}");
            }
        };
        let own = self.parsed.of(model).and_then(|m| m.find(name)).map(|name| &name.lines);
        for Edit { range, .. } in &edits {
            let inside = own.is_some_and(|own| own.start <= range.start && range.end <= own.end);
            assert!(range.is_empty() || inside, "{edits:?} of {text:?} touch more than {own:?}");
        }
        let after = apply(text, &edits).unwrap_or_else(|| panic!("{edits:?} do not fit {text:?}"));
        let mut expected = meaning(&self.parsed);
        change(&mut expected);
        assert_eq!(meaning(&parse_checked(&after)), expected, "{edits:?} of {text:?} give {after:?}");
    }

    /// True if the file has the program's own layout: one name per line, below its model.
    fn is_plain(&self) -> bool {
        let plain = |line: &str| {
            let line = line.strip_suffix('\r').unwrap_or(line);
            let (spaces, content) = (line.len() - line.trim_start_matches(' ').len(), line.trim_matches(' '));
            let model = spaces == 0 && content.ends_with(':');
            let name = spaces == 2 && content.contains(": ") && !content.contains(['"', '\'', '|', '>']);
            content.is_empty()
                || content.starts_with('#')
                || model
                || name && content.matches(['[', ']']).count() % 2 == 0
        };
        self.parsed.problems.is_empty() && !self.text.contains(['{', '\t']) && self.text.split('\n').all(plain)
    }
}

fn meaning(file: &NamesFile) -> Meaning {
    let mut all = Meaning::new();
    for model in &file.models {
        for name in &model.names {
            let mut ids = Vec::new();
            // A repeated vector counts once.
            name.ids.iter().for_each(|id| {
                if !ids.contains(&id.value) {
                    ids.push(id.value)
                }
            });
            all.insert((model.fingerprint.value.clone(), name.name.value.clone()), ids);
        }
    }
    all
}

fn parse_checked(text: &str) -> NamesFile {
    let file = parse_names(text);
    let mut ranges: Vec<Range<usize>> = file.problems.iter().map(|p| p.range.clone()).collect();
    for model in &file.models {
        ranges.push(model.fingerprint.range.clone());
        for name in &model.names {
            ranges.extend([name.name.range.clone(), name.lines.clone()]);
            ranges.extend(name.ids.iter().map(|id| id.range.clone()));
            assert!(!name.ids.is_empty() && check_name(&name.name.value).is_ok(), "{name:?} in {text:?}");
        }
    }
    for range in ranges {
        assert!(text.get(range.clone()).is_some(), "{range:?} is not a range of {text:?}");
    }
    assert!(file.problems.iter().all(|p| !p.message.is_empty() && !p.message.contains('\n')), "{text:?}");
    file
}

/// A model that has every vector named here.
fn info(fingerprint: &str) -> ModelInfo {
    ModelInfo {
        name: "a model\n# x".to_owned(),
        fingerprint: fingerprint.to_owned(),
        layers: 12,
        width: 4,
        ffn: 3072,
        vocab: 10,
        context: 8,
        bos: None,
        precision: "float32".to_owned(),
        gated: false,
        final_norm: "ln_f".to_owned(),
    }
}
