//! Rotations by their fields in `config.json`, in both generations of it: `rope_theta` with `rope_scaling`, and
//! `rope_parameters`. The formulas are those of transformers' `modeling_rope_utils`.

use std::f64::consts::PI;

use lm::OpenError;
use serde_json::Value;

use crate::files::config::ConfigFile;
use crate::graph::plan::Rope;

/// What a family says of its rotation besides the fields that all have.
pub(super) struct Defaults {
    /// Numbers of a head.
    pub(super) head_width: usize,
    /// The most positions of a run.
    pub(super) context: usize,
    /// The base of the frequencies, if no field has it.
    pub(super) theta: f64,
    /// The part of a head that is turned, if no field has it.
    pub(super) part: f64,
}

/// The rotation of a model, and its context where that follows from it.
pub(super) fn rope(config: &ConfigFile<'_>, defaults: &Defaults) -> Result<(Rope, usize), OpenError> {
    match config.object("rope_parameters")? {
        Some(fields) => of_fields(config, &fields, fields.positive("rope_theta")?, defaults),
        None => {
            let theta = config.positive("rope_theta")?;
            match config.object("rope_scaling")? {
                Some(fields) => of_fields(config, &fields, theta, defaults),
                None => plain(config, theta, defaults),
            }
        }
    }
}

/// The rotation without scaling.
pub(super) fn plain(
    config: &ConfigFile<'_>,
    theta: Option<f64>,
    defaults: &Defaults,
) -> Result<(Rope, usize), OpenError> {
    let frequencies = frequencies(config, config, theta, defaults)?;
    Ok((Rope { frequencies: rounded(&frequencies), factor: 1.0 }, defaults.context))
}

/// Radians a position.
fn frequencies(
    config: &ConfigFile<'_>,
    fields: &ConfigFile<'_>,
    theta: Option<f64>,
    defaults: &Defaults,
) -> Result<Vec<f64>, OpenError> {
    let dims = turned(config, fields, defaults)?;
    let theta = theta.unwrap_or(defaults.theta);
    Ok((0..dims / 2).map(|i| theta.powf(-((2 * i) as f64) / dims as f64)).collect())
}

/// How many numbers of a head are turned.
fn turned(config: &ConfigFile<'_>, fields: &ConfigFile<'_>, defaults: &Defaults) -> Result<usize, OpenError> {
    let name = "partial_rotary_factor";
    let part = fields.positive(name)?.or(config.positive(name)?).unwrap_or(defaults.part);
    let dims = (defaults.head_width as f64 * part) as usize;
    match dims {
        0 => Err(config.wanted(name, "a part of the head that has numbers")),
        dims if dims > defaults.head_width => Err(config.wanted(name, "at most 1")),
        dims if !dims.is_multiple_of(2) => {
            Err(config.error(&format!("{dims} numbers of each head are turned, but they are turned in pairs")))
        }
        dims => Ok(dims),
    }
}

fn rounded(frequencies: &[f64]) -> Vec<f32> {
    frequencies.iter().map(|&f| f as f32).collect()
}

