//! From the margins of rows that were left out to probabilities that hold for a fresh company.

use std::collections::BTreeMap;

use linfa::dataset::DatasetBase;
use linfa::traits::Fit;
use ndarray::{Array1, Array2};

use crate::model::calibration::{Curve, CurvePoint};
use crate::model::weights::{
    DESK, HEADS, SERVICE, TECHNICAL, TIER_2_SERVICE, TIER_2_TECHNICAL, TIER_3,
};
use crate::policy::{Counts, Policy, Thresholds};
use crate::train::TrainError;
use crate::train::corpus::{Annotator, Row};
use crate::train::evaluation::{Verdict, tier_of};
use crate::train::matrix::Design;
use crate::train::solver::LogisticParams;
use crate::triage;
use crate::{Desk, Tier};

/// The margins of one row, one a head, as the solver gives them: not calibrated.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Margins(pub(crate) [f64; HEADS]);

/// Platt scaling (Platt 1999) a head: log-odds = slope x margin + intercept.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Calibration {
    pub(crate) scalings: [Scaling; HEADS],
    pub(crate) curve: Curve,
}

/// A line from a margin to log-odds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Scaling {
    pub(crate) slope: f64,
    pub(crate) intercept: f64,
}

impl Scaling {
    pub(crate) fn log_odds(&self, margin: f64) -> f64 {
        self.slope * margin + self.intercept
    }
}

/// A head whose margins say nothing about unseen sources still needs a slope that can be inverted.
const LEAST_SLOPE: f64 = 0.01;

/// Next to no regularisation: a few numbers from thousands of rows.
const C: f64 = 1000.0;

impl Calibration {
    /// Fits the scalings on margins of rows that were left out of training. `group` numbers the
    /// group of a row.
    ///
    /// The slope comes from rows that were collected rather than written, because written texts
    /// are clearer than life. Every group counts the same and has an intercept of its own while the
    /// slope is sought: which desk a company hears from most is its own affair. The intercept of
    /// the desk is that of the fit; for the other heads it is what all groups together ask for.
    pub(crate) fn fit(
        left_out: &[Margins],
        rows: &[&Row],
        group: impl Fn(usize) -> usize + Copy,
    ) -> Result<Self, TrainError> {
        let mut scalings = [Scaling { slope: 1.0, intercept: 0.0 }; HEADS];
        for (head, scaling) in scalings.iter_mut().enumerate() {
            *scaling = Answers::of(head, left_out, rows, group).scaling(head == DESK)?;
        }
        let curve = curve(scalings[DESK], left_out, rows);
        Ok(Self { scalings, curve })
    }

    /// What a default policy answers to these margins, but for reasons to review that come from
    /// the text itself.
    pub(crate) fn verdict(&self, margins: &Margins) -> Verdict {
        let milli = |head: usize| (1000.0 * self.scalings[head].log_odds(margins.0[head])) as i32;
        let tier_2 = milli(margins.tier_2_head());
        let margins = triage::Margins {
            desk: milli(DESK),
            service: milli(SERVICE),
            technical: milli(TECHNICAL),
            tier_2,
            tier_3: milli(TIER_3),
        };
        let read = Counts { function: 10, known: 10, ..Counts::default() };
        Thresholds::without_target(Policy::default()).decide(margins, read).into()
    }
}

/// Margins of one head with what they ought to say.
struct Answers {
    all: Vec<Answer>,
}

#[derive(Clone, Copy)]
struct Answer {
    margin: f64,
    is: bool,
    group: usize,
    was_collected: bool,
}

impl Answers {
    fn of(
        head: usize,
        left_out: &[Margins],
        rows: &[&Row],
        group: impl Fn(usize) -> usize,
    ) -> Self {
        let answer = |(at, row): (usize, &&Row)| {
            let (margin, is) = answer_of(head, row, &left_out[at])?;
            let was_collected = row.by != Annotator::Author;
            Some(Answer { margin, is, group: group(at), was_collected })
        };
        Self { all: rows.iter().enumerate().filter_map(answer).collect() }
    }

    fn scaling(&self, is_desk: bool) -> Result<Scaling, TrainError> {
        let collected: Vec<_> = self.all.iter().filter(|a| a.was_collected).copied().collect();
        let slope = match slope(&collected)? {
            Some(slope) => slope,
            None => slope(&self.all)?.unwrap_or(1.0),
        };
        let slope = slope.max(LEAST_SLOPE);
        let intercept = if is_desk { 0.0 } else { intercept(&self.all, slope) };
        Ok(Scaling { slope, intercept })
    }
}

/// What a head said about a row and what it ought to have said; `None` where the labels are silent
/// or too coarse.
fn answer_of(head: usize, row: &Row, margins: &Margins) -> Option<(f64, bool)> {
    let tier = tier_of(row);
    let is = match head {
        DESK => row.desk? == Desk::Technical,
        SERVICE => row.asks_for(Desk::Service),
        TECHNICAL => row.asks_for(Desk::Technical),
        TIER_3 => tier? == Tier::Three,
        _ => tier? >= Tier::Two,
    };
    let head = if matches!(head, TIER_2_SERVICE | TIER_2_TECHNICAL) {
        margins.tier_2_head()
    } else {
        head
    };
    Some((margins.0[head], is))
}

