//! GPT-2: its tensor names, layer norms, ungated FFN and learned positions. Everything that is special to it is here.

use std::sync::OnceLock;

use kernels::{Activation, Packed, Pool, layer_norm};
use lm::OpenError;

use crate::files::checkpoint::Checkpoint;
use crate::files::fingerprint::Fingerprint;
use crate::graph::family::{Family, Sizes};
use crate::graph::linear::{Linear, Placement};

struct Norm {
    weight: Vec<f32>,
    bias: Vec<f32>,
}

struct Block {
    ln_1: Norm,
    attention: Linear,
    merge: Linear,
    ln_2: Norm,
    up: Linear,
    down: Linear,
    norms: Vec<f32>,
    /// The value vectors as a quantised layer acts, read back when first looked at.
    read_back: OnceLock<Vec<f32>>,
}

/// The weights of a GPT-2.
pub(crate) struct Gpt2 {
    sizes: Sizes,
    epsilon: f32,
    activation: Activation,
    scales: Vec<f32>,
    /// Token embedding, width x V; the head as well where they are tied.
    tokens: Packed,
    /// V x width, where the head is a matrix of its own.
    untied: Option<Packed>,
    positions: Vec<f32>,
    blocks: Vec<Block>,
    ln_f: Norm,
}

impl Gpt2 {
    /// Reads every tensor once, feeding `fingerprint` on the way in the order in which they are read.
    pub(crate) fn load(
        checkpoint: &Checkpoint,
        placement: &Placement,
        fingerprint: &mut Fingerprint,
    ) -> Result<Self, OpenError> {
        let config = checkpoint.config();
        let (d, f, vocab) = (config.width, config.ffn, config.vocab);
        let mut read = Reader { checkpoint, fingerprint };
        let tokens = read.columns("wte.weight", vocab, d)?;
        let positions = read.flat("wpe.weight", &[config.context, d])?;
        let mut blocks = Vec::with_capacity(config.layers);
        for l in 0..config.layers {
            let name = |part: &str| format!("h.{l}.{part}");
            let mut linear = |part: &str, inputs, outputs| -> Result<(Packed, Vec<f32>), OpenError> {
                let weight = read.rows(&name(&format!("{part}.weight")), inputs, outputs)?;
                Ok((weight, read.flat(&name(&format!("{part}.bias")), &[outputs])?))
            };
            let place = |(weight, bias)| Linear::place(weight, bias, placement).map_err(OpenError::new);
            let attention = place(linear("attn.c_attn", d, 3 * d)?)?;
            let merge = place(linear("attn.c_proj", d, d)?)?;
            let up = place(linear("mlp.c_fc", d, f)?)?;
            let (weight, bias) = linear("mlp.c_proj", f, d)?;
            let mut norms = row_norms(&weight);
            let down = place((weight, bias))?;
            let read_back = OnceLock::new();
            if let Some(values) = down.dequantised().map_err(OpenError::new)? {
                norms = values.chunks_exact(d).map(|v| kernels::norm(v) as f32).collect();
            }
            let mut norm = |part: &str| -> Result<Norm, OpenError> {
                let weight = read.flat(&name(&format!("{part}.weight")), &[d])?;
                Ok(Norm { weight, bias: read.flat(&name(&format!("{part}.bias")), &[d])? })
            };
            let (ln_1, ln_2) = (norm("ln_1")?, norm("ln_2")?);
            blocks.push(Block { ln_1, attention, merge, ln_2, up, down, norms, read_back });
        }
        let ln_f = Norm { weight: read.flat("ln_f.weight", &[d])?, bias: read.flat("ln_f.bias", &[d])? };
        let untied = match config.tied {
            true => None,
            false => Some(read.columns("lm_head.weight", vocab, d)?),
        };
        let head_width = (d / config.heads) as f32;
        let scales = (0..config.layers).map(|l| {
            let by_width = if config.scale_attention { 1.0 / head_width.sqrt() } else { 1.0 };
            if config.scale_by_layer { by_width / (l + 1) as f32 } else { by_width }
        });
        let sizes =
            Sizes { layers: config.layers, width: d, ffn: f, heads: config.heads, context: config.context, vocab };
        let scales = scales.collect();
        let (epsilon, activation) = (config.epsilon, config.activation);
        Ok(Self { sizes, epsilon, activation, scales, tokens, untied, positions, blocks, ln_f })
    }

    fn norm_rows(&self, norm: &Norm, x: &[f32]) -> Vec<f32> {
        let d = self.sizes.width;
        let mut out = vec![0.0; x.len()];
        for (x, out) in x.chunks_exact(d).zip(out.chunks_exact_mut(d)) {
            layer_norm(x, &norm.weight, &norm.bias, self.epsilon, out);
        }
        out
    }
}

/// Tensors into the layouts of `kernels`, hashed as they pass.
struct Reader<'a> {
    checkpoint: &'a Checkpoint,
    fingerprint: &'a mut Fingerprint,
}

