//! What a report about a model shows, as data: counts, curves, words, mistakes and what to do next.
//!
//! [`Metrics`] hold numbers only and can be written to a file; the rest of a [`Report`] quotes the
//! texts.

mod advice;
mod mistakes;
mod words;

use std::collections::BTreeMap;

use serde::Serialize;

pub use self::advice::advice;
pub use self::mistakes::{Conflict, Mistake, Piece, conflicts, mistakes};
pub use self::words::{HeavyWord, HeavyWords, heaviest};

use crate::train::corpus::Row;
use crate::train::evaluation::{Figures, Verdict, answer, mean_over, tier_of};
use crate::train::metrics::CoverageCurve;
use crate::{Classifier, Desk, Inquiry};

/// The rows of one company with what was answered about them.
///
/// # Examples
/// ```
/// use deskhand::Classifier;
/// use deskhand::train::{corpus::Row, report::Answered};
///
/// let rows = [Row::labelled("hello", None, None)];
/// assert_eq!(Answered::by(Classifier::bundled(), "mine", &rows).verdicts.len(), 1);
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Answered<'r> {
    /// The company's name.
    pub name: &'r str,
    /// What was asked, with the labels.
    pub rows: Vec<&'r Row>,
    /// What was answered, one a row.
    pub verdicts: Vec<Verdict>,
}

impl<'r> Answered<'r> {
    /// Rows with verdicts from elsewhere.
    ///
    /// # Panics
    /// If there are not as many verdicts as rows.
    ///
    /// # Examples
    /// ```
    /// let nothing = deskhand::train::report::Answered::new("mine", vec![], vec![]);
    /// assert!(nothing.rows.is_empty());
    /// ```
    #[must_use]
    pub fn new(name: &'r str, rows: Vec<&'r Row>, verdicts: Vec<Verdict>) -> Self {
        assert_eq!(rows.len(), verdicts.len(), "one verdict a row");
        Self { name, rows, verdicts }
    }

    /// Asks a classifier about the rows.
    ///
    /// # Examples
    /// See [`Answered`].
    #[must_use]
    pub fn by(classifier: &Classifier, name: &'r str, rows: &'r [Row]) -> Self {
        Self::new(name, rows.iter().collect(), answer(classifier, rows))
    }

    fn pairs(&self) -> impl Iterator<Item = (&'r Row, &Verdict)> {
        self.rows.iter().copied().zip(&self.verdicts)
    }
}

/// All numbers of a report.
///
/// # Examples
/// ```
/// use deskhand::{Classifier, Desk};
/// use deskhand::train::{corpus::Row, report::{Answered, Metrics}};
///
/// let rows = [Row::labelled("Where is my refund?", Some(Desk::Service), None)];
/// let metrics = Metrics::of(&[Answered::by(Classifier::bundled(), "mine", &rows)], 0);
/// assert_eq!(metrics.pooled.figures.desk_accuracy, Some(1.0));
/// assert_eq!(metrics.pooled.desk.chosen[0], [1, 0]);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Metrics {
    /// In the order given.
    pub companies: Vec<Company>,
    /// All rows thrown together.
    pub pooled: Company,
    /// The mean of each figure over the companies that have it.
    pub mean: BTreeMap<&'static str, Option<f64>>,
    /// Rows by tier (row) and suggested tier (column), pooled.
    pub tier: [[u64; 3]; 3],
    /// Stated probability of the technical desk against how often it was right, pooled.
    pub reliability: Vec<ReliabilityBin>,
    /// Accuracy on the surest part of the inquiries, pooled; by rising coverage.
    pub coverage: Vec<Coverage>,
    /// Reasons to review by true label, pooled. Rows without a reason stand first.
    pub reviews: Vec<ReviewCount>,
}

/// One company's numbers.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Company {
    /// Its name.
    pub name: String,
    /// How right the answers are.
    pub figures: Figures,
    /// Where the rows went.
    pub desk: DeskCounts,
}

/// Rows by true label and chosen desk.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct DeskCounts {
    /// Rows of service, technical and none; columns of service and technical.
    pub chosen: [[u64; 2]; 3],
    /// Those of them that were sent to review.
    pub reviewed: [[u64; 2]; 3],
}

/// Rows whose probability of the technical desk lies in a tenth of the range.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ReliabilityBin {
    /// Rows.
    pub n: usize,
    /// Mean of the stated probabilities.
    pub stated: f64,
    /// Share that is technical.
    pub found: f64,
    /// 95 % of the time the share of many such rows lies between these two (Wilson 1927).
    pub interval: [f64; 2],
}

/// One point of the curve of accuracy over coverage.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Coverage {
    /// Share of the inquiries that is answered: the surest ones.
    pub coverage: f64,
    /// Probability of the least sure of them.
    pub threshold: f64,
    /// Share of them sent to the right desk.
    pub accuracy: f64,
}

