//! Types of plain scalars under YAML 1.2's core schema: `off` and `yes` are text, `0x1F` and `.5` are numbers. Beyond that
//! schema, a minus sign (U+2212), as hovers and tables print it, is a `-` in a number.

use std::borrow::Cow;

/// The type of a plain scalar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plain {
    Null,
    Bool(bool),
    Int,
    Float,
    /// `.nan` or `.inf`.
    NotFinite,
    Text,
}

pub(crate) fn resolve(text: &str) -> Plain {
    let typed = typed(text);
    match typed.as_ref() {
        "" | "~" | "null" | "Null" | "NULL" => return Plain::Null,
        "true" | "True" | "TRUE" => return Plain::Bool(true),
        "false" | "False" | "FALSE" => return Plain::Bool(false),
        ".nan" | ".NaN" | ".NAN" => return Plain::NotFinite,
        _ => {}
    }
    let text = typed.as_ref();
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") {
        Plain::NotFinite
    } else if all(unsigned, |b| b.is_ascii_digit()) || radix(text).is_some() {
        Plain::Int
    } else if is_float(unsigned) {
        Plain::Float
    } else {
        Plain::Text
    }
}

/// A number's text as a keyboard types it.
fn typed(text: &str) -> Cow<'_, str> {
    match text.contains('−') && text.bytes().any(|b| b.is_ascii_digit()) {
        true => text.replace('−', "-").into(),
        false => text.into(),
    }
}

/// The digits and base of `0x1F` or `0o17`.
fn radix(text: &str) -> Option<(&str, u32)> {
    let hex = text.strip_prefix("0x").filter(|d| all(d, |b| b.is_ascii_hexdigit())).map(|d| (d, 16));
    hex.or_else(|| text.strip_prefix("0o").filter(|d| all(d, |b| matches!(b, b'0'..=b'7'))).map(|d| (d, 8)))
}

/// `[0-9]+(\.[0-9]*)?` or `\.[0-9]+`, then an optional exponent.
fn is_float(unsigned: &str) -> bool {
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['-', '+']).unwrap_or(exponent))),
        None => (unsigned, None),
    };
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    let mantissa = match mantissa.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty()),
        None => !mantissa.is_empty() && digits(mantissa),
    };
    mantissa && exponent.is_none_or(|e| !e.is_empty() && digits(e))
}

fn all(digits: &str, is: impl Fn(u8) -> bool) -> bool {
    !digits.is_empty() && digits.bytes().all(is)
}

/// The float32 value of an int or a float; infinite if it is too large, `None` for other scalars.
pub(crate) fn float(text: &str) -> Option<f32> {
    match resolve(text) {
        Plain::Int | Plain::Float => match radix(text) {
            Some((digits, base)) => Some(u128::from_str_radix(digits, base).map_or(f32::INFINITY, |n| n as f32)),
            None => typed(text).parse().ok(),
        },
        _ => None,
    }
}

/// The value of an int; `None` if it is negative, too large or not an int.
pub(crate) fn natural(text: &str) -> Option<u64> {
    match (resolve(text), radix(text)) {
        (Plain::Int, Some((digits, base))) => u64::from_str_radix(digits, base).ok(),
        (Plain::Int, None) if text.trim_start_matches(['-', '−', '0']).is_empty() => Some(0),
        (Plain::Int, None) => text.parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resolves_types_by_the_core_schema() {
        let cases = [
            (Plain::Null, "|~|null|Null|NULL"),
            (Plain::Bool(true), "true|True|TRUE"),
            (Plain::Bool(false), "false|False|FALSE"),
            (Plain::Int, "0|-19|+7|007|0o17|0x1F"),
            (Plain::Float, "0.|-0.0|.5|+12e03|-2E+05|1e-5|1.5e3"),
            (Plain::NotFinite, ".inf|-.Inf|+.INF|.nan|.NaN"),
            (
                Plain::Text,
                "off|yes|on|nan|inf|NaN|.|-|+|1_000|4,5|0x|0o8|-0x1|1e|e5|1.2.3|0b1|tRue|- 1|infinity|−|a−1|3−2",
            ),
        ];
        for (plain, texts) in cases {
            for text in texts.split('|') {
                assert_eq!(resolve(text), plain, "{text:?}");
            }
        }
    }

    #[test]
    fn reads_numbers() {
        let floats = [
            ("−4.5", -4.5),
            ("1e−3", 1e-3),
            ("−2", -2.0),
            ("0x1F", 31.0),
            ("0o17", 15.0),
            (".5", 0.5),
            ("1e-45", 1e-45),
            ("007", 7.0),
            ("1e39", f32::INFINITY),
        ];
        for (text, value) in floats {
            assert_eq!(float(text), Some(value), "{text}");
        }
        assert_eq!(float("-0").map(f32::to_bits), Some((-0.0f32).to_bits()));
        assert_eq!(float("nan"), None);
        let naturals = [("18446744073709551615", Some(u64::MAX)), ("18446744073709551616", None), ("-1", None)];
        for (text, value) in
            naturals.into_iter().chain([("-0", Some(0)), ("+3", Some(3)), ("1.0", None), ("0xff", Some(255))])
        {
            assert_eq!(natural(text), value, "{text}");
        }
    }
}