impl Reader<'_> {
    fn read(&mut self, name: &str, shape: &[usize], each: &mut dyn FnMut(usize, &[f32])) -> Result<(), OpenError> {
        self.fingerprint.tensor(name, shape);
        self.checkpoint.read(name, shape, &mut |first, rows| {
            self.fingerprint.data(rows);
            each(first, rows);
        })
    }

    /// k x n, as it stands.
    fn rows(&mut self, name: &str, k: usize, n: usize) -> Result<Packed, OpenError> {
        let mut packed = Packed::zeros(k, n);
        self.read(name, &[k, n], &mut |first, rows| {
            rows.chunks_exact(n).enumerate().for_each(|(i, row)| packed.fill_row(first + i, row));
        })?;
        Ok(packed)
    }

    /// n x k, transposed on the way.
    fn columns(&mut self, name: &str, n: usize, k: usize) -> Result<Packed, OpenError> {
        let mut packed = Packed::zeros(k, n);
        self.read(name, &[n, k], &mut |first, rows| {
            rows.chunks_exact(k).enumerate().for_each(|(j, row)| packed.fill_column(first + j, row));
        })?;
        Ok(packed)
    }

    fn flat(&mut self, name: &str, shape: &[usize]) -> Result<Vec<f32>, OpenError> {
        let mut all = Vec::with_capacity(shape.iter().product());
        self.read(name, shape, &mut |_, rows| all.extend_from_slice(rows))?;
        Ok(all)
    }
}

fn row_norms(weight: &Packed) -> Vec<f32> {
    let mut row = vec![0.0; weight.n()];
    let norm_of = |i| {
        weight.row(i, &mut row);
        kernels::norm(&row) as f32
    };
    (0..weight.k()).map(norm_of).collect()
}

impl Family for Gpt2 {
    fn sizes(&self) -> Sizes {
        self.sizes
    }

    fn embed(&self, token: u32, position: usize, out: &mut [f32]) {
        let d = self.sizes.width;
        self.tokens.column(token as usize, out);
        kernels::add(out, &self.positions[position * d..(position + 1) * d]);
    }

    fn project_attention(&self, pool: &Pool, layer: usize, x: &[f32], out: &mut [f32]) -> Result<(), String> {
        let block = &self.blocks[layer];
        block.attention.forward(pool, &self.norm_rows(&block.ln_1, x), out)
    }

    fn attention_scale(&self, layer: usize) -> f32 {
        self.scales[layer]
    }

    fn merge_attention(&self, pool: &Pool, layer: usize, heads: &[f32], out: &mut [f32]) -> Result<(), String> {
        self.blocks[layer].merge.forward(pool, heads, out)
    }

    fn coefficients(&self, pool: &Pool, layer: usize, x: &[f32], out: &mut [f32]) -> Result<(), String> {
        let block = &self.blocks[layer];
        block.up.forward(pool, &self.norm_rows(&block.ln_2, x), out)?;
        kernels::activation(self.activation, out);
        Ok(())
    }

    fn update(&self, pool: &Pool, layer: usize, m: &[f32], out: &mut [f32]) -> Result<(), String> {
        self.blocks[layer].down.forward(pool, m, out)
    }

    fn value(&self, layer: usize, dim: usize, out: &mut [f32]) {
        let (block, d) = (&self.blocks[layer], self.sizes.width);
        if let Linear::Float { .. } = block.down {
            return block.down.row(dim, out);
        }
        // A layer that was read back while loading can be read back again.
        let values = block.read_back.get_or_init(|| block.down.dequantised().ok().flatten().unwrap_or_default());
        if let Some(row) = values.get(dim * d..(dim + 1) * d) {
            out.copy_from_slice(row);
        }
    }

    fn align(&self, pool: &Pool, layer: usize, direction: &[f32], out: &mut [f32]) {
        if let Linear::Float { weight, .. } = &self.blocks[layer].down {
            return kernels::row_dots(pool, weight, direction, out);
        }
        let mut v = vec![0.0; self.sizes.width];
        for (dim, out) in out.iter_mut().enumerate() {
            self.value(layer, dim, &mut v);
            *out = kernels::dot(&v, direction) as f32;
        }
    }

    fn norms(&self, layer: usize) -> &[f32] {
        &self.blocks[layer].norms
    }

    fn activate(&self, x: f32) -> f32 {
        self.activation.apply(x)
    }

    fn final_norm(&self, x: &[f32], out: &mut [f32]) {
        layer_norm(x, &self.ln_f.weight, &self.ln_f.bias, self.epsilon, out);
    }

    fn final_scale(&self, x: &[f32]) -> f32 {
        let n = x.len() as f64;
        let mean = x.iter().map(|&v| f64::from(v)).sum::<f64>() / n;
        let variance = x.iter().map(|&v| (f64::from(v) - mean).powi(2)).sum::<f64>() / n;
        (variance + f64::from(self.epsilon)).sqrt() as f32
    }

    fn final_norm_parts(&self) -> (&[f32], &[f32]) {
        (&self.ln_f.weight, &self.ln_f.bias)
    }

    fn head(&self) -> &Packed {
        self.untied.as_ref().unwrap_or(&self.tokens)
    }
}
