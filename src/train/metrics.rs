//! Measures of a classifier, each with its formula and where it comes from.
//!
//! They are our own because they decide which model is shipped: a definition must not change with a
//! dependency. Constants in the tests come from scikit-learn 1.9.1.
//!
//! Common rules:
//! - Where a measure is not defined (no data, nothing predicted, one class only) the answer is
//!   `None`, never `NaN` and never a convenient 0.
//! - Confidences and probabilities lie in `0.0..=1.0`. A value outside, or one that is not a number,
//!   is a mistake of the caller and panics, as do two lists of different lengths.
//! - The order of the rows does not matter (beyond the rounding of a sum): equal scores are treated
//!   alike.
//! - Sums run in the order given, so the same input gives the same bits.

mod confusion;

pub use confusion::ConfusionMatrix;

/// Number of bins that [`expected_calibration_error`] is usually reported with.
pub const CALIBRATION_BINS: usize = 10;

/// Area under the ROC curve: the chance that a positive row scores above a negative one.
///
/// ```text
/// AUC = (R - P (P + 1) / 2) / (P N)
/// ```
///
/// where `R` is the sum of the positive rows' ranks by rising score, equal scores sharing the mean
/// of their ranks (midranks), and `P` and `N` count the positive and the negative rows. A tie so
/// counts one half. 0.5 is chance, 1.0 perfect. Scores may be of any scale, infinities included.
///
/// Source: J. A. Hanley, B. J. McNeil, *The Meaning and Use of the Area under a ROC Curve*,
/// Radiology 143 (1982) 29-36; the statistic is that of Mann and Whitney (1947).
///
/// `None` without a positive or without a negative row.
///
/// # Panics
///
/// If the lists differ in length or a score is not a number.
///
/// # Complexity
///
/// O(n log n).
///
/// # Examples
///
/// ```
/// use deskhand::train::metrics::roc_auc;
///
/// let positive = [false, false, true, true];
/// assert_eq!(roc_auc(&[0.1, 0.4, 0.35, 0.8], &positive), Some(0.75));
/// assert_eq!(roc_auc(&[0.5; 4], &positive), Some(0.5));
/// assert_eq!(roc_auc(&[0.5], &[true]), None);
/// ```
pub fn roc_auc(scores: &[f64], positive: &[bool]) -> Option<f64> {
    let rows = sorted(scores, positive);
    let positives = rows.iter().filter(|row| row.1).count() as f64;
    let negatives = rows.len() as f64 - positives;
    // Twice the ranks, so that midranks stay whole numbers.
    let (mut below, mut rank_sum) = (0.0, 0.0);
    for tied in rows.chunk_by(|a, b| a.0 == b.0) {
        let midrank = 2.0 * below + tied.len() as f64 + 1.0;
        rank_sum += midrank * tied.iter().filter(|row| row.1).count() as f64;
        below += tied.len() as f64;
    }
    let above = rank_sum - positives * (positives + 1.0);
    ratio(above, 2.0 * positives * negatives)
}

/// Mean squared distance between the probability and what happened.
///
/// ```text
/// Brier = 1/n Σ_i (p_i - o_i)²      o_i = 1 for a positive row, else 0
/// ```
///
/// 0.0 is perfect; always saying 0.5 gives 0.25. This is the binary form, with a range of
/// `0.0..=1.0`, as in scikit-learn; Brier's original counts both classes and is twice as large.
///
/// Source: G. W. Brier, *Verification of Forecasts Expressed in Terms of Probability*, Monthly
/// Weather Review 78 (1950) 1-3.
///
/// `None` for no rows.
///
/// # Panics
///
/// If the lists differ in length or a probability lies outside `0.0..=1.0`.
///
/// # Examples
///
/// ```
/// use deskhand::train::metrics::brier_score;
///
/// assert_eq!(brier_score(&[0.5, 1.0], &[true, true]), Some(0.125));
/// assert_eq!(brier_score(&[], &[]), None);
/// ```
pub fn brier_score(probabilities: &[f64], positive: &[bool]) -> Option<f64> {
    assert_probabilities(probabilities, positive);
    let distance = |(p, &o): (&f64, &bool)| p - f64::from(u8::from(o));
    let squares = probabilities.iter().zip(positive).map(distance).map(|d| d * d);
    ratio(squares.sum(), probabilities.len() as f64)
}

