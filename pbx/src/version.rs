//! Versions of AMI.

/// Returns the first two numbers of a version, as in (2, 10) for `2.10.6`, or `None` if the text is
/// not numbers with dots in between. The second number is 0 if there is only one.
pub(crate) fn parse(text: &str) -> Option<(u32, u32)> {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !text.split('.').all(is_number) {
        return None;
    }
    let mut numbers = text.split('.').map(str::parse);
    let first = numbers.next()?.ok()?;
    let second = numbers.next().unwrap_or(Ok(0)).ok()?;
    Some((first, second))
}

/// Returns whether the PBX can announce a version: numbers with dots in between, from 1.0 to 13, at
/// most 20 bytes long.
pub(crate) fn is_supported(text: &str) -> bool {
    text.len() <= 20 && parse(text).is_some_and(|(first, _)| (1..=13).contains(&first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_numbers() {
        assert_eq!(parse("2.10.6"), Some((2, 10)));
        assert!(parse("2.10") > parse("2.9") && parse("2.10") > parse("2.1") && parse("10") > parse("9.9"));
        assert!(parse("1.0") < Some((1, 1)) && parse("1") == parse("1.0.7"));
        for text in ["", ".", "1.", "1..0", "x", "1.x", "-1.0", "1.0 ", "99999999999999999"] {
            assert_eq!(parse(text), None, "{text:?}");
        }
        for text in ["1", "1.0", "1.3", "2.10.6", "13", "13.0", "13.99.1", "11.0.0.0.0.0.0.0.0.0"] {
            assert!(is_supported(text), "{text}");
        }
        for text in ["0", "0.9", "14", "14.0.0", "22.0", "99999999999", "11.0.0.0.0.0.0.0.0.00"] {
            assert!(!is_supported(text), "{text}");
        }
    }
}