impl Margins {
    /// The head for "tier 2 or above" at the desk that these margins choose.
    fn tier_2_head(&self) -> usize {
        if self.0[DESK] > 0.0 { TIER_2_TECHNICAL } else { TIER_2_SERVICE }
    }
}

/// Answers of a group that must lie on either side of the border for it to say anything.
const FEWEST: usize = 5;

/// One over the number of answers of each group; zero for a group with one kind of answer only.
fn group_weights(answers: &[Answer]) -> BTreeMap<usize, f64> {
    let mut counts: BTreeMap<usize, [usize; 2]> = BTreeMap::new();
    for answer in answers {
        counts.entry(answer.group).or_default()[usize::from(answer.is)] += 1;
    }
    let weight = |[no, yes]: [usize; 2]| {
        if no.min(yes) < FEWEST { 0.0 } else { 1.0 / (no + yes) as f64 }
    };
    counts.into_iter().map(|(group, count)| (group, weight(count))).collect()
}

/// Typical rows of a group: scales the weights so that [`C`] is next to no regularisation.
const GROUP_ROWS: f64 = 1000.0;

/// The common slope of all groups, each with an intercept of its own; `None` if no group has both
/// kinds of answer.
fn slope(answers: &[Answer]) -> Result<Option<f64>, TrainError> {
    let weights = group_weights(answers);
    if weights.values().all(|weight| *weight == 0.0) {
        return Ok(None);
    }
    let groups: Vec<_> = weights.keys().copied().collect();
    let mut columns = Array2::zeros((answers.len(), 1 + groups.len()));
    for (mut row, answer) in columns.rows_mut().into_iter().zip(answers) {
        row[0] = answer.margin as f32;
        row[1 + groups.binary_search(&answer.group).unwrap_or_default()] = 1.0;
    }
    let targets: Array1<f64> = answers.iter().map(|a| f64::from(u8::from(a.is))).collect();
    let weights: Array1<f32> =
        answers.iter().map(|a| (weights[&a.group] * GROUP_ROWS) as f32).collect();
    let dataset = DatasetBase::new(Design::from_dense(columns), targets).with_weights(weights);
    let fitted = LogisticParams::new().c(C).tolerance(1e-6).fit(&dataset)?;
    Ok(Some(fitted.weights[0]))
}

/// The intercept under which the mean probability is the share of yes, every group counting the
/// same. Found by bisection.
fn intercept(answers: &[Answer], slope: f64) -> f64 {
    let mut sizes: BTreeMap<usize, f64> = BTreeMap::new();
    answers.iter().for_each(|answer| *sizes.entry(answer.group).or_default() += 1.0);
    let excess = |intercept: f64| {
        let term = |a: &Answer| {
            let log_odds = slope * a.margin + intercept;
            let probability = 1.0 / (1.0 + libm::exp(-log_odds));
            (probability - f64::from(u8::from(a.is))) / sizes[&a.group]
        };
        answers.iter().map(term).sum::<f64>()
    };
    let (mut low, mut high) = (-20.0, 20.0);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if excess(middle) > 0.0 { high = middle } else { low = middle }
    }
    0.5 * (low + high)
}

/// Steps of the coverage curve.
const STEPS: usize = 100;

/// Rows mapped from intents are many and much alike.
const INTENT_WEIGHT: f64 = 0.07;

/// How right the surest rows were, for thresholds at every hundredth of the rows.
pub(crate) fn curve(scaling: Scaling, left_out: &[Margins], rows: &[&Row]) -> Curve {
    let answers = rows.iter().zip(left_out).filter_map(|(row, margins)| {
        let (margin, is_technical) = answer_of(DESK, row, margins)?;
        let log_odds = scaling.log_odds(margin);
        let weight = if row.by == Annotator::Intent { INTENT_WEIGHT } else { 1.0 };
        Some(((log_odds.abs() * 1000.0) as i32, (log_odds > 0.0) == is_technical, weight))
    });
    let mut answers: Vec<(i32, bool, f64)> = answers.collect();
    answers.sort_by_key(|answer| std::cmp::Reverse(answer.0));
    let total: f64 = answers.iter().map(|answer| answer.2).sum();
    let mut points: Vec<CurvePoint> = Vec::new();
    let (mut seen, mut right) = (0.0, 0.0);
    for (at, &(margin, was_right, weight)) in answers.iter().enumerate() {
        seen += weight;
        right += if was_right { weight } else { 0.0 };
        let is_last_of_margin = answers.get(at + 1).is_none_or(|next| next.0 != margin);
        let is_due = seen * STEPS as f64 >= total * (points.len() + 1) as f64;
        if is_last_of_margin && (is_due || at + 1 == answers.len()) {
            let millionths = |share: f64| (share * 1e6).round().min(1e6) as u32;
            let (coverage, accuracy) = (millionths(seen / total), millionths(right / seen));
            points.push(CurvePoint { threshold: margin.clamp(0, 1_000_000), coverage, accuracy });
        }
    }
    points.reverse();
    points.dedup_by_key(|point| point.threshold);
    Curve { points }
}
