//! From the margins of rows that were left out to probabilities that hold for a fresh company.

use linfa::dataset::DatasetBase;
use linfa::traits::Fit;
use ndarray::{Array1, Array2};

use crate::model::calibration::{Curve, CurvePoint};
use crate::model::weights::{DESK, HEADS, SERVICE, TECHNICAL, TIER_2, TIER_3};
use crate::policy::{Counts, Policy, Thresholds};
use crate::train::TrainError;
use crate::train::corpus::Row;
use crate::train::evaluation::Verdict;
use crate::train::matrix::Design;
use crate::train::solver::LogisticParams;
use crate::train::trainer::target_of;
use crate::triage;

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

/// Next to no regularisation: two numbers from thousands of rows.
const C: f64 = 1000.0;

impl Calibration {
    /// Fits the scalings on margins of rows that were left out of training.
    pub(crate) fn fit(
        left_out: &[Margins],
        rows: &[&Row],
        weight: impl Fn(usize, usize) -> f32 + Copy,
    ) -> Result<Self, TrainError> {
        let mut scalings = [Scaling { slope: 1.0, intercept: 0.0 }; HEADS];
        for (head, scaling) in scalings.iter_mut().enumerate() {
            *scaling = fit_head(head, left_out, rows, |row| weight(row, head))?;
        }
        let curve = curve(scalings[DESK], left_out, rows, |row| weight(row, DESK));
        Ok(Self { scalings, curve })
    }

    /// What a default policy answers to these margins, but for reasons to review that come from
    /// the text itself.
    pub(crate) fn verdict(&self, margins: &Margins) -> Verdict {
        let milli = |head: usize| (1000.0 * self.scalings[head].log_odds(margins.0[head])) as i32;
        let margins = triage::Margins {
            desk: milli(DESK),
            service: milli(SERVICE),
            technical: milli(TECHNICAL),
            tier_2: milli(TIER_2),
            tier_3: milli(TIER_3),
        };
        let read = Counts { function: 10, known: 10, ..Counts::default() };
        Thresholds::without_target(Policy::default()).decide(margins, read).into()
    }
}

fn fit_head(
    head: usize,
    left_out: &[Margins],
    rows: &[&Row],
    weight: impl Fn(usize) -> f32,
) -> Result<Scaling, TrainError> {
    let known: Vec<_> =
        (0..rows.len()).filter_map(|row| Some((row, target_of(rows[row], head)?))).collect();
    let margins = known.iter().map(|&(row, _)| left_out[row].0[head] as f32).collect();
    let margins = Array2::from_shape_vec((known.len(), 1), margins).expect("one column");
    let targets: Array1<f64> = known.iter().map(|&(_, is)| f64::from(u8::from(is))).collect();
    let weights: Array1<f32> = known.iter().map(|&(row, _)| weight(row)).collect();
    let dataset = DatasetBase::new(Design::from_dense(margins), targets).with_weights(weights);
    let fitted = LogisticParams::new().c(C).tolerance(1e-6).fit(&dataset)?;
    Ok(Scaling { slope: fitted.weights[0].max(LEAST_SLOPE), intercept: fitted.intercept })
}

/// Steps of the coverage curve.
const STEPS: usize = 100;

/// How right the surest rows were, for thresholds at every hundredth of the rows.
fn curve(
    scaling: Scaling,
    left_out: &[Margins],
    rows: &[&Row],
    weight: impl Fn(usize) -> f32,
) -> Curve {
    let answers = rows.iter().enumerate().filter_map(|(row, labelled)| {
        let is_technical = target_of(labelled, DESK)?;
        let log_odds = scaling.log_odds(left_out[row].0[DESK]);
        let right = (log_odds > 0.0) == is_technical;
        Some(((log_odds.abs() * 1000.0) as i32, right, f64::from(weight(row))))
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
