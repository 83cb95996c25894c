//! Reads `config`, the decoding options.

use base::Decoding;

use crate::keys::CONFIG;
use crate::nearest::unknown_key;
use crate::node::{Node, Pair};
use crate::problem::{Problems, code};
use crate::values;

/// Larger than the context of any model.
const MAX_OUTPUT_TOKENS: u64 = 1_000_000;

/// Returns the format's defaults, overridden by the file's valid values.
pub(crate) fn read(node: &Node, problems: &mut Problems) -> Decoding {
    let mut decoding = Decoding::default();
    for Pair { key, value, .. } in values::mapping(node, "config", problems) {
        let name = key.value.as_str();
        match name {
            "maxOutputTokens" => {
                if let Some(n) = values::natural(value, name, MAX_OUTPUT_TOKENS, &key.range, problems) {
                    decoding.max_output_tokens = usize::try_from(n).unwrap_or(usize::MAX);
                }
            }
            "topK" => {
                if let Some(n) = values::natural(value, name, u64::from(u32::MAX), &key.range, problems) {
                    decoding.top_k = usize::try_from(n).unwrap_or(usize::MAX);
                }
            }
            "seed" => {
                if let Some(n) = values::natural(value, name, u64::MAX, &key.range, problems) {
                    decoding.seed = n;
                }
            }
            "temperature" => match values::number(value, name, &key.range, problems) {
                Some(t) if t < 0.0 => {
                    problems.error(code::OUT_OF_RANGE, value.range.clone(), "`temperature` must be 0 (greedy) or more");
                }
                Some(t) => decoding.temperature = t,
                None => {}
            },
            "topP" => match values::number(value, name, &key.range, problems) {
                Some(p) if p <= 0.0 || p > 1.0 => {
                    problems.error(code::OUT_OF_RANGE, value.range.clone(), "`topP` must be more than 0 and at most 1");
                }
                Some(p) => decoding.top_p = p,
                None => {}
            },
            "stopSequences" => {
                let texts = values::texts(value, name, problems);
                decoding.stop_sequences = texts.into_iter().map(|t| t.value).collect();
            }
            _ => unknown_key(problems, key, CONFIG),
        }
    }
    decoding
}
