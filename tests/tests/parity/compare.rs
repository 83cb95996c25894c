//! Compares `trace` and `generate` documents with a reference run, within tolerances. Each function returns the first
//! difference. Nothing here runs the program.

use serde_json::Value;

/// The error is the path to the first difference and both values.
type Check = Result<(), String>;

const PROBABILITY: f64 = 2e-5;
const LOG_PROBABILITY: f64 = 2e-3;
const COEFFICIENT: f64 = 2e-4;
const SCORE: f64 = 5e-4;
const EFFECT: f64 = 5e-4;
const KL: f64 = 2e-4;
/// Relative if the reference is larger than 1.
const PART: f64 = 1e-3;
/// Neighbours in a list may swap if their sort keys differ by at most this.
const TIED_PROBABILITIES: f64 = 1e-6;
const TIED_SCORES: f64 = 1e-5;

/// Compares all runs of a trace.
pub(crate) fn trace(ours: &Value, reference: &Value) -> Check {
    each("runs", list(ours, "runs")?, list(reference, "runs")?, |ours, reference| {
        same("name", &ours["name"], &reference["name"])?;
        each("tokens", list(ours, "tokens")?, list(reference, "tokens")?, scored_token)?;
        let shown = list(reference, "positions")?;
        let ours = list(ours, "positions")?;
        if ours.len() < shown.len() {
            return Err(format!("{} positions instead of {}", ours.len(), shown.len()));
        }
        each("positions", &ours[..shown.len()], shown, position)
    })
}

/// Compares continuations.
pub(crate) fn generation(ours: &Value, reference: &Value) -> Check {
    same("prompt_ids", &ours["prompt_ids"], &reference["ids"])?;
    let prompt = list(reference, "ids")?.len();
    let runs = list(reference, "runs")?;
    each("runs", list(ours, "runs")?, runs, |ours, reference| {
        same("name", &ours["name"], &reference["name"])?;
        same("ids", &ours["ids"], &reference["generated"]["ids"])?;
        text(&ours["text"], &reference["generated"]["text"])?;
        let (ids, first) = (list(ours, "ids")?, list(&runs[0]["generated"], "ids")?);
        let shared = ids.iter().zip(first).take_while(|(a, b)| a == b).count();
        let parts = (shared < ids.len().max(first.len())).then_some(shared);
        same("diverges_at", &ours["diverges_at"], &Value::from(parts))?;
        let scored = &list(reference, "tokens")?[prompt..];
        each("logprobs", list(ours, "logprobs")?, scored, |ours, reference| {
            near("logprob", ours, &reference["logprob"], LOG_PROBABILITY)
        })
    })
}

/// transformers decodes a continuation by itself: it leaves out a space before the first word, and where bytes of tokens are no
/// text, it shows none of their neighbours' bytes. Texts without such bytes are compared.
fn text(ours: &Value, reference: &Value) -> Check {
    let both = ours.as_str().zip(reference.as_str());
    let is_same = |(ours, reference): (&str, &str)| {
        reference.contains('\u{fffd}') || ours == reference || ours.strip_prefix(' ') == Some(reference)
    };
    if both.is_some_and(is_same) { Ok(()) } else { same("text", ours, reference) }
}

fn scored_token(ours: &Value, reference: &Value) -> Check {
    same("id", &ours["id"], &reference["id"])?;
    if reference["logprob"].is_null() {
        same("logprob", &ours["logprob"], &Value::Null)?;
        return same("rank", &ours["rank"], &Value::Null);
    }
    near("logprob", &ours["logprob"], &reference["logprob"], LOG_PROBABILITY)?;
    rank(ours, reference)
}

fn position(ours: &Value, reference: &Value) -> Check {
    same("position", &ours["position"], &reference["position"])?;
    guesses("next", ours, reference)?;
    same("saturation", &ours["saturation"], &reference["saturation"])?;
    each("layers", list(ours, "layers")?, list(reference, "layers")?, layer)?;
    each("tracked", list(ours, "tracked")?, list(reference, "tracked")?, tracked)
}

fn layer(ours: &Value, reference: &Value) -> Check {
    guesses("before", ours, reference)?;
    guesses("after", ours, reference)?;
    near("kl", &ours["kl"], &reference["kl"], KL)?;
    let (ours, reference) = (list(ours, "updates")?, list(reference, "updates")?);
    ordered("updates", ours, reference, ("dim", "score"), TIED_SCORES, |ours, reference| {
        near("coefficient", &ours["coefficient"], &reference["coefficient"], COEFFICIENT)?;
        near("score", &ours["score"], &reference["score"], SCORE)?;
        each("effects", list(ours, "effects")?, list(reference, "effects")?, |a, b| near("", a, b, EFFECT))
    })
}

