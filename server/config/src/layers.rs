//! Reads settings from layers, each of which overrides the one before: the defaults, the user's file, the workspace's
//! file, the editor. An invalid value is reported, and the value of the layer below applies.

use std::fmt;
use std::path::{Path, PathBuf};

use base::files::{FileError, Reading as FileReading, read_text};
use serde_json::{Map, Value};

use crate::settings::{ROWS, Row, Scope, Settings};

/// The layers above the defaults. Each may be absent.
#[derive(Clone, Debug, Default)]
pub struct Layers {
    /// The user's settings file, TOML.
    pub user: Option<PathBuf>,
    /// The workspace's settings file, TOML. Other people may have written it, so it cannot set where models are or how
    /// much of the machine unembed uses.
    pub workspace: Option<PathBuf>,
    /// The settings that the editor sends: nested objects, or names with dots.
    pub client: Option<Value>,
}

/// An invalid value that was ignored. Its text is one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file, or `editor`.
    pub layer: String,
    /// The setting's name; empty if the whole file is unreadable.
    pub key: String,
    /// What is wrong and which values are allowed.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.key.as_str() {
            "" => write!(f, "{}: {}", self.layer, self.message),
            key => write!(f, "{}: {key}: {}", self.layer, self.message),
        }
    }
}

/// The path of the user's settings file.
pub fn user_file() -> Option<PathBuf> {
    Some(dirs::config_dir()?.join("unembed").join("settings.toml"))
}

/// The name of a workspace's settings file, in its root.
pub const WORKSPACE_FILE: &str = ".unembed.toml";

/// The path of a workspace's settings file.
pub fn workspace_file(root: &Path) -> PathBuf {
    root.join(WORKSPACE_FILE)
}

/// The folder of the user's data: indexes, logs.
pub fn data_folder() -> Option<PathBuf> {
    Some(dirs::data_local_dir()?.join("unembed"))
}

/// The folder of the concept indexes: `configured`, the value of `index.folder`, or the default if that is empty.
pub fn index_folder(configured: &Path) -> Option<PathBuf> {
    match configured.strip_prefix("~") {
        Ok(below) => Some(dirs::home_dir()?.join(below)),
        Err(_) if configured.as_os_str().is_empty() => Some(data_folder()?.join("index")),
        Err(_) => Some(configured.to_owned()),
    }
}

impl Layers {
    /// Returns the effective settings and every ignored value. A missing file is not a problem.
    pub fn read(&self) -> (Settings, Vec<Problem>) {
        let mut reading = Reading::default();
        // The user's own file may be a link to anywhere, a workspace's only to a file of the workspace.
        let own = self.workspace.as_deref().and_then(Path::parent).map(Path::to_owned);
        let files = [(&self.user, Scope::User, None), (&self.workspace, Scope::Workspace, own)];
        for (path, scope, root) in files {
            let Some(path) = path else { continue };
            reading.begin(path.display().to_string());
            match table(path, root) {
                Ok(table) => reading.table("", &table, scope),
                Err(message) => reading.problem("", message),
            }
        }
        reading.begin("editor".to_owned());
        match &self.client {
            None | Some(Value::Null) => {}
            Some(Value::Object(map)) => reading.table("", map, Scope::User),
            Some(_) => reading.problem("", "the settings must be a JSON object".to_owned()),
        }
        reading.end_layer();
        (reading.settings, reading.problems)
    }
}

/// The most bytes of a settings file.
const LARGEST: u64 = 1 << 20;
/// Bytes of a setting's name, which are longer than any.
const LONGEST: usize = 100;
/// Problems of one layer that are listed.
const MOST_PROBLEMS: usize = 20;

