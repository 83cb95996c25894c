//! Checks that a search finds what the user means: how many of the first five hits for forty everyday topics are on
//! topic, compared with LM-Debugger's ranking. The topics were written before any ranking was tuned. Both tables are in
//! `data/meaning.md` for a person to check; this test keeps the file up to date.

mod bm25;

use std::fs;

use serde::Deserialize;
use serde_json::Value;
use tests::{Folder, data, run};

/// The number of hits that are judged.
const HITS_PER_TOPIC: usize = 5;
/// The number of words of a hit that count, and how many of them must belong to the topic.
const WORDS_PER_HIT: usize = 10;
const MIN_ON_TOPIC: usize = 3;

#[derive(Deserialize)]
struct Topic {
    /// The query.
    topic: String,
    /// The words that are on topic.
    words: Vec<String>,
}

/// A hit of a ranking, with its first words.
pub(crate) struct Hit {
    pub(crate) id: String,
    pub(crate) words: Vec<String>,
}

impl Topic {
    fn holds(&self, word: &str) -> bool {
        let has = |w: &str| self.words.iter().any(|x| x == w);
        has(word) || word.strip_suffix('s').is_some_and(has) || word.strip_suffix("es").is_some_and(has)
    }

    fn is_met_by(&self, hit: &Hit) -> bool {
        hit.words.iter().filter(|w| self.holds(w)).count() >= MIN_ON_TOPIC
    }
}

/// The first distinct words of a list of tokens, without undertrained tokens.
pub(crate) fn words<'a>(tokens: impl Iterator<Item = (&'a str, bool)>) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for (token, undertrained) in tokens {
        let word = token.trim().to_lowercase();
        if !undertrained && word.chars().any(char::is_alphanumeric) && !words.contains(&word) {
            words.push(word);
        }
    }
    words.truncate(WORDS_PER_HIT);
    words
}

#[test]
fn search_finds_more_hits_on_topic_than_bm25() {
    let topics = fs::read_to_string(data("topics.json")).expect("the topics are there");
    let topics: Vec<Topic> = serde_json::from_str(&topics).expect("they are a list");
    assert!(topics.len() >= 30);
    let folder = Folder::new();
    let bm25 = bm25::Bm25::of_the_starter();
    let ours = table(&topics, |topic| search(&folder, topic));
    let theirs = table(&topics, |topic| bm25.search(topic, HITS_PER_TOPIC));
    let page = format!(
        "# What a search finds\n\n\
         Forty everyday topics on the starter model, written down before any ranking was tuned (`topics.json`). A hit is on\n\
         topic (+) if at least {MIN_ON_TOPIC} of its first {WORDS_PER_HIT} words belong to the topic's list. Made by `tests/meaning`.\n\n\
         | ranking | hits on topic, of {} |\n|---|---|\n| unembed | {} |\n| BM25 over the 50 top tokens, as LM-Debugger has it | {} |\n\n\
         ## unembed\n\n{}\n## BM25\n\n{}",
        topics.len() * HITS_PER_TOPIC,
        ours.0,
        theirs.0,
        ours.1,
        theirs.1
    );
    let path = data("meaning.md");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &page).expect("data/ can be written");
    }
    assert!(ours.0 > 2 * theirs.0, "{} on topic, BM25 {}", ours.0, theirs.0);
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == page, "data/meaning.md is stale; run `UPDATE=1 cargo test --release -p tests --test meaning`");
}

/// The number of hits on topic, and all hits as a page.
fn table(topics: &[Topic], search: impl Fn(&str) -> Vec<Hit>) -> (usize, String) {
    let mut page = String::new();
    let mut all = 0;
    for topic in topics {
        let hits = search(&topic.topic);
        let met = hits.iter().filter(|h| topic.is_met_by(h)).count();
        all += met;
        page += &format!("**{}** {met} of {HITS_PER_TOPIC}\n\n", topic.topic);
        for hit in &hits {
            let mark = if topic.is_met_by(hit) { '+' } else { '-' };
            page += &format!("    {mark} {:<8} {}\n", hit.id, hit.words.join(" "));
        }
        page.push('\n');
    }
    (all, page)
}

fn search(folder: &Folder, topic: &str) -> Vec<Hit> {
    let answer = run(folder.path(), ["search", topic, "--limit", "5", "--json"]).json(0);
    let hit = |hit: &Value| {
        let tokens = hit["top"].as_array().expect("a list").iter();
        let token = |t: &'_ Value| (t["token"].as_str().unwrap_or_default().to_owned(), t["undertrained"] == true);
        let tokens: Vec<(String, bool)> = tokens.map(token).collect();
        Hit {
            id: hit["id"].as_str().unwrap_or_default().to_owned(),
            words: words(tokens.iter().map(|(t, u)| (t.as_str(), *u))),
        }
    };
    answer["hits"].as_array().expect("a list").iter().map(hit).collect()
}
