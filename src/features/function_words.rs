//! Words that carry the register of a text, not what it asks for. They weigh nothing by themselves,
//! only in a pair with another word ("to cancel", "my refund"); a model counts them to tell English
//! from other languages.
//!
//! Negations and the question words how, why, when and where are not among them: "not working" and
//! "how do I" decide. Measured by leaving sources out; see `models/README.md`.

const WORDS: &[&str] = &[
    "a", "about", "also", "am", "an", "and", "any", "are", "as", "at", "be", "been", "being",
    "both", "but", "by", "can", "could", "did", "do", "does", "doing", "done", "each", "few",
    "for", "from", "had", "has", "have", "having", "he", "he'd", "he'll", "he's", "her", "here",
    "here's", "hers", "hes", "him", "his", "i", "i'd", "i'll", "i'm", "i've", "id", "if", "im",
    "in", "into", "is", "it", "it'd", "it'll", "it's", "its", "ive", "just", "let's", "may", "me",
    "might", "mine", "more", "most", "must", "my", "of", "on", "or", "other", "our", "ours", "own",
    "same", "shall", "she", "she'd", "she'll", "she's", "shes", "should", "so", "some", "such",
    "than", "that", "that'll", "that's", "thats", "the", "their", "theirs", "them", "then",
    "there", "there's", "theres", "these", "they", "they'd", "they'll", "they're", "they've",
    "theyre", "theyve", "this", "those", "to", "too", "us", "very", "was", "we", "we'd", "we'll",
    "we're", "we've", "were", "what", "what's", "which", "who", "who's", "whom", "will", "with",
    "would", "you", "you'd", "you'll", "you're", "you've", "your", "youre", "yours", "youve",
];

/// Whether a lower-cased word is a function word.
pub(crate) fn contains(word: &[u8]) -> bool {
    WORDS.iter().any(|known| known.as_bytes() == word)
}

/// All of them, sorted, for the words of a model.
pub(crate) fn all() -> impl Iterator<Item = &'static str> {
    WORDS.iter().copied()
}
