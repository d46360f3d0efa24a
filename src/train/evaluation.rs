//! How good answers are: the figures of one company, and the mean over companies.

use serde::Serialize;

use crate::train::corpus::{Annotator, Row};
use crate::train::metrics::{
    CALIBRATION_BINS, ConfusionMatrix, CoverageCurve, expected_calibration_error, roc_auc,
};
use crate::{Classifier, Desk, ReviewReason, Scratch, Tier, Triage};

/// What was answered about a row.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Verdict {
    /// Probability of the technical desk.
    pub technical: f64,
    /// The suggested tier.
    pub tier: Tier,
    /// Why a person was asked to look, if one was.
    pub review: Option<ReviewReason>,
    /// Probability that the text asks for anything: that of the likelier desk to be asked for.
    pub inquiry: f64,
}

impl Verdict {
    /// A verdict from its numbers, on a text that surely holds an inquiry.
    ///
    /// # Examples
    /// ```
    /// use deskhand::{Desk, Tier, train::evaluation::Verdict};
    /// assert_eq!(Verdict::new(0.7, Tier::One, None).desk(), Desk::Technical);
    /// ```
    #[must_use]
    pub fn new(technical: f64, tier: Tier, review: Option<ReviewReason>) -> Self {
        Self { technical, tier, review, inquiry: 1.0 }
    }

    /// The same verdict on a text that asks for anything with this probability.
    ///
    /// # Examples
    /// ```
    /// use deskhand::{Tier, train::evaluation::Verdict};
    /// assert_eq!(Verdict::new(0.7, Tier::One, None).with_inquiry(0.1).inquiry, 0.1);
    /// ```
    #[must_use]
    pub fn with_inquiry(self, inquiry: f64) -> Self {
        Self { inquiry, ..self }
    }

    /// The desk that was chosen.
    ///
    /// # Examples
    /// ```
    /// use deskhand::{Desk, Tier, train::evaluation::Verdict};
    /// assert_eq!(Verdict::new(0.2, Tier::One, None).desk(), Desk::Service);
    /// ```
    #[must_use]
    pub fn desk(&self) -> Desk {
        if self.technical > 0.5 { Desk::Technical } else { Desk::Service }
    }

    /// The probability of that desk, 0.5 to 1.0.
    ///
    /// # Examples
    /// ```
    /// use deskhand::{Tier, train::evaluation::Verdict};
    /// assert_eq!(Verdict::new(0.25, Tier::One, None).confidence(), 0.75);
    /// ```
    #[must_use]
    pub fn confidence(&self) -> f64 {
        self.technical.max(1.0 - self.technical)
    }
}

impl From<Triage> for Verdict {
    fn from(triage: Triage) -> Self {
        let probability = f64::from(triage.probability());
        let technical = match triage.desk() {
            Desk::Technical => probability,
            Desk::Service => 1.0 - probability,
        };
        let asks_for = |desk| f64::from(triage.asks_for(desk));
        Self {
            technical,
            tier: triage.tier(),
            review: triage.review(),
            inquiry: asks_for(Desk::Service).max(asks_for(Desk::Technical)),
        }
    }
}

/// Answers about labelled rows.
///
/// # Examples
/// ```
/// use deskhand::train::{corpus::Row, evaluation};
/// use deskhand::{Classifier, Desk};
///
/// let rows = [Row::labelled("Where is my refund?", Some(Desk::Service), None)];
/// let verdicts = evaluation::answer(Classifier::bundled(), &rows);
/// assert_eq!(verdicts[0].desk(), Desk::Service);
/// ```
#[must_use]
pub fn answer(classifier: &Classifier, rows: &[Row]) -> Vec<Verdict> {
    let mut scratch = Scratch::new();
    rows.iter().map(|row| classifier.triage_with(row.inquiry(), &mut scratch).into()).collect()
}

