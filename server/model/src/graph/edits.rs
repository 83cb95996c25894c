//! Interventions as the graph applies them: a coefficient, positions, arithmetic. Scopes and `boost` are resolved here,
//! once for a run. The result holds nothing of the file or of another request.

use std::ops::Range;
use std::sync::Arc;

use base::{Change, Scope, Target};
use lm::{Encoded, Error, InputError, Intervention, ModelInfo};

/// The arithmetic on a coefficient.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Operation {
    Set(f32),
    Scale(f32),
    Add(f32),
}

/// Equal if they give the same bits: 0 and -0 differ.
impl PartialEq for Operation {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Set(a), Self::Set(b)) | (Self::Scale(a), Self::Scale(b)) | (Self::Add(a), Self::Add(b)) => {
                a.to_bits() == b.to_bits()
            }
            _ => false,
        }
    }
}

impl Operation {
    pub(crate) fn apply(self, m: f32) -> f32 {
        match self {
            Self::Set(c) => c,
            Self::Scale(k) => k * m,
            Self::Add(c) => m + c,
        }
    }
}

/// One change of one coefficient at one position.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Edit {
    pub(crate) layer: usize,
    pub(crate) dim: usize,
    pub(crate) operation: Operation,
}

/// All edits of a run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Edits {
    lines: Vec<(Edit, Vec<Range<usize>>)>,
}

impl Edits {
    /// Resolves `interventions` on a prompt of these tokens. `boost` gives a layer's boosted coefficient. It needs a
    /// clean run, so it is called only if an intervention boosts.
    pub(crate) fn resolve(
        interventions: &[Intervention],
        prompt: &str,
        encoded: &Encoded,
        info: &ModelInfo,
        boost: &mut dyn FnMut(usize) -> Result<f32, Error>,
    ) -> Result<Self, Error> {
        let mut lines = Vec::with_capacity(interventions.len());
        for Intervention { target: Target::Value(id), change, at } in interventions {
            info.check(*id)?;
            let layer = id.layer as usize;
            let operation = match *change {
                Change::Set(c) => Operation::Set(c),
                Change::Scale(k) => Operation::Scale(k),
                Change::Add(c) => Operation::Add(c),
                Change::Boost if info.gated => return Err(InputError::NoBoost(info.name.clone()).into()),
                Change::Boost => Operation::Set(boost(layer)?),
            };
            let edit = Edit { layer, dim: id.dim as usize, operation };
            lines.push((edit, positions(at, prompt, encoded, info)?));
        }
        Ok(Self { lines })
    }

    /// The changes at a position, in file order.
    pub(crate) fn at(&self, position: usize) -> Arc<[Edit]> {
        let acting = self.lines.iter().filter(|(_, at)| at.iter().any(|r| r.contains(&position)));
        acting.map(|(edit, _)| *edit).collect()
    }
}

/// The positions of a scope; an error if it has none.
fn positions(at: &Scope, prompt: &str, encoded: &Encoded, info: &ModelInfo) -> Result<Vec<Range<usize>>, Error> {
    match at {
        Scope::Position(p) if *p >= info.context => {
            let (position, model, context) = (*p, info.name.clone(), info.context);
            Err(InputError::BeyondContext { position, model, context }.into())
        }
        _ => Ok(encoded.acting(at, prompt)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::{TokenId, ValueId};
    use lm::Token;

    fn acting(at: Scope) -> Vec<usize> {
        let info = ModelInfo {
            name: "m".into(),
            fingerprint: String::new(),
            layers: 2,
            width: 4,
            ffn: 8,
            vocab: 10,
            context: 16,
            bos: None,
            precision: String::new(),
            gated: false,
            final_norm: "ln_f".to_owned(),
        };
        let spans = [None, Some(0..2), Some(2..5), Some(5..6), Some(6..9)];
        let token = |span: &Option<Range<usize>>| Token { id: TokenId(0), bytes: [].into(), span: span.clone() };
        let encoded = Encoded { tokens: spans.iter().map(token).collect(), cut: None };
        let line = [Intervention { target: Target::Value(ValueId::new(1, 3)), change: Change::Set(0.0), at }];
        let edits = Edits::resolve(&line, "abcabcabc", &encoded, &info, &mut |_| Ok(0.0)).expect("resolves");
        (0..8).filter(|&p| !edits.at(p).is_empty()).collect()
    }

    #[test]
    fn scopes_name_their_positions() {
        assert_eq!(acting(Scope::All), [0, 1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(acting(Scope::Prompt), [0, 1, 2, 3, 4]);
        assert_eq!(acting(Scope::Last), [4]);
        assert_eq!(acting(Scope::Generated), [5, 6, 7]);
        assert_eq!(acting(Scope::Position(6)), [6]);
        assert_eq!(acting(Scope::Text("ca".into())), [2, 3, 4], "tokens that overlap bytes 2..4 and 5..7");
        assert_eq!(acting(Scope::Text("x".into())), [0; 0]);
    }
}
