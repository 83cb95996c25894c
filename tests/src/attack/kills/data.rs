//! The data that kills must not harm: a names file, the user's passages and a concept index, and the answers from them.

use std::ffi::OsStr;
use std::fs;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::{Folder, kill_after, run};

pub(super) const TRACE: [&str; 5] = ["trace", "a.prompt", "--json", "--generated", "20"];
pub(super) const GENERATE: [&str; 3] = ["generate", "a.prompt", "--json"];
/// The prompt whose answers are compared.
const SHORT: &str = "---\ninterventions:\n  - L5D662: 8\n---\nThe court heard that the";
const QUERIES: [&str; 2] = ["food", "war end:both"];
/// The vector whose examples are compared.
const VECTOR: &str = "L4D397";
/// The passages of one text of the user.
const PASSAGES: u64 = 40;

/// A folder with data, and what it must answer.
pub(super) struct Data {
    pub(super) folder: Folder,
    /// A folder with the same passages, in which nothing is killed.
    whole: Folder,
    /// The names that must be there.
    pub(super) names: Vec<String>,
    /// How many texts of the user were counted to the end.
    texts: u64,
    /// The passages that come with the model.
    samples: u64,
    /// The least number of vectors that the index has.
    indexed: u64,
    before: Vec<Value>,
    found: Vec<Value>,
    examples: Value,
    pub(super) compared: usize,
    /// The time of an undisturbed build.
    pub(super) built_in: Duration,
}

impl Data {
    pub(super) fn new(prompt: &str) -> Self {
        let (folder, whole) = (Folder::new(), Folder::new());
        folder.write("a.prompt", prompt);
        folder.write("short.prompt", SHORT);
        let mut data = Self {
            folder,
            whole,
            names: Vec::new(),
            texts: 0,
            samples: 0,
            indexed: 0,
            before: Vec::new(),
            found: Vec::new(),
            examples: Value::Null,
            compared: 0,
            built_in: Duration::ZERO,
        };
        data.count_text();
        let begin = Instant::now();
        ok(&data.folder, ["index", "build"]);
        data.built_in = begin.elapsed();
        ok(&data.whole, ["index", "build"]);
        data.samples = data.passages() - PASSAGES;
        data.before = data.answers();
        data.found = data.searches();
        data.examples = examples(&data.folder);
        assert_eq!(data.examples, examples(&data.whole));
        data
    }

    /// Removes a whole index, so that there is something to build; the user's passages stay.
    pub(super) fn prepare(&mut self, builds: bool) {
        if builds && self.status()["complete"] == true {
            ok(&self.folder, ["index", "drop"]);
            self.indexed = 0;
        }
    }

    fn status(&self) -> Value {
        run(self.folder.path(), ["index", "status", "--json"]).json(0)
    }

    pub(super) fn passages(&self) -> u64 {
        self.status()["passages"].as_u64().expect("a number")
    }

    fn answers(&self) -> Vec<Value> {
        let answer = |args: &[&str]| run(self.folder.path(), args).json(0);
        vec![answer(&["trace", "short.prompt", "--json"]), answer(&["generate", "short.prompt", "--json"])]
    }

    /// The hits without their names.
    fn searches(&self) -> Vec<Value> {
        let search = |query: &&str| {
            let found = run(self.folder.path(), ["search", *query, "--json", "--quiet"]).json(0);
            let hits = found["hits"].as_array().expect("hits").iter();
            hits.map(|hit| json!([hit["id"], hit["relevance"], hit["top"]])).collect()
        };
        QUERIES.iter().map(search).collect()
    }

    /// After a kill: the next commands work, nothing is lost, and the answers are the same.
    pub(super) fn check(&mut self, when: &str) {
        let listed = run(self.folder.path(), ["names", "--json"]);
        // A line that cannot be read gives a warning.
        assert_eq!(listed.stderr, "", "{when}");
        let listed = listed.json(0);
        let names: Vec<&str> =
            listed["names"].as_array().expect("names").iter().filter_map(|name| name["name"].as_str()).collect();
        let lost: Vec<&String> = self.names.iter().filter(|name| !names.contains(&name.as_str())).collect();
        assert!(lost.is_empty(), "{when}: {lost:?} are lost");
        let status = self.status();
        let indexed = status["indexed"].as_u64().expect("a number");
        assert!(indexed >= self.indexed, "{when}: {indexed} vectors are indexed after {}", self.indexed);
        self.indexed = indexed;
        let passages = self.samples + self.texts * PASSAGES;
        // A dropped index counts them again when it is built.
        assert!(status["counted"] != true || status["passages"] == passages, "{when}: {status}");
        assert_eq!(self.answers(), self.before, "{when}");
        self.compared += self.before.len();
        if ["complete", "clustered", "counted"].iter().all(|part| status[part] == true) {
            assert_eq!(self.searches(), self.found, "{when}");
            assert_eq!(examples(&self.folder), self.examples, "{when}");
            self.compared += self.found.len() + 1;
        }
    }

    /// Builds the index to its end and checks all answers.
    pub(super) fn finish(&mut self) {
        let built = run(self.folder.path(), ["index", "build", "--json"]).json(0);
        let parts = ["complete", "clustered", "counted"].map(|part| built[part] == true);
        assert_eq!(parts, [true; 3], "{built}");
        self.check("at the end");
    }

    /// Counts another text of the user, is killed, and counts it again. Returns true if it was killed.
    pub(super) fn kill_examples(&mut self, moment: Duration) -> bool {
        let text = text(self.texts);
        let file = self.folder.write("notes.txt", text);
        let killed = kill_after(self.folder.path(), count(file.as_os_str()), moment);
        let passages = self.passages();
        let most = self.samples + (self.texts + 1) * PASSAGES;
        assert!(passages <= most, "{passages} passages of {most}");
        self.count_text();
        self.examples = examples(&self.whole);
        killed
    }

    /// Counts the next text of the user in both folders.
    fn count_text(&mut self) {
        for folder in [&self.folder, &self.whole] {
            let file = folder.write("notes.txt", text(self.texts));
            ok(folder, count(file.as_os_str()));
        }
        self.texts += 1;
    }

    /// Sets another name and is killed. Returns true if it was killed.
    pub(super) fn kill_names(&mut self, moment: Duration) -> bool {
        let name = format!("name {}", self.names.len());
        let args = ["names", "set", &name, "L0D1", "L1D1"];
        let killed = kill_after(self.folder.path(), args, moment);
        // It is set again: the lock of the killed process must not stand in the way.
        ok(&self.folder, args);
        self.names.push(name);
        killed
    }

    /// The number of temporary files that killed writers have left. A later writer removes them after ten minutes.
    pub(super) fn left_over(&self) -> usize {
        let names = fs::read_dir(self.folder.path()).expect("a folder").flatten().map(|entry| entry.file_name());
        names.filter(|name| name.to_string_lossy().ends_with(".new")).count()
    }
}

fn text(number: u64) -> String {
    let passages = (0..PASSAGES).map(|n| format!("On day {n} the doctor saw {number} patients in the old town."));
    passages.collect::<Vec<_>>().join("\n\n")
}

fn count(file: &OsStr) -> [&OsStr; 3] {
    ["index".as_ref(), "examples".as_ref(), file]
}

/// How active the vector is on the user's passages.
fn examples(folder: &Folder) -> Value {
    let card = run(folder.path(), ["vector", VECTOR, "--json"]).json(0);
    json!([card["activation"], card["examples"]])
}

#[track_caller]
fn ok<A: AsRef<OsStr>>(folder: &Folder, args: impl IntoIterator<Item = A>) {
    let ended = run(folder.path(), args);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
}
