//! What stands in a model: the weights of a word and where they come from, and what differs between
//! two models.
//!
//! A model holds hashes, no words: to list words one needs texts to take them from.

use std::collections::BTreeMap;

use crate::features::{self, char_grams, length_factor, stem_id};
use crate::hash::hash;
use crate::model::Model;
use crate::model::weights::{HEADS, Weights, decode};
use crate::scoring::gram_weights;
use crate::text::stemmer::EnglishStemmer;
use crate::{Classifier, Desk, Inquiry};

/// Where the weights of a word come from.
///
/// # Examples
/// See [`word`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// The word is stored as it is spelled, and training texts hold it.
    Learned,
    /// The word is stored as it is spelled; no training text holds it, its word vector speaks for it.
    Vector,
    /// Its stem is stored.
    Stem(String),
    /// Neither is: the weights of this many pieces of three to five characters are added up.
    Characters(u32),
    /// A word like "the": it weighs nothing by itself.
    FunctionWord,
}

/// The weights of a word: what it adds to each head's log-odds, in thousandths, in a text of
/// [`TYPICAL_WORDS`] different words.
///
/// # Examples
/// See [`word`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WordWeights {
    /// As the tokenizer reads it; a kind of word as `<number>`.
    pub word: String,
    /// Where the weights come from.
    pub origin: Origin,
    /// By head: technical rather than service; asks for service; asks for technical; tier 2 or
    /// above at the service desk; at the technical desk; tier 3.
    pub weights: [i64; HEADS],
}

/// What the numbers of [`WordWeights::weights`] stand for.
pub const HEAD_NAMES: [&str; HEADS] = [
    "technical rather than service",
    "asks for service",
    "asks for technical",
    "tier 2 or above, service desk",
    "tier 2 or above, technical desk",
    "tier 3",
];

/// The length of text that weights are given for: the same word counts more in a shorter one.
pub const TYPICAL_WORDS: u64 = 20;

/// The weights of each word of a text.
///
/// # Examples
/// ```
/// use deskhand::Classifier;
/// use deskhand::train::inspect::{Origin, word};
///
/// let clerk = Classifier::bundled();
/// let refund = &word(clerk, "Refund")[0];
/// assert_eq!(refund.word, "refund");
/// assert_eq!(refund.origin, Origin::Learned);
/// assert!(refund.weights[0] < 0, "speaks for the service desk");
///
/// assert_eq!(word(clerk, "the")[0].origin, Origin::FunctionWord);
/// assert!(matches!(word(clerk, "blorficator")[0].origin, Origin::Characters(_)));
/// ```
#[must_use]
pub fn word(classifier: &Classifier, text: &str) -> Vec<WordWeights> {
    let mut words = Vec::new();
    features::read(Inquiry::new(text), &mut Vec::new(), |_, token| {
        words.push(String::from_utf8_lossy(token.key).into_owned());
    });
    words.iter().map(|word| weigh(classifier.inner(), word)).collect()
}

fn weigh(model: &Model, word: &str) -> WordWeights {
    let stem = EnglishStemmer::new().stem(word).into_owned();
    let stored = |word: &str| {
        let entry = model.words().get(hash(word.as_bytes()));
        entry.filter(|entry| entry.tag == stem_id(stem.as_bytes()))
    };
    let (origin, weights) = match (stored(word), stored(&stem)) {
        (Some(entry), _) if entry.is_function_word() => (Origin::FunctionWord, [0; HEADS]),
        (Some(entry), _) if entry.is_learned => (Origin::Learned, decode(entry.codes)),
        (Some(entry), _) => (Origin::Vector, decode(entry.codes)),
        (None, Some(entry)) if !entry.is_function_word() => {
            (Origin::Stem(stem), decode(entry.codes))
        }
        _ => {
            let pieces = char_grams(word.as_bytes(), |_| ());
            (Origin::Characters(pieces), gram_weights(word.as_bytes(), model.grams()))
        }
    };
    WordWeights { word: word.to_owned(), origin, weights: in_log_odds(model, weights) }
}

