//! The one place that calls rust-stemmers.

use std::borrow::Cow;

use rust_stemmers::{Algorithm, Stemmer};

/// Reduces lower-case English words to their stems (Snowball's English stemmer, "Porter2").
pub(crate) struct EnglishStemmer(Stemmer);

impl EnglishStemmer {
    /// Costs nothing: the rules are code.
    pub(crate) fn new() -> Self {
        Self(Stemmer::create(Algorithm::English))
    }

    /// The stem of a lower-cased word. Words with anything but ASCII letters and apostrophes are
    /// their own stem: the rules are for English spelling only.
    ///
    /// Costs about 0.35 us and may allocate, so scoring asks only for words that the model has not
    /// stored as they stand.
    pub(crate) fn stem<'w>(&self, word: &'w str) -> Cow<'w, str> {
        if is_english_spelling(word) { self.0.stem(word) } else { Cow::Borrowed(word) }
    }
}

impl std::fmt::Debug for EnglishStemmer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EnglishStemmer")
    }
}

fn is_english_spelling(word: &str) -> bool {
    word.bytes().all(|b| b.is_ascii_lowercase() || b == b'\'')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inflections_share_a_stem() {
        let stemmer = EnglishStemmer::new();
        for (word, stem) in [
            ("crashes", "crash"),
            ("crashing", "crash"),
            ("refunds", "refund"),
            ("refunded", "refund"),
            ("company's", "compani"),
        ] {
            assert_eq!(stemmer.stem(word), stem, "stem of {word}");
        }
    }

    #[test]
    fn other_spellings_stay_as_they_are() {
        let stemmer = EnglishStemmer::new();
        for word in ["<money>", "mp0", "größe", "заказы", ""] {
            assert_eq!(stemmer.stem(word), word);
        }
    }
}
