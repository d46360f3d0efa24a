//! From documents to the matrix that the heads are fitted on, and back from fitted columns to the
//! weights of words and pairs.
//!
//! A word's weight is a linear function of what the word is made of: its stem, its character
//! n-grams and its vector. So an inquiry's row is (counts of words) x (what words are made of), and
//! fitting that product is the same as fitting one weight a word. What is stored is the sum.

use ndarray::Array2;
use sprs::{CsMat, TriMat};

use crate::features::{FACTOR_BITS, GRAM_BUCKETS, Pair, char_grams, length_factor};
use crate::model::weights::HEADS;
use crate::text::stemmer::EnglishStemmer;
use crate::train::matrix::Design;
use crate::train::settings::Settings;
use crate::train::vectors::Vectors;
use crate::train::vocabulary::{Document, Vocabulary, Word};

/// Brings a row of about ten words to a length near one, as TF-IDF rows have; `c` is relative to
/// that.
const ROW_SCALE: f64 = 0.5;
/// Brings vectors and n-grams to the scale of inverse document frequencies.
const VECTOR_UNIT: f64 = 6.0;
const GRAM_UNIT: f64 = 8.0;

/// Where the columns of the fitted matrix lie.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    /// Column of each stem that has one.
    stems: Vec<Option<usize>>,
    first_gram: usize,
    first_vector: usize,
    first_pair: usize,
    pairs: Vec<Pair>,
    /// Inverse document frequency of each stem and each pair.
    stem_idf: Vec<f64>,
    pair_idf: Vec<f64>,
    gram_scale: f64,
    vector_scale: f64,
    dimensions: usize,
}

impl Layout {
    pub(crate) fn new(
        vocabulary: &Vocabulary,
        vectors: &Vectors,
        inquiries: usize,
        settings: &Settings,
    ) -> Self {
        let mut columns = 0;
        let mut next = || {
            columns += 1;
            columns - 1
        };
        let often = |&count: &usize| count >= settings.min_stem_inquiries;
        let counts = &vocabulary.stem_inquiries;
        let stems: Vec<_> = counts.iter().map(|count| often(count).then(&mut next)).collect();
        let frequent = |(&pair, &count): (&Pair, &usize)| {
            (count >= settings.min_pair_inquiries).then_some((pair, idf(inquiries, count)))
        };
        let (pairs, pair_idf) = vocabulary.pair_inquiries.iter().filter_map(frequent).unzip();
        let first_vector = columns + GRAM_BUCKETS;
        Self {
            stems,
            first_gram: columns,
            first_vector,
            first_pair: first_vector + vectors.dimensions(),
            pairs,
            stem_idf: counts.iter().map(|&count| idf(inquiries, count)).collect(),
            pair_idf,
            gram_scale: settings.gram_scale * GRAM_UNIT,
            vector_scale: settings.vector_scale * VECTOR_UNIT,
            dimensions: vectors.dimensions(),
        }
    }

    /// The matrix of these documents.
    pub(crate) fn design(
        &self,
        documents: &[Document],
        vocabulary: &Vocabulary,
        vectors: &Vectors,
    ) -> Design {
        let words = self.words(vocabulary, vectors);
        Design::composed(self.counts(documents, vocabulary.words.len()), words)
    }

    /// The column of each stem, where it has one.
    pub(crate) fn stems(&self) -> &[Option<usize>] {
        &self.stems
    }

    /// The column of each pair.
    pub(crate) fn pairs(&self) -> std::ops::Range<usize> {
        self.first_pair..self.first_pair + self.pairs.len()
    }

