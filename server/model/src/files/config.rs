//! GPT-2's `config.json`: every field that changes numbers is honoured or refused by name; absent ones are what
//! Hugging Face's `GPT2Config` says. Which tensors such a model has follows from it. No file is read here.

use kernels::Activation;
use lm::OpenError;
use serde_json::{Map, Value};

/// What a GPT-2's numbers depend on besides its weights.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Config {
    /// Blocks.
    pub(crate) layers: usize,
    /// d
    pub(crate) width: usize,
    pub(crate) heads: usize,
    /// f
    pub(crate) ffn: usize,
    /// V
    pub(crate) vocab: usize,
    /// The most positions of a run.
    pub(crate) context: usize,
    pub(crate) activation: Activation,
    /// Of the layer norms.
    pub(crate) epsilon: f32,
    /// Attention logits are divided by the square root of a head's width.
    pub(crate) scale_attention: bool,
    /// Attention logits of block l are divided by l + 1.
    pub(crate) scale_by_layer: bool,
    /// The output head is the token embedding. The checkpoint settles it where it has a head of its own.
    pub(crate) tied: bool,
    /// The token that a text begins with, where the vocabulary has it.
    pub(crate) bos: Option<u32>,
    /// The tokens that end a text; none, one or several.
    pub(crate) eos: Vec<u32>,
}

/// Fields that HF calls by several names; the first is GPT-2's own.
const CONTEXT: [&str; 2] = ["n_positions", "max_position_embeddings"];
const WIDTH: [&str; 2] = ["n_embd", "hidden_size"];
const LAYERS: [&str; 2] = ["n_layer", "num_hidden_layers"];
const HEADS: [&str; 2] = ["n_head", "num_attention_heads"];

impl Config {
    /// Reads the text of a `config.json`; `file` names it in errors.
    pub(crate) fn parse(text: &[u8], file: &str) -> Result<Self, OpenError> {
        let value: Value = serde_json::from_slice(text)
            .map_err(|e| OpenError::new(format!("{file}: is no JSON ({e}); fetch the file again or mend it")))?;
        let Value::Object(map) = value else {
            return Err(OpenError::new(format!("{file}: is no JSON object; a GPT-2's config.json is one")));
        };
        let fields = Fields { file, map: &map };
        fields.architecture()?;
        fields.refuse_what_changes_numbers()?;
        let width = fields.size(&WIDTH, 768)?;
        let heads = fields.size(&HEADS, 12)?;
        if !width.is_multiple_of(heads) {
            return Err(
                fields.error(&format!("n_embd is {width}, no multiple of n_head, {heads}; one of them is wrong"))
            );
        }
        let ffn = match fields.get("n_inner") {
            None => width.checked_mul(4).ok_or_else(|| fields.error("n_embd is absurdly large; mend it"))?,
            Some(_) => fields.size(&["n_inner"], 0)?,
        };
        // `n_ctx` is what GPT-2's first configs called it; HF ignores it where `n_positions` stands.
        let context = match CONTEXT.iter().any(|name| fields.get(name).is_some()) {
            true => fields.size(&CONTEXT, 1024)?,
            false => fields.size(&["n_ctx"], 1024)?,
        };
        let vocab = fields.size(&["vocab_size"], 50257)?;
        let in_vocabulary = |id: &u32| (*id as usize) < vocab;
        Ok(Self {
            layers: fields.size(&LAYERS, 12)?,
            width,
            heads,
            ffn,
            vocab,
            context,
            activation: fields.activation()?,
            epsilon: fields.epsilon()?,
            scale_attention: fields.flag("scale_attn_weights", true)?,
            scale_by_layer: fields.flag("scale_attn_by_inverse_layer_idx", false)?,
            tied: fields.flag("tie_word_embeddings", true)?,
            bos: fields.tokens("bos_token_id")?.first().copied().filter(in_vocabulary),
            eos: fields.tokens("eos_token_id")?.into_iter().filter(in_vocabulary).collect(),
        })
    }

    /// The tensors that such a model needs, with their shapes, the head left out. Names are without `transformer.`.
    pub(crate) fn tensors(&self) -> impl Iterator<Item = (String, Vec<usize>)> {
        let (d, f) = (self.width, self.ffn);
        let outer = [("wte.weight", vec![self.vocab, d]), ("wpe.weight", vec![self.context, d])];
        let last = [("ln_f.weight", vec![d]), ("ln_f.bias", vec![d])];
        let block = move |l: usize| {
            let parts = [
                ("ln_1.weight", vec![d]),
                ("ln_1.bias", vec![d]),
                ("attn.c_attn.weight", vec![d, 3 * d]),
                ("attn.c_attn.bias", vec![3 * d]),
                ("attn.c_proj.weight", vec![d, d]),
                ("attn.c_proj.bias", vec![d]),
                ("ln_2.weight", vec![d]),
                ("ln_2.bias", vec![d]),
                ("mlp.c_fc.weight", vec![d, f]),
                ("mlp.c_fc.bias", vec![f]),
                ("mlp.c_proj.weight", vec![f, d]),
                ("mlp.c_proj.bias", vec![d]),
            ];
            parts.map(|(name, shape)| (format!("h.{l}.{name}"), shape))
        };
        let owned = |(name, shape): (&str, Vec<usize>)| (name.to_owned(), shape);
        outer.into_iter().map(owned).chain((0..self.layers).flat_map(block)).chain(last.into_iter().map(owned))
    }
}

struct Fields<'a> {
    file: &'a str,
    map: &'a Map<String, Value>,
}