/// How far stated confidence and real accuracy lie apart, on average over the rows.
///
/// ```text
/// ECE = Σ_b n_b / n |accuracy(b) - confidence(b)|
/// ```
///
/// over `bins` bins of equal width; bin `b` of `B` holds confidences in `(b / B, (b + 1) / B]`, the
/// first one 0.0 too. `accuracy(b)` is the share of right rows in the bin, `confidence(b)` the mean
/// of its confidences. `confidences` are those of the *predicted* class, so with two classes the
/// lower half of the bins stays empty. 0.0 is perfect calibration; 1.0 is sure and wrong every time.
/// State the number of bins with the value ([`CALIBRATION_BINS`] is usual): the value depends on it.
///
/// Source: C. Guo, G. Pleiss, Y. Sun, K. Q. Weinberger, *On Calibration of Modern Neural Networks*,
/// ICML 2017, equations 3 to 5.
///
/// `None` for no rows.
///
/// # Panics
///
/// If the lists differ in length, a confidence lies outside `0.0..=1.0`, or `bins` is 0.
///
/// # Examples
///
/// ```
/// use deskhand::train::metrics::{CALIBRATION_BINS, expected_calibration_error};
///
/// // Two rows at 75 % sure, one of them right: 25 points too sure.
/// let error = expected_calibration_error(&[0.75, 0.75], &[true, false], CALIBRATION_BINS);
/// assert_eq!(error, Some(0.25));
/// ```
pub fn expected_calibration_error(
    confidences: &[f64],
    correct: &[bool],
    bins: usize,
) -> Option<f64> {
    assert_probabilities(confidences, correct);
    assert!(bins > 0, "at least one bin");
    // The sizes of the bins cancel: n_b times a difference of means is a difference of sums.
    let mut excess = vec![0.0; bins];
    for (&confidence, &correct) in confidences.iter().zip(correct) {
        excess[bin_of(confidence, bins)] += confidence - f64::from(u8::from(correct));
    }
    ratio(excess.into_iter().map(f64::abs).sum(), confidences.len() as f64)
}

fn bin_of(confidence: f64, bins: usize) -> usize {
    let edge = (confidence * bins as f64).ceil() as usize;
    edge.saturating_sub(1).min(bins - 1)
}

/// One point of a [`CoverageCurve`].
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct CoveragePoint {
    /// Share of the rows that are answered, above 0.0 and up to 1.0.
    pub coverage: f64,
    /// Confidence of the least sure row that is answered.
    pub threshold: f64,
    /// Share of right rows among those answered.
    pub accuracy: f64,
}

/// What accuracy is to be had if only the surest rows are answered and the others are sent to
/// review.
///
/// ```text
/// accuracy(x) = 1/k Σ right_i  over the k = ceil(x n) rows of highest confidence
/// ```
///
/// Rows of equal confidence cannot be told apart: where the k-th row is one of them, they count with
/// their mean, which is what a random choice among them would give.
///
/// Source: R. El-Yaniv, Y. Wiener, *On the Foundations of Noise-free Selective Classification*,
/// JMLR 11 (2010) 1605-1641 (as the risk-coverage curve; accuracy is 1 - risk).
///
/// # Examples
///
/// ```
/// use deskhand::train::metrics::CoverageCurve;
///
/// let curve = CoverageCurve::new(&[0.9, 0.6, 0.8, 0.7], &[true, false, true, false]);
/// assert_eq!(curve.accuracy_at(0.5), Some(1.0)); // the surest half
/// assert_eq!(curve.accuracy_at(1.0), Some(0.5)); // all
/// assert_eq!(curve.points(2)[0].threshold, 0.8);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct CoverageCurve {
    /// Confidence of each row, highest first, and how many rows are right up to and with it.
    rows: Vec<(f64, f64)>,
}

impl CoverageCurve {
    /// Sorts the rows by confidence.
    ///
    /// # Panics
    ///
    /// If the lists differ in length or a confidence lies outside `0.0..=1.0`.
    ///
    /// # Complexity
    ///
    /// O(n log n).
    pub fn new(confidences: &[f64], correct: &[bool]) -> Self {
        assert_probabilities(confidences, correct);
        let mut sorted = sorted(confidences, correct);
        sorted.reverse();
        let (mut rows, mut right) = (Vec::with_capacity(sorted.len()), 0.0);
        for tied in sorted.chunk_by(|a, b| a.0 == b.0) {
            let hits = tied.iter().filter(|row| row.1).count() as f64;
            let share = hits / tied.len() as f64;
            rows.extend((1..=tied.len()).map(|i| (tied[0].0, right + share * i as f64)));
            right += hits;
        }
        Self { rows }
    }

