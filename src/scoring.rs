//! Reads an inquiry once and adds up the weights of its features.

use std::ops::Range;

use crate::features::{self, Neighbour, Pair, Pairs, Seen, char_grams, emphasis, stem_id};
use crate::inquiry::{Inquiry, Part};
use crate::model::Model;
use crate::model::weights::{Entry, Grams, HEADS, Table, Weights, decode};
use crate::policy::Counts;
use crate::text::stemmer::EnglishStemmer;
use crate::text::tokenizer::Token;

/// Working memory for [`Classifier::triage_with`](crate::Classifier::triage_with).
///
/// Holds the places worth reading of the last text, and what was worked out about words that the
/// model does not know; never the text itself. About 100 kB. One for each thread.
///
/// # Examples
/// ```
/// let mut scratch = deskhand::Scratch::new();
/// let triage = deskhand::Classifier::bundled().triage_with("no signal", &mut scratch);
/// assert_eq!(triage.desk(), deskhand::Desk::Technical);
/// ```
#[derive(Debug)]
pub struct Scratch {
    ranges: Vec<Range<usize>>,
    seen: Seen,
    strangers: Strangers,
}

impl Scratch {
    /// Empty: it grows while it is used.
    ///
    /// # Examples
    /// ```
    /// let scratch = deskhand::Scratch::new();
    /// # let _ = scratch;
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self { ranges: Vec::new(), seen: Seen::new(), strangers: Strangers::new() }
    }
}

impl Default for Scratch {
    fn default() -> Self {
        Self::new()
    }
}

/// Sees each feature with its place and weights.
pub(crate) trait Witness {
    fn sees(&mut self, part: Part, start: usize, end: usize, weights: Weights);
}

/// The weights of all features of a text, added up, and what was counted on the way.
///
/// 64 bits: no text that fits into memory overflows them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sum {
    weights: [i64; HEADS],
    pub(crate) counts: Counts,
}

impl Sum {
    #[inline]
    fn add(&mut self, weights: Weights) {
        for (sum, weight) in self.weights.iter_mut().zip(weights) {
            *sum += i64::from(weight);
        }
    }

    /// The sum of one head.
    pub(crate) fn of(&self, head: usize) -> i64 {
        self.weights[head]
    }
}

/// Adds up the weights of an inquiry's features.
pub(crate) fn read<W: Witness>(
    model: &Model,
    inquiry: Inquiry<'_>,
    scratch: &mut Scratch,
    witness: &mut W,
) -> Sum {
    scratch.strangers.belong_to(model.info.checksum());
    scratch.seen.clear();
    let (strangers, seen) = (&mut scratch.strangers, &mut scratch.seen);
    let (table, grams) = (model.table(), model.grams());
    let mut reader = Reader {
        table,
        grams,
        strangers,
        seen,
        witness,
        pairs: Pairs::default(),
        last: 0,
        sum: Sum::default(),
    };
    features::read(inquiry, &mut scratch.ranges, |part, token| reader.token(part, &token));
    reader.sum
}

struct Reader<'r, W> {
    table: Table<'r>,
    grams: Grams<'r>,
    strangers: &'r mut Strangers,
    seen: &'r mut Seen,
    witness: &'r mut W,
    pairs: Pairs,
    /// Where the last token began.
    last: usize,
    sum: Sum,
}

