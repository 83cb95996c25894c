//! Answers to queries: which vectors, in which order, and the notes about what is missing. `query` parses the query
//! language; `relevance` says how well a vector stands for a word.

mod exact;
mod query;
mod relevance;

use std::ops::Range;
use std::sync::Arc;

use base::{TokenId, visible};
use lm::{CARD_WORDS, Control, End, Error, Found, Hit, InputError, LanguageModel, Value};

use crate::lists::postings::Posting;
use crate::lists::segment::strength_of;
use crate::lists::{Segments, normalised};
use query::{Form, Must, Query, Term, What, parse};
use relevance::{Numbered, STRONGEST, Scope, Weighed};

pub(crate) use exact::similar;

/// The least number of letters of a prefix that replaces a word that is not a token.
const STEM: usize = 3;

pub(crate) fn search(
    segments: &Segments,
    text: &str,
    limit: usize,
    model: &dyn LanguageModel,
    control: &dyn Control,
) -> Result<Found, Error> {
    let query = parse(text).map_err(Error::input)?;
    let within = within(segments, &query, model)?;
    // Read once, before the lists: a build may add vectors meanwhile.
    let (indexed, all) = (segments.indexed_vectors(), segments.vectors());
    let mut notes = Vec::new();
    let mut hits = Vec::new();
    match &query.what {
        What::Like(id) => {
            for near in similar(segments, *id, limit, Some(&within), model, control)? {
                let number = segments.number(near.id).unwrap_or_default();
                let card = card(segments, number, model, control)?;
                hits.push(Hit { id: near.id, relevance: near.cosine, end: End::Top, card });
            }
            if model.weights().norms().get(model.info().number(*id)) == Some(&0.0) {
                notes.push(format!("{id} has length 0, so it has no direction and no vector is like it"));
            }
        }
        What::Promotes(token) | What::Suppresses(token) => {
            notes.extend(progress_note(indexed, all));
            let end = if matches!(query.what, What::Promotes(_)) { End::Top } else { End::Bottom };
            let token = one_token(model, token)?;
            for (number, z) in exact::promoting(segments, token, end, limit, Some(&within), model, control)? {
                let card = card(segments, number as usize, model, control)?;
                hits.push(Hit { id: card.id, relevance: z, end, card });
            }
        }
        What::Terms(terms) => {
            notes.extend(progress_note(indexed, all));
            let vocabulary = segments.vocabulary(model);
            let reading = segments.lists.read();
            let ready = segments.indexed();
            for &end in &query.ends {
                let parts = reading.tables(&segments.store, end, ready.iter().copied())?;
                let lists = reading.lists(&segments.store, end, &ready)?;
                let scope = Scope::new(segments, vocabulary, (end, within.clone()), (&parts, &lists));
                hits.extend(words(&scope, terms, limit, model, control, &mut notes)?);
            }
            hits.sort_by(|a, b| b.relevance.total_cmp(&a.relevance).then(a.id.cmp(&b.id)));
            hits.truncate(limit);
            notes.dedup();
        }
    }
    Ok(Found { hits, indexed, all, notes })
}

/// The numbers of the vectors in the requested layers.
fn within(segments: &Segments, query: &Query, model: &dyn LanguageModel) -> Result<Range<usize>, Error> {
    let Some(layers) = &query.layers else { return Ok(0..segments.vectors()) };
    if *layers.end() >= segments.layers() {
        let (layer, model, layers) = (*layers.end(), model.info().name.clone(), segments.layers());
        return Err(InputError::NoSuchLayer { layer, model, layers }.into());
    }
    Ok(segments.of_layers(*layers.start()..layers.end() + 1))
}

fn progress_note(indexed: usize, all: usize) -> Option<String> {
    let note = || format!("{indexed} of {all} value vectors are indexed so far: the others may match better");
    (indexed < all).then(note)
}

