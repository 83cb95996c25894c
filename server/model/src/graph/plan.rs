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
    /// The factor of a token's embedding.
    pub(crate) embedding_scale: f32,
    /// Logits z become c tanh(z / c).
    pub(crate) logit_cap: Option<f32>,
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
    /// Parts of names that stand for the text model in a model of more; empty if the checkpoint is the text model alone.
    pub(crate) within: &'static [&'static str],
}

/// How a token's position enters.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum PositionPlan {
    /// A row of this tensor, context x width, is added to the token's embedding.
    Learned(&'static str),
    /// Queries and keys are turned. Blocks with a window have a rotation of their own where `local` is one.
    Rotary { global: Rope, local: Option<Rope> },
}

/// A rotation of the first numbers of each head (Su et al. 2021, "RoFormer"), number i with number i + half of them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Rope {
    /// Radians a position of each pair, so half as many as numbers are turned.
    pub(crate) frequencies: Vec<f32>,
    /// The factor of what is turned.
    pub(crate) factor: f32,
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
    /// x / sqrt(mean of squares + epsilon) * weight
    Rms { epsilon: f32, plus_one: bool },
}

/// `NAME.weight` and, with a bias, `NAME.bias`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct LinearPlan {
    pub(crate) name: &'static str,
    pub(crate) bias: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct AttentionPlan {
    pub(crate) norm: Option<NormPlan>,
    pub(crate) projection: ProjectionPlan,
    /// Norms of the queries and of the keys.
    pub(crate) inner_norms: Option<InnerNorms>,
    /// From the heads back into the residual stream.
    pub(crate) merge: LinearPlan,
    /// The norm of what is added to the stream.
    pub(crate) after: Option<NormPlan>,
    /// Attention logits z become c tanh(z / c).
    pub(crate) cap: Option<f32>,
    /// How many positions each block sees, its own included; all of them where it is `None` or the list is shorter.
    pub(crate) windows: Vec<Option<usize>>,
    /// The factor of attention logits.
    pub(crate) scale: f32,
    /// Attention logits of block l are divided by l + 1.
    pub(crate) scale_by_layer: bool,
}

impl AttentionPlan {
    /// How many positions a block sees, its own included; `None`: all of them.
    pub(crate) fn window_in(&self, layer: usize) -> Option<usize> {
        self.windows.get(layer).copied().flatten()
    }

    /// The factor of attention logits in a block.
    pub(crate) fn scale_in(&self, layer: usize) -> f32 {
        if self.scale_by_layer { self.scale / (layer + 1) as f32 } else { self.scale }
    }
}

/// How the weights of queries, keys and values are stored.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ProjectionPlan {
    /// One matrix: all queries, then all keys, then all values.
    Joined(LinearPlan),
    /// A matrix each, in this order.
    Separate([LinearPlan; 3]),
    /// One matrix: the query, the key and the value of the first head, then those of the second, and so on.
    ByHead(LinearPlan),
}

/// Norms of queries and keys before they are turned.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct InnerNorms {
    pub(crate) query: NormPlan,
    pub(crate) key: NormPlan,
    /// One norm over all heads, and not each head by itself.
    pub(crate) whole: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct FfnPlan {
    pub(crate) norm: Option<NormPlan>,
    pub(crate) up: UpPlan,
    pub(crate) activation: Activation,
    /// From the coefficients back into the residual stream. Its rows are the value vectors.
    pub(crate) down: LinearPlan,
    /// The norm of what is added to the stream.
    pub(crate) after: Option<NormPlan>,
    /// It reads the stream that its block's attention reads.
    pub(crate) parallel: bool,
}

/// How the coefficients are made.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum UpPlan {
    /// act(W x + b)
    Plain(LinearPlan),
    /// act(W_gate x) * (W_up x)
    Gated { gate: LinearPlan, up: LinearPlan },
    /// The same, with both in one matrix, the gate first.
    GatedJoined(LinearPlan),
}

impl UpPlan {
    pub(crate) fn is_gated(&self) -> bool {
        !matches!(self, Self::Plain(_))
    }
}

/// A tensor's canonical name and its shape.
pub(crate) type Tensor = (String, Vec<usize>);

impl Plan {
    /// The tensors that the model needs, without the head. A lazy iterator: a false number of layers must not fill the
    /// memory before the checkpoint has confirmed it.
    pub(crate) fn tensors(&self) -> impl Iterator<Item = Tensor> {
        let sizes = self.sizes;
        let positions = match self.positions {
            PositionPlan::Learned(name) => Some((name.to_owned(), vec![sizes.context, sizes.width])),
            PositionPlan::Rotary { .. } => None,
        };
        let outer = [(self.names.embedding.to_owned(), vec![sizes.vocab, sizes.width])].into_iter().chain(positions);
        let block = move |layer| {
            let Self { attention, ffn, .. } = self;
            let within = |name: &str| self.in_block(layer, name);
            let norm = |plan: &Option<NormPlan>| {
                plan.as_ref().map_or_else(Vec::new, |plan| plan.tensors(&within, sizes.width))
            };
            let linear =
                |plan: &LinearPlan, inputs, outputs| plan.tensors(&within, self.names.inputs_first, inputs, outputs);
            let (queries, keys) = (sizes.query_width(), sizes.key_width());
            let projection = match &attention.projection {
                ProjectionPlan::Joined(one) | ProjectionPlan::ByHead(one) => {
                    linear(one, sizes.width, sizes.projected_width())
                }
                ProjectionPlan::Separate([q, k, v]) => {
                    [linear(q, sizes.width, queries), linear(k, sizes.width, keys), linear(v, sizes.width, keys)]
                        .concat()
                }
            };
            let inner = attention.inner_norms.as_ref().map_or_else(Vec::new, |inner| {
                let width = |all| if inner.whole { all } else { sizes.head_width };
                [inner.query.tensors(&within, width(queries)), inner.key.tensors(&within, width(keys))].concat()
            });
            let up = match &ffn.up {
                UpPlan::Plain(up) => linear(up, sizes.width, sizes.ffn),
                UpPlan::Gated { gate, up } => {
                    [linear(gate, sizes.width, sizes.ffn), linear(up, sizes.width, sizes.ffn)].concat()
                }
                UpPlan::GatedJoined(both) => linear(both, sizes.width, 2 * sizes.ffn),
            };
            [
                norm(&attention.norm),
                projection,
                inner,
                linear(&attention.merge, queries, sizes.width),
                norm(&attention.after),
                norm(&ffn.norm),
                up,
                linear(&ffn.down, sizes.ffn, sizes.width),
                norm(&ffn.after),
            ]
            .concat()
        };
        let last = self.final_norm.tensors(&str::to_owned, sizes.width);
        outer.chain((0..sizes.layers).flat_map(block)).chain(last)
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
            NormKind::Rms { .. } => &["weight"],
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
