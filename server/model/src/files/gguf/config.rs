//! The `config.json` that a GGUF file stands for: its metadata under Hugging Face's names, so that the families read both.
//! What llama.cpp (`llama-model.cpp`) takes for granted of an architecture is said here.

use serde_json::{Map, Value as Json, json};

use super::header::Header;
use super::metadata::{Metadata, Value};

/// The architectures of GGUF files that are read, and the type of the same model in `config.json`.
pub(super) const ARCHITECTURES: [(&str, &str); 7] = [
    ("gpt2", "gpt2"),
    ("llama", "llama"),
    ("qwen2", "qwen2"),
    ("qwen3", "qwen3"),
    ("gemma2", "gemma2"),
    ("gemma3", "gemma3_text"),
    ("phi3", "phi3"),
];

pub(super) const EMBEDDING: &str = "token_embd.weight";
const HEAD: &str = "output.weight";

/// Metadata that changes numbers in a way that the graph does not have, unless it is 0, 1 (a factor) or absent.
const REFUSED: [(&str, f64); 12] = [
    ("expert_count", 0.0),
    ("attention.scale", 0.0),
    ("attention.max_alibi_bias", 0.0),
    ("attention.clamp_kqv", 0.0),
    ("attention.temperature_scale", 0.0),
    ("attention.temperature_length", 0.0),
    ("logit_scale", 1.0),
    ("residual_scale", 1.0),
    ("embedding_scale", 1.0),
    ("rope.scaling.alpha", 0.0),
    ("rope.scaling.yarn_log_multiplier", 0.0),
    ("altup.num_inputs", 0.0),
];

/// Reads a tensor that is a list of numbers; `None` if the file has none of this name.
pub(super) type Numbers<'a> = &'a dyn Fn(&str) -> Result<Option<Vec<f32>>, String>;

/// The fields of the `config.json`.
pub(super) fn config(header: &Header, numbers: Numbers<'_>) -> Result<Map<String, Json>, String> {
    let metadata = &header.metadata;
    let architecture = metadata.text("general.architecture")?;
    let architecture = architecture.ok_or("its metadata has no general.architecture; fetch the file again")?;
    let known = ARCHITECTURES.iter().find(|(name, _)| *name == architecture);
    let Some((_, model_type)) = known else {
        let names = ARCHITECTURES.map(|(name, _)| name).join(", ");
        return Err(format!("is a GGUF file of a {architecture}, but only {names} can be read; use another model"));
    };
    if metadata.whole("split.count")?.is_some_and(|n| n > 1) {
        let action = "join the parts with llama.cpp's `llama-gguf-split --merge`";
        return Err(format!("is one of several parts of a model; {action}"));
    }
    Reader { header, metadata, architecture, numbers }.fields(model_type)
}

struct Reader<'a> {
    header: &'a Header,
    metadata: &'a Metadata,
    architecture: &'a str,
    numbers: Numbers<'a>,
}

