//! A loaded model: its decoder, its tokenizer and what is cached for later requests.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use base::TokenId;
use kernels::{Columns, Pool};
use lm::{ModelInfo, OpenError};

use crate::files::checkpoint::Checkpoint;
use crate::files::fingerprint::Fingerprint;
use crate::files::tokenizer::Tokenizer;
use crate::files::weights::WeightReader;
use crate::graph::cache::Cache;
use crate::graph::decoder::Decoder;
use crate::graph::load::load;
use crate::graph::placement::Placement;
use crate::graph::position::Position;
use crate::graph::settings::settings;
use crate::read::cards::Values;
use crate::read::effects::mean_head;
use crate::read::undertrained::undertrained;

/// How to load and keep a model.
#[derive(Clone)]
pub struct Options {
    /// The name that the user gave it.
    pub name: String,
    /// Where and how the linear layers are stored.
    pub placement: Placement,
    /// The threads of the products. Models may share a pool.
    pub pool: Arc<Pool>,
    /// Bytes of cached positions of earlier runs.
    pub cache: usize,
}

impl Options {
    /// Float32 on the CPU, half a gigabyte of cached positions.
    pub fn named(name: impl Into<String>, pool: Arc<Pool>) -> Self {
        Self { name: name.into(), placement: Placement::Float, pool, cache: 512 << 20 }
    }
}

/// A loaded model.
pub struct Model {
    pub(crate) info: ModelInfo,
    pub(crate) decoder: Decoder,
    pub(crate) pool: Arc<Pool>,
    pub(crate) tokenizer: Tokenizer,
    eos: Vec<u32>,
    pub(crate) cache: Cache,
    pub(crate) values: Values,
    pub(crate) mean_head: Vec<f32>,
    undertrained: OnceLock<Columns>,
}

impl Model {
    /// Loads a checkpoint from its folder.
    pub fn open(folder: &Path, options: Options) -> Result<Self, OpenError> {
        Self::load(&Checkpoint::open(folder)?, options)
    }

    /// Loads the model that is compiled in.
    pub fn starter(options: Options) -> Result<Self, OpenError> {
        Self::load(&Checkpoint::embedded()?, options)
    }

    /// Reads the weights of a checkpoint.
    pub fn load(checkpoint: &Checkpoint, options: Options) -> Result<Self, OpenError> {
        let plan = checkpoint.plan();
        let sizes = plan.sizes;
        let tokenizer = Tokenizer::open(checkpoint.files(), sizes.vocab)?;
        let mut fingerprint = Fingerprint::new();
        let decoder = load(plan, &mut WeightReader::new(checkpoint, &mut fingerprint), &options.placement)?;
        fingerprint.tokenizer(tokenizer.digest());
        fingerprint.settings(&settings(plan));
        let info = ModelInfo {
            name: options.name,
            fingerprint: fingerprint.finish(),
            layers: sizes.layers,
            width: sizes.width,
            ffn: sizes.ffn,
            vocab: sizes.vocab,
            context: sizes.context,
            bos: plan.bos.map(TokenId),
            precision: options.placement.precision(),
            gated: plan.ffn.up.is_gated(),
            final_norm: plan.final_norm.name.to_owned(),
        };
        let mean_head = mean_head(&decoder);
        Ok(Self {
            info,
            decoder,
            pool: options.pool,
            tokenizer,
            eos: plan.eos.clone(),
            cache: Cache::new(options.cache / Position::bytes(sizes)),
            values: Values::default(),
            mean_head,
            undertrained: OnceLock::new(),
        })
    }

    /// The undertrained tokens; computed at the first call.
    pub(crate) fn undertrained(&self) -> &Columns {
        let find = || undertrained(&self.decoder, &self.pool, &self.tokenizer, &self.mean_head);
        self.undertrained.get_or_init(find)
    }

    pub(crate) fn is_end(&self, token: u32) -> bool {
        self.eos.contains(&token)
    }
}
