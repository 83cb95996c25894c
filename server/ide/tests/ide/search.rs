//! The index's documents and pages: hits, cards, clusters, and where prompts make a vector act.

use base::{Cancel, ValueId};
use expect_test::expect;
use ide::page::{clusters_page, search_page, text, vector_page};
use ide::{File, Names, Style, clusters, look_up, search, strongest, vector};
use lm::fake::{FakeConcepts, FakeModel};
use lm::{Concepts, LanguageModel};
use serde_json::{Value, json};

use crate::{concepts, names};

fn id(text: &str) -> ValueId {
    text.parse().unwrap()
}

/// Only these members.
fn only(value: &Value, members: &[&str]) -> Value {
    members.iter().map(|m| ((*m).to_owned(), value[*m].clone())).collect::<serde_json::Map<_, _>>().into()
}

#[test]
fn hits_have_their_words_and_names() {
    let (model, concepts) = (FakeModel::default().hardly_trained(" court"), concepts());
    let found = search("food", 2, &model, &concepts, &names(), &Cancel::new()).unwrap();
    let document = serde_json::to_value(&found).unwrap();
    assert_eq!(
        only(&document, &["schema", "experiment", "problems", "query", "index", "notes"]),
        json!({
            "schema": 1, "experiment": null, "problems": [], "query": "food",
            "index": {"indexed": 24, "all": 24}, "notes": [],
        })
    );
    let hit = &document["hits"][0];
    assert_eq!(
        only(hit, &["id", "layer", "dim", "relevance", "end", "name"]),
        json!({
            "id": "L1D5", "layer": 1, "dim": 5, "relevance": 4.0, "end": "top", "name": "dishes",
        })
    );
    assert_eq!(hit["top"][0], json!({"id": 266, "token": " food", "logit": 8.0, "z": 4.0}));
    // JSON keeps what people are not shown, marked.
    assert_eq!(hit["top"][1], json!({"id": 267, "token": " court", "logit": 7.75, "z": 3.875, "undertrained": true}));
    assert_eq!(document["hits"][1]["name"], Value::Null);
    let error = search(" ", 2, &model, &concepts, &names(), &Cancel::new()).unwrap_err();
    assert!(matches!(error, lm::Error::Input(_)), "{error}");
}

