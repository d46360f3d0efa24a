//! Counts of truth against prediction, and what follows from the counts alone.

use super::ratio;

/// How often each class was predicted for each class that was true.
///
/// Classes are the numbers `0..classes`. Rows of the matrix are the truth, columns the prediction.
/// The measures of one class use the usual counts:
///
/// ```text
/// TP = count(class, class)      right
/// FN = support - TP             missed: is the class, was not predicted
/// FP = predicted - TP           false alarm: is not the class, was predicted
/// ```
///
/// # Examples
///
/// ```
/// use deskhand::train::metrics::ConfusionMatrix;
///
/// let truth = [0, 0, 1, 1];
/// let predicted = [0, 1, 1, 1];
/// let matrix = ConfusionMatrix::from_labels(2, &truth, &predicted);
/// assert_eq!(matrix.count(0, 1), 1);
/// assert_eq!(matrix.accuracy(), Some(0.75));
/// assert_eq!(matrix.recall(0), Some(0.5));
/// assert_eq!(matrix.precision(0), Some(1.0));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfusionMatrix {
    classes: usize,
    /// Row after row.
    counts: Vec<u64>,
}

impl ConfusionMatrix {
    /// An empty matrix for the classes `0..classes`.
    pub fn new(classes: usize) -> Self {
        Self { classes, counts: vec![0; classes * classes] }
    }

    /// Counts pairs of truth and prediction.
    ///
    /// # Panics
    ///
    /// If the lists differ in length or a label is not below `classes`.
    pub fn from_labels(classes: usize, truth: &[usize], predicted: &[usize]) -> Self {
        assert_eq!(truth.len(), predicted.len(), "as many predictions as true labels");
        let mut matrix = Self::new(classes);
        for (&truth, &predicted) in truth.iter().zip(predicted) {
            matrix.add(truth, predicted);
        }
        matrix
    }

    /// Counts one more pair.
    ///
    /// # Panics
    ///
    /// If a label is not below [`classes`](Self::classes).
    pub fn add(&mut self, truth: usize, predicted: usize) {
        let at = self.index(truth, predicted);
        self.counts[at] += 1;
    }

    /// Number of classes, whether they occur or not.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// Rows that are `truth` and were taken for `predicted`.
    ///
    /// # Panics
    ///
    /// If a label is not below [`classes`](Self::classes).
    pub fn count(&self, truth: usize, predicted: usize) -> u64 {
        self.counts[self.index(truth, predicted)]
    }

    /// Rows that are `class`.
    ///
    /// # Panics
    ///
    /// If `class` is not below [`classes`](Self::classes).
    pub fn support(&self, class: usize) -> u64 {
        (0..self.classes).map(|other| self.count(class, other)).sum()
    }

    /// Rows that were taken for `class`.
    ///
    /// # Panics
    ///
    /// If `class` is not below [`classes`](Self::classes).
    pub fn predicted(&self, class: usize) -> u64 {
        (0..self.classes).map(|other| self.count(other, class)).sum()
    }

    /// All rows.
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Share of rows that were predicted right, `Σ TP / n`; `None` for no rows.
    pub fn accuracy(&self) -> Option<f64> {
        let right: u64 = (0..self.classes).map(|class| self.count(class, class)).sum();
        share(right, self.total())
    }

    /// Share of rows predicted as `class` that are `class`, `TP / (TP + FP)`; `None` if the class
    /// was never predicted.
    ///
    /// Source: C. J. van Rijsbergen, *Information Retrieval*, 2nd edition (1979), chapter 7.
    ///
    /// # Panics
    ///
    /// If `class` is not below [`classes`](Self::classes).
    pub fn precision(&self, class: usize) -> Option<f64> {
        share(self.count(class, class), self.predicted(class))
    }

