//! Word vectors: knowledge about words that no training text holds.
//!
//! Two files: `NAME.tsv`, a word and its frequency per billion tokens a line, and `NAME.i8`, as many
//! signed bytes a word, in the same order. A linear layer over averaged vectors collapses into one
//! weight a word, so vectors cost nothing while scoring.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::train::TrainError;

/// Vectors of unit length, weighted by how rare their word is.
///
/// # Examples
/// ```
/// use deskhand::train::vectors::Vectors;
///
/// let none = Vectors::none();
/// assert_eq!((none.dimensions(), none.get("refund")), (0, None));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Vectors {
    dimensions: usize,
    rows: BTreeMap<String, Vector>,
}

/// The constant of smooth inverse frequency (Arora, Liang, Ma 2017): `a / (a + frequency)`.
const SMOOTHING: f64 = 3e-4;

impl Vectors {
    /// No vectors at all: a model is then fitted on words alone.
    ///
    /// # Examples
    /// ```
    /// assert_eq!(deskhand::train::vectors::Vectors::none().words().count(), 0);
    /// ```
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Reads `NAME.tsv` and `NAME.i8` beside it.
    ///
    /// # Errors
    /// [`TrainError::Unreadable`] where a file is missing; [`TrainError::BadRow`] where a line is
    /// not a word and a number, or the bytes are no multiple of the words.
    ///
    /// # Examples
    /// ```
    /// use deskhand::train::vectors::Vectors;
    /// assert!(Vectors::open("no-such-file.tsv".as_ref()).is_err());
    /// ```
    pub fn open(words: &Path) -> Result<Self, TrainError> {
        let unreadable = |path: &Path, error: &std::io::Error| TrainError::Unreadable {
            path: path.to_owned(),
            cause: error.to_string(),
        };
        let text = fs::read_to_string(words).map_err(|e| unreadable(words, &e))?;
        let file = words.with_extension("i8");
        let bytes = fs::read(&file).map_err(|e| unreadable(&file, &e))?;
        Self::parse(&words.display().to_string(), &text, &bytes)
    }

    fn parse(name: &str, text: &str, bytes: &[u8]) -> Result<Self, TrainError> {
        let bad = |line: usize, cause: &str| TrainError::BadRow {
            source_name: name.to_owned(),
            line,
            cause: cause.to_owned(),
        };
        let lines = text.lines().count();
        let dimensions = bytes.len() / lines.max(1);
        if dimensions * lines != bytes.len() {
            return Err(bad(lines, "the vectors' bytes are no multiple of the words"));
        }
        let mut rows = BTreeMap::new();
        for (at, (line, vector)) in text.lines().zip(bytes.chunks(dimensions.max(1))).enumerate() {
            let parsed = line.split_once('\t').and_then(|(w, f)| Some((w, f.parse().ok()?)));
            let Some((word, per_billion)) = parsed else {
                return Err(bad(at + 1, "not a word, a tab and a frequency per billion"));
            };
            rows.insert(word.to_owned(), weighted(vector, per_billion));
        }
        Ok(Self { dimensions, rows })
    }

    /// Numbers a vector; 0 where there are no vectors.
    ///
    /// # Examples
    /// ```
    /// assert_eq!(deskhand::train::vectors::Vectors::none().dimensions(), 0);
    /// ```
    #[must_use]
    pub fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// A word's vector: of unit length, times its smooth inverse frequency.
    ///
    /// # Examples
    /// ```
    /// assert_eq!(deskhand::train::vectors::Vectors::none().get("refund"), None);
    /// ```
    #[must_use]
    pub fn get(&self, word: &str) -> Option<&[f32]> {
        self.rows.get(word).map(|vector| vector.numbers.as_slice())
    }

    /// All words, the most frequent first; words of one frequency sorted.
    ///
    /// # Examples
    /// ```
    /// assert_eq!(deskhand::train::vectors::Vectors::none().words().next(), None);
    /// ```
    pub fn words(&self) -> impl Iterator<Item = &str> {
        let mut words: Vec<_> = self.rows.iter().collect();
        words.sort_by_key(|(_, vector)| std::cmp::Reverse(vector.per_billion));
        words.into_iter().map(|(word, _)| word.as_str())
    }
}

#[derive(Clone, Debug)]
struct Vector {
    per_billion: u64,
    numbers: Vec<f32>,
}

fn weighted(bytes: &[u8], per_billion: u64) -> Vector {
    let numbers: Vec<f64> = bytes.iter().map(|&b| f64::from(b as i8)).collect();
    let length = numbers.iter().map(|x| x * x).sum::<f64>().sqrt().max(1.0);
    let rarity = SMOOTHING / (SMOOTHING + per_billion as f64 / 1e9);
    let numbers = numbers.iter().map(|x| (x / length * rarity) as f32).collect();
    Vector { per_billion, numbers }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_unit_vectors_times_rarity() {
        let vectors = Vectors::parse("v", "rare\t0\ncommon\t300000\n", &[3, 4, 0, 253]).unwrap();
        assert_eq!(vectors.dimensions(), 2);
        assert_eq!(vectors.get("rare"), Some([0.6, 0.8].as_slice()));
        assert_eq!(vectors.get("common"), Some([0.0, -0.5].as_slice()));
    }

    #[test]
    fn ragged_files_are_refused() {
        assert!(Vectors::parse("v", "a\t1\nb\t2\n", &[1, 2, 3]).is_err());
        let error = Vectors::parse("v", "a 1\n", &[1]).unwrap_err();
        assert_eq!(error.to_string(), "v, line 1: not a word, a tab and a frequency per billion");
    }
}