/// How often a reason to review was given, by true label.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ReviewCount {
    /// `None` where no review was asked for.
    pub reason: Option<&'static str>,
    /// Rows of service, technical and none.
    pub rows: [u64; 3],
}

/// Points of the curve of accuracy over coverage: every fiftieth.
const CURVE_STEPS: usize = 50;
const RELIABILITY_BINS: usize = 10;

impl Metrics {
    /// Compares answers with labels. Figures that fewer than `fewest` rows of a company speak for
    /// are left out (see [`Figures::where_enough`]).
    ///
    /// # Examples
    /// See [`Metrics`].
    #[must_use]
    pub fn of(companies: &[Answered<'_>], fewest: usize) -> Self {
        let all = Answered::new(
            "pooled",
            companies.iter().flat_map(|company| company.rows.iter().copied()).collect(),
            companies.iter().flat_map(|company| company.verdicts.iter().copied()).collect(),
        );
        let companies: Vec<_> = companies.iter().map(|c| Company::of(c, fewest)).collect();
        let figures: Vec<_> = companies.iter().map(|company| company.figures.clone()).collect();
        Self {
            pooled: Company::of(&all, 0),
            mean: mean_over(&figures).into_iter().collect(),
            tier: tier_counts(&all),
            reliability: reliability(&all),
            coverage: coverage(&all),
            reviews: review_counts(&all),
            companies,
        }
    }
}

impl Company {
    fn of(answered: &Answered<'_>, fewest: usize) -> Self {
        let rows: Vec<_> = answered.rows.iter().copied().cloned().collect();
        let figures = Figures::of(&rows, &answered.verdicts).where_enough(&rows, fewest);
        let mut desk = DeskCounts::default();
        for (row, verdict) in answered.pairs() {
            let (truth, chosen) = (label(row), verdict.desk() as usize);
            desk.chosen[truth][chosen] += 1;
            desk.reviewed[truth][chosen] += u64::from(verdict.review.is_some());
        }
        Self { name: answered.name.to_owned(), figures, desk }
    }
}

/// Names of the true labels, in the order in which they are counted.
pub const LABELS: [&str; 3] = ["service", "technical", "none"];

fn label(row: &Row) -> usize {
    row.desk.map_or(2, |desk| desk as usize)
}

fn tier_counts(all: &Answered<'_>) -> [[u64; 3]; 3] {
    let mut counts = [[0; 3]; 3];
    for (row, verdict) in all.pairs() {
        if let Some(truth) = tier_of(row) {
            counts[truth as usize][verdict.tier as usize] += 1;
        }
    }
    counts
}

fn reliability(all: &Answered<'_>) -> Vec<ReliabilityBin> {
    let mut bins = [(0usize, 0.0, 0usize); RELIABILITY_BINS];
    for (row, verdict) in all.pairs().filter(|(row, _)| row.desk.is_some()) {
        let bin = (verdict.technical * RELIABILITY_BINS as f64) as usize;
        let bin = &mut bins[bin.min(RELIABILITY_BINS - 1)];
        bin.0 += 1;
        bin.1 += verdict.technical;
        bin.2 += usize::from(row.desk == Some(Desk::Technical));
    }
    let filled = bins.into_iter().filter(|bin| bin.0 > 0);
    let mean = |(n, stated, found): (usize, f64, usize)| ReliabilityBin {
        n,
        stated: stated / n as f64,
        found: found as f64 / n as f64,
        interval: wilson(found, n),
    };
    filled.map(mean).collect()
}

/// The score interval of a share, 95 %: E. B. Wilson, *Probable Inference, the Law of Succession,
/// and Statistical Inference*, JASA 22 (1927) 209-212.
fn wilson(hits: usize, n: usize) -> [f64; 2] {
    const Z: f64 = 1.959_963_984_540_054;
    let (n, share) = (n as f64, hits as f64 / n as f64);
    let centre = share + Z * Z / (2.0 * n);
    let half = Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    [-half, half].map(|half| ((centre + half) / (1.0 + Z * Z / n)).clamp(0.0, 1.0))
}

fn coverage(all: &Answered<'_>) -> Vec<Coverage> {
    let inquiries = all.pairs().filter(|(row, _)| row.desk.is_some());
    let (confidences, right): (Vec<_>, Vec<_>) =
        inquiries.map(|(row, v)| (v.confidence(), row.desk == Some(v.desk()))).unzip();
    let curve = CoverageCurve::new(&confidences, &right);
    let point = |point: crate::train::metrics::CoveragePoint| Coverage {
        coverage: point.coverage,
        threshold: point.threshold,
        accuracy: point.accuracy,
    };
    curve.points(CURVE_STEPS).into_iter().map(point).collect()
}

fn review_counts(all: &Answered<'_>) -> Vec<ReviewCount> {
    let mut counts: BTreeMap<_, [u64; 3]> = BTreeMap::from([(None, [0; 3])]);
    for (row, verdict) in all.pairs() {
        counts.entry(verdict.review).or_default()[label(row)] += 1;
    }
    let count = |(reason, rows): (Option<crate::ReviewReason>, _)| ReviewCount {
        reason: reason.map(|reason| reason.as_str()),
        rows,
    };
    counts.into_iter().map(count).collect()
}

/// Everything that a report shows.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Report {
    /// The numbers.
    pub metrics: Metrics,
    /// The heaviest words of each head; none where the model is not at hand.
    pub heaviest: Vec<HeavyWords>,
    /// The most confident mistakes, the surest first.
    pub mistakes: Vec<Mistake>,
    /// Texts that stand with two labels.
    pub conflicts: Vec<Conflict>,
    /// What to do next, a sentence or two each.
    pub advice: Vec<String>,
}