    /// The features of a row of [`Layout::counts`], each once: stems, and behind them pairs.
    pub(crate) fn features<'r>(
        &'r self,
        columns: &'r [usize],
        vocabulary: &'r Vocabulary,
    ) -> impl Iterator<Item = usize> + 'r {
        let words = vocabulary.words.len();
        let (in_words, in_pairs) = columns.split_at(columns.partition_point(|&at| at < words));
        let mut stems: Vec<_> = in_words.iter().map(|&word| vocabulary.words[word].stem).collect();
        stems.sort_unstable();
        stems.dedup();
        let pairs = in_pairs.iter().map(move |&column| self.stems.len() + column - words);
        stems.into_iter().chain(pairs)
    }

    /// What each word is made of.
    fn words(&self, vocabulary: &Vocabulary, vectors: &Vectors) -> Design {
        let rows = vocabulary.words.len();
        let mut sparse = TriMat::new((rows, self.first_vector));
        let mut dense = Array2::zeros((rows, self.dimensions));
        for (row, word) in vocabulary.words.iter().enumerate() {
            if let Some(column) = self.stems[word.stem] {
                sparse.add_triplet(row, column, self.stem_idf[word.stem] as f32);
            }
            for (bucket, share) in self.grams(&word.spelling) {
                sparse.add_triplet(row, self.first_gram + bucket, share as f32);
            }
            if let Some(vector) = vectors.get(&word.spelling) {
                let scaled = vector.iter().map(|x| x * self.vector_scale as f32);
                dense.row_mut(row).iter_mut().zip(scaled).for_each(|(to, from)| *to = from);
            }
        }
        Design::new(sparse.to_csr(), dense).expect("both blocks have one row a word")
    }

    /// Words and pairs of each document, scaled by its length.
    fn counts(&self, documents: &[Document], words: usize) -> CsMat<f32> {
        let mut starts = vec![0];
        let (mut columns, mut values) = (Vec::new(), Vec::new());
        for document in documents {
            let scale = ROW_SCALE * row_factor(document.length);
            for (&word, &halves) in &document.words {
                columns.push(word);
                values.push((f64::from(halves) * scale) as f32);
            }
            for (pair, &halves) in &document.pairs {
                let Ok(number) = self.pairs.binary_search(pair) else { continue };
                columns.push(words + number);
                values.push((f64::from(halves) * scale * self.pair_idf[number]) as f32);
            }
            starts.push(columns.len());
        }
        CsMat::new((documents.len(), words + self.pairs.len()), starts, columns, values)
    }

    /// The n-grams of a word with their share in it. Shapes have none.
    fn grams(&self, word: &str) -> Vec<(usize, f64)> {
        if word.starts_with('<') {
            return Vec::new();
        }
        let mut buckets = Vec::new();
        let count = char_grams(word.as_bytes(), |bucket| buckets.push(bucket));
        let share = self.gram_scale / f64::from(count.max(1)).sqrt();
        buckets.into_iter().map(|bucket| (bucket, share)).collect()
    }
}

/// Inverse document frequency, smoothed as scikit-learn does: `ln((n + 1) / (df + 1)) + 1`.
fn idf(inquiries: usize, count: usize) -> f64 {
    libm::log((inquiries + 1) as f64 / (count + 1) as f64) + 1.0
}

fn row_factor(length: u64) -> f64 {
    length_factor(length) as f64 / (1u64 << FACTOR_BITS) as f64
}

/// One number a head.
pub(crate) type HeadWeights = [f64; HEADS];

/// The columns of all heads after fitting, read as weights of words and pairs: what the sum of a
/// text's weights, in halves of emphasis, is multiplied by the length factor.
#[derive(Debug)]
pub(crate) struct Fitted<'t> {
    pub(crate) layout: &'t Layout,
    pub(crate) vocabulary: &'t Vocabulary,
    pub(crate) vectors: &'t Vectors,
    /// Columns of each head.
    pub(crate) heads: [Vec<f64>; HEADS],
}

impl Fitted<'_> {
    /// A word as it is spelled: stem, n-grams and vector together.
    pub(crate) fn word(&self, spelling: &str) -> HeadWeights {
        let stem = EnglishStemmer::new().stem(spelling).into_owned();
        let mut weights = self.stem(&stem);
        for (bucket, share) in self.layout.grams(spelling) {
            self.add(&mut weights, self.layout.first_gram + bucket, share);
        }
        let vector = self.vectors.get(spelling).unwrap_or_default();
        for (dimension, &x) in vector.iter().enumerate() {
            let value = f64::from(x * self.layout.vector_scale as f32);
            self.add(&mut weights, self.layout.first_vector + dimension, value);
        }
        weights
    }

    /// Whether anything but its n-grams is known about a word.
    pub(crate) fn says_more_than_grams(&self, word: &Word) -> bool {
        self.layout.stems[word.stem].is_some() || self.vectors.get(&word.spelling).is_some()
    }

    /// A stem alone; nothing where it has no column.
    fn stem(&self, stem: &str) -> HeadWeights {
        let mut weights = [0.0; HEADS];
        if let Some(number) = self.vocabulary.stem_number(stem)
            && let Some(column) = self.layout.stems[number]
        {
            self.add(&mut weights, column, self.layout.stem_idf[number]);
        }
        weights
    }

    /// Pairs with their weights.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (Pair, HeadWeights)> {
        self.layout.pairs.iter().enumerate().map(|(number, &pair)| {
            let mut weights = [0.0; HEADS];
            self.add(&mut weights, self.layout.first_pair + number, self.layout.pair_idf[number]);
            (pair, weights)
        })
    }

    /// A bucket of n-grams: divided by the root of a word's number of n-grams it is their share.
    pub(crate) fn gram(&self, bucket: usize) -> HeadWeights {
        let mut weights = [0.0; HEADS];
        self.add(&mut weights, self.layout.first_gram + bucket, self.layout.gram_scale);
        weights
    }

    fn add(&self, weights: &mut HeadWeights, column: usize, value: f64) {
        for (weight, head) in weights.iter_mut().zip(&self.heads) {
            *weight += ROW_SCALE * value * head[column];
        }
    }
}
