//! Words to stems.

mod english;

use std::borrow::Cow;

pub(crate) use self::english::Stem;

/// Reduces lower-case English words to their stems (Snowball's English stemmer, "Porter2").
#[derive(Debug)]
pub(crate) struct EnglishStemmer;

impl EnglishStemmer {
    /// Costs nothing: the rules are code.
    pub(crate) fn new() -> Self {
        Self
    }

    /// The stem of a lower-cased word. Words with anything but ASCII letters and apostrophes are
    /// their own stem: the rules are for English spelling only.
    #[cfg_attr(not(any(feature = "train", test)), allow(dead_code))]
    pub(crate) fn stem<'w>(&self, word: &'w str) -> Cow<'w, str> {
        let is_changed = word.len() <= english::LONGEST && is_english_spelling(word.as_bytes());
        let stem = is_changed.then(|| Stem::of(word.as_bytes()));
        let stem = stem.and_then(|stem| String::from_utf8(stem.as_bytes().to_vec()).ok());
        stem.map_or(Cow::Borrowed(word), Cow::Owned)
    }

    /// The same for a key of the tokenizer, without a heap.
    pub(crate) fn key_stem(&self, key: &[u8]) -> Stem {
        if is_english_spelling(key) { Stem::of(key) } else { Stem::unchanged(key) }
    }
}

fn is_english_spelling(word: &[u8]) -> bool {
    word.iter().all(|b| b.is_ascii_lowercase() || *b == b'\'')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rust_stemmers::{Algorithm, Stemmer};

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
            assert_eq!(stemmer.key_stem(word.as_bytes()).as_bytes(), word.as_bytes());
        }
    }

    /// Both ways to a stem against the library's.
    fn check(word: &str) {
        let expected = Stemmer::create(Algorithm::English).stem(word).into_owned();
        assert_eq!(EnglishStemmer::new().stem(word), expected, "stem of {word:?}");
        let key_stem = EnglishStemmer::new().key_stem(word.as_bytes());
        assert_eq!(key_stem.as_bytes(), expected.as_bytes(), "stem of the key {word:?}");
    }

    #[test]
    fn every_ending_is_cut_as_the_library_cuts_it() {
        let beginnings = [
            "", "a", "y", "at", "hop", "cry", "say", "gener", "commun", "arsen", "bead", "relat",
            "probabl", "ration", "conform", "electr", "sensib", "adopt", "yell", "boy", "controll",
            "succe", "inn", "hopeless", "triplic", "oper", "log", "vow", "fix", "tray",
        ];
        let endings = [
            "", "s", "es", "ies", "ied", "sses", "us", "ss", "ed", "eed", "ing", "edly", "eedly",
            "ingly", "y", "tional", "ational", "enci", "anci", "abli", "entli", "izer", "ization",
            "ation", "ator", "alism", "aliti", "alli", "fulness", "ousli", "ousness", "iveness",
            "iviti", "biliti", "bli", "ogi", "fulli", "lessli", "li", "alize", "icate", "iciti",
            "ical", "ful", "ness", "ative", "al", "ance", "ence", "er", "ic", "able", "ible",
            "ant", "ement", "ment", "ent", "ism", "ate", "iti", "ous", "ive", "ize", "ion", "e",
            "l", "ll", "'", "'s", "'s'",
        ];
        for beginning in beginnings {
            for one in endings {
                for two in endings {
                    check(&format!("{beginning}{one}{two}"));
                }
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn any_word_has_the_stem_of_the_library(word in "[a-z']{0,12}|[aeioyslntd']{1,9}") {
            check(&word);
        }
    }
}