impl Reader<'_> {
    fn fields(&self, model_type: &str) -> Result<Map<String, Json>, String> {
        self.refuse()?;
        let mut fields = Map::new();
        let mut set = |name: &str, value: Json| drop(fields.insert(name.to_owned(), value));
        // A Llama that sees the nearest positions only is a Mistral.
        let window = self.whole("attention.sliding_window")?.filter(|n| *n > 0);
        let is_mistral = model_type == "llama" && window.is_some();
        set("model_type", json!(if is_mistral { "mistral" } else { model_type }));
        let embedding = self.header.tensors.get(EMBEDDING);
        let vocab = embedding.ok_or_else(|| format!("has no tensor {EMBEDDING}; fetch the file again"))?;
        set("vocab_size", json!(vocab.shape[0]));
        set("bos_token_id", json!(self.metadata.whole("tokenizer.ggml.bos_token_id")?));
        set("eos_token_id", json!(self.ends()?));
        if self.architecture == "gpt2" {
            for (name, key) in [
                ("n_embd", "embedding_length"),
                ("n_layer", "block_count"),
                ("n_head", "attention.head_count"),
                ("n_positions", "context_length"),
                ("n_inner", "feed_forward_length"),
            ] {
                set(name, json!(self.wanted(key)?));
            }
            if let Some(epsilon) = self.real("attention.layer_norm_epsilon")? {
                set("layer_norm_epsilon", json!(epsilon));
            }
            return Ok(fields);
        }
        let (width, heads) = (self.wanted("embedding_length")?, self.wanted("attention.head_count")?);
        let layers = self.wanted("block_count")?;
        let head = self.head_width()?.unwrap_or(width / heads.max(1));
        for (name, value) in [
            ("hidden_size", width),
            ("num_attention_heads", heads),
            ("num_hidden_layers", layers),
            ("head_dim", head),
            ("intermediate_size", self.wanted("feed_forward_length")?),
            ("max_position_embeddings", self.wanted("context_length")?),
            ("num_key_value_heads", self.whole("attention.head_count_kv")?.unwrap_or(heads)),
        ] {
            set(name, json!(value));
        }
        set(
            "rms_norm_eps",
            json!(
                self.real("attention.layer_norm_rms_epsilon")?
                    .ok_or_else(|| self.lacks("attention.layer_norm_rms_epsilon"))?
            ),
        );
        set("tie_word_embeddings", json!(!self.header.tensors.contains_key(HEAD)));
        if let Some(theta) = self.real("rope.freq_base")? {
            set("rope_theta", json!(theta));
        }
        self.turned(head, &mut set)?;
        if let Some(scaling) = self.scaling(head)? {
            set("rope_scaling", scaling);
        }
        match self.architecture {
            "gemma2" | "gemma3" => self.gemma(width, heads, layers, head, &mut set)?,
            _ => {
                let has = |part: &str| self.header.tensors.contains_key(&format!("blk.0.{part}.bias"));
                set("attention_bias", json!(has("attn_q") || has("attn_output")));
                set("mlp_bias", json!(has("ffn_up")));
            }
        }
        // A Qwen's layers all see everything: its files set a window that is not used.
        if is_mistral || matches!(self.architecture, "phi3" | "gemma2" | "gemma3") {
            set("sliding_window", json!(window));
        }
        Ok(fields)
    }

    fn refuse(&self) -> Result<(), String> {
        for (part, neutral) in REFUSED {
            if self.real(part)?.is_some_and(|n| n != neutral && n != 0.0) {
                let key = self.key(part);
                return Err(format!("its metadata {key} is not supported; use another model"));
            }
        }
        match self.metadata.flag(&self.key("attention.causal"))? {
            Some(false) => Err("is no decoder (attention.causal is false); use another model".to_owned()),
            _ => Ok(()),
        }
    }

    /// The tokens that end a text.
    fn ends(&self) -> Result<Vec<u64>, String> {
        let keys = ["eos", "eot", "eom"].map(|name| format!("tokenizer.ggml.{name}_token_id"));
        let mut ends = Vec::new();
        for key in keys {
            ends.extend(self.metadata.whole(&key)?.filter(|id| !ends.contains(id)));
        }
        Ok(ends)
    }

    fn head_width(&self) -> Result<Option<u64>, String> {
        let (keys, values) = (self.whole("attention.key_length")?, self.whole("attention.value_length")?);
        match (keys, values) {
            (Some(keys), Some(values)) if keys != values => Err(format!(
                "has keys of {keys} numbers and values of {values}, which is not supported; use another model"
            )),
            (keys, values) => Ok(keys.or(values)),
        }
    }

    /// The part of each head that is turned.
    fn turned(&self, head: u64, set: &mut dyn FnMut(&str, Json)) -> Result<(), String> {
        match self.whole("rope.dimension_count")? {
            Some(turned) if turned == head => Ok(()),
            Some(turned) if self.architecture == "phi3" && turned > 0 && turned < head => {
                set("partial_rotary_factor", json!(turned as f64 / head as f64));
                Ok(())
            }
            Some(turned) => {
                let key = self.key("rope.dimension_count");
                Err(format!("its metadata {key} is {turned}, but heads have {head} numbers; use another model"))
            }
            None => Ok(()),
        }
    }

    /// `rope_scaling`.
    fn scaling(&self, head: u64) -> Result<Option<Json>, String> {
        if let Some(factors) = (self.numbers)("rope_freqs.weight")? {
            // Llama 3's factors of each frequency: a longrope whose texts are never longer than the original context.
            let context = self.wanted("context_length")?;
            return Ok(Some(json!({
                "rope_type": "longrope",
                "short_factor": self.factors("rope_freqs.weight", &factors, head)?,
                "attention_factor": 1.0,
                "original_max_position_embeddings": context,
            })));
        }
        let original = self.whole("rope.scaling.original_context_length")?;
        if let Some(factors) = (self.numbers)("rope_factors_short.weight")? {
            let mut scaling = json!({
                "rope_type": "longrope",
                "short_factor": self.factors("rope_factors_short.weight", &factors, head)?,
                "original_max_position_embeddings": original,
            });
            if let Some(factor) = self.real("rope.scaling.attn_factor")? {
                scaling["attention_factor"] = json!(factor);
            }
            return Ok(Some(scaling));
        }
        let factor = self.real("rope.scaling.factor")?;
        match self.metadata.text(&self.key("rope.scaling.type"))? {
            // Before there was a type, there was one key for the linear kind.
            None => {
                let factor = self.real("rope.scale_linear")?.or(factor);
                Ok(factor.filter(|n| *n != 1.0 && *n != 0.0).map(|n| json!({"rope_type": "linear", "factor": n})))
            }
            Some("none") => Ok(None),
            Some("linear") => Ok(Some(json!({"rope_type": "linear", "factor": factor}))),
            Some("yarn") => {
                let mut scaling = json!({"rope_type": "yarn", "factor": factor});
                if let Some(original) = original {
                    scaling["original_max_position_embeddings"] = json!(original);
                }
                for (name, key) in
                    [("beta_fast", "rope.scaling.yarn_beta_fast"), ("beta_slow", "rope.scaling.yarn_beta_slow")]
                {
                    if let Some(value) = self.real(key)? {
                        scaling[name] = json!(value);
                    }
                }
                for key in ["rope.scaling.attn_factor", "rope.scaling.yarn_attn_factor", "rope.scaling.yarn_ext_factor"]
                {
                    if self.real(key)?.is_some_and(|n| n != 1.0) {
                        return Err(format!("its metadata {} is not supported; use another model", self.key(key)));
                    }
                }
                Ok(Some(scaling))
            }
            Some(other) => Err(format!(
                "its metadata {} is {other}, which is not supported; use another model",
                self.key("rope.scaling.type")
            )),
        }
    }

    /// A factor for each pair of numbers that is turned.
    fn factors(&self, name: &str, factors: &[f32], head: u64) -> Result<Vec<f32>, String> {
        let turned = self.whole("rope.dimension_count")?.unwrap_or(head);
        match factors.len() as u64 == turned / 2 && factors.iter().all(|f| f.is_finite() && *f > 0.0) {
            true => Ok(factors.to_vec()),
            false => Err(format!("tensor {name} is not {} numbers above 0; fetch the file again", turned / 2)),
        }
    }

    fn gemma(
        &self,
        width: u64,
        heads: u64,
        layers: u64,
        head: u64,
        set: &mut dyn FnMut(&str, Json),
    ) -> Result<(), String> {
        // The models of 27 billion weights alone have another scale, and files do not say it.
        let is_27b = layers == if self.architecture == "gemma2" { 46 } else { 62 };
        set("query_pre_attn_scalar", json!(if is_27b { width / heads.max(1) } else { head }));
        for name in ["attn_logit_softcapping", "final_logit_softcapping"] {
            if let Some(cap) = self.real(name)? {
                set(name, json!(Some(cap).filter(|cap| *cap > 0.0)));
            }
        }
        if self.architecture == "gemma3" {
            if let Some(theta) = self.real("rope.freq_base_swa")? {
                set("rope_local_base_freq", json!(theta));
            }
            match self.metadata.get(&self.key("attention.sliding_window_pattern")) {
                None => {}
                Some(Value::Whole(every)) => set("sliding_window_pattern", json!(every)),
                Some(Value::Wholes(local)) => {
                    let kind = |is_local: &i64| if *is_local == 0 { "full_attention" } else { "sliding_attention" };
                    set("layer_types", json!(local.iter().map(kind).collect::<Vec<_>>()));
                }
                Some(_) => return Err(self.lacks("attention.sliding_window_pattern")),
            }
        }
        Ok(())
    }

    fn key(&self, part: &str) -> String {
        format!("{}.{part}", self.architecture)
    }

    fn whole(&self, part: &str) -> Result<Option<u64>, String> {
        self.metadata.whole(&self.key(part))
    }

    fn real(&self, part: &str) -> Result<Option<f64>, String> {
        self.metadata.real(&self.key(part))
    }

    fn wanted(&self, part: &str) -> Result<u64, String> {
        self.whole(part)?.ok_or_else(|| self.lacks(part))
    }

    fn lacks(&self, part: &str) -> String {
        format!("its metadata has no {}, or none that can be read; fetch the file again", self.key(part))
    }
}