/// Reads a TOML file as JSON; empty if there is no file.
fn table(path: &Path, root: Option<PathBuf>) -> Result<Map<String, Value>, String> {
    let reading = FileReading::of(LARGEST).within(root.into_iter().collect());
    let text = match read_text(path, &reading) {
        Err(FileError::NotFound) => return Ok(Map::new()),
        other => other.map_err(|e| format!("cannot be read: {e}"))?,
    };
    let table: toml::Table = toml::from_str(&text).map_err(|e| {
        let before = e.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        let (line, message) = (before.matches('\n').count() + 1, e.message().replace('\n', " "));
        format!("line {line} is not valid TOML ({message}); the whole file is ignored until you fix it")
    })?;
    match serde_json::to_value(table) {
        Ok(Value::Object(map)) => Ok(map),
        _ => Err("contains values that no setting accepts; remove them".to_owned()),
    }
}

#[derive(Default)]
struct Reading {
    settings: Settings,
    layer: String,
    problems: Vec<Problem>,
    /// The problems of the layer.
    count: usize,
}

impl Reading {
    fn begin(&mut self, layer: String) {
        self.end_layer();
        self.layer = layer;
    }

    /// Adds one line for the problems of the layer that are not listed.
    fn end_layer(&mut self) {
        let left_out = std::mem::take(&mut self.count).saturating_sub(MOST_PROBLEMS);
        if left_out > 0 {
            let message = format!("{left_out} more settings have problems; correct these first");
            self.problems.push(Problem { layer: self.layer.clone(), key: String::new(), message });
        }
    }

    fn problem(&mut self, key: &str, message: String) {
        if self.is_listed() {
            let key = if key.len() > LONGEST {
                format!("{}…", &key[..key.floor_char_boundary(LONGEST)])
            } else {
                key.to_owned()
            };
            self.problems.push(Problem { layer: self.layer.clone(), key, message });
        }
        self.count += 1;
    }

    /// Whether one more problem of the layer is listed.
    fn is_listed(&self) -> bool {
        self.count < MOST_PROBLEMS
    }

    /// Reads all settings below a prefix.
    fn table(&mut self, prefix: &str, map: &Map<String, Value>, scope: Scope) {
        // In sorted order, whatever order the parsers return.
        let sorted: std::collections::BTreeMap<&String, &Value> = map.iter().collect();
        for (name, value) in sorted {
            let name = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
            if let Some(row) = ROWS.iter().find(|row| row.name == name) {
                self.value(row, value, scope);
                continue;
            }
            let is_prefix =
                ROWS.iter().any(|row| row.name.strip_prefix(&name).is_some_and(|rest| rest.starts_with('.')));
            match value {
                Value::Object(map) if is_prefix => self.table(&name, map, scope),
                _ if is_prefix => self.problem(&name, "is a group of settings and takes no value".to_owned()),
                _ if !self.is_listed() => self.problem(&name, String::new()),
                _ if name.len() > LONGEST => self.problem(&name, "unknown setting".to_owned()),
                _ => {
                    let near = ROWS.iter().map(|row| row.name).min_by_key(|known| distance(known, &name)).unwrap_or("");
                    self.problem(&name, format!("unknown setting; the nearest is {near}"));
                }
            }
        }
    }

    fn value(&mut self, row: &Row, value: &Value, scope: Scope) {
        if scope == Scope::Workspace && row.scope == Scope::User {
            let message = "a workspace cannot set this; set it in your own settings".to_owned();
            return self.problem(row.name, message);
        }
        // Editors send null for unset values.
        if value.is_null() {
            return;
        }
        for (below, wanted) in (row.set)(&mut self.settings, value, &row.kind) {
            let (key, value) = match below.as_str() {
                "" => (row.name.to_owned(), Some(value)),
                below => (format!("{}.{below}", row.name), value.get(below)),
            };
            let found: String = value.map(Value::to_string).unwrap_or_default().chars().take(60).collect();
            self.problem(&key, format!("is {found}, but must be {wanted}"));
        }
    }
}

/// The Levenshtein distance in bytes.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, y) in b.bytes().enumerate() {
            let replaced = corner + usize::from(x != y);
            corner = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(corner + 1);
        }
    }
    row[b.len()]
}