fn one_token(model: &dyn LanguageModel, text: &str) -> Result<TokenId, Error> {
    let tokens = model.tokens_within(text);
    match tokens.as_slice() {
        [token] => Ok(token.id),
        _ => {
            let parts: Vec<_> = tokens.iter().take(8).map(|t| format!("`{}`", visible(&t.bytes))).collect();
            Err(Error::input(format!(
                "`{}` is {} tokens, {}: write one token, with its leading space if it has one",
                visible(text.as_bytes()),
                tokens.len(),
                parts.join(" ")
            )))
        }
    }
}

/// From the index, or from the model if the vector is not indexed yet.
fn card(
    segments: &Segments,
    number: usize,
    model: &dyn LanguageModel,
    control: &dyn Control,
) -> Result<Arc<Value>, Error> {
    if let Some(card) = segments.card(number)? {
        return Ok(Arc::new(card));
    }
    let cards = model.values(&[segments.id(number)], CARD_WORDS, control)?;
    cards.into_iter().next().ok_or_else(|| Error::Model(format!("{} has no card", segments.id(number))))
}

/// A term with its tokens.
struct Looked<'q> {
    term: &'q Term,
    tokens: Vec<u32>,
    /// Its tokens with their companions; a prefix has no companions.
    weighed: Option<Weighed>,
}

impl Looked<'_> {
    /// How strongly a card has the term itself.
    fn strength(&self, card: &Value, end: End) -> Option<f32> {
        let entries = card.trained(end).iter().filter(|w| self.tokens.binary_search(&w.id.0).is_ok());
        entries.map(|w| strength_of(card, end, w.logit)).max_by(f32::total_cmp)
    }

    fn relevance(&self, card: &Value, end: End) -> f32 {
        match &self.weighed {
            Some(weighed) => weighed.relevance(card, end),
            None => self.strength(card, end).unwrap_or(0.0),
        }
    }
}

fn words(
    scope: &Scope<'_>,
    terms: &[Term],
    limit: usize,
    model: &dyn LanguageModel,
    control: &dyn Control,
    notes: &mut Vec<String>,
) -> Result<Vec<Hit>, Error> {
    // A prefix alone is ranked by its strongest word: reading as many vectors as requested is enough.
    let most = if terms.len() == 1 { enough(limit) } else { STRONGEST };
    let mut looked = Vec::with_capacity(terms.len());
    let mut candidates: Numbered<f32> = Numbered::default();
    for term in terms {
        let (tokens, note) = tokens(scope, term, model);
        notes.extend(note);
        let mut weighed = None;
        if term.must != Must::NotBe {
            let found = if term.form == Form::Word {
                let (weights, found) = scope.weigh(&tokens, control)?;
                weighed = Some(weights);
                found
            } else {
                scope.strongest(&tokens, most, control)?.into_iter().map(|p| (p.vector, p.z)).collect()
            };
            found.into_iter().for_each(|(vector, z)| *candidates.entry(vector).or_default() += z);
        }
        looked.push(Looked { term, tokens, weighed });
    }
    // A required term narrows the candidates to the lists of its rarest word.
    let mut rarest: Option<(usize, usize)> = None;
    for (i, l) in looked.iter().enumerate().filter(|(_, l)| l.term.must == Must::Be) {
        let lists = scope.lists(&l.tokens);
        if rarest.is_none_or(|(fewest, _)| lists < fewest) {
            rarest = Some((lists, i));
        }
    }
    if let Some((lists, i)) = rarest {
        if lists > STRONGEST {
            notes.push(format!(
                "`{}` is in {lists} lists: only its {STRONGEST} strongest vectors are ranked",
                looked[i].term.text
            ));
        }
        let strongest = scope.strongest(&looked[i].tokens, STRONGEST, control)?;
        let known = |p: Posting| (p.vector, candidates.get(&p.vector).copied().unwrap_or(p.z));
        candidates = strongest.into_iter().map(known).collect();
    }
    rescored(scope, &looked, candidates, limit, control)
}

