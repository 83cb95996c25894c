//! Numbers in texts: rounded. Documents have all digits.

/// A number with its sign: `+4.1`, `−0.03`, `0`.
pub(crate) fn signed(x: f32) -> String {
    signed_to(x, 0)
}

/// The same with some digits more.
pub(crate) fn signed_to(x: f32, more: usize) -> String {
    let digits = plain_to(x.abs(), more);
    match x {
        0.0 => digits,
        x if x < 0.0 => format!("−{digits}"),
        _ => format!("+{digits}"),
    }
}

/// A number that is never negative: a norm, a score, a divergence, a probability.
pub(crate) fn plain(x: f32) -> String {
    plain_to(x, 0)
}

fn plain_to(x: f32, more: usize) -> String {
    let digits = match x.abs() {
        0.0 => return "0".to_owned(),
        a if a < 0.001 => return format!("{x:.more$e}").replace('-', "−"),
        a if a < 0.01 => 3,
        a if a < 1.0 => 2,
        a if a < 100.0 => 1,
        _ => 0,
    };
    let digits = digits + more;
    format!("{x:.digits$}").replace('-', "−")
}

/// A probability; 1 also has two digits.
pub(crate) fn probability(p: f32) -> String {
    probability_to(p, 0)
}

/// The same with some digits more.
pub(crate) fn probability_to(p: f32, more: usize) -> String {
    if p < 0.995 { plain_to(p, more) } else { format!("{p:.*}", 2 + more) }
}

/// `was → now`. Two numbers that would print equal get another digit.
pub(crate) fn arrow(was: f32, now: f32, print: fn(f32, usize) -> String) -> String {
    told_apart(&[was, now], print).join(" → ")
}

/// Numbers that are compared. Different numbers that would print equal get another digit.
pub(crate) fn told_apart(numbers: &[f32], print: fn(f32, usize) -> String) -> Vec<String> {
    let shown: Vec<String> = numbers.iter().map(|&x| print(x, 0)).collect();
    let same = |x: f32, text: &str| numbers.iter().zip(&shown).any(|(other, shown)| *other != x && shown == text);
    let one = |(&x, text): (&f32, &String)| if same(x, text) { print(x, 1) } else { text.clone() };
    numbers.iter().zip(&shown).map(one).collect()
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
        assert_eq!(arrow(0.071, 0.068, probability_to), "0.071 → 0.068");
        assert_eq!(arrow(0.07, 0.31, probability_to), "0.07 → 0.31");
        assert_eq!(arrow(0.25, 0.25, probability_to), "0.25 → 0.25");
        assert_eq!(arrow(-5.27, -5.31, signed_to), "−5.27 → −5.31");
        assert_eq!(arrow(0.9981, 0.9989, probability_to), "0.998 → 0.999");
        assert_eq!(told_apart(&[0.074, 0.069, 0.02], probability_to), ["0.074", "0.069", "0.02"]);
        assert_eq!([4.1254, -0.034_56, 1234.5, 0.0].map(significant), [4.13, -0.0346, 1230.0, 0.0]);
    }
}
