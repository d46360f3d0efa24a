//! Reads an inquiry once and adds up the weights of its features.

mod batch;
mod strangers;

use std::ops::Range;

use self::batch::Batch;
#[cfg(feature = "train")]
pub(crate) use self::strangers::gram_weights;
use self::strangers::{Stranger, Strangers};
use crate::features::{self, SeenPairs, SeenWords, emphasis};
use crate::inquiry::{Inquiry, Part};
use crate::model::Model;
use crate::model::weights::{Cell, Grams, HEADS, Table, Weights};
use crate::policy::Counts;
use crate::text::tokenizer::{self, Place, Token, WordBuffer};

/// Working memory for [`Classifier::triage_with`](crate::Classifier::triage_with).
///
/// Holds the places worth reading of the last text, and what was worked out about words that the
/// model does not know; never the text itself. 60 to 100 kB. One for each thread.
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
    seen_words: SeenWords,
    seen_pairs: SeenPairs,
    /// Those that a witness was shown.
    shown_pairs: SeenPairs,
    strangers: Strangers,
    batch: Box<Batch>,
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
        Self {
            ranges: Vec::new(),
            seen_words: SeenWords::new(),
            seen_pairs: SeenPairs::new(),
            shown_pairs: SeenPairs::new(),
            strangers: Strangers::new(),
            batch: Box::new(Batch::new()),
        }
    }
}

impl Default for Scratch {
    fn default() -> Self {
        Self::new()
    }
}

/// Sees each feature with its place and weights.
pub(crate) trait Witness {
    /// Whether there is anybody to see.
    const WATCHES: bool = true;

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
    fn add(&mut self, weights: Weights, emphasis: i32) {
        for (sum, weight) in self.weights.iter_mut().zip(weights) {
            *sum += i64::from(weight) * i64::from(emphasis);
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
    scratch.seen_words.clear();
    scratch.seen_pairs.clear();
    scratch.shown_pairs.clear();
    scratch.batch.clear();
    let mut reader = Reader {
        inquiry,
        words: model.words(),
        pairs: model.pairs(),
        grams: model.grams(),
        strangers: &mut scratch.strangers,
        seen_words: &mut scratch.seen_words,
        seen_pairs: &mut scratch.seen_pairs,
        shown_pairs: &mut scratch.shown_pairs,
        witness,
        batch: &mut scratch.batch,
        sum: Sum::default(),
    };
    features::feed(inquiry, &mut scratch.ranges, &mut reader);
    reader.flush();
    reader.sum
}

struct Reader<'r, W> {
    inquiry: Inquiry<'r>,
    words: Table<'r>,
    pairs: Table<'r>,
    grams: Grams<'r>,
    strangers: &'r mut Strangers,
    seen_words: &'r mut SeenWords,
    seen_pairs: &'r mut SeenPairs,
    shown_pairs: &'r mut SeenPairs,
    witness: &'r mut W,
    batch: &'r mut Batch,
    sum: Sum,
}

impl<W: Witness> features::Sink for Reader<'_, W> {
    fn enter(&mut self, part: Part) {
        self.flush();
        self.batch.part = part;
    }
}

impl<W: Witness> tokenizer::Sink for Reader<'_, W> {
    #[inline(always)]
    fn take(&mut self, token: Token<'_>) {
        if self.batch.is_full() {
            self.flush();
        }
        self.batch.push(&token, self.words);
    }
}

impl<W: Witness> Reader<'_, W> {
    /// Works off what was gathered.
    #[inline(never)]
    fn flush(&mut self) {
        if self.batch.is_empty() {
            return;
        }
        self.batch.note_words(self.seen_words);
        let mut member = 0;
        while let Some(at) = self.batch.missing(member) {
            match self.words.find(self.batch.hashes[at]) {
                Some(cell) => self.batch.displaced(at, cell),
                None => self.stranger(at),
            }
            member += 1;
        }
        let weights = self.batch.weigh(self.pairs, self.seen_pairs);
        self.sum.add(weights, emphasis(self.batch.part));
        if W::WATCHES {
            self.watch();
        }
        self.batch.count(&mut self.sum.counts);
        self.batch.finish();
    }

    /// A word that the model has not stored as it stands.
    #[inline(never)]
    fn stranger(&mut self, at: usize) {
        let stranger = self.meet(at);
        self.batch.stranger(at, stranger.stem);
        if self.batch.is_new_word(at) {
            self.sum.add(stranger.weights, emphasis(self.batch.part));
        }
        if !stranger.has_known_stem && self.batch.place(at).shape.is_none() {
            // `Batch::count` takes all that is neither function word nor shape for known.
            let counts = &mut self.sum.counts;
            counts.known = counts.known.wrapping_sub(1);
            counts.unknown += 1;
        }
    }

    fn meet(&mut self, at: usize) -> Stranger {
        let text = match self.batch.part {
            Part::Subject => self.inquiry.subject_line(),
            Part::Body => self.inquiry.body(),
        };
        let (place, words, grams) = (self.batch.place(at), self.words, self.grams);
        self.strangers.get(self.batch.hashes[at], || {
            Stranger::meet(place.key(text, &mut WordBuffer::new()), words, grams)
        })
    }

    /// Shows the witness each new word, and the new pair it ends.
    fn watch(&mut self) {
        let mut first = self.batch.last_start;
        for at in 0..self.batch.len() {
            let Place { start, end, .. } = self.batch.place(at);
            if self.batch.is_new_word(at) {
                let weights = self.word_weights(at);
                self.show(start, end, weights);
            }
            if let Some(cell) = self.batch.new_pair(at, self.pairs, self.shown_pairs) {
                self.show(first, end, cell.weights());
            }
            first = start;
        }
    }

    fn word_weights(&mut self, at: usize) -> Weights {
        let known = self.words.find(self.batch.hashes[at]).map(Cell::weights);
        known.unwrap_or_else(|| self.meet(at).weights)
    }

    fn show(&mut self, start: usize, end: usize, weights: Weights) {
        let part = self.batch.part;
        self.witness.sees(part, start, end, weights.map(|weight| weight * emphasis(part)));
    }
}
