//! A loaded model behind `lm::LanguageModel`: which runs a question needs, and where their positions come from.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use base::{RunName, Target, TokenId, ValueId};
use kernels::{Columns, Pool};
use lm::{
    Continuation, Control, Encoded, Error, Experiment, Generated, InputError, LanguageModel, ModelInfo, OpenError, Run,
    RunPlan, Token, TraceQuery, Value, Weights,
};

use crate::families::gpt2::Gpt2;
use crate::files::checkpoint::Checkpoint;
use crate::files::fingerprint::Fingerprint;
use crate::files::tokenizer::Tokenizer;
use crate::generate::{self, Decoder};
use crate::graph::cache::Cache;
use crate::graph::edits::Edits;
use crate::graph::family::Family;
use crate::graph::forward::{Position, Positions, extend};
use crate::graph::linear::Placement;
use crate::graph::linear::Quantize;
use crate::read::cards::Values;
use crate::read::effects::mean_head;
use crate::read::trace;
use crate::read::undertrained::undertrained;

/// How to load and keep a model.
#[derive(Clone)]
pub struct Options {
    /// As the user names it.
    pub name: String,
    /// Where and how the linear layers live.
    pub placement: Placement,
    /// The threads that products run on; models may share them.
    pub pool: Arc<Pool>,
    /// Bytes for positions of earlier runs.
    pub cache: usize,
}

impl Options {
    /// Float32 on the CPU, half a gigabyte of earlier positions.
    pub fn named(name: impl Into<String>, pool: Arc<Pool>) -> Self {
        Self { name: name.into(), placement: Placement::Float, pool, cache: 512 << 20 }
    }
}

/// A loaded model.
pub struct Model {
    info: ModelInfo,
    bytes: u64,
    pub(crate) family: Box<dyn Family>,
    pub(crate) pool: Arc<Pool>,
    tokenizer: Tokenizer,
    eos: Vec<u32>,
    cache: Cache,
    values: Values,
    pub(crate) mean_head: Vec<f32>,
    undertrained: OnceLock<Columns>,
}

/// A run of an experiment while it is looked at.
pub(crate) struct Running {
    pub(crate) name: RunName,
    pub(crate) prompt: usize,
    pub(crate) edits: Edits,
    pub(crate) positions: Positions,
}

impl Model {
    /// Loads a checkpoint's folder.
    pub fn open(folder: &Path, options: Options) -> Result<Self, OpenError> {
        Self::load(&Checkpoint::open(folder)?, options)
    }

    /// Loads the model that is compiled in.
    pub fn starter(options: Options) -> Result<Self, OpenError> {
        Self::load(&Checkpoint::embedded()?, options)
    }

    /// Reads the weights of a checkpoint.
    pub fn load(checkpoint: &Checkpoint, options: Options) -> Result<Self, OpenError> {
        let tokenizer = Tokenizer::open(checkpoint.files(), checkpoint.config().vocab)?;
        let mut fingerprint = Fingerprint::new();
        let family = Box::new(Gpt2::load(checkpoint, &options.placement, &mut fingerprint)?);
        fingerprint.tokenizer(tokenizer.digest());
        let (config, sizes) = (checkpoint.config(), family.sizes());
        let precision = match &options.placement {
            Placement::Float => "float32".to_owned(),
            Placement::Quantised(device, q) => {
                format!("{} on {:?}", q.map_or("float32", Quantize::name), device.location())
            }
        };
        let info = ModelInfo {
            name: options.name,
            fingerprint: fingerprint.finish(),
            layers: sizes.layers,
            width: sizes.width,
            ffn: sizes.ffn,
            vocab: sizes.vocab,
            context: sizes.context,
            bos: config.bos.map(TokenId),
            precision,
        };
        let bytes = weights_bytes(&info, &options.placement);
        let pool = options.pool;
        let cache = Cache::new(options.cache / Position::bytes(sizes));
        let mean_head = mean_head(family.as_ref());
        let eos = config.eos.clone();
        let (values, undertrained) = (Values::default(), OnceLock::new());
        Ok(Self { info, bytes, family, pool, tokenizer, eos, cache, values, mean_head, undertrained })
    }

    /// The tokens that were hardly trained, found when they are first asked for.
    pub(crate) fn undertrained(&self) -> &Columns {
        let find = || undertrained(self.family.as_ref(), &self.pool, &self.tokenizer, &self.mean_head);
        self.undertrained.get_or_init(find)
    }

    /// The prompt's tokens; an error where there are none.
    fn prompt(&self, experiment: &Experiment) -> Result<Encoded, Error> {
        if experiment.bos && self.info.bos.is_none() {
            return Err(InputError::NoBos(self.info.name.clone()).into());
        }
        let encoded = self.encode(&experiment.prompt, experiment.bos);
        if encoded.tokens.is_empty() {
            return Err(InputError::EmptyPrompt.into());
        }
        if let Some(track) = experiment.track.iter().find(|t| t.0 as usize >= self.info.vocab) {
            return Err(InputError::NoSuchToken { id: *track, model: self.info.name.clone() }.into());
        }
        Ok(encoded)
    }

