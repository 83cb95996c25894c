//! Makes a decoder from a plan and a checkpoint's weights. Only this module connects the names of tensors with the parts
//! of the decoder.

use kernels::{Packed, Scoring};
use lm::OpenError;

use super::attention::Attention;
use super::decoder::{Block, Decoder};
use super::ffn::{self, Ffn};
use super::linear::Linear;
use super::norm::Norm;
use super::placement::Placement;
use super::plan::{
    AttentionPlan, InnerNorms, LinearPlan, NormKind, NormPlan, Plan, PositionPlan, ProjectionPlan, Sizes, UpPlan,
};
use super::position_encoding::PositionEncoding;
use super::vocabulary::Vocabulary;
use crate::files::weights::WeightReader;

/// Reads every tensor of the plan once. Matrices stay in the format in which the checkpoint has them.
pub(crate) fn load(plan: &Plan, read: &mut WeightReader<'_>, placement: &Placement) -> Result<Decoder, OpenError> {
    let Sizes { layers, width, vocab, context, .. } = plan.sizes;
    let embedding = read.columns(plan.names.embedding, width, vocab)?;
    let positions = match &plan.positions {
        PositionPlan::Learned(name) => PositionEncoding::Learned(read.flat(name, &[context, width])?),
        PositionPlan::Rotary { global, local } => {
            PositionEncoding::Rotary { global: global.clone(), local: local.clone() }
        }
    };
    let blocks = (0..layers)
        .map(|layer| Loader { plan, layer, read: &mut *read, placement }.block())
        .collect::<Result<_, _>>()?;
    let final_norm = norm(&plan.final_norm, plan.final_norm.name, read, width)?;
    let head = match plan.tied {
        true => None,
        false => Some(read.columns(plan.names.head, width, vocab)?),
    };
    let vocabulary = Vocabulary::new(embedding, head, plan.embedding_scale, plan.logit_cap);
    Ok(Decoder { sizes: plan.sizes, vocabulary, positions, blocks, final_norm })
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
        let AttentionPlan { projection, merge, .. } = &plan.attention;
        let projection = self.projection(projection)?;
        let merge = self.linear(merge, sizes.query_width(), sizes.width)?;
        let up = match &plan.ffn.up {
            UpPlan::Plain(up) => self.linear(up, sizes.width, sizes.ffn)?,
            UpPlan::Gated { gate, up } => self.joined(&[(gate, sizes.ffn), (up, sizes.ffn)])?,
            UpPlan::GatedJoined(both) => self.linear(both, sizes.width, 2 * sizes.ffn)?,
        };
        let down = self.linear(&plan.ffn.down, sizes.ffn, sizes.width)?;
        let (is_gated, activation) = (plan.ffn.up.is_gated(), plan.ffn.activation);
        let (norm, after) = (self.norm(&plan.ffn.norm)?, self.norm(&plan.ffn.after)?);
        let ffn = Ffn::new(sizes.width, sizes.ffn, ffn::Parts { norm, up, is_gated, activation, down, after })?;
        let (norm, after) = (self.norm(&plan.attention.norm)?, self.norm(&plan.attention.after)?);
        let inner_norms = self.inner_norms()?;
        let scoring = Scoring {
            scale: plan.attention.scale_in(self.layer),
            cap: plan.attention.cap,
            window: plan.attention.window_in(self.layer),
        };
        let attention = Attention { norm, projection, inner_norms, merge, after, scoring, sizes };
        Ok(Block { attention, ffn, parallel: plan.ffn.parallel })
    }

    fn name(&self, plan: &LinearPlan, part: &str) -> String {
        self.plan.in_block(self.layer, &format!("{}.{part}", plan.name))
    }

    fn projection(&mut self, plan: &ProjectionPlan) -> Result<Linear, OpenError> {
        let sizes = self.plan.sizes;
        match plan {
            ProjectionPlan::Joined(one) => self.linear(one, sizes.width, sizes.projected_width()),
            ProjectionPlan::Separate([q, k, v]) => {
                self.joined(&[(q, sizes.query_width()), (k, sizes.key_width()), (v, sizes.key_width())])
            }
            ProjectionPlan::ByHead(one) => {
                let head = sizes.head_width;
                let column = move |row: usize| {
                    let (which, part, at) = (row / (3 * head), row / head % 3, row % head);
                    part * sizes.query_width() + which * head + at
                };
                self.placed(&[(one, sizes.projected_width())], &column)
            }
        }
    }

    /// Layers with the same input as one, their outputs in this order.
    fn joined(&mut self, parts: &[(&LinearPlan, usize)]) -> Result<Linear, OpenError> {
        self.placed(parts, &|row| row)
    }

    /// The same, with the outputs where `column` says.
    fn placed(&mut self, parts: &[(&LinearPlan, usize)], column: &dyn Fn(usize) -> usize) -> Result<Linear, OpenError> {
        let outputs = parts.iter().map(|(_, outputs)| outputs).sum();
        let names: Vec<String> = parts.iter().map(|(plan, _)| self.name(plan, "weight")).collect();
        let mut weight = Packed::zeros_in(self.read.format(&names), self.plan.sizes.width, outputs);
        let mut bias = parts.iter().any(|(plan, _)| plan.bias).then(|| vec![0.0; outputs]);
        let mut first = 0;
        for (&(plan, outputs), name) in parts.iter().zip(&names) {
            let place = |row: usize| column(first + row);
            self.read.columns_to(&mut weight, name, outputs, &place)?;
            if let Some(bias) = bias.as_mut().filter(|_| plan.bias) {
                let read = self.read.flat(&self.name(plan, "bias"), &[outputs])?;
                read.into_iter().enumerate().for_each(|(row, b)| bias[place(row)] = b);
            }
            first += outputs;
        }
        Linear::place(weight, bias, self.placement)
    }

    fn linear(&mut self, plan: &LinearPlan, inputs: usize, outputs: usize) -> Result<Linear, OpenError> {
        let weight = match self.plan.names.inputs_first {
            true => self.read.rows(&self.name(plan, "weight"), inputs, outputs)?,
            false => self.read.columns(&self.name(plan, "weight"), inputs, outputs)?,
        };
        let bias = plan.bias.then(|| self.read.flat(&self.name(plan, "bias"), &[outputs])).transpose()?;
        Linear::place(weight, bias, self.placement)
    }

    fn norm(&mut self, plan: &Option<NormPlan>) -> Result<Option<Norm>, OpenError> {
        let width = self.plan.sizes.width;
        plan.as_ref().map(|plan| norm(plan, &self.plan.in_block(self.layer, plan.name), self.read, width)).transpose()
    }

    fn inner_norms(&mut self) -> Result<Option<[Norm; 2]>, OpenError> {
        let Some(InnerNorms { query, key, whole }) = &self.plan.attention.inner_norms else { return Ok(None) };
        let sizes = self.plan.sizes;
        let width = |all| if *whole { all } else { sizes.head_width };
        let mut one =
            |plan: &NormPlan, all| norm(plan, &self.plan.in_block(self.layer, plan.name), self.read, width(all));
        Ok(Some([one(query, sizes.query_width())?, one(key, sizes.key_width())?]))
    }
}

/// A norm whose tensors begin with `name`.
fn norm(plan: &NormPlan, name: &str, read: &mut WeightReader<'_>, width: usize) -> Result<Norm, OpenError> {
    let mut part = |part: &str| read.flat(&format!("{name}.{part}"), &[width]);
    match plan.kind {
        NormKind::Layer { epsilon } => Ok(Norm::Layer { weight: part("weight")?, bias: part("bias")?, epsilon }),
        NormKind::Rms { epsilon, plus_one } => {
            let mut weight = part("weight")?;
            if plus_one {
                weight.iter_mut().for_each(|w| *w += 1.0);
            }
            Ok(Norm::Rms { weight, epsilon })
        }
    }
}

#[cfg(test)]
mod tests;