fn guesses(key: &str, ours: &Value, reference: &Value) -> Check {
    ordered(key, list(ours, key)?, list(reference, key)?, ("id", "p"), TIED_PROBABILITIES, |ours, reference| {
        near("p", &ours["p"], &reference["p"], PROBABILITY)
    })
}

fn tracked(ours: &Value, reference: &Value) -> Check {
    same("id", &ours["id"], &reference["id"])?;
    near("p", &ours["p"], &reference["p"], PROBABILITY)?;
    rank(ours, reference)?;
    part("logit", &ours["logit"], &reference["logit"])?;
    each("layers", list(ours, "layers")?, list(reference, "layers")?, |ours, reference| {
        near("before", &ours["before"], &reference["before"], PROBABILITY)?;
        near("after", &ours["after"], &reference["after"], PROBABILITY)
    })?;
    let (ours, reference) = (&ours["parts"], &reference["parts"]);
    part("embedding", &ours["embedding"], &reference["embedding"])?;
    part("bias", &ours["bias"], &reference["bias"])?;
    for key in ["attention", "ffn"] {
        each(key, list(ours, key)?, list(reference, key)?, |a, b| part("", a, b))?;
    }
    Ok(())
}

/// Compares ranks with a tolerance of 0.5 %: thousands of logits far down differ by less than the rounding of float32
/// sums.
fn rank(ours: &Value, reference: &Value) -> Check {
    let (a, b) = (number("rank", &ours["rank"])?, number("rank", &reference["rank"])?);
    if (a - b).abs() <= (b / 200.0).floor() { Ok(()) } else { Err(format!("rank {a} instead of {b}")) }
}

fn part(what: &str, ours: &Value, reference: &Value) -> Check {
    let size = number(what, reference)?.abs().max(1.0);
    near(what, ours, reference, PART * size)
}

/// Compares two lists sorted by a number, with elements identified by a key. Elements with tied numbers may swap, also
/// at the end with an element that the other list does not contain.
fn ordered(
    what: &str,
    ours: &[Value],
    reference: &[Value],
    (key, size): (&str, &str),
    tied: f64,
    compare: impl Fn(&Value, &Value) -> Check,
) -> Check {
    if ours.len() != reference.len() {
        return Err(format!("{what}: {} elements instead of {}", ours.len(), reference.len()));
    }
    let last = reference.last().map_or(0.0, |r| r[size].as_f64().unwrap_or(0.0));
    for (at, (a, b)) in ours.iter().zip(reference).enumerate() {
        let located = |e: String| format!("{what}[{at}]: {e}");
        let twin = reference.iter().find(|r| r[key] == a[key]);
        let (expected, tolerated) = match twin {
            Some(twin) => (twin, twin[key] == b[key] || close(&twin[size], &b[size], tied)),
            None => (b, (number(size, &a[size])? - last).abs() <= tied),
        };
        if !tolerated {
            return Err(located(format!("{key} {} instead of {}", a[key], b[key])));
        }
        if twin.is_some() {
            compare(a, expected).map_err(located)?;
        }
    }
    Ok(())
}

fn each(what: &str, ours: &[Value], reference: &[Value], compare: impl Fn(&Value, &Value) -> Check) -> Check {
    if ours.len() != reference.len() {
        return Err(format!("{what}: {} elements instead of {}", ours.len(), reference.len()));
    }
    let mut pairs = ours.iter().zip(reference).enumerate();
    pairs.try_for_each(|(at, (a, b))| compare(a, b).map_err(|e| format!("{what}[{at}].{e}")))
}

fn near(what: &str, ours: &Value, reference: &Value, tolerance: f64) -> Check {
    let (a, b) = (number(what, ours)?, number(what, reference)?);
    if (a - b).abs() <= tolerance { Ok(()) } else { Err(format!("{what}: {a} instead of {b}")) }
}

fn close(a: &Value, b: &Value, tolerance: f64) -> bool {
    a.as_f64().zip(b.as_f64()).is_some_and(|(a, b)| (a - b).abs() <= tolerance)
}

fn same(what: &str, ours: &Value, reference: &Value) -> Check {
    if ours == reference { Ok(()) } else { Err(format!("{what}: {ours} instead of {reference}")) }
}

fn number(what: &str, value: &Value) -> Result<f64, String> {
    value.as_f64().ok_or_else(|| format!("{what}: {value} is not a number"))
}

fn list<'a>(value: &'a Value, key: &str) -> Result<&'a [Value], String> {
    value[key].as_array().map(Vec::as_slice).ok_or_else(|| format!("{key}: {} is not a list", value[key]))
}