    /// A run over its prompt.
    fn start(
        &self,
        experiment: &Experiment,
        plan: &RunPlan,
        encoded: &Encoded,
        control: &dyn Control,
    ) -> Result<Running, Error> {
        let tokens: Vec<u32> = encoded.tokens.iter().map(|t| t.id.0).collect();
        let mut clean: Option<Positions> = None;
        let mut boost = |layer: usize| {
            if clean.is_none() {
                clean = Some(self.forward(&tokens, &Edits::default(), control)?);
            }
            let last = clean.as_ref().and_then(|c| c.last());
            Ok(last.map_or(0.0, |last| {
                let scores = last.coefficients(layer).iter().zip(self.family.norms(layer)).map(|(m, n)| m.abs() * n);
                self.family.activate(scores.fold(0.0, f32::max) + 0.01)
            }))
        };
        let edits = Edits::resolve(&plan.interventions, &experiment.prompt, encoded, &self.info, &mut boost)?;
        let positions = self.forward(&tokens, &edits, control)?;
        Ok(Running { name: plan.name.clone(), prompt: tokens.len(), edits, positions })
    }

    fn forward(&self, tokens: &[u32], edits: &Edits, control: &dyn Control) -> Result<Positions, Error> {
        let mut positions = self.cache.start(tokens, edits);
        let done = positions.len();
        let ran = extend(self.family.as_ref(), &self.pool, &mut positions, &tokens[done..], edits, control);
        if !positions.is_empty() {
            self.cache.keep(&positions);
        }
        ran.map(|()| positions)
    }

    /// One more token of a run.
    pub(crate) fn append(&self, run: &mut Running, token: u32, control: &dyn Control) -> Result<(), Error> {
        extend(self.family.as_ref(), &self.pool, &mut run.positions, &[token], &run.edits, control)
    }

    pub(crate) fn is_end(&self, token: u32) -> bool {
        self.eos.contains(&token)
    }

    /// Each run of an experiment over its prompt, one after the other; what `each` leaves behind is kept for the next
    /// question.
    fn each_run<T>(
        &self,
        experiment: &Experiment,
        control: &dyn Control,
        mut each: impl FnMut(&mut Running, &Encoded) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        let encoded = self.prompt(experiment)?;
        let run = |plan: &RunPlan| {
            let mut running = self.start(experiment, plan, &encoded, control)?;
            let answer = each(&mut running, &encoded);
            self.cache.keep(&running.positions);
            answer
        };
        experiment.runs.iter().map(run).collect()
    }
}

/// What the weights take in memory, about: biases and norms are small.
fn weights_bytes(info: &ModelInfo, placement: &Placement) -> u64 {
    let linear = info.layers * info.width * (4 * info.width + 2 * info.ffn);
    let others = (info.vocab + info.context) * info.width;
    // A block of 32 has 34 bytes in 8 bits, one of 256 has 144 in 4.
    let each = match placement {
        Placement::Float | Placement::Quantised(_, None) => 4.0,
        Placement::Quantised(_, Some(Quantize::Q8_0)) => 34.0 / 32.0,
        Placement::Quantised(_, Some(Quantize::Q4K)) => 144.0 / 256.0,
    };
    (linear as f64 * each) as u64 + 4 * others as u64
}

impl LanguageModel for Model {
    fn info(&self) -> &ModelInfo {
        &self.info
    }

    fn bytes(&self) -> u64 {
        self.bytes
    }

    fn rest(&self) -> bool {
        self.cache.clear()
    }

    fn weights(&self) -> &dyn Weights {
        self
    }

    fn encode(&self, prompt: &str, bos: bool) -> Encoded {
        let first = self.info.bos.filter(|_| bos);
        let first = first.map(|id| Token { id, bytes: self.token_bytes(id), span: None });
        let room = self.info.context - usize::from(first.is_some());
        let (tokens, cut) = self.tokenizer.encode_prefix(prompt, room);
        let token = |(id, span)| Token { id: TokenId(id), bytes: self.tokenizer.bytes(id), span: Some(span) };
        Encoded { tokens: first.into_iter().chain(tokens.into_iter().map(token)).collect(), cut }
    }

    fn token_bytes(&self, id: TokenId) -> Arc<[u8]> {
        self.tokenizer.bytes(id.0)
    }

    fn trace(&self, query: &TraceQuery<'_>, control: &dyn Control) -> Result<Vec<Run>, Error> {
        self.each_run(query.experiment, control, |run, encoded| {
            if query.generated > 0 {
                let mut decoder = Decoder::new(&query.experiment.decoding, query.generated);
                while let Some(token) = decoder.next(self, run, control)? {
                    self.append(run, token, control)?;
                }
            }
            trace::trace(self, query, run, encoded, control)
        })
    }

    fn generate(
        &self,
        experiment: &Experiment,
        control: &dyn Control,
        each: &mut dyn FnMut(Generated<'_>),
    ) -> Result<Vec<Continuation>, Error> {
        let mut runs =
            self.each_run(experiment, control, |run, _| generate::run(self, experiment, run, control, each))?;
        generate::mark_divergence(&mut runs);
        Ok(runs)
    }

    fn coefficient(
        &self,
        experiment: &Experiment,
        run: &RunName,
        target: Target,
        position: usize,
        control: &dyn Control,
    ) -> Result<f32, Error> {
        let Target::Value(id) = target;
        self.info.check(id)?;
        let run = self.start(experiment, experiment.run(run)?, &self.prompt(experiment)?, control)?;
        let position = trace::existing(&run, position)?;
        Ok(position.coefficients(id.layer as usize)[id.dim as usize])
    }

    fn values(&self, ids: &[ValueId], words: usize, control: &dyn Control) -> Result<Vec<Arc<Value>>, Error> {
        ids.iter().try_for_each(|id| self.info.check(*id))?;
        self.values.get(self.family.as_ref(), &self.pool, ids, words, self.undertrained(), control)
    }
}