/// The figures of one company, or of several thrown together.
///
/// Figures of the desk are over the rows that hold an inquiry; figures of the tier over the rows
/// that somebody gave one: a tier that was mapped from an intent is too coarse to count. `None`
/// where there is nothing to measure.
///
/// # Examples
/// ```
/// use deskhand::train::{corpus::Row, evaluation::{Figures, Verdict}};
/// use deskhand::{Desk, Tier};
///
/// let rows = [
///     Row::labelled("black screen", Some(Desk::Technical), Some(Tier::One)),
///     Row::labelled("refund", Some(Desk::Service), Some(Tier::One)),
/// ];
/// let verdicts = [Verdict::new(0.9, Tier::One, None), Verdict::new(0.2, Tier::One, None)];
/// let figures = Figures::of(&rows, &verdicts);
/// assert_eq!(figures.desk_accuracy, Some(1.0));
/// assert_eq!(figures.tier_3_recall, None);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Figures {
    /// Rows.
    pub n: usize,
    /// Share of inquiries sent to the right desk.
    pub desk_accuracy: Option<f64>,
    /// F1 of the two desks, averaged.
    pub desk_macro_f1: Option<f64>,
    /// Area under the ROC curve of the technical desk.
    pub desk_auc: Option<f64>,
    /// Expected calibration error of the desk's probability, ten bins.
    pub desk_ece: Option<f64>,
    /// Share of inquiries not sent to review.
    pub coverage: Option<f64>,
    /// Share of those that went to the right desk.
    pub covered_accuracy: Option<f64>,
    /// Share of the surest 80 % that went to the right desk.
    pub surest_80_accuracy: Option<f64>,
    /// Share of rows without an inquiry that were sent to review.
    pub none_reviewed: Option<f64>,
    /// Area under the ROC curve of "no inquiry is in the text".
    pub none_auc: Option<f64>,
    /// Share of inquiries given the right tier.
    pub tier_accuracy: Option<f64>,
    /// F1 of the tiers that occur, averaged.
    pub tier_macro_f1: Option<f64>,
    /// Cohen's kappa with quadratic weights between true and suggested tier.
    pub tier_qwk: Option<f64>,
    /// Share of tier 3 that was suggested as such.
    pub tier_3_recall: Option<f64>,
    /// Share of suggested tiers 3 that were right.
    pub tier_3_precision: Option<f64>,
}

impl Figures {
    /// Compares verdicts with labels, row by row.
    ///
    /// # Panics
    /// If there are not as many verdicts as rows.
    ///
    /// # Examples
    /// See [`Figures`].
    #[must_use]
    pub fn of(rows: &[Row], verdicts: &[Verdict]) -> Self {
        assert_eq!(rows.len(), verdicts.len(), "one verdict a row");
        let pairs = || rows.iter().zip(verdicts);
        let mut figures = Self { n: rows.len(), ..Self::default() };
        figures.measure_desk(&pairs().filter_map(|(r, v)| Some((r.desk?, *v))).collect::<Vec<_>>());
        figures.measure_tier(
            &pairs().filter_map(|(r, v)| Some((tier_of(r)?, v.tier))).collect::<Vec<_>>(),
        );
        let none = pairs()
            .filter(|(row, _)| row.desk.is_none())
            .map(|(_, verdict)| verdict.review.is_some());
        figures.none_reviewed = share(none);
        let empty: Vec<_> = verdicts.iter().map(|verdict| 1.0 - verdict.inquiry).collect();
        let is_none: Vec<_> = rows.iter().map(|row| row.desk.is_none()).collect();
        figures.none_auc = roc_auc(&empty, &is_none);
        figures
    }

    /// The same without the figures that fewer than `fewest` rows speak for, on the rarer side:
    /// of a desk, of no inquiry, of tier 2 or above, of tier 3. Accuracies stay.
    ///
    /// # Examples
    /// ```
    /// use deskhand::train::{corpus::Row, evaluation::{Figures, Verdict}};
    /// use deskhand::{Desk, Tier};
    ///
    /// let rows = [Row::labelled("refund", Some(Desk::Service), Some(Tier::One))];
    /// let figures = Figures::of(&rows, &[Verdict::new(0.2, Tier::One, None)]);
    /// assert_eq!(figures.desk_macro_f1, Some(1.0));
    /// assert_eq!(figures.where_enough(&rows, 20).desk_macro_f1, None);
    /// ```
    #[must_use]
    pub fn where_enough(mut self, rows: &[Row], fewest: usize) -> Self {
        let enough =
            |is: &dyn Fn(&Row) -> bool| rows.iter().filter(|row| is(row)).count() >= fewest;
        let tier = |row: &Row, is: fn(Tier) -> bool| tier_of(row).is_some_and(is);
        let both_desks = enough(&|row| row.desk == Some(Desk::Service))
            && enough(&|row| row.desk == Some(Desk::Technical));
        let both_tiers = enough(&|row| tier(row, |tier| tier == Tier::One))
            && enough(&|row| tier(row, |tier| tier >= Tier::Two));
        let none = enough(&|row| row.desk.is_none());
        let three = enough(&|row| tier(row, |tier| tier == Tier::Three));
        let drop = |figure: &mut Option<f64>, keep: bool| *figure = figure.filter(|_| keep);
        drop(&mut self.desk_macro_f1, both_desks);
        drop(&mut self.desk_auc, both_desks);
        drop(&mut self.none_reviewed, none);
        drop(&mut self.none_auc, none);
        drop(&mut self.tier_macro_f1, both_tiers);
        drop(&mut self.tier_qwk, both_tiers);
        drop(&mut self.tier_3_recall, three);
        drop(&mut self.tier_3_precision, three);
        self
    }

