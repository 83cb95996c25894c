//! What queries find, on the starter.

use base::{Cancel, ValueId};
use lm::{Concepts, End, Error, LanguageModel};

use crate::{found, id, starter, text, whole};

fn words(id: ValueId, end: End) -> Vec<String> {
    let card = whole().stored_card(id).expect("is read").expect("is there");
    card.trained(end).iter().map(|w| text(w.id).trim().to_lowercase()).collect()
}

#[test]
fn vectors_that_the_model_card_names_are_found() {
    for (query, expected) in [("illness", "L2D343"), ("sea", "L3D626"), ("money", "L4D955"), ("elections", "L3D314")] {
        assert!(found(query, 8).contains(&id(expected)), "{query}: {:?}", found(query, 8));
    }
}

#[test]
fn spellings_of_a_word_are_one() {
    assert_eq!(found("food", 20), found("Food", 20));
    assert_eq!(found("food", 20), found("  FOOD ", 20));
}

#[test]
fn several_words_any_all_and_not() {
    let any = found("food money", 30);
    assert!(any.iter().any(|v| words(*v, End::Top).contains(&"food".into())));
    assert!(any.iter().any(|v| words(*v, End::Top).contains(&"money".into())));
    let all = found("+milk +sugar", 30);
    assert!(!all.is_empty());
    for v in &all {
        let words = words(*v, End::Top);
        assert!(words.contains(&"milk".into()) && words.contains(&"sugar".into()), "{v}: {words:?}");
    }
    let not = found("milk -sugar", 30);
    assert!(!not.is_empty() && not.iter().all(|v| !words(*v, End::Top).contains(&"sugar".into())));
}

/// `all` is complete: every vector whose lists hold all the words is found.
#[test]
fn all_words_find_every_vector_that_has_them() {
    let info = starter().info();
    let has = |v: &ValueId| {
        let words = words(*v, End::Top);
        ["milk", "sugar"].iter().all(|w| words.contains(&(*w).to_owned()))
    };
    let mut expected: Vec<ValueId> = (0..info.value_vectors()).map(|n| info.value_at(n)).filter(has).collect();
    let mut all = found("+milk +sugar", 6144);
    all.sort_unstable();
    expected.sort_unstable();
    assert_eq!(all, expected);
}

#[test]
fn prefixes_are_ranked_by_their_strongest_word() {
    let hits = whole().search("psych*", 40, starter(), &Cancel::new()).expect("an answer").hits;
    let strongest = |v: ValueId| {
        let card = whole().stored_card(v).expect("is read").expect("is there");
        let of = |w: &lm::Word| text(w.id).trim().to_lowercase().starts_with("psych").then(|| card.z(w.logit));
        card.trained(End::Top).iter().filter_map(of).max_by(f32::total_cmp)
    };
    let info = starter().info();
    let all = (0..info.value_vectors()).filter_map(|n| Some((info.value_at(n), strongest(info.value_at(n))?)));
    let mut all: Vec<(ValueId, f32)> = all.collect();
    all.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let ours: Vec<(ValueId, f32)> = hits.iter().map(|h| (h.id, h.relevance)).collect();
    assert_eq!(ours, all[..40]);
}

#[test]
fn a_token_is_one_spelling() {
    let lists = |query: &str, token: &str| {
        let hits = whole().search(query, 10, starter(), &Cancel::new()).expect("an answer").hits;
        assert!(!hits.is_empty());
        hits.iter().all(|h| h.card.trained(End::Top).iter().any(|w| text(w.id) == token))
    };
    assert!(lists("\" food\"", " food"));
    assert!(lists("'The'", "The"));
}

#[test]
fn both_ends_and_some_layers() {
    let hits = whole().search("war end:both", 30, starter(), &Cancel::new()).expect("an answer").hits;
    for end in [End::Top, End::Bottom] {
        assert!(hits.iter().any(|h| h.end == end), "{end:?}");
    }
    assert!(hits.windows(2).all(|w| w[0].relevance >= w[1].relevance));
    let some = found("food layers:2-3", 30);
    assert!(some.len() == 30 && some.iter().all(|v| (2..=3).contains(&v.layer)));
    // The same vectors in the same order as in a search of all layers.
    let all: Vec<_> = found("food", 6144).into_iter().filter(|v| (2..=3).contains(&v.layer)).collect();
    assert_eq!(some[..5], all[..5]);
}

#[test]
fn an_answer_says_what_cannot_be_found() {
    let answer = |query: &str| whole().search(query, 5, starter(), &Cancel::new());
    let chemistry = answer("chemistry").expect("an answer");
    assert!(!chemistry.hits.is_empty() && chemistry.notes.iter().any(|n| n.contains("chem")), "{:?}", chemistry.notes);
    let nothing = answer("zzzqqq").expect("an answer");
    assert!(nothing.hits.is_empty() && !nothing.notes.is_empty());
    for query in ["", "like L99D1", "promotes 'two words'", "food layers:9"] {
        assert!(matches!(answer(query), Err(Error::Input(_))), "{query}: {:?}", answer(query));
    }
    let cancel = Cancel::new();
    cancel.cancel();
    assert_eq!(whole().search("food", 5, starter(), &cancel).err(), Some(Error::Cancelled));
}

#[test]
fn clusters_can_be_browsed_from_a_vector_and_back() {
    let clusters = whole().clusters().expect("is read");
    assert_eq!(clusters.len(), starter().info().value_vectors() / 16);
    assert!(clusters.windows(2).all(|w| w[0].size >= w[1].size));
    let mut members = 0;
    for cluster in &clusters {
        let of = whole().members(cluster.number).expect("is read");
        assert_eq!(of.len(), cluster.size);
        assert!(of.windows(2).all(|w| w[0].cosine >= w[1].cosine));
        assert!(!cluster.words.is_empty());
        members += of.len();
    }
    assert_eq!(members, starter().info().value_vectors());
    let own = whole().cluster_of(id("L4D397")).expect("is read").expect("is in one");
    assert!(whole().members(own.number).expect("is read").iter().any(|m| m.id == id("L4D397")));
    assert!(own.words.iter().any(|w| w == "meat" || w == "food" || w == "milk"), "{:?}", own.words);
}