#[test]
fn a_page_of_hits() {
    let model = FakeModel::default().hardly_trained(" court");
    let page = |query: &str, concepts: &FakeConcepts, undertrained| {
        let found = concepts.search(query, 3, &model, &Cancel::new()).unwrap();
        text(&search_page(&found, &model, &names(), undertrained))
    };
    let whole = concepts();
    expect![[r#"
        relevance  id    name    end  words
              4.0  L1D5  dishes  +    food, house, river, a, and
              4.0  L2D0          +    food, house, river, a, and
              3.9  L1D4          +    Tower, food, house, river, a"#]]
    .assert_eq(page("food", &whole, false).trim_end());
    expect![[r#"
        relevance  id    name    end  words
              4.0  L1D5  dishes  +    food, court, house, river, a, and
              4.0  L2D0          +    food, court, house, river, a, and
              3.9  L1D4          +    Tower, food, court, house, river, a"#]]
    .assert_eq(page("food", &whole, true).trim_end());
    let half = FakeConcepts::new(model.info());
    expect![[r#"
        0 of 24 value vectors are indexed so far
        no hits: try another word, a prefix (foo*), or end:both"#]]
    .assert_eq(page("food", &half, false).trim_end());
}

/// Found by what a negative coefficient promotes: with those words, on a page and in JSON.
#[test]
fn a_hit_has_the_words_of_the_end_that_matched() {
    let (model, concepts) = (FakeModel::default(), concepts());
    let query = "end:bottom city";
    let found = search(query, 1, &model, &concepts, &names(), &Cancel::new()).unwrap();
    let hit = serde_json::to_value(&found.hits[0]).unwrap();
    assert_eq!((&hit["end"], &hit["bottom"][0]["token"]), (&json!("bottom"), &json!(" city")));
    let found = concepts.search(query, 2, &model, &Cancel::new()).unwrap();
    expect![[r#"
        relevance  id    name  end  words
              2.5  L2D4        −    city, of, Paris, London, is, in
              2.4  L2D3        −    The, city, of, Paris, London, is"#]]
    .assert_eq(text(&search_page(&found, &model, &names(), false)).trim_end());
}

#[test]
fn a_card_knows_what_the_index_knows() {
    let (model, concepts) = (FakeModel::default().hardly_trained(" court"), concepts());
    let mut card = vector(id("L1D5"), 4, &model, Some(&concepts), &names(), &Cancel::new()).unwrap();
    let file = File::new("The city of Paris");
    card.prompts = strongest(&file, "paris.prompt", id("L1D5"), &model, &Cancel::new()).unwrap().into_iter().collect();
    let document: Value = serde_json::from_str(&serde_json::to_string(&card).unwrap()).unwrap();
    assert_eq!(
        only(&document, &["name", "cluster", "cluster_words"]),
        json!({
            "name": "dishes", "cluster": 1, "cluster_words": ["wife", "doctor", "nurse"],
        })
    );
    assert_eq!(document["similar"][3], json!({"id": "L1D7", "cosine": 0.9166667, "words": ["house", "river", "a"]}));
    assert_eq!(
        only(&document["activation"], &["count", "mean", "deviation"]),
        json!({"count": 12345, "mean": 0.5, "deviation": 2.0})
    );
    assert_eq!(document["activation"]["quantiles"][4], json!({"share": 0.99, "value": 6.5}));
    assert_eq!(
        document["examples"][0],
        json!({"text": "They ate food by the river at night.", "start": 8, "end": 13, "coefficient": 11.9})
    );
    let place = json!({"file": "paris.prompt", "position": 3, "token": " Paris", "coefficient": 7.3});
    assert_eq!(document["prompts"], json!([place]));
    let page = |undertrained| text(&vector_page(&card, &model, undertrained, &Cancel::new()).unwrap());
    expect![[r#"
        L1D5  dishes  norm 1.5 on fake
        promotes  logit     z                suppresses  logit     z
        ␣food      +8.0  +4.0  ████████████  ␣nurse       −5.0  −2.5  ███████▌
        ␣house     +7.5  +3.8  ███████████▎  ␣night       −4.8  −2.4  ███████▏
        ␣river     +7.2  +3.6  ██████████▉   ␣the         −4.5  −2.2  ██████▊
                                             The          −4.2  −2.1  ██████▍
        1 undertrained token is hidden (the setting words.undertrained shows them)
        cluster 1: wife, doctor, nurse
        nearest by direction
           +0.96  L1D4  Tower, food, house, river, a
           +0.96  L1D6  house, river, a, and, |
           +0.92  L1D3  Eiffel, Tower, food, house, river
           +0.92  L1D7  house, river, a, and, |
           +0.88  L1D2  in, Eiffel, Tower, food, house
        coefficient on text: mean +0.50, deviation 2.0, 12345 positions
          1% −2.5  10% −2.0  50% +0.50  90% +4.5  99% +6.5  99.9% +6.9
           +11.9  They ate‹␣food› by the river at night.
            +6.0  A‹␣doctor› was called to the house.
            −2.8  The‹␣court› is in the city.
        strongest in this project's prompts
          +7.3  ␣Paris position 3 of paris.prompt"#]]
    .assert_eq(page(false).trim_end());
    assert!(page(true).contains("court") && !page(true).contains("hidden"), "{}", page(true));
}

#[test]
fn where_a_prompt_makes_a_vector_act() {
    let model = FakeModel::default();
    let place = |text: &str| strongest(&File::new(text), "a.prompt", id("L1D5"), &model, &Cancel::new());
    let found = place("---\ninterventions:\n  - L1D5: 100\n---\nThe city of Paris").unwrap().unwrap();
    // Of the run without interventions, as the fake model gives it.
    let experiment = lm::Experiment::of("The city of Paris");
    let coefficient =
        |p| model.coefficient(&experiment, &base::RunName::baseline(), id("L1D5").into(), p, &Cancel::new()).unwrap();
    let best = (1..4).max_by(|a, b| coefficient(*a).abs().total_cmp(&coefficient(*b).abs())).unwrap();
    assert_eq!((found.position, found.coefficient, found.file.as_str()), (best, coefficient(best), "a.prompt"));
    // Position 0 counts for nothing, and behind another first token the numbers would be others.
    assert_eq!(place("The"), Ok(None));
    assert_eq!(place("---\nbos: true\n---\nThe city"), Ok(None));
    assert!(place("---\nmodel: googleai/gemini\n---\nThe city").is_err());
    assert!(place("").is_err());
}

#[test]
fn clusters_are_browsed_from_a_vector_and_back() {
    let (model, concepts) = (FakeModel::default(), concepts());
    let all = clusters(None, &model, &concepts, &Cancel::new()).unwrap();
    expect![[r#"
        cluster  vectors  cohesion  words
              0       15      0.75  food, court, house
              1        9      0.75  wife, doctor, nurse"#]]
    .assert_eq(text(&clusters_page(&all, &model, &Cancel::new()).unwrap()).trim_end());
    let one = clusters(Some(1), &model, &concepts, &Cancel::new()).unwrap();
    let page = text(&clusters_page(&one, &model, &Cancel::new()).unwrap());
    assert!(page.starts_with("cluster 1: wife, doctor, nurse  (9 vectors, cohesion 0.75)\n"), "{page}");
    assert_eq!((one.clusters.len(), one.clusters[0].members.len()), (1, 9));
    assert!(all.clusters.iter().flat_map(|c| &c.members).all(|member| member.words.is_empty()));
    for member in &one.clusters[0].members {
        assert_eq!(member.words.len(), Style::default().words);
        assert_eq!(ide::cluster_of(&member.id.to_string(), &model, &concepts, &names(), &Cancel::new()), Ok(1));
    }
    let of = |text: &str| ide::cluster_of(text, &model, &concepts, &names(), &Cancel::new()).map_err(|e| e.to_string());
    assert_eq!(of("dishes"), Ok(1));
    assert_eq!(of("tower"), Ok(0));
    expect!["`meals` is a group of 2 value vectors, and one is needed: write one of L1D5, L2D0"]
        .assert_eq(&of("meals").unwrap_err());
    expect!["L9D9 is not in fake: its value vectors are L0D0 to L2D7"].assert_eq(&of("L9D9").unwrap_err());
    let error = clusters(Some(2), &model, &concepts, &Cancel::new()).unwrap_err();
    expect!["fake has no cluster 2: its clusters are 0 to 1"].assert_eq(&error.to_string());
    let empty = FakeConcepts::new(model.info());
    let refused = |what| clusters(what, &model, &empty, &Cancel::new()).unwrap_err().to_string();
    expect!["fake has no clusters yet: they come with the complete index, which has 0 of 24 value vectors so far"]
        .assert_eq(&refused(None));
    let of = |text| ide::cluster_of(text, &model, &empty, &names(), &Cancel::new()).unwrap_err().to_string();
    assert_eq!([refused(Some(1)), of("L0D0")], [refused(None), refused(None)]);
}

#[test]
fn hardly_trained_words_are_not_looked_up_first() {
    let (model, concepts) = (FakeModel::default().hardly_trained(" food"), concepts());
    let words = |undertrained| {
        let style = Style { undertrained, ..Style::default() };
        let found = look_up("tower", 1, &model, Some(&concepts), &Names::default(), &style, &Cancel::new());
        found.unwrap().pop().unwrap().words
    };
    assert_eq!(words(false), "Tower, court, house, river, a");
    assert_eq!(words(true), "Tower, food, court, house, river, a");
}