    /// Share of rows of `class` that were predicted as `class`, `TP / (TP + FN)`; `None` if the
    /// class never was the truth.
    ///
    /// Source: as for [`precision`](Self::precision).
    ///
    /// # Panics
    ///
    /// If `class` is not below [`classes`](Self::classes).
    pub fn recall(&self, class: usize) -> Option<f64> {
        share(self.count(class, class), self.support(class))
    }

    /// Harmonic mean of precision and recall, `2 TP / (2 TP + FP + FN)`.
    ///
    /// `None` if the class occurs neither in the truth nor among the predictions; 0.0 if it occurs
    /// in only one of them.
    ///
    /// Source: as for [`precision`](Self::precision), with equal weights.
    ///
    /// # Panics
    ///
    /// If `class` is not below [`classes`](Self::classes).
    pub fn f1(&self, class: usize) -> Option<f64> {
        share(2 * self.count(class, class), self.support(class) + self.predicted(class))
    }

    /// Mean of [`f1`](Self::f1) over the classes that occur in the truth or among the predictions;
    /// `None` for no rows.
    ///
    /// A class in neither is left out, as scikit-learn's `f1_score(average="macro")` does. A class
    /// that was predicted but is nowhere true counts with its 0.0. (The mean of F1 values, not the F1
    /// of mean precision and mean recall: J. Opitz, S. Burst, *Macro F1 and Macro F1*,
    /// arXiv:1911.03347.)
    ///
    /// # Examples
    ///
    /// ```
    /// use deskhand::train::metrics::ConfusionMatrix;
    ///
    /// // Class 2 was predicted once, and wrongly; class 3 does not occur.
    /// let matrix = ConfusionMatrix::from_labels(4, &[0, 0, 1], &[0, 2, 1]);
    /// let mean = (2.0 / 3.0 + 1.0 + 0.0) / 3.0;
    /// assert!((matrix.macro_f1().unwrap() - mean).abs() < 1e-12);
    /// ```
    pub fn macro_f1(&self) -> Option<f64> {
        let scores: Vec<_> = (0..self.classes).filter_map(|class| self.f1(class)).collect();
        ratio(scores.iter().sum(), scores.len() as f64)
    }

    /// Cohen's kappa with quadratic weights: agreement on an ordinal scale, beyond chance.
    ///
    /// ```text
    /// QWK = 1 - Σ_ij (i - j)² O_ij / Σ_ij (i - j)² E_ij      E_ij = support(i) predicted(j) / n
    /// ```
    ///
    /// where `O_ij` are the counts. The class numbers are places on the scale, so tiers 1, 2, 3 may
    /// be counted as 0, 1, 2 and a miss by two tiers costs four times a miss by one. 1.0 is full
    /// agreement, 0.0 chance, below 0.0 worse than chance.
    ///
    /// Source: J. Cohen, *Weighted Kappa*, Psychological Bulletin 70 (1968) 213-220.
    ///
    /// `None` if no disagreement is to be expected even by chance: no rows, or truth and predictions
    /// are all of one and the same class.
    ///
    /// # Examples
    ///
    /// ```
    /// use deskhand::train::metrics::ConfusionMatrix;
    ///
    /// let kappa = |predicted| {
    ///     ConfusionMatrix::from_labels(3, &[0, 1, 2], predicted).quadratic_weighted_kappa()
    /// };
    /// assert_eq!(kappa(&[0, 1, 2]), Some(1.0));
    /// assert_eq!(kappa(&[1, 1, 1]), Some(0.0));
    /// assert_eq!(kappa(&[2, 1, 0]), Some(-1.0));
    /// ```
    pub fn quadratic_weighted_kappa(&self) -> Option<f64> {
        let n = self.total() as f64;
        let (mut observed, mut expected) = (0.0, 0.0);
        for truth in 0..self.classes {
            for predicted in 0..self.classes {
                let distance = truth.abs_diff(predicted) as f64;
                let chance = self.support(truth) as f64 * self.predicted(predicted) as f64;
                observed += distance * distance * self.count(truth, predicted) as f64;
                expected += distance * distance * chance;
            }
        }
        ratio(n * observed, expected).map(|share| 1.0 - share)
    }

