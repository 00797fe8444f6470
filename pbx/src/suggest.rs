//! Suggestions for misspelt words.

use strsim::damerau_levenshtein;

/// Returns the word that `given` is most likely to mean, without regard to the case of ASCII
/// letters. Returns `None` if no word is close to it.
pub(crate) fn nearest<'w>(given: &str, words: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    let given = given.trim().to_ascii_lowercase();
    // One mistake in four letters, so that short words do not suggest each other.
    let most = given.chars().count().div_ceil(4);
    let distance = |word: &str| {
        let word = word.to_ascii_lowercase();
        match given.len() > 2 && word.starts_with(&given) {
            true => usize::from(word != given),
            false => damerau_levenshtein(&given, &word),
        }
    };
    let near = words.into_iter().map(|word| (distance(word), word)).filter(|(distance, _)| *distance <= most);
    near.min_by_key(|(distance, _)| *distance).map(|(_, word)| word)
}

/// Returns a question to follow a complaint about a word, such as `; did you mean call?`, or
/// nothing if no word is close to it.
pub(crate) fn question<'w>(given: &str, words: impl IntoIterator<Item = &'w str>) -> String {
    nearest(given, words).map(|word| format!("; did you mean {word}?")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closest_word_is_suggested_unless_all_are_far() {
        let words = ["call", "all", "agent", "originate", "Ping", "Originate"];
        for (given, word) in [
            ("cal", Some("call")),
            ("CALL", Some("call")),
            (" agent", Some("agent")),
            ("Pnig", Some("Ping")),
            ("Orignate", Some("originate")),
            ("orgnat", None),
            ("orig", Some("originate")),
            ("acl", Some("all")),
            ("office", None),
            ("", None),
        ] {
            assert_eq!(nearest(given, words), word, "{given}");
        }
        assert_eq!(question("agnet", words), "; did you mean agent?");
        assert_eq!(question("queue", words), "");
    }
}
