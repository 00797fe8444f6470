//! Thresholds in the syntax of monitoring plug-ins.

use std::fmt;

/// A range of values, and whether the values inside it or those outside it are a problem.
///
/// The syntax is `[@][START:][END]`. The range begins at 0 unless there is a start, and `~` as the
/// start means that it has none. Without an end after the colon it has no upper limit. Both ends
/// belong to the range. Values outside the range are a problem, or with `@` those inside it.
#[derive(Debug, Clone)]
pub(crate) struct Range {
    start: f64,
    end: f64,
    is_inverted: bool,
    text: String,
}

impl Range {
    /// Parses a range.
    ///
    /// # Errors
    ///
    /// The reason, if the text is not a range.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is not a range such as 10, 10:, ~:10, 10:20 or @10:20");
        let (is_inverted, limits) = match text.strip_prefix('@') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (start, end) = match limits.split_once(':') {
            Some((start, end)) => (Some(start), Some(end)),
            None => (None, Some(limits)),
        };
        let start = match start {
            None | Some("") => 0.0,
            Some("~") => f64::NEG_INFINITY,
            Some(start) => number(start).ok_or_else(wrong)?,
        };
        let end = match end {
            Some("") if limits.contains(':') => f64::INFINITY,
            end => end.and_then(number).ok_or_else(wrong)?,
        };
        if start > end {
            return Err(format!("the range {text:?} begins after its end"));
        }
        Ok(Self { start, end, is_inverted, text: text.into() })
    }

    /// Returns whether the value is a problem.
    pub(crate) fn alerts(&self, value: f64) -> bool {
        (self.start..=self.end).contains(&value) == self.is_inverted
    }
}

/// Returns the range as it was given.
impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Parses a decimal number. Exponents and words such as `inf` are not numbers here.
fn number(text: &str) -> Option<f64> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_decimal = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    text.parse().ok().filter(|_| is_decimal)
}

/// A range for one of the figures of a check.
#[derive(Debug, Clone)]
pub(crate) struct Threshold {
    /// The name of the figure, or `None` for the first one.
    pub(crate) figure: Option<String>,
    pub(crate) range: Range,
}

impl Threshold {
    /// Parses `[FIGURE=]RANGE`.
    ///
    /// # Errors
    ///
    /// The reason, if the text is not of that form.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let (figure, range) = match text.split_once('=') {
            Some((figure, range)) => (Some(figure.into()), range),
            None => (None, text),
        };
        Ok(Self { figure, range: Range::parse(range)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns whether the value is a problem, from the definition and without [`Range`]. Returns
    /// `None` if the text is not a range. Knows integers only.
    fn expected(text: &str, value: i64) -> Option<bool> {
        let bytes = text.as_bytes();
        let at = usize::from(bytes.first() == Some(&b'@'));
        let colon = bytes.iter().position(|&byte| byte == b':');
        let integer = |from: usize, to: usize| -> Option<i64> {
            let (mut from, mut sign) = (from, 1);
            if bytes.get(from) == Some(&b'-') {
                (from, sign) = (from + 1, -1);
            }
            if from >= to {
                return None;
            }
            bytes[from..to].iter().try_fold(0, |sum, byte| {
                byte.is_ascii_digit().then(|| sum * 10 + sign * i64::from(byte - b'0'))
            })
        };
        let (low, high) = match colon {
            None => (Some(0), Some(integer(at, bytes.len())?)),
            Some(colon) => (
                match &bytes[at..colon] {
                    b"~" => None,
                    b"" => Some(0),
                    _ => Some(integer(at, colon)?),
                },
                if colon + 1 == bytes.len() { None } else { Some(integer(colon + 1, bytes.len())?) },
            ),
        };
        if low.zip(high).is_some_and(|(low, high)| low > high) {
            return None;
        }
        let is_too_low = low.is_some_and(|low| value < low);
        let is_too_high = high.is_some_and(|high| value > high);
        Some(if at == 1 { !(is_too_low || is_too_high) } else { is_too_low || is_too_high })
    }

    /// Every text of up to six characters from the alphabet of ranges.
    #[test]
    fn every_short_text_means_what_the_guidelines_define() {
        let alphabet = ["@", ":", "~", "-", "1", "20"];
        let mut ranges = 0;
        let mut texts = vec![String::new()];
        for _ in 0..6 {
            for text in &texts {
                for value in -22..=22 {
                    let given = Range::parse(text).ok().map(|range| range.alerts(value as f64));
                    assert_eq!(given, expected(text, value), "{text:?} of {value}");
                    ranges += usize::from(given.is_some());
                }
            }
            texts = texts.iter().flat_map(|text| alphabet.map(|next| format!("{text}{next}"))).collect();
        }
        assert!(ranges > 1000, "{ranges}");
    }

    #[test]
    fn the_examples_of_the_guidelines() {
        for (text, fine, problems) in [
            ("10", &[0.0, 10.0][..], &[-0.1, 10.1][..]),
            ("10:", &[10.0, 1e9], &[9.9, -1.0]),
            ("~:10", &[-1e9, 10.0], &[10.5]),
            ("10:20", &[10.0, 20.0], &[9.9, 20.1]),
            ("@10:20", &[9.9, 20.1], &[10.0, 15.0, 20.0]),
            ("0.5", &[0.25, 0.5], &[0.500_001]),
            ("-5:-1.5", &[-5.0, -1.5], &[0.0, -6.0]),
        ] {
            let range = Range::parse(text).unwrap();
            assert!(fine.iter().all(|&value| !range.alerts(value)), "{text}");
            assert!(problems.iter().all(|&value| range.alerts(value)), "{text}");
            assert_eq!(range.to_string(), text);
        }
    }

    #[test]
    fn what_is_not_a_range_is_refused() {
        for text in
            ["", "@", "x", "1e3", "inf", "nan", "20:10", "1:2:3", "~", "1:~", "10 ", "1,5", ".", "--1"]
        {
            assert!(Range::parse(text).is_err(), "{text:?}");
        }
    }
}