/// How many vectors to rank for this many hits: lists that were cut may hide a part of a vector's relevance.
fn enough(limit: usize) -> usize {
    limit.saturating_mul(2) + 64
}

/// The best candidates by their cards, which have all of a vector's words.
fn rescored(
    scope: &Scope<'_>,
    looked: &[Looked<'_>],
    candidates: Numbered<f32>,
    limit: usize,
    control: &dyn Control,
) -> Result<Vec<Hit>, Error> {
    let mut order: Vec<(u32, f32)> = candidates.into_iter().collect();
    order.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let enough = enough(limit);
    let mut hits: Vec<Hit> = Vec::new();
    for (nth, (vector, _)) in order.into_iter().enumerate() {
        if hits.len() >= enough {
            break;
        }
        if nth % 256 == 0 {
            control.checkpoint()?;
        }
        let Some(card) = scope.segments.card(vector as usize)? else { continue };
        let fits = looked.iter().all(|l| match l.term.must {
            Must::May => true,
            Must::Be => l.strength(&card, scope.end).is_some(),
            Must::NotBe => l.strength(&card, scope.end).is_none(),
        });
        if fits {
            let counted = looked.iter().filter(|l| l.term.must != Must::NotBe);
            let relevance = counted.map(|l| l.relevance(&card, scope.end)).sum();
            hits.push(Hit { id: card.id, relevance, end: scope.end, card: Arc::new(card) });
        }
    }
    hits.sort_by(|a, b| b.relevance.total_cmp(&a.relevance).then(a.id.cmp(&b.id)));
    hits.truncate(limit);
    Ok(hits)
}

/// The tokens of a term, in order, and a note about them.
fn tokens(scope: &Scope<'_>, term: &Term, model: &dyn LanguageModel) -> (Vec<u32>, Option<String>) {
    let vocabulary = scope.vocabulary;
    let mut note = None;
    let mut tokens = match term.form {
        Form::Token => match one_token(model, &term.text) {
            Ok(token) if vocabulary.is_undertrained(token.0) => {
                let shown = visible(term.text.as_bytes());
                note =
                    Some(format!("`{shown}` is undertrained and not ranked: use `promotes '{shown}'`, which is exact"));
                Vec::new()
            }
            Ok(token) => vec![token.0],
            Err(error) => {
                note = Some(error.to_string());
                Vec::new()
            }
        },
        Form::Prefix => prefixed(scope, &term.text),
        Form::Word => {
            let word = normalised(term.text.as_bytes()).unwrap_or_default();
            match vocabulary.find(&word) {
                Some(number) => vocabulary.spellings(number).to_vec(),
                None => {
                    let (tokens, said) = standing_in(scope, &word);
                    note = Some(said);
                    tokens
                }
            }
        }
    };
    tokens.sort_unstable();
    (tokens, note)
}

fn prefixed(scope: &Scope<'_>, prefix: &str) -> Vec<u32> {
    let words = scope.vocabulary.prefixed(prefix);
    words.flat_map(|n| scope.vocabulary.spellings(n)).copied().collect()
}

/// For a word that is not a single token: the words with its longest known prefix.
fn standing_in(scope: &Scope<'_>, word: &str) -> (Vec<u32>, String) {
    let letters: Vec<usize> = word.char_indices().map(|(i, _)| i).chain([word.len()]).collect();
    for &end in letters.iter().skip(STEM).rev() {
        // The whole word first, then shorter prefixes; only those with which words begin.
        let tokens = prefixed(scope, &word[..end]);
        if !tokens.is_empty() {
            let said =
                format!("`{word}` is not a single token of this model: using words that start with `{}`", &word[..end]);
            return (tokens, said);
        }
    }
    (Vec::new(), format!("`{word}` is not in this model's vocabulary, and no word starts with its first letters"))
}
