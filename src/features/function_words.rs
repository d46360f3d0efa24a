//! Words that carry the register of a text, not what it asks for. They weigh nothing by themselves,
//! only in a pair ("how to", "my refund"); a model counts them to tell English from other languages.
//!
//! The list is short on purpose: negations, question words and auxiliaries decide ("not working",
//! "how do I", "would like"). Measured by leaving sources out; see `models/README.md`.

const WORDS: &[&str] = &[
    "a", "am", "an", "and", "are", "as", "at", "be", "by", "for", "from", "i", "i'm", "i've", "im",
    "in", "is", "it", "it's", "its", "ive", "me", "my", "of", "on", "our", "that", "that's", "the",
    "this", "to", "us", "was", "we", "we're", "we've", "were", "with", "you", "you're", "your",
];

/// Whether a lower-cased word is a function word.
pub(crate) fn contains(word: &[u8]) -> bool {
    WORDS.iter().any(|known| known.as_bytes() == word)
}

/// All of them, sorted, for the table of a model.
pub(crate) fn all() -> impl Iterator<Item = &'static str> {
    WORDS.iter().copied()
}