impl Fields<'_> {
    /// A field that is there and not null.
    fn get(&self, name: &str) -> Option<&Value> {
        self.map.get(name).filter(|v| !v.is_null())
    }

    fn error(&self, message: &str) -> OpenError {
        OpenError::new(format!("{}: {message}", self.file))
    }

    fn wanted(&self, name: &str, what: &str) -> OpenError {
        let found = self.map.get(name).map(Value::to_string).unwrap_or_default();
        let found: String = found.chars().take(60).collect();
        self.error(&format!("{name} is {found}, but must be {what}; mend the file or fetch it again"))
    }

    fn architecture(&self) -> Result<(), OpenError> {
        let listed = self.get("architectures").and_then(Value::as_array).into_iter().flatten();
        let named: Vec<&str> = listed.filter_map(Value::as_str).collect();
        let kind = self.get("model_type").and_then(Value::as_str);
        if kind == Some("gpt2") || kind.is_none() && named.iter().any(|n| n.starts_with("GPT2")) {
            return Ok(());
        }
        match named.first().copied().or(kind) {
            Some(other) => {
                Err(self.error(&format!("the model is a {other}; only GPT-2 can be loaded (model_type gpt2)")))
            }
            None => Err(self.error("model_type is missing; if the model is a GPT-2, add \"model_type\": \"gpt2\"")),
        }
    }

    /// What other configs of the family may say and this program does not do. `reorder_and_upcast_attn` is not among
    /// it: it asks for float32 where half precision would overflow, and here all is float32.
    fn refuse_what_changes_numbers(&self) -> Result<(), OpenError> {
        for (name, why) in [
            ("add_cross_attention", "blocks with cross-attention are not supported; use a decoder without"),
            ("is_encoder_decoder", "encoder-decoders are not supported; use a decoder"),
        ] {
            if self.flag(name, false)? {
                return Err(self.error(&format!("{name} is true: {why}")));
            }
        }
        if self.get("quantization_config").is_some() {
            let mend = "use the float checkpoint and `quantize` in the settings";
            return Err(self.error(&format!("quantization_config: quantised checkpoints cannot be loaded; {mend}")));
        }
        if self.get("auto_map").is_some() {
            return Err(
                self.error("auto_map: the model needs Python code of its own, which is never run; use a plain GPT-2")
            );
        }
        match self.get("pruned_heads") {
            Some(Value::Object(heads)) if heads.is_empty() => Ok(()),
            None => Ok(()),
            Some(_) => {
                Err(self.error("pruned_heads: models with heads removed are not supported; use the whole model"))
            }
        }
    }

    /// A positive whole number; names of one field may not contradict each other.
    fn size(&self, names: &[&str], default: usize) -> Result<usize, OpenError> {
        let mut found: Option<(usize, &str)> = None;
        for name in names {
            if self.get(name).is_none() {
                continue;
            }
            let size = self.get(name).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
            let size =
                size.filter(|n| (1..=1 << 32).contains(n)).ok_or_else(|| self.wanted(name, "a positive number"))?;
            match found {
                Some((other, first)) if other != size => {
                    return Err(self.error(&format!("{first} is {other} but {name} is {size}; keep the right one")));
                }
                _ => found = Some((size, name)),
            }
        }
        Ok(found.map_or(default, |(size, _)| size))
    }

    fn flag(&self, name: &str, default: bool) -> Result<bool, OpenError> {
        match self.get(name) {
            None => Ok(default),
            Some(value) => value.as_bool().ok_or_else(|| self.wanted(name, "true or false")),
        }
    }

    fn epsilon(&self) -> Result<f32, OpenError> {
        let name = "layer_norm_epsilon";
        let Some(value) = self.get(name) else { return Ok(1e-5) };
        let epsilon = value.as_f64().map(|e| e as f32).filter(|e| e.is_finite() && *e >= 0.0);
        epsilon.ok_or_else(|| self.wanted(name, "a small positive number such as 1e-5"))
    }

    fn activation(&self) -> Result<Activation, OpenError> {
        let name = "activation_function";
        // An explicit null is not GPT-2's default: transformers finds no function for it.
        match self.map.get(name).map(|v| v.as_str().unwrap_or_default()).unwrap_or("gelu_new") {
            // One function, written in three ways that differ by rounding.
            "gelu_new" | "gelu_pytorch_tanh" | "gelu_fast" => Ok(Activation::GeluTanh),
            "gelu" | "gelu_python" => Ok(Activation::GeluErf),
            "relu" => Ok(Activation::Relu),
            "silu" | "swish" => Ok(Activation::Silu),
            "quick_gelu" => Ok(Activation::QuickGelu),
            _ => Err(self.wanted(name, "one of gelu_new, gelu_pytorch_tanh, gelu_fast, gelu, relu, silu, quick_gelu")),
        }
    }

    /// Token ids: null, a number or a list. Negative ones, as some files have them, stand for none.
    fn tokens(&self, name: &str) -> Result<Vec<u32>, OpenError> {
        let list = match self.map.get(name) {
            None => return Ok(vec![50256]),
            Some(Value::Null) => return Ok(Vec::new()),
            Some(Value::Array(list)) => list.iter().collect(),
            Some(one) => vec![one],
        };
        let ids: Option<Vec<i64>> = list.into_iter().map(Value::as_i64).collect();
        let ids = ids.ok_or_else(|| self.wanted(name, "a token id, a list of them, or null"))?;
        Ok(ids.into_iter().filter_map(|id| u32::try_from(id).ok()).collect())
    }
}

#[cfg(test)]
mod tests;
