//! A decoder as data: its sizes, its choices and the names of its tensors. A family (`families/`) makes a plan from a
//! `config.json`; `load` makes a decoder from a plan and a checkpoint's weights. This module reads and computes nothing.

use kernels::Activation;

/// Everything that a model's numbers depend on besides its weights, and where its weights are.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Plan {
    pub(crate) sizes: Sizes,
    pub(crate) names: Names,
    pub(crate) positions: PositionPlan,
    pub(crate) attention: AttentionPlan,
    pub(crate) ffn: FfnPlan,
    pub(crate) final_norm: NormPlan,
    /// The output head is the token embedding. A checkpoint with a head of its own decides.
    pub(crate) tied: bool,
    /// The token that a text begins with, if the vocabulary has it.
    pub(crate) bos: Option<u32>,
    /// The tokens that end a text; none, one or several.
    pub(crate) eos: Vec<u32>,
}

/// The sizes of the graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sizes {
    /// L, blocks.
    pub(crate) layers: usize,
    /// d, the residual stream.
    pub(crate) width: usize,
    /// f, value vectors of a block.
    pub(crate) ffn: usize,
    /// Heads of the queries.
    pub(crate) heads: usize,
    /// Heads of the keys and values: a divisor of `heads`. Neighbouring query heads share one.
    pub(crate) key_heads: usize,
    /// Numbers of a query, a key or a value of one head.
    pub(crate) head_width: usize,
    /// The most positions of a run.
    pub(crate) context: usize,
    /// V, rows of the output head.
    pub(crate) vocab: usize,
}

impl Sizes {
    /// Floats in a position's queries, and in the output of its heads.
    pub(crate) fn query_width(&self) -> usize {
        self.heads * self.head_width
    }

    /// Floats in a position's keys, and in its values.
    pub(crate) fn key_width(&self) -> usize {
        self.key_heads * self.head_width
    }

    /// Floats in a position's queries, keys and values together.
    pub(crate) fn projected_width(&self) -> usize {
        self.query_width() + 2 * self.key_width()
    }
}

/// The names of tensors outside the parts below. Canonical names have no `prefix`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Names {
    /// What some checkpoints write before each name.
    pub(crate) prefix: &'static str,
    /// What is written before a block's number: `h.` in `h.3.ln_1.weight`.
    pub(crate) block: &'static str,
    /// Tensors of a block that hold no weights, such as attention masks.
    pub(crate) ignored: &'static [&'static str],
    /// V x width.
    pub(crate) embedding: &'static str,
    /// V x width, if the head is not the embedding.
    pub(crate) head: &'static str,
    /// Whether a linear layer's weight is stored inputs x outputs (Conv1D) and not outputs x inputs.
    pub(crate) inputs_first: bool,
}

/// How a token's position enters.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum PositionPlan {
    /// A row of this tensor, context x width, is added to the token's embedding.
    Learned(&'static str),
}

/// A norm within a block, or at the end of the stream.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct NormPlan {
    /// The prefix of its tensors: `NAME.weight` and the others of its kind.
    pub(crate) name: &'static str,
    pub(crate) kind: NormKind,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum NormKind {
    /// (x - mean) / sqrt(variance + epsilon) * weight + bias
    Layer { epsilon: f32 },
}

/// `NAME.weight` and, with a bias, `NAME.bias`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct LinearPlan {
    pub(crate) name: &'static str,
    pub(crate) bias: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct AttentionPlan {
    pub(crate) norm: NormPlan,
    /// To queries, keys and values, in this order; one matrix.
    pub(crate) projection: LinearPlan,
    /// From the heads back into the residual stream.
    pub(crate) merge: LinearPlan,
    /// The factor of attention logits.
    pub(crate) scale: f32,
    /// Attention logits of block l are divided by l + 1.
    pub(crate) scale_by_layer: bool,
}

impl AttentionPlan {
    /// The factor of attention logits in a block.
    pub(crate) fn scale_in(&self, layer: usize) -> f32 {
        if self.scale_by_layer { self.scale / (layer + 1) as f32 } else { self.scale }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct FfnPlan {
    pub(crate) norm: NormPlan,
    pub(crate) up: LinearPlan,
    pub(crate) activation: Activation,
    /// From the coefficients back into the residual stream. Its rows are the value vectors.
    pub(crate) down: LinearPlan,
}

/// A tensor's canonical name and its shape.
pub(crate) type Tensor = (String, Vec<usize>);

impl Plan {
    /// The tensors that the model needs, without the head. A lazy iterator: a false number of layers must not fill the
    /// memory before the checkpoint has confirmed it.
    pub(crate) fn tensors(&self) -> impl Iterator<Item = Tensor> {
        let sizes = self.sizes;
        let PositionPlan::Learned(positions) = self.positions;
        let outer = [
            (self.names.embedding.to_owned(), vec![sizes.vocab, sizes.width]),
            (positions.to_owned(), vec![sizes.context, sizes.width]),
        ];
        let block = move |layer| {
            let Self { attention, ffn, .. } = self;
            let within = |name: &str| self.in_block(layer, name);
            let norm = |plan: &NormPlan| plan.tensors(&within, sizes.width);
            let linear =
                |plan: &LinearPlan, inputs, outputs| plan.tensors(&within, self.names.inputs_first, inputs, outputs);
            [
                norm(&attention.norm),
                linear(&attention.projection, sizes.width, sizes.projected_width()),
                linear(&attention.merge, sizes.query_width(), sizes.width),
                norm(&ffn.norm),
                linear(&ffn.up, sizes.width, sizes.ffn),
                linear(&ffn.down, sizes.ffn, sizes.width),
            ]
            .concat()
        };
        let last = self.final_norm.tensors(&str::to_owned, sizes.width);
        outer.into_iter().chain((0..sizes.layers).flat_map(block)).chain(last)
    }

    /// The output head, if the model needs one of its own.
    pub(crate) fn head(&self) -> Option<Tensor> {
        (!self.tied).then(|| (self.names.head.to_owned(), vec![self.sizes.vocab, self.sizes.width]))
    }

    /// The canonical name of a part of a block.
    pub(crate) fn in_block(&self, layer: usize, part: &str) -> String {
        format!("{}{layer}.{part}", self.names.block)
    }

    /// The canonical name of a tensor in a file; `None` for a tensor that holds no weights.
    pub(crate) fn canonical<'a>(&self, written: &'a str) -> Option<&'a str> {
        let Names { prefix, block, ignored, .. } = &self.names;
        let name = written.strip_prefix(prefix).unwrap_or(written);
        let part = name.strip_prefix(block).and_then(|rest| rest.split_once('.')).map(|(_, part)| part);
        part.is_none_or(|part| !ignored.contains(&part)).then_some(name)
    }
}

impl NormPlan {
    fn tensors(&self, within: &dyn Fn(&str) -> String, width: usize) -> Vec<Tensor> {
        let parts: &[&str] = match self.kind {
            NormKind::Layer { .. } => &["weight", "bias"],
        };
        parts.iter().map(|part| (within(&format!("{}.{part}", self.name)), vec![width])).collect()
    }
}

impl LinearPlan {
    fn tensors(
        &self,
        within: &dyn Fn(&str) -> String,
        inputs_first: bool,
        inputs: usize,
        outputs: usize,
    ) -> Vec<Tensor> {
        let shape = if inputs_first { vec![inputs, outputs] } else { vec![outputs, inputs] };
        let weight = (within(&format!("{}.weight", self.name)), shape);
        let bias = self.bias.then(|| (within(&format!("{}.bias", self.name)), vec![outputs]));
        [weight].into_iter().chain(bias).collect()
    }
}
