//! Numbers in texts: rounded. Documents have all digits.

/// A number with its sign: `+4.1`, `−0.03`, `0`.
pub(crate) fn signed(x: f32) -> String {
    let digits = plain(x.abs());
    match x {
        0.0 => digits,
        x if x < 0.0 => format!("−{digits}"),
        _ => format!("+{digits}"),
    }
}

/// A number that is never negative: a norm, a score, a divergence, a probability.
pub(crate) fn plain(x: f32) -> String {
    let digits = match x.abs() {
        0.0 => return "0".to_owned(),
        a if a < 0.001 => return format!("{x:.0e}").replace('-', "−"),
        a if a < 0.01 => 3,
        a if a < 1.0 => 2,
        a if a < 100.0 => 1,
        _ => 0,
    };
    format!("{x:.digits$}").replace('-', "−")
}

/// A probability; 1 also has two digits.
pub(crate) fn probability(p: f32) -> String {
    if p < 0.995 { plain(p) } else { format!("{p:.2}") }
}

/// Three significant digits, to write into a file.
pub(crate) fn significant(x: f32) -> f32 {
    format!("{x:.2e}").parse().unwrap_or(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_digits_as_one_compares() {
        let cases = [
            (0.0, "0"),
            (-0.0, "0"),
            (4.1234, "+4.1"),
            (-0.0345, "−0.03"),
            (0.00412, "+0.004"),
            (-0.000_41, "−4e−4"),
            (123.4, "+123"),
        ];
        for (x, shown) in cases {
            assert_eq!(signed(x), shown);
        }
        assert_eq!([0.999, 0.994, 1.0, 0.42, 0.0].map(probability), ["1.00", "0.99", "1.00", "0.42", "0"]);
        assert_eq!([4.1254, -0.034_56, 1234.5, 0.0].map(significant), [4.13, -0.0346, 1230.0, 0.0]);
    }
}