    fn measure_desk(&mut self, answers: &[(Desk, Verdict)]) {
        let right: Vec<_> = answers.iter().map(|(desk, verdict)| *desk == verdict.desk()).collect();
        let truth: Vec<_> = answers.iter().map(|(desk, _)| *desk as usize).collect();
        let chosen: Vec<_> = answers.iter().map(|(_, verdict)| verdict.desk() as usize).collect();
        let matrix = ConfusionMatrix::from_labels(2, &truth, &chosen);
        let technical: Vec<_> = answers.iter().map(|(_, verdict)| verdict.technical).collect();
        let positive: Vec<_> = answers.iter().map(|(desk, _)| *desk == Desk::Technical).collect();
        let confidences: Vec<_> = answers.iter().map(|(_, v)| v.confidence()).collect();
        let covered =
            || answers.iter().zip(&right).filter(|((_, verdict), _)| verdict.review.is_none());
        self.desk_accuracy = matrix.accuracy();
        self.desk_macro_f1 = matrix.macro_f1();
        self.desk_auc = roc_auc(&technical, &positive);
        self.desk_ece = expected_calibration_error(&confidences, &right, CALIBRATION_BINS);
        self.coverage = share(answers.iter().map(|(_, verdict)| verdict.review.is_none()));
        self.covered_accuracy = share(covered().map(|(_, right)| *right));
        self.surest_80_accuracy = CoverageCurve::new(&confidences, &right).accuracy_at(0.8);
    }

    fn measure_tier(&mut self, answers: &[(Tier, Tier)]) {
        let number = |tier: Tier| usize::from(tier.number()) - 1;
        let truth: Vec<_> = answers.iter().map(|(truth, _)| number(*truth)).collect();
        let chosen: Vec<_> = answers.iter().map(|(_, chosen)| number(*chosen)).collect();
        let matrix = ConfusionMatrix::from_labels(3, &truth, &chosen);
        self.tier_accuracy = matrix.accuracy();
        self.tier_macro_f1 = matrix.macro_f1();
        self.tier_qwk = matrix.quadratic_weighted_kappa();
        self.tier_3_recall = matrix.recall(2);
        self.tier_3_precision = matrix.precision(2);
    }

    /// The figures by name, in the order of the fields.
    ///
    /// # Examples
    /// ```
    /// let empty = deskhand::train::evaluation::Figures::default();
    /// assert_eq!(empty.named()[1], ("desk_macro_f1", None));
    /// ```
    #[must_use]
    pub fn named(&self) -> [(&'static str, Option<f64>); 14] {
        [
            ("desk_accuracy", self.desk_accuracy),
            ("desk_macro_f1", self.desk_macro_f1),
            ("desk_auc", self.desk_auc),
            ("desk_ece", self.desk_ece),
            ("coverage", self.coverage),
            ("covered_accuracy", self.covered_accuracy),
            ("surest_80_accuracy", self.surest_80_accuracy),
            ("none_reviewed", self.none_reviewed),
            ("none_auc", self.none_auc),
            ("tier_accuracy", self.tier_accuracy),
            ("tier_macro_f1", self.tier_macro_f1),
            ("tier_qwk", self.tier_qwk),
            ("tier_3_recall", self.tier_3_recall),
            ("tier_3_precision", self.tier_3_precision),
        ]
    }
}

/// The mean of each figure over the companies that have it: every company counts the same,
/// whatever its size.
///
/// # Examples
/// ```
/// use deskhand::train::evaluation::{Figures, mean_over};
/// assert_eq!(mean_over(&[]).len(), 14);
/// assert_eq!(mean_over(&[])[0], ("desk_accuracy", None));
/// ```
#[must_use]
pub fn mean_over(companies: &[Figures]) -> Vec<(&'static str, Option<f64>)> {
    let of = |figure: usize| {
        let values: Vec<_> = companies.iter().filter_map(|c| c.named()[figure].1).collect();
        (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
    };
    let names = Figures::default().named();
    names.iter().enumerate().map(|(figure, (name, _))| (*name, of(figure))).collect()
}

/// The tier that somebody who read the row gave it.
pub(crate) fn tier_of(row: &Row) -> Option<Tier> {
    row.tier.filter(|_| row.by != Annotator::Intent)
}

fn share(answers: impl Iterator<Item = bool>) -> Option<f64> {
    let (mut yes, mut all) = (0u32, 0u32);
    for answer in answers {
        all += 1;
        yes += u32::from(answer);
    }
    (all > 0).then(|| f64::from(yes) / f64::from(all))
}
