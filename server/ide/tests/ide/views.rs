//! What an editor shows without a request: code lenses, hints between words, colours, folds, growing selections, links.

use base::{Cancel, TokenId};
use ide::{CodeLens, CodeLensAction, File, Hints, ModelState, Surprise, TokenHints, inlays, surprises};
use lm::fake::FakeModel;
use lm::{LanguageModel, OpenError, Positions, TraceQuery};

const TEXT: &str = "---\ninterventions:\n  - L1D2: 3\ntrack: [\" city\"]\n---\nThe city of\n Paris";

fn titles(lenses: &[CodeLens]) -> Vec<&str> {
    lenses.iter().map(|lens| lens.title.as_str()).collect()
}

#[test]
fn code_lenses_have_actions_and_the_state_of_the_model() {
    let model = FakeModel::default();
    let of = |text: &str, state: &ModelState<'_>| ide::code_lenses(&File::new(text), state);
    let ready = ModelState::Ready(&model, None);
    let info = model.info();
    let about = format!("fake: {} layers of {}, {}", info.layers, info.width, info.precision);
    assert_eq!(titles(&of("The city", &ready)), ["Generate", "Trace", &about]);
    assert_eq!(titles(&of(TEXT, &ready)), ["Compare with the baseline", "Trace", &about]);
    assert!(of(TEXT, &ready).iter().all(|lens| lens.range == (0..3)));
    assert_eq!(of(TEXT, &ModelState::Loading("fake")), []);
    let why = OpenError { message: "it is not here".into(), fetch: Some("a/b".into()) };
    let missing = of(TEXT, &ModelState::Missing(&why));
    assert_eq!(titles(&missing), ["no model: it is not here", "Fetch a/b"]);
    assert_eq!(missing[1].action, CodeLensAction::Fetch("a/b".into()));
    // A file of another program.
    assert_eq!(of("---\nmodel: x\ninput: { schema: {} }\n---\n{{a}}", &ready), []);
}

/// Labels with the text before them.
fn hints(text: &str, within: std::ops::Range<usize>, hints: Hints) -> Vec<(String, String)> {
    let file = File::new(text);
    let found = inlays(&file, &within, &FakeModel::default(), hints, &Cancel::new()).unwrap();
    found.into_iter().map(|inlay| (text[..inlay.at].to_owned(), inlay.label)).collect()
}

#[test]
fn hints_are_the_traces_numbers() {
    let (file, model) = (File::new(TEXT), FakeModel::default());
    let resolved = ide::resolve(&file, &model);
    let query = TraceQuery { score_all: true, ..TraceQuery::at(&resolved.experiment, Positions::All) };
    let runs = model.trace(&query, &Cancel::new()).unwrap();
    let all = 0..TEXT.len();
    let label = |text: String| text.replace('-', "−");

    let likely = hints(TEXT, all.clone(), Hints { tokens: TokenHints::Logprob, tracked: false });
    let expected: Vec<f32> = runs[1].tokens.iter().filter_map(|t| t.logprob).collect();
    assert_eq!(likely.len(), expected.len());
    assert!(likely.len() >= 4 && likely[0].0.ends_with("The city"));
    for ((_, seen), logprob) in likely.iter().zip(&expected) {
        let seen: f32 = seen.replace('−', "-").parse().unwrap();
        assert!((seen - logprob).abs() <= 0.05 * logprob.abs().max(1.0), "{seen} for {logprob}");
    }

    let guesses = hints(TEXT, all.clone(), Hints { tokens: TokenHints::Guess, tracked: false });
    assert_eq!(guesses.len(), runs[1].positions.len());
    for ((_, seen), position) in guesses.iter().zip(&runs[1].positions) {
        let word = base::visible(&model.token_bytes(position.next[0].id));
        assert!(seen.starts_with(&format!("{word} ")), "{seen} for {word:?}");
    }

    let tracked = hints(TEXT, all, Hints { tokens: TokenHints::Off, tracked: true });
    let p = |run: usize| runs[run].positions.last().unwrap().tracked[0].p;
    assert_eq!(tracked.len(), 1);
    assert_eq!(tracked[0].0, TEXT);
    let shown = |p: f32| label(format!("{p:.2}"));
    assert!(tracked[0].1.starts_with("␣city ") && tracked[0].1.contains(" → "), "{tracked:?}");
    if p(0) >= 0.01 && p(1) >= 0.01 {
        assert_eq!(tracked[0].1, format!("␣city {} → {}", shown(p(0)), shown(p(1))));
    }
}

