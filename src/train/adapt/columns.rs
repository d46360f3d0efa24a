//! What is fitted: one column a stem and a pair that the tickets hold often enough.

use std::collections::BTreeMap;

use sprs::CsMat;

use crate::features::{FACTOR_BITS, Pair, length_factor};
use crate::train::vocabulary::{Document, Vocabulary};

/// Tickets that a stem must occur in.
const FEWEST_OF_A_STEM: usize = 2;
/// Tickets that a pair must occur in.
const FEWEST_OF_A_PAIR: usize = 3;
/// Brings a row of about ten words to a length near one.
const SCALE: f64 = 0.5;

/// A column and what a feature in it is multiplied by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    pub(crate) number: usize,
    idf: f64,
}

impl Column {
    /// What the feature adds to the log-odds of a text with a length factor of one, for each half
    /// of emphasis, if the column has this weight.
    pub(crate) fn worth(&self, weight: f64) -> f64 {
        SCALE * self.idf * weight
    }
}

/// The columns of some tickets.
#[derive(Clone, Debug, Default)]
pub(crate) struct Columns {
    pub(crate) stems: BTreeMap<usize, Column>,
    pub(crate) pairs: BTreeMap<Pair, Column>,
}

impl Columns {
    /// The columns that these of all tickets give rise to.
    pub(crate) fn of(documents: &[Document], vocabulary: &Vocabulary, rows: &[usize]) -> Self {
        let mut stems: BTreeMap<usize, usize> = BTreeMap::new();
        let mut pairs: BTreeMap<Pair, usize> = BTreeMap::new();
        for document in rows.iter().map(|&row| &documents[row]) {
            for stem in by_stem(document, vocabulary).into_keys() {
                *stems.entry(stem).or_default() += 1;
            }
            document.pairs.keys().for_each(|&pair| *pairs.entry(pair).or_default() += 1);
        }
        let mut columns = 0;
        let mut column = |count: usize| {
            columns += 1;
            Column { number: columns - 1, idf: idf(rows.len(), count) }
        };
        stems.retain(|_, count| *count >= FEWEST_OF_A_STEM);
        pairs.retain(|_, count| *count >= FEWEST_OF_A_PAIR);
        Self {
            stems: stems.into_iter().map(|(stem, count)| (stem, column(count))).collect(),
            pairs: pairs.into_iter().map(|(pair, count)| (pair, column(count))).collect(),
        }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.stems.len() + self.pairs.len()
    }

    /// The rows of some tickets, with `empty` rows without a feature behind them.
    pub(crate) fn matrix(
        &self,
        documents: &[Document],
        vocabulary: &Vocabulary,
        rows: &[usize],
        empty: usize,
    ) -> CsMat<f32> {
        let mut starts = vec![0];
        let (mut places, mut values) = (Vec::new(), Vec::new());
        for document in rows.iter().map(|&row| &documents[row]) {
            let factor = length_factor(document.length) as f64 / (1u64 << FACTOR_BITS) as f64;
            let mut put = |column: &Column, halves: i32| {
                places.push(column.number);
                values.push((f64::from(halves) * factor * column.worth(1.0)) as f32);
            };
            for (stem, halves) in by_stem(document, vocabulary) {
                self.stems.get(&stem).into_iter().for_each(|column| put(column, halves));
            }
            for (pair, &halves) in &document.pairs {
                self.pairs.get(pair).into_iter().for_each(|column| put(column, halves));
            }
            starts.push(places.len());
        }
        starts.extend(std::iter::repeat_n(places.len(), empty));
        CsMat::new((rows.len() + empty, self.len()), starts, places, values)
    }
}

/// The stems of a document in ascending order, each with its emphasis in halves.
fn by_stem(document: &Document, vocabulary: &Vocabulary) -> BTreeMap<usize, i32> {
    let mut stems = BTreeMap::new();
    for (&word, &halves) in &document.words {
        *stems.entry(vocabulary.words[word].stem).or_default() += halves;
    }
    stems
}

/// Inverse document frequency, smoothed.
fn idf(tickets: usize, count: usize) -> f64 {
    libm::log((tickets + 1) as f64 / (count + 1) as f64) + 1.0
}