    /// Accuracy on the surest `coverage` of the rows, at least one row; `None` for no rows.
    ///
    /// # Panics
    ///
    /// If `coverage` lies outside `0.0..=1.0`.
    pub fn accuracy_at(&self, coverage: f64) -> Option<f64> {
        Some(self.point_at(coverage)?.accuracy)
    }

    /// The whole point for the surest `coverage` of the rows, at least one row; `None` for no rows.
    ///
    /// [`CoveragePoint::coverage`] is what was reached: a whole number of rows, so it may lie above
    /// the one asked for.
    ///
    /// # Panics
    ///
    /// If `coverage` lies outside `0.0..=1.0`.
    pub fn point_at(&self, coverage: f64) -> Option<CoveragePoint> {
        assert!((0.0..=1.0).contains(&coverage), "coverage must lie in 0..=1, got {coverage}");
        let n = self.rows.len();
        // 0.07 * 100 is 7.000000000000001 in floating point: that must not mean 8 rows.
        let count = ((coverage * n as f64 - 1e-9).ceil().max(1.0) as usize).min(n);
        let &(threshold, right) = self.rows.get(count.checked_sub(1)?)?;
        let coverage = count as f64 / n as f64;
        Some(CoveragePoint { coverage, threshold, accuracy: right / count as f64 })
    }

    /// The points at `1/steps`, `2/steps`, … and 1; none for no rows or no steps.
    pub fn points(&self, steps: usize) -> Vec<CoveragePoint> {
        (1..=steps).filter_map(|step| self.point_at(step as f64 / steps as f64)).collect()
    }
}

/// Pairs of score and flag by rising score; within a tie, `false` first.
fn sorted(scores: &[f64], flags: &[bool]) -> Vec<(f64, bool)> {
    assert_eq!(scores.len(), flags.len(), "as many scores as labels");
    assert!(scores.iter().all(|score| !score.is_nan()), "a score is not a number");
    let mut rows: Vec<_> = scores.iter().copied().zip(flags.iter().copied()).collect();
    rows.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    rows
}

fn assert_probabilities(probabilities: &[f64], flags: &[bool]) {
    assert_eq!(probabilities.len(), flags.len(), "as many probabilities as labels");
    for &p in probabilities {
        assert!((0.0..=1.0).contains(&p), "a probability must lie in 0..=1, got {p}");
    }
}

