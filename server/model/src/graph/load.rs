//! Makes a decoder from a plan and a checkpoint's weights. Only this module connects the names of tensors with the parts
//! of the decoder.

use lm::OpenError;

use super::attention::Attention;
use super::decoder::{Block, Decoder};
use super::ffn::Ffn;
use super::linear::Linear;
use super::norm::Norm;
use super::placement::Placement;
use super::plan::{LinearPlan, NormKind, NormPlan, Plan, PositionPlan, Sizes};
use super::position_encoding::PositionEncoding;
use super::vocabulary::Vocabulary;
use crate::files::weights::WeightReader;

/// Reads every tensor of the plan once.
pub(crate) fn load(plan: &Plan, read: &mut WeightReader<'_>, placement: &Placement) -> Result<Decoder, OpenError> {
    let Sizes { layers, width, vocab, context, .. } = plan.sizes;
    let embedding = read.columns(plan.names.embedding, width, vocab)?;
    let positions = match plan.positions {
        PositionPlan::Learned(name) => PositionEncoding::Learned(read.flat(name, &[context, width])?),
    };
    let blocks = (0..layers)
        .map(|layer| Loader { plan, layer, read: &mut *read, placement }.block())
        .collect::<Result<_, _>>()?;
    let final_norm = norm(&plan.final_norm, plan.final_norm.name, read, width)?;
    let head = match plan.tied {
        true => None,
        false => Some(read.columns(plan.names.head, width, vocab)?),
    };
    let vocabulary = Vocabulary::new(embedding, head);
    let bytes = bytes(plan.sizes, placement);
    Ok(Decoder { sizes: plan.sizes, vocabulary, positions, blocks, final_norm, bytes })
}

/// The approximate size of the weights in bytes.
fn bytes(sizes: Sizes, placement: &Placement) -> u64 {
    let attention = sizes.width * (sizes.projected_width() + sizes.query_width());
    let linear = sizes.layers * (attention + 2 * sizes.width * sizes.ffn);
    let others = (sizes.vocab + sizes.context) * sizes.width;
    (linear as f64 * placement.bytes_per_weight()) as u64 + 4 * others as u64
}

struct Loader<'a, 'r> {
    plan: &'a Plan,
    layer: usize,
    read: &'a mut WeightReader<'r>,
    placement: &'a Placement,
}

impl Loader<'_, '_> {
    fn block(mut self) -> Result<Block, OpenError> {
        let (plan, sizes) = (self.plan, self.plan.sizes);
        let projection = self.linear(&plan.attention.projection, sizes.width, sizes.projected_width())?;
        let merge = self.linear(&plan.attention.merge, sizes.query_width(), sizes.width)?;
        let up = self.linear(&plan.ffn.up, sizes.width, sizes.ffn)?;
        let down = self.linear(&plan.ffn.down, sizes.ffn, sizes.width)?;
        let ffn = Ffn::new(sizes.width, self.norm(&plan.ffn.norm)?, up, plan.ffn.activation, down)?;
        let (norm, scale) = (self.norm(&plan.attention.norm)?, plan.attention.scale_in(self.layer));
        Ok(Block { attention: Attention { norm, projection, merge, scale, sizes }, ffn })
    }

    fn linear(&mut self, plan: &LinearPlan, inputs: usize, outputs: usize) -> Result<Linear, OpenError> {
        let name = |part: &str| self.plan.in_block(self.layer, &format!("{}.{part}", plan.name));
        let weight = match self.plan.names.inputs_first {
            true => self.read.rows(&name("weight"), inputs, outputs)?,
            false => self.read.columns(&name("weight"), inputs, outputs)?,
        };
        let bias = plan.bias.then(|| self.read.flat(&name("bias"), &[outputs])).transpose()?;
        Linear::place(weight, bias, self.placement)
    }

    fn norm(&mut self, plan: &NormPlan) -> Result<Norm, OpenError> {
        norm(plan, &self.plan.in_block(self.layer, plan.name), self.read, self.plan.sizes.width)
    }
}

/// A norm whose tensors begin with `name`.
fn norm(plan: &NormPlan, name: &str, read: &mut WeightReader<'_>, width: usize) -> Result<Norm, OpenError> {
    let mut part = |part: &str| read.flat(&format!("{name}.{part}"), &[width]);
    match plan.kind {
        NormKind::Layer { epsilon } => Ok(Norm::Layer { weight: part("weight")?, bias: part("bias")?, epsilon }),
    }
}

#[cfg(test)]
mod tests;
