//! The commands `index`, `search`, `vector` and `clusters`: JSON documents, pages and exit codes.

use serde_json::{Value, json};
use tests::{Folder, run};

use crate::{found, status};

/// The keys of an object, sorted.
fn keys(value: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = value.as_object().expect("an object").keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

#[test]
fn indexes_searches_and_drops() {
    let folder = Folder::new();
    let before = status(&folder);
    assert_eq!((&before["indexed"], &before["complete"]), (&json!(0), &json!(false)));
    assert!(!folder.path().join(".home/.local/share/unembed").exists(), "status creates nothing");

    let card = run(folder.path(), ["vector", "L5D662", "--json"]).json(0);
    assert_eq!((&card["cluster"], &card["activation"]), (&Value::Null, &Value::Null));

    // The first search builds what it needs.
    let answer = run(folder.path(), ["search", "illness", "--json"]).json(0);
    assert_eq!(keys(&answer), ["experiment", "hits", "index", "notes", "problems", "query", "schema"]);
    let hit = &answer["hits"][0];
    assert_eq!(keys(hit), ["bottom", "dim", "end", "id", "layer", "name", "relevance", "top"]);
    assert_eq!(answer["hits"].as_array().map(Vec::len), Some(20));
    let ids = found(&folder, "illness");
    assert!(ids[..5].contains(&"L5D662".to_owned()) || ids[..5].contains(&"L2D343".to_owned()), "{ids:?}");

    let after = status(&folder);
    assert_eq!((&after["complete"], &after["clustered"]), (&json!(true), &json!(true)));
    // The sample text comes with the starter.
    assert!(after["passages"].as_u64().is_some_and(|n| n > 190), "{after}");

    let card = run(folder.path(), ["vector", "L5D662", "--json"]).json(0);
    let shape = ["activation", "bottom", "cluster", "cluster_words", "dim", "examples", "experiment", "id", "layer"];
    let rest = ["name", "norm", "problems", "projection", "prompts", "schema", "similar", "top"];
    assert_eq!(keys(&card), [&shape[..], &rest].concat());
    assert_eq!(keys(&card["top"][0]), ["id", "logit", "token", "z"]);
    assert_eq!(keys(&card["similar"][0]), ["cosine", "id", "words"]);
    assert_eq!(keys(&card["activation"]), ["count", "deviation", "mean", "quantiles"]);
    assert_eq!(keys(&card["examples"][0]), ["coefficient", "end", "start", "text"]);
    let cluster = card["cluster"].as_u64().expect("a number");

    let one = run(folder.path(), ["clusters", &cluster.to_string(), "--json"]).json(0);
    let members_of = one["clusters"][0]["members"].as_array().expect("a list");
    assert!(members_of.iter().any(|m| m["id"] == "L5D662"));
    assert_eq!(run(folder.path(), ["clusters", "L5D662", "--json"]).json(0), one);
    let all = run(folder.path(), ["clusters", "--json"]).json(0);
    assert_eq!(all["clusters"].as_array().map(Vec::len), Some(6144 / 16));

    let dropped = run(folder.path(), ["index", "drop", "--json"]).json(0);
    assert_eq!(dropped["dropped"], true);
    assert_eq!(status(&folder)["indexed"], 0);
}

#[test]
fn undertrained_tokens_are_marked_in_json_and_hidden_in_pages() {
    let folder = Folder::new();
    // One end of this vector contains only undertrained tokens.
    let marked = |id: &str| {
        let card = run(folder.path(), ["vector", id, "--json"]).json(0);
        let ends = ["top", "bottom"].map(|end| card[end].as_array().expect("a list").clone());
        ends.concat().iter().filter(|w| w["undertrained"] == true).count()
    };
    let crowded = (0..40).map(|dim| format!("L0D{dim}")).find(|id| marked(id) > 20).expect("some are crowded");
    let page = run(folder.path(), ["vector", &crowded]);
    assert_eq!(page.code, 0, "{}", page.stderr);
    assert!(page.stdout.contains("undertrained tokens are hidden"), "{}", page.stdout);
    folder.write(".unembed.toml", "[words]\nundertrained = true\n");
    let shown = run(folder.path(), ["vector", &crowded]);
    assert!(!shown.stdout.contains("are hidden") && shown.stdout != page.stdout, "{}", shown.stdout);
}

#[test]
fn adds_the_users_texts() {
    let folder = Folder::new();
    let text = folder.write("notes.txt", "The court heard the witness.\n\nThe judge read the law aloud.\n");
    let added = run(folder.path(), ["index".as_ref(), "examples".as_ref(), text.as_os_str()]);
    assert_eq!((added.code, added.stdout.lines().next()), (0, Some("2 new passages")), "{}", added.stderr);
    let again = run(folder.path(), ["index".as_ref(), "examples".as_ref(), text.as_os_str()]);
    assert_eq!(again.stdout.lines().next(), Some("0 new passages"));
    let card = run(folder.path(), ["vector", "L5D662", "--json"]).json(0);
    let passages: Vec<&str> =
        card["examples"].as_array().expect("a list").iter().filter_map(|e| e["text"].as_str()).collect();
    assert!(passages.iter().all(|p| p.starts_with("The court") || p.starts_with("The judge")), "{passages:?}");
}

#[test]
fn finds_the_projects_prompts_where_a_vector_is_active() {
    let folder = Folder::new();
    folder.write("a.prompt", "The doctor said that the disease of the patient was");
    folder.write("b.prompt", "---\nmodel: nowhere/else\n---\nThe ship");
    let card = run(folder.path(), ["vector", "L5D662", "--json"]).json(0);
    let prompts = card["prompts"].as_array().expect("a list");
    assert_eq!(prompts.len(), 1, "{prompts:?}");
    assert_eq!(prompts[0]["file"], "a.prompt");
    assert!(prompts[0]["position"].as_u64().is_some_and(|p| p > 0));
}

#[test]
fn errors_are_one_line() {
    let folder = Folder::new();
    let check = |args: &[&str], code: i32, said: &str| {
        let ended = run(folder.path(), args);
        assert_eq!(ended.code, code, "{args:?}: {} {}", ended.stdout, ended.stderr);
        let lines: Vec<&str> = ended.stderr.lines().collect();
        assert!(lines.len() == 1 && lines[0].contains(said), "{args:?}: {}", ended.stderr);
    };
    check(&["vector", "L9D9"], 2, "L9D9 is not in starter: its value vectors are L0D0 to L5D1023");
    check(&["vector", "food"], 2, "unknown name `food`");
    check(&["search", "like L9D9"], 2, "L9D9 is not in starter");
    check(&["search", "promotes", "two words here"], 2, "");
    check(&["search", "food layers:9"], 2, "layer 9 is not in starter");
    check(&["clusters", "99999"], 2, "starter has no cluster 99999: its clusters are 0 to");
    check(&["index", "examples", "nowhere.txt"], 2, "cannot read nowhere.txt");
    let nothing = run(folder.path(), ["search", "zzzqqq"]);
    assert_eq!(nothing.code, 1, "{}", nothing.stderr);
    assert!(nothing.stdout.contains("no hits"), "{}", nothing.stdout);
}