pub(super) fn of_fields(
    config: &ConfigFile<'_>,
    fields: &ConfigFile<'_>,
    theta: Option<f64>,
    defaults: &Defaults,
) -> Result<(Rope, usize), OpenError> {
    let named = |name| fields.get(name).and_then(Value::as_str);
    let kind = named("rope_type").or_else(|| named("type")).unwrap_or("default");
    let base = frequencies(config, fields, theta, defaults)?;
    let factor =
        || fields.positive("factor")?.ok_or_else(|| fields.error("the rotation has no factor; fetch the file again"));
    let original = || -> Result<f64, OpenError> {
        let name = "original_max_position_embeddings";
        Ok(fields.positive(name)?.or(config.positive(name)?).unwrap_or(defaults.context as f64))
    };
    let whole = |frequencies: Vec<f64>, factor: f64| {
        (Rope { frequencies: rounded(&frequencies), factor: factor as f32 }, defaults.context)
    };
    match kind {
        "default" => Ok(whole(base, 1.0)),
        "linear" => {
            let factor = factor()?;
            Ok(whole(base.into_iter().map(|f| f / factor).collect(), 1.0))
        }
        "llama3" => {
            let scaling = Llama3 {
                factor: factor()?,
                low: fields.positive("low_freq_factor")?.unwrap_or(1.0),
                high: fields.positive("high_freq_factor")?.unwrap_or(4.0),
                original: original()?,
            };
            Ok(whole(base.into_iter().map(|f| scaling.frequency(f)).collect(), 1.0))
        }
        "yarn" => {
            let original = original()?;
            let factor = match fields.positive("factor")? {
                Some(factor) => factor,
                None => defaults.context as f64 / original,
            };
            let theta = theta.unwrap_or(defaults.theta);
            yarn(fields, base, Yarn { theta, factor, original }).map(|(frequencies, factor)| whole(frequencies, factor))
        }
        "longrope" | "su" => {
            let original = original()?;
            let short = list(fields, "short_factor", base.len())?;
            let ratio = defaults.context as f64 / original;
            let factor = if ratio <= 1.0 { 1.0 } else { (1.0 + ratio.ln() / original.ln()).sqrt() };
            let factor = fields.positive("attention_factor")?.unwrap_or(factor);
            let frequencies: Vec<f64> = base.iter().zip(short).map(|(f, s)| f / s).collect();
            let rope = Rope { frequencies: rounded(&frequencies), factor: factor as f32 };
            Ok((rope, defaults.context.min(original as usize)))
        }
        other => {
            let known = "default, linear, llama3, yarn or longrope";
            Err(config.error(&format!("rope_type is {other}, but must be {known}; use another model")))
        }
    }
}

/// Llama 3.1's scaling: low frequencies are divided, high ones kept, those between in proportion.
struct Llama3 {
    factor: f64,
    low: f64,
    high: f64,
    original: f64,
}

impl Llama3 {
    fn frequency(&self, f: f64) -> f64 {
        let turns = self.original * f / (2.0 * PI);
        if turns < self.low {
            f / self.factor
        } else if turns > self.high {
            f
        } else {
            let kept = (turns - self.low) / (self.high - self.low);
            (1.0 - kept) * f / self.factor + kept * f
        }
    }
}

struct Yarn {
    theta: f64,
    factor: f64,
    original: f64,
}

/// Peng et al. 2023, "YaRN": the frequencies, and the factor of what is turned.
fn yarn(fields: &ConfigFile<'_>, base: Vec<f64>, of: Yarn) -> Result<(Vec<f64>, f64), OpenError> {
    let Yarn { theta, factor, original } = of;
    let fast = fields.positive("beta_fast")?.unwrap_or(32.0);
    let slow = fields.positive("beta_slow")?.unwrap_or(1.0);
    let dims = 2 * base.len();
    let dim = |turns: f64| dims as f64 * (original / (turns * 2.0 * PI)).ln() / (2.0 * theta.ln());
    let (mut low, mut high) = (dim(fast), dim(slow));
    if fields.flag("truncate", true)? {
        (low, high) = (low.floor(), high.ceil());
    }
    let (low, mut high) = (low.max(0.0), high.min((dims - 1) as f64));
    if low == high {
        high += 0.001;
    }
    let frequencies = base.into_iter().enumerate().map(|(i, f)| {
        let divided = ((i as f64 - low) / (high - low)).clamp(0.0, 1.0);
        f / factor * divided + f * (1.0 - divided)
    });
    let scale = |m: f64| if factor <= 1.0 { 1.0 } else { 0.1 * m * factor.ln() + 1.0 };
    let attention = match fields.positive("attention_factor")? {
        Some(factor) => factor,
        None => match (fields.positive("mscale")?, fields.positive("mscale_all_dim")?) {
            (Some(m), Some(all)) => scale(m) / scale(all),
            _ => scale(1.0),
        },
    };
    Ok((frequencies.collect(), attention))
}

/// A list of numbers above 0.
fn list(fields: &ConfigFile<'_>, name: &str, count: usize) -> Result<Vec<f64>, OpenError> {
    let numbers = fields.get(name).and_then(Value::as_array).into_iter().flatten();
    let numbers: Vec<f64> = numbers.filter_map(Value::as_f64).filter(|n| n.is_finite() && *n > 0.0).collect();
    match numbers.len() == count {
        true => Ok(numbers),
        false => Err(fields.error(&format!("{name} must be a list of {count} numbers above 0; fetch the file again"))),
    }
}