/// In the body of a typical text.
fn in_log_odds(model: &Model, weights: Weights) -> [i64; HEADS] {
    let (outputs, factor) = (model.outputs.all(), length_factor(TYPICAL_WORDS));
    std::array::from_fn(|head| {
        let output = outputs[head];
        let margin = i64::from(output.margin(2 * i64::from(weights[head]), factor));
        margin - output.bias
    })
}

/// A word whose weights differ between two models.
///
/// # Examples
/// See [`diff`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WordChange {
    /// The first model's weights.
    pub before: WordWeights,
    /// The second model's weights.
    pub after: WordWeights,
    /// Texts that hold the word.
    pub texts: usize,
}

impl WordChange {
    /// The largest difference in any head.
    ///
    /// # Examples
    /// See [`diff`].
    #[must_use]
    pub fn size(&self) -> i64 {
        let both = self.before.weights.iter().zip(&self.after.weights);
        both.map(|(before, after)| (after - before).abs()).max().unwrap_or_default()
    }
}

/// What differs between two models.
///
/// # Examples
/// See [`diff`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Difference {
    /// Words of the texts whose weights differ, the most changed first.
    pub words: Vec<WordChange>,
    /// Words of the texts altogether.
    pub different_words: usize,
    /// Texts that go to another desk: their place, the first model's desk, the second's.
    pub desks: Vec<(usize, Desk, Desk)>,
    /// Texts with another tier.
    pub tiers: usize,
    /// Texts that are reviewed with one of the models only.
    pub reviews: usize,
    /// By how much the probability of the technical desk differs, on average.
    pub mean_shift: f64,
}

/// What differs between two models, on the words of some texts and on the answers to them.
///
/// # Examples
/// ```
/// use deskhand::train::inspect::diff;
/// use deskhand::{Classifier, Inquiry};
///
/// let clerk = Classifier::bundled();
/// let texts = [Inquiry::new("Where is my parcel?")];
/// let same = diff(clerk, clerk, &texts);
/// assert!(same.words.is_empty() && same.desks.is_empty());
/// assert_eq!(same.mean_shift, 0.0);
/// ```
#[must_use]
pub fn diff(a: &Classifier, b: &Classifier, texts: &[Inquiry<'_>]) -> Difference {
    let counted = words_of(texts);
    let mut words: Vec<WordChange> = counted
        .iter()
        .map(|(word, &texts)| WordChange {
            before: weigh(a.inner(), word),
            after: weigh(b.inner(), word),
            texts,
        })
        .filter(|change| change.size() > 0)
        .collect();
    words.sort_by_key(|change| (std::cmp::Reverse(change.size()), change.before.word.clone()));
    let (before, after) = (a.triage_all(texts), b.triage_all(texts));
    let both = || before.iter().zip(&after);
    let technical =
        |triage: &crate::Triage| crate::model::calibration::probability(triage.margin());
    let shift: f64 = both().map(|(a, b)| (technical(a) - technical(b)).abs()).sum();
    let desks = both().enumerate().filter(|(_, (a, b))| a.desk() != b.desk());
    Difference {
        words,
        different_words: counted.len(),
        desks: desks.map(|(at, (a, b))| (at, a.desk(), b.desk())).collect(),
        tiers: both().filter(|(a, b)| a.tier() != b.tier()).count(),
        reviews: both().filter(|(a, b)| a.review().is_some() != b.review().is_some()).count(),
        mean_shift: shift / texts.len().max(1) as f64,
    }
}

/// The words of some texts, each with the number of texts that hold it.
fn words_of(texts: &[Inquiry<'_>]) -> BTreeMap<String, usize> {
    let mut counted: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for (at, &text) in texts.iter().enumerate() {
        features::read(text, &mut Vec::new(), |_, token| {
            let word = String::from_utf8_lossy(token.key).into_owned();
            let (texts, last) = counted.entry(word).or_insert((0, usize::MAX));
            *texts += usize::from(*last != at);
            *last = at;
        });
    }
    counted.into_iter().map(|(word, (texts, _))| (word, texts)).collect()
}