/// The quotient, or `None` where it is not defined.
fn ratio(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CONFIDENCES: [f64; 10] = [0.55, 0.62, 0.71, 0.78, 0.83, 0.88, 0.91, 0.95, 0.97, 0.99];

    fn flags<const N: usize>(flags: [u8; N]) -> [bool; N] {
        flags.map(|flag| flag == 1)
    }

    #[track_caller]
    fn assert_close(got: Option<f64>, want: f64) {
        assert!((got.unwrap() - want).abs() < 1e-12, "{got:?} is not {want}");
    }

    #[test]
    fn auc_and_brier_equal_scikit_learn() {
        // roc_auc_score and brier_score_loss of scikit-learn 1.9.1; 0.4 occurs three times.
        let scores = [0.1, 0.4, 0.35, 0.8, 0.4, 0.4, 0.9, 0.05];
        let positive = flags([0, 0, 1, 1, 0, 1, 1, 0]);
        assert_close(roc_auc(&scores, &positive), 0.8125);
        assert_close(brier_score(&scores, &positive), 0.145625);
    }

    #[test]
    fn calibration_error_equals_scikit_learns_curve() {
        // Bin means by calibration_curve(n_bins=10) of scikit-learn 1.9.1, weighted by bin counts.
        let correct = flags([0, 1, 1, 0, 1, 1, 1, 0, 1, 1]);
        assert_close(expected_calibration_error(&CONFIDENCES, &correct, 10), 0.253);
    }

    #[test]
    fn bins_are_open_below_and_closed_above() {
        let table = [(0.0, 0), (0.1, 0), (0.11, 1), (0.5, 4), (0.7, 6), (0.95, 9), (1.0, 9)];
        for (confidence, bin) in table {
            assert_eq!(bin_of(confidence, 10), bin, "{confidence}");
        }
    }

    #[test]
    fn coverage_takes_the_surest_first() {
        let curve = CoverageCurve::new(&CONFIDENCES, &flags([0, 1, 1, 0, 1, 1, 1, 0, 1, 1]));
        assert_close(curve.accuracy_at(0.0), 1.0);
        assert_close(curve.accuracy_at(0.2), 1.0);
        assert_close(curve.accuracy_at(0.3), 2.0 / 3.0);
        assert_close(curve.accuracy_at(0.7), 5.0 / 7.0);
        assert_close(curve.accuracy_at(1.0), 0.7);
        let point = curve.point_at(0.25).unwrap();
        assert_eq!((point.coverage, point.threshold), (0.3, 0.95));
        assert_eq!(curve.points(5).len(), 5);
    }

    #[test]
    fn tied_confidences_count_with_their_mean() {
        let right = CoverageCurve::new(&[0.5, 0.5, 0.9], &[true, false, true]);
        let left = CoverageCurve::new(&[0.5, 0.9, 0.5], &[false, true, true]);
        assert_eq!(right, left);
        assert_close(right.accuracy_at(0.66), 0.75);
    }

    #[test]
    fn nothing_in_means_none_out() {
        assert_eq!(roc_auc(&[], &[]), None);
        assert_eq!(roc_auc(&[0.2, 0.4], &[false, false]), None);
        assert_eq!(brier_score(&[], &[]), None);
        assert_eq!(expected_calibration_error(&[], &[], 10), None);
        assert_eq!(CoverageCurve::new(&[], &[]).accuracy_at(0.5), None);
        assert_eq!(CoverageCurve::new(&[], &[]).points(10), []);
    }

    #[test]
    #[should_panic(expected = "a probability must lie in 0..=1, got NaN")]
    fn a_confidence_that_is_no_number_panics() {
        brier_score(&[f64::NAN], &[true]);
    }

    #[test]
    #[should_panic(expected = "as many scores as labels")]
    fn lists_of_different_lengths_panic() {
        roc_auc(&[0.5], &[]);
    }

    fn rows() -> impl Strategy<Value = (Vec<f64>, Vec<bool>)> {
        // Few different scores, so that ties are common.
        prop::collection::vec((0u8..=8, any::<bool>()), 0..40)
            .prop_map(|rows| rows.into_iter().map(|(s, f)| (f64::from(s) / 8.0, f)).unzip())
    }

    /// The definition: every positive row against every negative row.
    fn naive_auc(scores: &[f64], positive: &[bool]) -> Option<f64> {
        let of =
            |side| scores.iter().zip(positive).filter(move |row| *row.1 == side).map(|row| *row.0);
        let wins = of(true).flat_map(|p| of(false).map(move |n| (p, n)));
        let points = wins.map(|(p, n)| {
            if p > n {
                1.0
            } else if p == n {
                0.5
            } else {
                0.0
            }
        });
        ratio(points.sum(), (of(true).count() * of(false).count()) as f64)
    }

    proptest! {
        #[test]
        fn auc_equals_its_definition((scores, positive) in rows()) {
            let (got, want) = (roc_auc(&scores, &positive), naive_auc(&scores, &positive));
            prop_assert_eq!(got.is_some(), want.is_some());
            if let (Some(got), Some(want)) = (got, want) {
                prop_assert!((got - want).abs() < 1e-12);
            }
        }

        #[test]
        fn order_does_not_matter((scores, flags) in rows()) {
            let reversed: (Vec<_>, Vec<_>) = scores.iter().copied().zip(flags.iter().copied()).rev().unzip();
            let (s, f) = (&reversed.0, &reversed.1);
            prop_assert_eq!(roc_auc(&scores, &flags), roc_auc(s, f));
            prop_assert_eq!(CoverageCurve::new(&scores, &flags), CoverageCurve::new(s, f));
        }

        #[test]
        fn full_coverage_is_plain_accuracy((scores, correct) in rows()) {
            let right = correct.iter().filter(|&&c| c).count() as f64;
            let got = CoverageCurve::new(&scores, &correct).accuracy_at(1.0);
            let want = ratio(right, correct.len() as f64);
            prop_assert_eq!(got.is_some(), want.is_some());
            prop_assert!((got.unwrap_or(0.0) - want.unwrap_or(0.0)).abs() < 1e-12);
        }
    }
}
