//! Which source files of a crate import which others, read from the text: `use` declarations and qualified paths, followed
//! through re-exports to the file that declares the name. Code under `#[cfg(test)]` is left out. Macros are not expanded and
//! methods are not followed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::tokens::{Token, tokens};

/// Keywords before a name that an item declares.
const DECLARING: [&str; 9] = ["fn", "struct", "enum", "trait", "type", "const", "static", "union", "macro_rules"];

/// The longest chain of re-exports that is followed.
const DEEPEST: usize = 16;

/// For each file of the crate with this root file, the files that it imports. Imports from a module's own parent do not
/// count.
pub(crate) fn imports(root: &Path) -> BTreeMap<PathBuf, BTreeSet<PathBuf>> {
    let mut modules = Modules::default();
    modules.read_file(root, root.parent().expect("a root has a folder"), None);
    let mut imports: BTreeMap<PathBuf, BTreeSet<PathBuf>> = BTreeMap::new();
    for (number, module) in modules.0.iter().enumerate() {
        let around = modules.around(number);
        let imported = modules.imported_by(number).into_iter().filter(|file| !around.contains(&file));
        imports.entry(module.file.clone()).or_default().extend(imported);
    }
    imports
}

/// The modules of a crate, its root first.
#[derive(Default)]
struct Modules(Vec<Module>);

#[derive(Default)]
struct Module {
    file: PathBuf,
    parent: Option<usize>,
    children: BTreeMap<String, usize>,
    uses: Vec<Use>,
    /// Names that the module declares itself.
    declared: BTreeSet<String>,
    /// Names outside `use` declarations.
    mentioned: BTreeSet<String>,
    /// Qualified paths outside `use` declarations.
    paths: BTreeSet<Vec<String>>,
}

struct Use {
    path: Vec<String>,
    /// `None` for `*`.
    name: Option<String>,
    public: bool,
}

/// The target of a path.
enum Target {
    Module(usize),
    Item(PathBuf),
}

