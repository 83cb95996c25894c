//! A run as `lm` reports it: tokens, and the trace of the requested positions.

use base::{TokenId, ValueId};
use lm::{
    Control, Encoded, Error, InputError, LanguageModel, LayerTrace, ModelInfo, PositionTrace, Positions, Run,
    TraceQuery, TracedToken, Update,
};

use crate::graph::position::Position;
use crate::graph::readings::{Around, Lens, Reading, Score};
use crate::model::Model;
use crate::read::effects::{Direction, tracked};
use crate::read::lens::{Look, look, score};
use crate::runs::Running;

/// Positions assembled between two checkpoints. A hover has fewer, and needs no checkpoint if everything is cached.
const BETWEEN: usize = 8;

/// The requested traces of a run whose positions are all computed.
pub(crate) fn trace(
    model: &Model,
    query: &TraceQuery<'_>,
    run: &Running,
    encoded: &Encoded,
    control: &dyn Control,
) -> Result<Run, Error> {
    let shown: Vec<usize> = match &query.positions {
        Positions::All => (0..run.positions.len()).collect(),
        Positions::Last => (run.prompt - 1..run.positions.len()).collect(),
        Positions::List(list) => list.clone(),
    };
    if let Some(layer) = query.layers.iter().flatten().find(|&&l| l >= model.info().layers) {
        let ModelInfo { name, layers, .. } = model.info();
        return Err(InputError::NoSuchLayer { layer: *layer, model: name.clone(), layers: *layers }.into());
    }
    let (decoder, pool) = (&model.decoder, &model.pool);
    let positions = shown.iter().map(|&p| existing(run, p)).collect::<Result<Vec<_>, _>>()?;
    let track: Vec<u32> = query.experiment.track.iter().map(|t| t.0).collect();
    let mut looks = Vec::with_capacity(shown.len());
    for (&at, &position) in shown.iter().zip(&positions) {
        let next = run.positions.get(at + 1).map(|next| next.token);
        let scored = track.iter().copied().chain(next).collect();
        looks.push(Look { position, scored, read: !query.unread.contains(&at) });
    }
    let lenses = look(decoder, pool, &looks, query.top.max(1), control)?;
    let wanted = positions.iter().flat_map(|&p| track.iter().map(move |&t| (p, t)));
    let scores = score(decoder, pool, &wanted.collect::<Vec<_>>(), control)?;
    let directions: Vec<_> = track.iter().map(|&t| Direction::new(decoder, &model.mean_head, t)).collect();
    let mut traces = Vec::with_capacity(shown.len());
    for (i, &at) in shown.iter().enumerate() {
        if i % BETWEEN == BETWEEN - 1 {
            control.checkpoint()?;
        }
        let scores = &scores[i * track.len()..(i + 1) * track.len()];
        traces.push(position(model, query, at, positions[i], lenses[i].as_deref(), &directions, scores));
    }
    let tokens = tokens(model, query, run, encoded, &shown, control)?;
    Ok(Run { name: run.name.clone(), tokens, positions: traces })
}

/// A position of the run; an error if the run has no such position.
pub(crate) fn existing(run: &Running, position: usize) -> Result<&Position, Error> {
    let found = run.positions.get(position).map(AsRef::as_ref);
    found.ok_or_else(|| InputError::NoSuchPosition { position, positions: run.positions.len() }.into())
}

fn position(
    model: &Model,
    query: &TraceQuery<'_>,
    at: usize,
    position: &Position,
    lens: Option<&Lens>,
    directions: &[Direction],
    scores: &[Score],
) -> PositionTrace {
    let decoder = &model.decoder;
    let scale = decoder.final_norm.scale(position.last());
    let layers = decoder.sizes.layers;
    let tops =
        |reading: Option<&Reading>| reading.map_or_else(Vec::new, |r| r.top[..query.top.min(r.top.len())].to_vec());
    let last = lens.and_then(|lens| lens.layers.last());
    let first = |around: &Around| around.after.top.first().map(|g| g.id);
    let settled = lens.iter().flat_map(|lens| lens.layers.iter().rev());
    let settled = settled.take_while(|around| Some(first(around)) == last.map(first)).count();
    let shown = (0..layers).filter(|l| query.layers.as_ref().is_none_or(|only| only.contains(l)));
    let layer = |layer: usize| {
        let around = lens.map(|lens| &lens.layers[layer]);
        LayerTrace {
            layer,
            before: tops(around.map(|a| &a.before)),
            after: tops(around.map(|a| &a.after)),
            kl: around.map_or(0.0, |a| a.kl),
            updates: dominant(model, position, layer, query.updates, directions, scale),
        }
    };
    let tracked = directions.iter().zip(scores).map(|(d, &s)| tracked(decoder, position, lens, s, d)).collect();
    PositionTrace {
        position: at,
        next: tops(last.map(|around| &around.after)),
        saturation: layers - settled.max(1),
        layers: shown.map(layer).collect(),
        tracked,
    }
}

/// The sub-updates of a block with the largest scores; equal scores in the order of their dimensions.
fn dominant(
    model: &Model,
    position: &Position,
    layer: usize,
    count: usize,
    directions: &[Direction],
    scale: f32,
) -> Vec<Update> {
    let ffn = model.decoder.ffn(layer);
    let (coefficients, norms, r) = (position.coefficients(layer), ffn.norms(), position.divisor(layer));
    let mut scored: Vec<(f32, usize)> = position.scores(layer, norms).zip(0..).collect();
    let order = |a: &(f32, usize), b: &(f32, usize)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
    let count = count.min(scored.len());
    if count > 0 && count < scored.len() {
        scored.select_nth_unstable_by(count, order);
    }
    scored.truncate(count);
    scored.sort_unstable_by(order);
    let mut v = vec![0.0; model.decoder.sizes.width];
    let update = |(score, dim): (f32, usize)| {
        let coefficient = coefficients[dim];
        if !directions.is_empty() {
            ffn.value(dim, &mut v);
        }
        let effects = directions.iter().map(|d| coefficient / r * d.effect(&v, scale)).collect();
        Update { id: ValueId::new(layer, dim), coefficient, norm: norms[dim], score, effects }
    };
    scored.into_iter().map(update).collect()
}

/// Every token of the run; log-probability and rank if requested.
fn tokens(
    model: &Model,
    query: &TraceQuery<'_>,
    run: &Running,
    encoded: &Encoded,
    shown: &[usize],
    control: &dyn Control,
) -> Result<Vec<TracedToken>, Error> {
    let asked: Vec<usize> = match query.score_all {
        true => (1..run.positions.len()).collect(),
        false => shown.iter().copied().filter(|&p| p > 0).collect(),
    };
    let wanted: Vec<_> = asked.iter().map(|&p| (run.positions[p - 1].as_ref(), run.positions[p].token)).collect();
    let scores = score(&model.decoder, &model.pool, &wanted, control)?;
    let mut all: Vec<TracedToken> = run
        .positions
        .iter()
        .enumerate()
        .map(|(position, p)| {
            let id = TokenId(p.token);
            let span = encoded.tokens.get(position).and_then(|t| t.span.clone());
            TracedToken { position, id, bytes: model.token_bytes(id), span, logprob: None, rank: None }
        })
        .collect();
    for (p, score) in asked.into_iter().zip(scores) {
        (all[p].logprob, all[p].rank) = (Some(score.logprob), Some(score.rank));
    }
    Ok(all)
}
