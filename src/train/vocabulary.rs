//! What stands in the training texts: words with their stems, pairs, and how often each occurs.
//!
//! Reads through [`features::read`], as scoring does.

use std::collections::{BTreeMap, HashMap};

use crate::Inquiry;
use crate::features::{self, Neighbour, Pair, Pairs, SeenWords, emphasis, function_words, stem_id};
use crate::text::stemmer::EnglishStemmer;

/// An inquiry as its different words and pairs, each with its emphasis in halves.
#[derive(Clone, Debug, Default)]
pub(crate) struct Document {
    pub(crate) words: BTreeMap<usize, i32>,
    pub(crate) pairs: BTreeMap<Pair, i32>,
    /// The number that the length factor is computed from.
    pub(crate) length: u64,
}

/// A word that occurs in the training texts.
#[derive(Clone, Debug)]
pub(crate) struct Word {
    pub(crate) spelling: String,
    pub(crate) stem: usize,
    pub(crate) neighbour: Neighbour,
    /// Number of inquiries it occurs in.
    pub(crate) inquiries: usize,
}

/// All words and stems, numbered in the order in which they were met.
#[derive(Debug, Default)]
pub(crate) struct Vocabulary {
    pub(crate) words: Vec<Word>,
    pub(crate) stems: Vec<String>,
    /// Number of inquiries that each stem occurs in.
    pub(crate) stem_inquiries: Vec<usize>,
    pub(crate) pair_inquiries: BTreeMap<Pair, usize>,
    word_numbers: HashMap<Vec<u8>, usize>,
    stem_numbers: HashMap<String, usize>,
}

impl Vocabulary {
    /// Reads one inquiry, adding to the vocabulary what is new in it.
    pub(crate) fn read(&mut self, inquiry: Inquiry<'_>) -> Document {
        let document = self.read_uncounted(inquiry);
        self.count(&document);
        document
    }

    /// Reads one inquiry that must not change how frequent anything is.
    pub(crate) fn read_uncounted(&mut self, inquiry: Inquiry<'_>) -> Document {
        let mut document = Document::default();
        let (mut pairs, mut seen) = (Pairs::default(), SeenWords::new());
        features::read(inquiry, &mut Vec::new(), |part, token| {
            let number = self.number_of(token.key);
            let word = &self.words[number];
            if !word.neighbour.is_function_word && seen.is_new(token.hash) {
                document.words.insert(number, emphasis(part));
                document.length += 1;
            }
            if let Some(pair) = pairs.next(word.neighbour, token.follows) {
                document.pairs.entry(pair).or_insert(emphasis(part));
            }
        });
        document
    }

    /// The number of a stem, if a word of the training texts has it.
    pub(crate) fn stem_number(&self, stem: &str) -> Option<usize> {
        self.stem_numbers.get(stem).copied()
    }

    /// The number of a word's stem, if the word occurs in the training texts.
    pub(crate) fn stem_of(&self, word: &[u8]) -> Option<usize> {
        self.word_numbers.get(word).map(|&number| self.words[number].stem)
    }

    /// Whether a word occurs in the training texts.
    pub(crate) fn contains(&self, word: &str) -> bool {
        self.word_numbers.contains_key(word.as_bytes())
    }

    fn number_of(&mut self, key: &[u8]) -> usize {
        if let Some(&number) = self.word_numbers.get(key) {
            return number;
        }
        let spelling = String::from_utf8_lossy(key).into_owned();
        let stem = EnglishStemmer::new().stem(&spelling).into_owned();
        let is_function_word = function_words::contains(key);
        let neighbour = Neighbour { stem: stem_id(stem.as_bytes()), is_function_word };
        let stem = self.number_of_stem(stem);
        self.words.push(Word { spelling, stem, neighbour, inquiries: 0 });
        self.word_numbers.insert(key.to_vec(), self.words.len() - 1);
        self.words.len() - 1
    }

    fn number_of_stem(&mut self, stem: String) -> usize {
        let next = self.stems.len();
        let number = *self.stem_numbers.entry(stem.clone()).or_insert(next);
        if number == next {
            self.stems.push(stem);
            self.stem_inquiries.push(0);
        }
        number
    }

    fn count(&mut self, document: &Document) {
        let mut stems: Vec<_> = document.words.keys().map(|&word| self.words[word].stem).collect();
        stems.sort_unstable();
        stems.dedup();
        stems.into_iter().for_each(|stem| self.stem_inquiries[stem] += 1);
        document.words.keys().for_each(|&word| self.words[word].inquiries += 1);
        for &pair in document.pairs.keys() {
            *self.pair_inquiries.entry(pair).or_default() += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_share_stems_and_function_words_only_pair() {
        let mut vocabulary = Vocabulary::default();
        let document = vocabulary.read(Inquiry::new("the app crashed app crash"));
        let spellings: Vec<_> = vocabulary.words.iter().map(|w| w.spelling.as_str()).collect();
        assert_eq!(spellings, ["the", "app", "crashed", "crash"]);
        assert_eq!(vocabulary.stems, ["the", "app", "crash"]);
        assert_eq!(document.length, 3);
        assert_eq!(document.words.len(), 3);
        // the+app, app+crash (twice, by stem), crash+app
        assert_eq!(document.pairs.len(), 3);
        assert_eq!(vocabulary.stem_inquiries, [0, 1, 1]);
    }

    #[test]
    fn the_subject_line_counts_half_as_much_again() {
        let mut vocabulary = Vocabulary::default();
        let document = vocabulary.read(Inquiry::new("printer").subject("jam"));
        assert_eq!(document.words.values().copied().collect::<Vec<_>>(), [3, 2]);
    }
}