impl Modules {
    /// Reads a file as a module; `folder` is where the files of its child modules are.
    fn read_file(&mut self, file: &Path, folder: &Path, parent: Option<usize>) -> usize {
        let text = fs::read_to_string(file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        self.read(&tokens(&text), file, folder, parent)
    }

    fn read(&mut self, tokens: &[Token], file: &Path, folder: &Path, parent: Option<usize>) -> usize {
        let number = self.0.len();
        self.0.push(Module { file: file.to_owned(), parent, ..Module::default() });
        let (mut at, mut depth) = (0, 0);
        while at < tokens.len() {
            at = match &tokens[at..] {
                rest if is_for_tests(rest) => at + item_length(rest),
                [Token::Name(word), Token::Name(name), Token::Mark(mark), ..]
                    if word == "mod" && ";{".contains(*mark) =>
                {
                    let (below, end) = (folder.join(name), at + item_length(&tokens[at..]));
                    let child = if *mark == '{' {
                        self.read(&tokens[at + 3..end - 1], file, &below, Some(number))
                    } else {
                        let files = [below.with_extension("rs"), below.join("mod.rs")];
                        let file = files.iter().find(|f| f.exists()).expect("a module has a file");
                        self.read_file(file, &below, Some(number))
                    };
                    self.0[number].children.insert(name.clone(), child);
                    end
                }
                [Token::Name(word), Token::Name(_) | Token::Sep | Token::Mark('{'), ..] if word == "use" => {
                    let public = matches!(&tokens[..at], [.., Token::Name(p)] if p == "pub")
                        || matches!(&tokens[..at], [.., Token::Name(p), Token::Mark('('), Token::Name(_), Token::Mark(')')] if p == "pub");
                    let end = at + item_length(&tokens[at..]);
                    let mut tree = &tokens[at + 1..end];
                    use_tree(&mut tree, &mut Vec::new(), public, &mut self.0[number].uses);
                    end
                }
                rest => {
                    depth += i32::from(rest[0] == Token::Mark('{')) - i32::from(rest[0] == Token::Mark('}'));
                    at + self.0[number].mention(rest, depth == 0)
                }
            };
        }
        number
    }

    /// The files of a module and of those that it is in.
    fn around(&self, number: usize) -> Vec<&PathBuf> {
        let up = |&number: &usize| self.0[number].parent;
        std::iter::successors(Some(number), up).map(|module| &self.0[module].file).collect()
    }

    fn imported_by(&self, number: usize) -> BTreeSet<PathBuf> {
        let module = &self.0[number];
        let mut imported = BTreeSet::new();
        for used in &module.uses {
            // A re-export is not a use.
            let mentioned = used.name.as_ref().is_none_or(|name| module.mentioned.contains(name));
            match self.resolve(number, &used.path, 0) {
                Some(Target::Item(file)) if mentioned || !used.public => drop(imported.insert(file)),
                Some(Target::Module(m)) if used.name.is_none() => drop(imported.insert(self.0[m].file.clone())),
                // The paths show what is used of a module.
                _ => {}
            }
        }
        let paths = module.paths.iter().filter_map(|path| self.resolve(number, path, 0));
        imported.extend(paths.filter_map(|target| match target {
            Target::Item(file) => Some(file),
            Target::Module(_) => None,
        }));
        imported
    }

    /// Follows a path; `None` if it leads out of the crate.
    fn resolve(&self, from: usize, path: &[String], depth: usize) -> Option<Target> {
        let (first, mut rest) = path.split_first()?;
        let mut at = match first.as_str() {
            _ if depth > DEEPEST => return None,
            "crate" => 0,
            "self" => from,
            "super" => self.0[from].parent?,
            _ => match self.step(from, first, path, depth)? {
                Target::Module(module) => module,
                item => return Some(item),
            },
        };
        while let Some((name, after)) = rest.split_first() {
            at = match (name.as_str(), self.step(at, name, &[], depth)) {
                ("super", _) => self.0[at].parent?,
                (_, Some(Target::Module(module))) => module,
                (_, Some(item)) => return Some(item),
                // Declared by a macro, or in a way that is not read here.
                (_, None) => return Some(Target::Item(self.0[at].file.clone())),
            };
            rest = after;
        }
        Some(Target::Module(at))
    }

    /// The meaning of a name in a module. `asked` is the path that is being resolved, which must not resolve to itself.
    fn step(&self, module: usize, name: &str, asked: &[String], depth: usize) -> Option<Target> {
        let here = &self.0[module];
        if let Some(&child) = here.children.get(name) {
            return Some(Target::Module(child));
        }
        if here.declared.contains(name) {
            return Some(Target::Item(here.file.clone()));
        }
        let named = here.uses.iter().filter(|u| u.name.as_deref() == Some(name) && u.path != asked);
        let found = named.map(|u| self.resolve(module, &u.path, depth + 1)).next();
        found.unwrap_or_else(|| {
            let globs = here.uses.iter().filter(|u| u.name.is_none() && u.path != asked);
            let modules = globs.filter_map(|u| match self.resolve(module, &u.path, depth + 1)? {
                Target::Module(m) if m != module && depth < DEEPEST => self.step(m, name, &[], depth + 1),
                _ => None,
            });
            { modules }.next()
        })
    }
}

impl Module {
    /// Reads the front of the tokens, `at_top` or within a block of the module. Returns the number of tokens read.
    fn mention(&mut self, tokens: &[Token], at_top: bool) -> usize {
        let Some(Token::Name(first)) = tokens.first() else { return 1 };
        if at_top && DECLARING.contains(&first.as_str()) {
            let skipped = |t: &&Token| match t {
                Token::Name(word) => ["fn", "mut", "unsafe", "async", "extern"].contains(&word.as_str()),
                other => **other == Token::Mark('!'),
            };
            if let Some(Token::Name(name)) = tokens[1..].iter().find(|t| !skipped(t)) {
                self.declared.insert(name.clone());
            }
            return 1;
        }
        let mut path = vec![first.clone()];
        let mut length = 1;
        while let [Token::Sep, Token::Name(name), ..] = &tokens[length..] {
            path.push(name.clone());
            length += 2;
        }
        self.mentioned.insert(first.clone());
        if path.len() > 1 {
            self.paths.insert(path);
        }
        length
    }
}

/// Whether an item follows that is compiled for tests alone.
fn is_for_tests(tokens: &[Token]) -> bool {
    matches!(tokens, [Token::Mark('#'), Token::Mark('['), Token::Name(cfg), Token::Mark('('), Token::Name(test), Token::Mark(')'), ..]
        if cfg == "cfg" && test == "test")
}

/// Tokens of the item at the front, its attributes included: up to its `;`, or to the end of its block.
fn item_length(tokens: &[Token]) -> usize {
    let (mut depth, mut is_use) = (0, false);
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::Name(word) if depth == 0 && word == "use" => is_use = true,
            Token::Mark('(' | '[' | '{') => depth += 1,
            Token::Mark(mark @ (')' | ']' | '}')) => {
                depth -= 1;
                if depth == 0 && *mark == '}' && !is_use {
                    return at + 1;
                }
            }
            Token::Mark(';') if depth == 0 => return at + 1,
            _ => {}
        }
    }
    tokens.len()
}

/// Reads one tree of a `use` declaration, after `before`.
fn use_tree(tokens: &mut &[Token], before: &mut Vec<String>, public: bool, uses: &mut Vec<Use>) {
    let known = before.len();
    while let Some((token, rest)) = tokens.split_first() {
        match token {
            Token::Name(word) if word == "as" => {
                let Some((Token::Name(alias), rest)) = rest.split_first() else { break };
                uses.push(Use { path: before.clone(), name: Some(alias.clone()), public });
                *tokens = rest;
                before.truncate(known);
                return;
            }
            Token::Name(name) => before.push(name.clone()),
            Token::Mark('*') => {
                uses.push(Use { path: before.clone(), name: None, public });
                *tokens = rest;
                before.truncate(known);
                return;
            }
            Token::Mark('{') => {
                *tokens = rest;
                while !matches!(tokens.first(), Some(Token::Mark('}')) | None) {
                    use_tree(tokens, before, public, uses);
                    if let Some((Token::Mark(','), rest)) = tokens.split_first() {
                        *tokens = rest;
                    }
                }
                *tokens = tokens.get(1..).unwrap_or(&[]);
                before.truncate(known);
                return;
            }
            Token::Mark(_) => break,
            Token::Sep => {}
        }
        *tokens = rest;
    }
    let mut path = before.clone();
    // `a::{self}` names `a`.
    if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
        path.pop();
    }
    uses.push(Use { name: path.last().cloned(), path, public });
    before.truncate(known);
}
