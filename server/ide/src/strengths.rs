//! The coefficients that editors offer for a target. The first is the default.

use base::ValueId;
use lm::{Activation, Concepts, Control, Error, LanguageModel, Positions, TraceQuery};

use crate::number::significant;
use crate::{File, resolve};

/// A coefficient to offer.
#[derive(Clone, Debug, PartialEq)]
pub struct Strength {
    /// The coefficient m.
    pub value: f32,
    /// A few words on its origin.
    pub why: &'static str,
}

/// The strengths of one value vector at a position of the shown run, by default at the last position of the prompt. Empty for
/// a group, or if the prompt does not have the position.
///
/// The default is twice as strong as the strongest sub-update of the vector's layer there, 2 max |m_i| ||v_i|| / ||v||, to
/// half a unit and at least 1, so that it is short and easy to step. Then the present coefficient, the mean and the 99th
/// percentile.
pub fn strengths(
    file: &File,
    target: &str,
    position: Option<usize>,
    model: &dyn LanguageModel,
    concepts: Option<&dyn Concepts>,
    control: &dyn Control,
) -> Result<Vec<Strength>, Error> {
    let ids = file.names.vectors(target, model.info())?;
    let &[id] = &ids[..] else { return Ok(Vec::new()) };
    let resolved = resolve(file, model);
    let Some(position) = position.or(resolved.last()).filter(|&p| p < resolved.encoded.tokens.len()) else {
        return Ok(Vec::new());
    };
    let run = file.compared.of(&resolved.experiment).shown;
    let experiment = resolved.experiment.clone().only(std::slice::from_ref(&run));
    let strong = strong(&experiment, id, position, model, control)?;
    let here = model.coefficient(&experiment, &run, id.into(), position, control)?;
    let activation = concepts.and_then(|concepts| concepts.activation(id).ok().flatten());
    let mut offers: Vec<Strength> = Vec::new();
    let all = [strong.map(|value| (value, STRONG)), Some((significant(here), "as it is here"))];
    let on_text = on_text(activation.as_ref()).map(|(why, value)| (value, why));
    for (value, why) in all.into_iter().flatten().chain(on_text) {
        if value != 0.0 && offers.iter().all(|offer| offer.value != value) {
            offers.push(Strength { value, why });
        }
    }
    Ok(offers)
}

/// The default strength; `None` where it is not finite.
fn strong(
    experiment: &lm::Experiment,
    id: ValueId,
    position: usize,
    model: &dyn LanguageModel,
    control: &dyn Control,
) -> Result<Option<f32>, Error> {
    let query = TraceQuery {
        layers: Some(vec![id.layer as usize]),
        top: 1,
        updates: 1,
        unread: vec![position],
        ..TraceQuery::at(experiment, Positions::List(vec![position]))
    };
    let runs = model.trace(&query, control)?;
    let layers = runs.iter().flat_map(|run| &run.positions).flat_map(|position| &position.layers);
    let strongest = layers.flat_map(|layer| &layer.updates).map(|update| update.score).next();
    let norm = model.values(&[id], 1, control)?.first().map(|value| value.norm);
    Ok(strongest.zip(norm).and_then(|(strongest, norm)| strong_in(strongest, norm)))
}

/// What the default strength is called.
pub(crate) const STRONG: &str = "strong in its layer";

/// The default strength of a vector with this norm in a layer whose largest score is `strongest`; `None` where it is not
/// finite.
pub(crate) fn strong_in(strongest: f32, norm: f32) -> Option<f32> {
    Some(((4.0 * strongest / norm).round() / 2.0).max(1.0)).filter(|value| value.is_finite())
}

/// The mean and the 99th percentile on text.
pub(crate) fn on_text(activation: Option<&Activation>) -> impl Iterator<Item = (&'static str, f32)> {
    let known =
        activation.into_iter().flat_map(|a| [("its mean", Some(a.mean)), ("its 99th percentile", a.quantile(0.99))]);
    known.filter_map(|(name, c)| Some((name, significant(c?)))).filter(|(_, c)| *c != 0.0)
}