    fn index(&self, truth: usize, predicted: usize) -> usize {
        assert!(truth < self.classes, "true label {truth} of {} classes", self.classes);
        assert!(
            predicted < self.classes,
            "predicted label {predicted} of {} classes",
            self.classes
        );
        truth * self.classes + predicted
    }
}

fn share(part: u64, whole: u64) -> Option<f64> {
    ratio(part as f64, whole as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_close(got: Option<f64>, want: f64) {
        assert!((got.unwrap() - want).abs() < 1e-12, "{got:?} is not {want}");
    }

    /// Three tiers; the constants below are those of scikit-learn 1.9.1 for these labels.
    fn tiers() -> ConfusionMatrix {
        let truth = [0, 0, 0, 1, 1, 2, 2, 2, 2, 1];
        let predicted = [0, 0, 1, 1, 1, 2, 1, 2, 0, 2];
        ConfusionMatrix::from_labels(3, &truth, &predicted)
    }

    #[test]
    fn counts_have_the_truth_in_rows() {
        let matrix = tiers();
        let rows = [[2, 1, 0], [0, 2, 1], [1, 1, 2]];
        for (truth, row) in rows.iter().enumerate() {
            for (predicted, &count) in row.iter().enumerate() {
                assert_eq!(matrix.count(truth, predicted), count, "{truth} as {predicted}");
            }
        }
        assert_eq!((matrix.support(2), matrix.predicted(1), matrix.total()), (4, 4, 10));
    }

    #[test]
    fn scores_equal_scikit_learn() {
        let matrix = tiers();
        assert_close(matrix.accuracy(), 0.6); // accuracy_score
        let classes = [
            (2.0 / 3.0, 2.0 / 3.0, 2.0 / 3.0),
            (0.5, 2.0 / 3.0, 4.0 / 7.0),
            (2.0 / 3.0, 0.5, 4.0 / 7.0),
        ];
        for (class, (precision, recall, f1)) in classes.into_iter().enumerate() {
            assert_close(matrix.precision(class), precision); // precision_recall_fscore_support
            assert_close(matrix.recall(class), recall);
            assert_close(matrix.f1(class), f1);
        }
        assert_close(matrix.macro_f1(), 0.6031746031746031); // f1_score(average="macro")
        let kappa = matrix.quadratic_weighted_kappa(); // cohen_kappa_score(weights="quadratic")
        assert_close(kappa, 0.46153846153846156);
    }

    #[test]
    fn absent_classes_are_undefined_not_zero() {
        let matrix = ConfusionMatrix::from_labels(4, &[0, 0, 1], &[0, 2, 1]);
        assert_eq!((matrix.precision(3), matrix.recall(3), matrix.f1(3)), (None, None, None));
        assert_eq!(
            (matrix.precision(2), matrix.recall(2), matrix.f1(2)),
            (Some(0.0), None, Some(0.0))
        );
        assert_close(matrix.macro_f1(), 0.5555555555555555); // scikit-learn 1.9.1
    }

    #[test]
    fn no_rows_give_none() {
        for classes in [0, 3] {
            let matrix = ConfusionMatrix::new(classes);
            assert_eq!((matrix.accuracy(), matrix.macro_f1()), (None, None));
            assert_eq!(matrix.quadratic_weighted_kappa(), None);
        }
    }

    #[test]
    fn kappa_needs_two_classes_somewhere() {
        let kappa = |truth, predicted| {
            ConfusionMatrix::from_labels(3, truth, predicted).quadratic_weighted_kappa()
        };
        assert_eq!(kappa(&[1, 1], &[1, 1]), None);
        assert_eq!(kappa(&[1, 1], &[1, 2]), Some(0.0));
    }

    #[test]
    #[should_panic(expected = "predicted label 3 of 3 classes")]
    fn labels_out_of_range_panic() {
        ConfusionMatrix::new(3).add(0, 3);
    }
}