#[test]
fn only_what_is_seen_has_hints() {
    let at = TEXT.find(" of").unwrap();
    let of = hints(TEXT, at..at + 3, Hints { tokens: TokenHints::Logprob, tracked: true });
    let places: Vec<_> = of.iter().map(|(before, _)| before.lines().last().unwrap()).collect();
    assert_eq!(places, ["The city", "The city of"]);
    assert_eq!(hints(TEXT, 0..TEXT.len(), Hints::default()), []);
    assert_eq!(hints("", 0..0, Hints { tokens: TokenHints::Guess, tracked: true }), []);
}

#[test]
fn each_token_but_the_first_has_a_class_by_its_probability() {
    let (file, model) = (File::new(TEXT), FakeModel::default());
    let found = surprises(&file, &model, &Cancel::new()).unwrap();
    let words: Vec<_> = found.iter().map(|(range, _)| &TEXT[range.clone()]).collect();
    assert_eq!(words.concat(), " city of\n Paris");
    assert!(words.len() >= 3, "{words:?}");
    let resolved = ide::resolve(&file, &model);
    let query = TraceQuery { score_all: true, ..TraceQuery::at(&resolved.experiment, Positions::Last) };
    let runs = model.trace(&query, &Cancel::new()).unwrap();
    for ((_, class), token) in found.iter().zip(&runs[1].tokens[1..]) {
        let p = token.logprob.unwrap().exp();
        let bounds = match class {
            Surprise::Expected => 0.5..=1.0,
            Surprise::Likely => 0.1..=0.5,
            Surprise::Unlikely => 0.01..=0.1,
            Surprise::Surprising => 0.0..=0.01,
        };
        assert!(bounds.contains(&p), "{class:?} for {p}");
    }
    // Tokens that share a character: no place twice, none inside a character.
    let text = "é🙂 city";
    let found = surprises(&File::new(text), &model, &Cancel::new()).unwrap();
    let words: Vec<_> = found.iter().map(|(range, _)| &text[range.clone()]).collect();
    assert_eq!(words, ["🙂", " city"]);
    assert_eq!(model.encode(text, None).tokens[0].id, TokenId(0xC3));
}

#[test]
fn front_matter_and_long_keys_fold() {
    let folds = |text: &str| -> Vec<String> {
        ide::foldings(&File::new(text)).into_iter().map(|range| text[range].to_owned()).collect()
    };
    let front = &TEXT[..TEXT.find("The").unwrap() - 1];
    assert_eq!(folds(TEXT), [front, "interventions:\n  - L1D2: 3\n"]);
    assert_eq!(folds("The city"), [""; 0]);
    assert_eq!(folds("---\nbos: true\n---\nThe"), ["---\nbos: true\n---"]);
}

#[test]
fn a_selection_grows_from_the_token_to_the_file() {
    let model = FakeModel::default();
    let grows = |at: &str, model: Option<&dyn LanguageModel>| -> Vec<&str> {
        let offset = TEXT.rfind(at).unwrap() + 1;
        ide::selections(&File::new(TEXT), offset, model).into_iter().map(|range| &TEXT[range]).collect()
    };
    let prompt = "The city of\n Paris";
    assert_eq!(grows("ity", Some(&model)), [" city", "The city of", prompt, TEXT]);
    assert_eq!(grows("ity", None), ["city", "The city of", prompt, TEXT]);
    let front = grows("L1D2", None);
    assert_eq!(front[0], "L1D2: 3");
    assert!(front.contains(&"interventions:\n  - L1D2: 3\n") && front.last() == Some(&TEXT), "{front:?}");
}

#[test]
fn a_published_model_is_linked() {
    let text = "---\nmodel: openai-community/gpt2\n---\nThe";
    let links = ide::links(&File::new(text));
    let seen: Vec<_> = links.iter().map(|(range, url)| (&text[range.clone()], url.as_str())).collect();
    assert_eq!(seen, [("openai-community/gpt2", "https://huggingface.co/openai-community/gpt2")]);
    assert_eq!(ide::links(&File::new("---\nmodel: starter\n---\nThe")), []);
}
