//! The program's side: the model in this process, through the interface that the editors use.

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use base::{Cancel, RunName, ValueId};
use kernels::{Numbers, Packed, Pool};
use lm::{Experiment, LanguageModel, Positions, TraceQuery};
use model::{Model, Options};
use tests::Seeded;

/// The model, and words that are one token each.
pub(crate) struct Ours {
    model: Model,
    pool: Arc<Pool>,
    words: Vec<(String, u32)>,
    weights: u64,
}

pub(crate) struct Prompt {
    pub(crate) text: String,
    pub(crate) ids: Vec<u32>,
}

impl Ours {
    pub(crate) fn open(folder: &Path, threads: usize) -> Self {
        let pool = Arc::new(Pool::new(threads));
        let model = Model::open(folder, Options::named("small", pool.clone())).expect("the checkpoint opens");
        let weights = folder.join("model.safetensors").metadata().expect("the weights are there").len();
        let word = |id: u32| {
            let text = String::from_utf8(model.token_bytes(base::TokenId(id)).to_vec()).ok()?;
            let plain = text.len() > 3 && text.starts_with(' ') && text[1..].bytes().all(|b| b.is_ascii_lowercase());
            let alone = plain && model.encode(&text, None).tokens.len() == 1;
            alone.then_some((text, id))
        };
        let words = (1000..9000).filter_map(word).collect();
        Self { model, pool, words, weights }
    }

    /// A random prompt.
    pub(crate) fn prompt(&self, random: &mut Seeded, tokens: usize) -> Prompt {
        let (mut text, mut ids) = (String::new(), Vec::new());
        for _ in 0..tokens {
            let (word, id) = random.pick(&self.words);
            text.push_str(word);
            ids.push(*id);
        }
        let encoded = self.model.encode(&text, None);
        assert!(encoded.tokens.iter().map(|t| t.id.0).eq(ids.iter().copied()), "each word is one token");
        Prompt { text, ids }
    }

    /// The seconds of one position's trace, without the forward pass.
    pub(crate) fn trace_one(&self, prompt: &Prompt, position: usize) -> f64 {
        self.forward(&prompt.text);
        self.trace(&prompt.text, Positions::List(vec![position]))
    }

    /// The seconds of the forward pass and the trace of every position.
    pub(crate) fn trace_all(&self, prompt: &Prompt) -> f64 {
        self.trace(&prompt.text, Positions::All)
    }

    fn trace(&self, text: &str, positions: Positions) -> f64 {
        let experiment = Experiment::of(text);
        let query = TraceQuery::at(&experiment, positions);
        timed(|| self.model.trace(&query, &Cancel::new()).expect("a trace")).0
    }

    /// The seconds of the forward pass of the new part of a text. A coefficient needs no projection onto the
    /// vocabulary.
    pub(crate) fn forward(&self, text: &str) -> f64 {
        let experiment = Experiment::of(text);
        let last = self.model.encode(text, None).tokens.len() - 1;
        let id = ValueId::new(self.model.info().layers - 1, 0);
        let (run, target) = (RunName::baseline(), id.into());
        timed(|| self.model.coefficient(&experiment, &run, target, last, &Cancel::new()).expect("a coefficient")).0
    }

    /// Generates `new` tokens greedily. Returns the seconds and the tokens.
    pub(crate) fn generate(&self, prompt: &Prompt, new: usize) -> (f64, Vec<u32>) {
        let mut experiment = Experiment::of(&prompt.text);
        experiment.decoding.max_output_tokens = new;
        let run = || self.model.generate(&experiment, &Cancel::new(), &mut |_| {}).expect("a continuation");
        let (seconds, runs) = timed(run);
        (seconds, runs[0].ids.iter().map(|id| id.0).collect())
    }

    /// The size of the checkpoint in bytes.
    pub(crate) fn weights(&self) -> u64 {
        self.weights
    }

    /// The bytes of weights that one new token reads: all except the position embeddings.
    pub(crate) fn bytes_per_token(&self) -> f64 {
        let info = self.model.info();
        self.weights as f64 - (info.context * info.width * 4) as f64
    }

    /// The memory bandwidth in bytes per second when the threads only read.
    pub(crate) fn bandwidth(&self) -> f64 {
        // Laid out like weights: on the same pages, one part per thread.
        let (k, n) = (1024, 128 * 1024);
        let mut packed = Packed::zeros(k, n);
        let row = vec![1.0; n];
        (0..k).for_each(|i| packed.fill_row(i, &row));
        let Numbers::F32(numbers) = packed.stored() else { unreachable!("it was filled with float32") };
        let part = numbers.len() / self.pool.threads();
        let read = || {
            self.pool.run(self.pool.threads(), &|i| {
                let mut sums = [0_u32; 256];
                for numbers in numbers[i * part..][..part].chunks_exact(sums.len()) {
                    sums.iter_mut().zip(numbers).for_each(|(sum, x)| *sum ^= x.to_bits());
                }
                black_box(sums);
            });
        };
        let best = (0..9).map(|_| timed(read).0).fold(f64::MAX, f64::min);
        size_of_val(numbers) as f64 / best
    }
}

fn timed<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let start = Instant::now();
    let result = work();
    (start.elapsed().as_secs_f64(), result)
}