impl<W: Witness> Reader<'_, W> {
    #[inline]
    fn token(&mut self, part: Part, token: &Token<'_>) {
        let hash = features::hash(token.key);
        match self.table.get(hash) {
            Some(entry) => self.known(part, token, hash, entry),
            None => self.stranger(part, token, hash),
        }
    }

    #[inline]
    fn known(&mut self, part: Part, token: &Token<'_>, hash: u64, entry: Entry) {
        let is_function_word = entry.is_function_word();
        if is_function_word {
            self.sum.counts.function += 1;
        } else {
            *self.sum.counts.of(token.key) += 1;
            self.word(part, token, hash, decode(entry.codes));
        }
        self.pair(part, token, Neighbour { stem: entry.tag, is_function_word });
    }

    /// A word that the model has not stored as it stands.
    #[cold]
    fn stranger(&mut self, part: Part, token: &Token<'_>, hash: u64) {
        let (table, grams) = (self.table, self.grams);
        let stranger = *self.strangers.get(hash, || Stranger::meet(token.key, table, grams));
        let counts = &mut self.sum.counts;
        *if stranger.has_known_stem { &mut counts.known } else { &mut counts.unknown } += 1;
        self.word(part, token, hash, stranger.weights);
        self.pair(part, token, Neighbour { stem: stranger.stem, is_function_word: false });
    }

    #[inline]
    fn word(&mut self, part: Part, token: &Token<'_>, hash: u64, weights: Weights) {
        if self.seen.is_new(hash) {
            self.sum.counts.different += 1;
            self.weigh(part, token.start, token.end, weights);
        }
    }

    #[inline]
    fn pair(&mut self, part: Part, token: &Token<'_>, neighbour: Neighbour) {
        let first = std::mem::replace(&mut self.last, token.start);
        let Some(pair) = self.pairs.next(neighbour, token.follows) else { return };
        let hash = pair.hash();
        if !self.seen.is_new(hash) {
            return;
        }
        if let Some(entry) = self.table.get(hash).filter(|entry| entry.tag == Pair::tag(hash)) {
            self.weigh(part, first, token.end, decode(entry.codes));
        }
    }

    #[inline]
    fn weigh(&mut self, part: Part, start: usize, end: usize, weights: Weights) {
        let weights = weights.map(|weight| weight * emphasis(part));
        self.sum.add(weights);
        self.witness.sees(part, start, end, weights);
    }
}

/// What was worked out about a word that the model has not stored.
#[derive(Clone, Copy, Debug, Default)]
struct Stranger {
    stem: u16,
    weights: Weights,
    has_known_stem: bool,
}

impl Stranger {
    /// The weights of its stem, where the model knows that as a word, or else of its n-grams.
    fn meet(word: &[u8], table: Table<'_>, grams: Grams<'_>) -> Self {
        let text = std::str::from_utf8(word).unwrap_or_default();
        let stem = EnglishStemmer::new().stem(text);
        let known = table.get(features::hash(stem.as_bytes()));
        let known = known.filter(|entry| !entry.is_function_word());
        let weights = known.map_or_else(|| gram_weights(word, grams), |e| decode(e.codes));
        Self { stem: stem_id(stem.as_bytes()), weights, has_known_stem: known.is_some() }
    }
}

/// The weights of a word's character n-grams, added up and divided by the root of their number.
fn gram_weights(word: &[u8], grams: Grams<'_>) -> Weights {
    let mut sum = [0i64; HEADS];
    let count = char_grams(word, |bucket| {
        for (sum, weight) in sum.iter_mut().zip(grams.get(bucket)) {
            *sum += i64::from(weight);
        }
    });
    let root = (u64::from(count.max(1)) << 16).isqrt() as i64;
    sum.map(|sum| ((sum << 8) / root) as i32)
}

/// Remembers the last strangers, so that a name or a typo that recurs is worked out once: stemming
/// costs as much as sixty bytes of plain reading. A direct-mapped cache keyed by the whole hash;
/// what it holds is a pure function of word and model, so it cannot change an answer.
#[derive(Debug)]
struct Strangers {
    model: u64,
    slots: Vec<(u64, Stranger)>,
}

impl Strangers {
    const SLOTS: usize = 1024;

    fn new() -> Self {
        Self { model: 0, slots: Vec::new() }
    }

    /// Forgets everything when another model is used.
    fn belong_to(&mut self, model: u64) {
        if self.model != model || self.slots.is_empty() {
            self.model = model;
            self.slots.clear();
        }
    }

    fn get(&mut self, hash: u64, meet: impl FnOnce() -> Stranger) -> &Stranger {
        // Slot 0 with hash 0 counts as taken: no harm, a default stranger weighs nothing, and a
        // word whose hash is 0 is not known to exist.
        if self.slots.is_empty() {
            self.slots.resize(Self::SLOTS, (0, Stranger::default()));
        }
        let slot = &mut self.slots[(hash >> 20) as usize % Self::SLOTS];
        if slot.0 != hash {
            *slot = (hash, meet());
        }
        &slot.1
    }
}