/// How many mistakes a report shows.
pub const MISTAKES: usize = 50;
/// How many words a head has in a report, towards either side.
pub const WORDS: usize = 20;

impl Report {
    /// Measures answers and looks into them. `classifier` gave them, if one did: without it no word
    /// is weighed. `more` are further texts to take the heaviest words from: a model holds hashes,
    /// not words.
    ///
    /// # Examples
    /// ```
    /// use deskhand::{Classifier, Desk};
    /// use deskhand::train::{corpus::Row, report::{Answered, Report}};
    ///
    /// let rows = [Row::labelled("Where is my refund?", Some(Desk::Technical), None)];
    /// let clerk = Classifier::bundled();
    /// let report = Report::of(&[Answered::by(clerk, "mine", &rows)], 0, Some(clerk), &[]);
    /// assert_eq!(report.mistakes.len(), 1);
    /// ```
    #[must_use]
    pub fn of(
        companies: &[Answered<'_>],
        fewest: usize,
        classifier: Option<&Classifier>,
        more: &[Inquiry<'_>],
    ) -> Self {
        let metrics = Metrics::of(companies, fewest);
        let texts = companies.iter().flat_map(|company| company.rows.iter().map(|r| r.inquiry()));
        let texts: Vec<_> = texts.chain(more.iter().copied()).collect();
        let mistakes = mistakes(companies, classifier, MISTAKES);
        let conflicts = conflicts(companies);
        let advice = advice(&metrics, &mistakes, &conflicts);
        let heaviest = classifier.map_or_else(Vec::new, |model| heaviest(model, &texts, WORDS));
        Self { metrics, heaviest, mistakes, conflicts, advice }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Tier;

    #[test]
    fn intervals_equal_scipy() {
        // binomtest(8, 10).proportion_ci(method="wilson") of SciPy.
        let [low, high] = wilson(8, 10);
        assert!((low - 0.490_162).abs() < 1e-6 && (high - 0.943_318).abs() < 1e-6, "{low} {high}");
        assert_eq!(wilson(0, 5)[0], 0.0);
        assert_eq!(wilson(5, 5)[1], 1.0);
    }

    #[test]
    fn counts_add_up() {
        let row = |desk, tier| Row::labelled("text", desk, tier);
        let rows = [
            row(Some(Desk::Service), Some(Tier::Three)),
            row(Some(Desk::Technical), Some(Tier::One)),
            row(None, None),
        ];
        let verdict = |technical, review| Verdict::new(technical, Tier::Two, review);
        let too_close = Some(crate::ReviewReason::TooClose);
        let verdicts = vec![verdict(0.9, None), verdict(0.95, None), verdict(0.4, too_close)];
        let metrics = Metrics::of(&[Answered::new("mine", rows.iter().collect(), verdicts)], 0);
        assert_eq!(metrics.pooled.desk.chosen, [[0, 1], [0, 1], [1, 0]]);
        assert_eq!(metrics.pooled.desk.reviewed, [[0, 0], [0, 0], [1, 0]]);
        assert_eq!(metrics.tier, [[0, 1, 0], [0, 0, 0], [0, 1, 0]]);
        assert_eq!(metrics.reviews[0], ReviewCount { reason: None, rows: [1, 1, 0] });
        assert_eq!(metrics.reviews[1], ReviewCount { reason: Some("too-close"), rows: [0, 0, 1] });
        assert_eq!(metrics.reliability.len(), 1);
        assert_eq!((metrics.reliability[0].n, metrics.reliability[0].found), (2, 0.5));
        assert_eq!(metrics.coverage.last().unwrap().accuracy, 0.5);
        assert_eq!(metrics.coverage.len(), CURVE_STEPS);
    }
}
