//! Weighted, L2-regularised logistic regression by a trust-region Newton method.
//!
//! For rows `x_i` with targets `t_i` in `0..=1` and sample weights `s_i`, the fit minimises
//!
//! ```text
//! f(w, b) = 1/2 Σ_j d_j (w_j - w0_j)²  +  c Σ_i s_i loss(x_i·w + b, t_i)
//! loss(m, t) = log(1 + exp(m)) - t m
//! ```
//!
//! which for a hard target (`t` is 0 or 1, `y = 2t - 1`) is the usual `log(1 + exp(-y m))`, and for
//! a soft target the cross-entropy. `d` are the penalty factors (default 1), `w0` is the prior
//! (default 0). The intercept `b` is **not** penalised.
//!
//! The problem is convex, so there is one optimum, and it does not depend on where the search
//! starts. The search itself is the private module `newton`. It runs on one thread, sums in a fixed
//! order and takes `exp` and `log` from [`libm`] rather than from the platform, so the same input
//! gives the same bits on every machine.
//!
//! Everything stands behind linfa's traits: [`LogisticParams`] is checked through [`ParamGuard`],
//! [`Fit`] makes a [`FittedLogistic`] from a [`DatasetBase`], whose weights are the sample weights,
//! and [`PredictInplace`] gives margins.

use super::matrix::Design;
use linfa::ParamGuard;
use linfa::dataset::DatasetBase;
use linfa::traits::{Fit, PredictInplace};
use ndarray::Array1;
use std::fmt;
use thiserror::Error;

mod newton;

/// Why a logistic regression could not be fitted.
///
/// A search that runs out of iterations is not an error: see [`FittedLogistic::converged`].
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum SolverError {
    /// The inverse regularisation strength must be above zero.
    #[error("c must be positive and finite, got {0}")]
    InvalidC(f64),
    /// The tolerance must be above zero.
    #[error("tolerance must be positive and finite, got {0}")]
    InvalidTolerance(f64),
    /// At least one iteration must be allowed.
    #[error("max_iterations must be at least 1")]
    NoIterations,
    /// A penalty factor must be above zero; to free a column, give it a small one.
    #[error("penalty factor of column {column} must be positive and finite, got {value}")]
    InvalidPenalty {
        /// Column of the factor.
        column: usize,
        /// The factor.
        value: f64,
    },
    /// The dataset is empty.
    #[error("the training set has no rows")]
    NoRows,
    /// Every row (with a weight above zero) has the same target, 0 or 1: the intercept would be
    /// infinite.
    #[error("the training set has only one class")]
    OneClass,
    /// Two inputs that belong together differ in length.
    #[error("expected {expected} {values}, got {got}")]
    LengthMismatch {
        /// What was counted.
        values: Values,
        /// Rows or columns of the design matrix.
        expected: usize,
        /// Values found.
        got: usize,
    },
    /// A feature is infinite or not a number.
    #[error("the feature in row {row}, column {column} is not finite")]
    NonFiniteFeature {
        /// Row of the design matrix.
        row: usize,
        /// Column of the design matrix; dense columns follow the sparse ones.
        column: usize,
    },
    /// A prior weight is infinite or not a number.
    #[error("prior weight of column {column} must be finite, got {value}")]
    InvalidPrior {
        /// Column of the prior weight.
        column: usize,
        /// The prior weight.
        value: f64,
    },
    /// A target is not a probability.
    #[error("target of row {row} must lie in 0..=1, got {value}")]
    InvalidTarget {
        /// Row of the target.
        row: usize,
        /// The target.
        value: f64,
    },
    /// A sample weight is negative, infinite or not a number.
    #[error("sample weight of row {row} must be finite and not negative, got {value}")]
    InvalidSampleWeight {
        /// Row of the weight.
        row: usize,
        /// The weight.
        value: f32,
    },
    /// An error of linfa itself. The solver makes none; linfa's [`Fit`] asks for the conversion.
    #[error("linfa: {0}")]
    Linfa(String),
}

impl From<linfa::Error> for SolverError {
    fn from(error: linfa::Error) -> Self {
        Self::Linfa(error.to_string())
    }
}

/// Which values a [`SolverError::LengthMismatch`] counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Values {
    /// One target a row.
    Targets,
    /// One sample weight a row.
    SampleWeights,
    /// One prior weight a column.
    PriorWeights,
    /// One penalty factor a column.
    PenaltyFactors,
}

impl fmt::Display for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Targets => "targets",
            Self::SampleWeights => "sample weights",
            Self::PriorWeights => "prior weights",
            Self::PenaltyFactors => "penalty factors",
        })
    }
}

/// Settings of a logistic regression, not yet checked.
///
/// # Examples
///
/// ```
/// use deskhand::train::matrix::Design;
/// use deskhand::train::solver::LogisticParams;
/// use linfa::DatasetBase;
/// use linfa::traits::Fit;
/// use ndarray::array;
///
/// let design = Design::from_dense(array![[-2.0], [-1.0], [1.0], [2.0]]);
/// let inquiries = DatasetBase::new(design, array![0.0, 0.0, 1.0, 1.0]);
/// let fitted = LogisticParams::new().c(10.0).fit(&inquiries)?;
///
/// assert!(fitted.converged);
/// assert!(fitted.weights[0] > 0.0);
/// assert!(fitted.intercept.abs() < 1e-9); // the data are symmetric
/// # Ok::<(), deskhand::train::solver::SolverError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct LogisticParams(LogisticValidParams);

/// Settings of a logistic regression that passed their checks; made by [`ParamGuard::check`].
#[derive(Debug, Clone, PartialEq)]
pub struct LogisticValidParams {
    c: f64,
    tolerance: f64,
    max_iterations: usize,
    prior: Option<Vec<f64>>,
    penalty: Option<Vec<f64>>,
}

impl Default for LogisticParams {
    fn default() -> Self {
        Self::new()
    }
}

impl LogisticParams {
    /// The default settings: `c` 1, `tolerance` 0.001, `max_iterations` 100, no prior, every
    /// penalty factor 1.
    pub fn new() -> Self {
        Self(LogisticValidParams {
            c: 1.0,
            tolerance: 1e-3,
            max_iterations: 100,
            prior: None,
            penalty: None,
        })
    }

    /// Inverse regularisation strength: what one row with weight 1 counts against the penalty.
    /// Above zero; default 1.
    ///
    /// The losses are summed, not averaged, so twice the rows act like twice the `c`.
    pub fn c(mut self, c: f64) -> Self {
        self.0.c = c;
        self
    }

    /// When to stop. Above zero; default 0.001.
    ///
    /// The search ends as soon as the norm of the gradient is at most `tolerance` times the norm at
    /// zero weights, times the share of the rarer class. The last factor, taken from LIBLINEAR,
    /// keeps a rare class from being neglected. A prior does not change the yardstick.
    pub fn tolerance(mut self, tolerance: f64) -> Self {
        self.0.tolerance = tolerance;
        self
    }

    /// Newton steps to try at most. At least 1; default 100. Most fits need 5 to 20.
    pub fn max_iterations(mut self, max_iterations: usize) -> Self {
        self.0.max_iterations = max_iterations;
        self
    }

    /// Weights to regularise towards, one a column: where the data are silent, a weight stays at
    /// its prior. Finite; default all 0. The search starts there too.
    pub fn prior(mut self, prior: Vec<f64>) -> Self {
        self.0.prior = Some(prior);
        self
    }

    /// Penalty factors, one a column: a larger factor holds the weight closer to its prior. Above
    /// zero; default all 1.
    pub fn penalty(mut self, penalty: Vec<f64>) -> Self {
        self.0.penalty = Some(penalty);
        self
    }
}

impl ParamGuard for LogisticParams {
    type Checked = LogisticValidParams;
    type Error = SolverError;

    fn check_ref(&self) -> Result<&LogisticValidParams, SolverError> {
        self.0.check_settings()?;
        Ok(&self.0)
    }

    fn check(self) -> Result<LogisticValidParams, SolverError> {
        self.0.check_settings()?;
        Ok(self.0)
    }
}

impl LogisticValidParams {
    fn check_settings(&self) -> Result<(), SolverError> {
        if !is_positive(self.c) {
            return Err(SolverError::InvalidC(self.c));
        }
        if !is_positive(self.tolerance) {
            return Err(SolverError::InvalidTolerance(self.tolerance));
        }
        if self.max_iterations == 0 {
            return Err(SolverError::NoIterations);
        }
        self.check_columns()
    }

    fn check_columns(&self) -> Result<(), SolverError> {
        if let Some((column, value)) = find(self.prior.as_deref(), |w| !w.is_finite()) {
            return Err(SolverError::InvalidPrior { column, value });
        }
        if let Some((column, value)) = find(self.penalty.as_deref(), |d| !is_positive(d)) {
            return Err(SolverError::InvalidPenalty { column, value });
        }
        Ok(())
    }

    fn check_dataset(&self, dataset: &DatasetBase<Design, Array1<f64>>) -> Result<(), SolverError> {
        self.check_lengths(dataset)?;
        let targets = dataset.targets.iter().copied().enumerate();
        if let Some((row, value)) = { targets }.find(|(_, t)| !(0.0..=1.0).contains(t)) {
            return Err(SolverError::InvalidTarget { row, value });
        }
        let weights = dataset.weights.iter().copied().enumerate();
        if let Some((row, value)) = { weights }.find(|(_, s)| !(s.is_finite() && *s >= 0.0)) {
            return Err(SolverError::InvalidSampleWeight { row, value });
        }
        match dataset.records.find_non_finite() {
            Some((row, column)) => Err(SolverError::NonFiniteFeature { row, column }),
            None => Ok(()),
        }
    }

    fn check_lengths(&self, dataset: &DatasetBase<Design, Array1<f64>>) -> Result<(), SolverError> {
        let (rows, columns) = (dataset.records.nrows(), dataset.records.ncols());
        if rows == 0 {
            return Err(SolverError::NoRows);
        }
        same_length(Values::Targets, rows, dataset.targets.len())?;
        if !dataset.weights.is_empty() {
            same_length(Values::SampleWeights, rows, dataset.weights.len())?;
        }
        let length = |values: &Option<Vec<f64>>| values.as_ref().map_or(columns, Vec::len);
        same_length(Values::PriorWeights, columns, length(&self.prior))?;
        same_length(Values::PenaltyFactors, columns, length(&self.penalty))
    }
}

fn is_positive(value: f64) -> bool {
    value.is_finite() && value > 0.0
}

fn find(values: Option<&[f64]>, wrong: impl Fn(f64) -> bool) -> Option<(usize, f64)> {
    let mut values = values?.iter().copied().enumerate();
    values.find(|&(_, value)| wrong(value))
}

fn same_length(values: Values, expected: usize, got: usize) -> Result<(), SolverError> {
    if expected == got {
        Ok(())
    } else {
        Err(SolverError::LengthMismatch { values, expected, got })
    }
}

/// Fits on one thread; two fits of the same dataset give the same bits.
///
/// An empty list of sample weights (linfa's default) means 1 for every row. A row of weight 0 is as
/// good as absent.
///
/// # Errors
///
/// See [`SolverError`]. The whole dataset is checked before any work is done.
///
/// # Complexity
///
/// O(stored values) a Hessian-vector product, of which a Newton step takes about 5 to 50. Memory: a
/// dozen `f64` a column and four a row.
impl Fit<Design, Array1<f64>, SolverError> for LogisticValidParams {
    type Object = FittedLogistic;

    fn fit(
        &self,
        dataset: &DatasetBase<Design, Array1<f64>>,
    ) -> Result<FittedLogistic, SolverError> {
        self.check_dataset(dataset)?;
        let problem = newton::Problem::new(self, dataset);
        if problem.has_one_class() {
            return Err(SolverError::OneClass);
        }
        Ok(newton::minimise(&problem, self.tolerance, self.max_iterations))
    }
}

/// A fitted logistic regression: what the search found, and how sure it is to be the optimum.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct FittedLogistic {
    /// One weight a column, sparse columns first.
    pub weights: Vec<f64>,
    /// The margin of a row without features.
    pub intercept: f64,
    /// Newton steps tried.
    pub iterations: usize,
    /// Euclidean norm of the gradient at the returned point; 0 at the exact optimum.
    pub gradient_norm: f64,
    /// Whether the gradient met the tolerance, or the objective can no longer be lowered in double
    /// precision. If `false`, the iterations ran out: raise
    /// [`max_iterations`](LogisticParams::max_iterations) or lower `c`.
    pub converged: bool,
}

impl FittedLogistic {
    /// The margin of each row, `x·w + b`: above 0 the model says 1.
    ///
    /// # Panics
    ///
    /// If the design does not have one column a weight.
    pub fn margins(&self, design: &Design) -> Vec<f64> {
        let mut margins = design.dot(&self.weights);
        margins.iter_mut().for_each(|margin| *margin += self.intercept);
        margins
    }
}

/// Gives margins, not probabilities; see [`FittedLogistic::margins`].
impl PredictInplace<Design, Array1<f64>> for FittedLogistic {
    fn predict_inplace<'a>(&'a self, x: &'a Design, y: &mut Array1<f64>) {
        assert_eq!(y.len(), x.nrows(), "one output value a row");
        *y = self.margins(x).into();
    }

    fn default_target(&self, x: &Design) -> Array1<f64> {
        Array1::zeros(x.nrows())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use linfa::traits::Predict;
    use ndarray::{Array2, array};
    use sprs::CsMat;

    type Inquiries = DatasetBase<Design, Array1<f64>>;

    /// Overlapping classes: three sparse columns and two dense ones, from fixed sines.
    fn inquiries(rows: usize) -> Inquiries {
        let value =
            |row: usize, column: usize| (1.7 * row as f32 + 2.9 * column as f32 + 0.3).sin();
        let keep = |(row, column)| if (row + column) % 2 == 0 { value(row, column) } else { 0.0 };
        let sparse = CsMat::csr_from_dense(Array2::from_shape_fn((rows, 3), keep).view(), 0.0);
        let dense = Array2::from_shape_fn((rows, 2), |(row, column)| value(row, column + 7));
        let target = |row: usize| f64::from(value(row, 0) + value(row, 11) > 0.2);
        DatasetBase::new(Design::new(sparse, dense).unwrap(), Array1::from_shape_fn(rows, target))
    }

    fn exact() -> LogisticParams {
        LogisticParams::new().tolerance(1e-10)
    }

    #[track_caller]
    fn assert_same_fit(a: &FittedLogistic, b: &FittedLogistic) {
        let both = a.weights.iter().zip(&b.weights).chain([(&a.intercept, &b.intercept)]);
        for (a, b) in both {
            assert!((a - b).abs() < 1e-7, "{a} is not {b}");
        }
    }

    #[track_caller]
    fn assert_error(result: Result<FittedLogistic, SolverError>, message: &str) {
        assert_eq!(result.unwrap_err().to_string(), message);
    }

    #[test]
    fn learns_separable_classes() {
        let design = Design::from_dense(array![[-2.0], [-1.0], [1.0], [3.0]]);
        let dataset = DatasetBase::new(design, array![0.0, 0.0, 1.0, 1.0]);
        let fitted = LogisticParams::new().c(100.0).fit(&dataset).unwrap();
        let margins = fitted.margins(&dataset.records);
        assert!(margins[0] < margins[1] && margins[1] < 0.0 && 0.0 < margins[2]);
    }

    #[test]
    fn predict_gives_the_margins() {
        let dataset = inquiries(20);
        let fitted = exact().fit(&dataset).unwrap();
        let predicted: Array1<f64> = fitted.predict(&dataset);
        assert_eq!(predicted.to_vec(), fitted.margins(&dataset.records));
    }

    #[test]
    fn two_runs_give_the_same_bits() {
        let dataset = inquiries(200);
        let bits = || {
            let fitted = LogisticParams::new().fit(&dataset).unwrap();
            let values = fitted.weights.iter().chain([&fitted.intercept, &fitted.gradient_norm]);
            values.map(|value| value.to_bits()).collect::<Vec<_>>()
        };
        assert_eq!(bits(), bits());
    }

    #[test]
    fn a_weight_equals_repeated_rows() {
        let dataset = inquiries(40);
        let times: Vec<usize> = (0..40).map(|row| row % 4).collect();
        let weights = times.iter().map(|&n| n as f32).collect();
        let rows: Vec<_> = (0..40).flat_map(|row| vec![row; times[row]]).collect();
        let targets = rows.iter().map(|&row| dataset.targets[row]).collect();
        let repeated = DatasetBase::new(dataset.records.select_rows(&rows), targets);
        let weighted = dataset.with_weights(weights);
        assert_same_fit(&exact().fit(&weighted).unwrap(), &exact().fit(&repeated).unwrap());
    }

    #[test]
    fn a_soft_target_equals_two_weighted_hard_rows() {
        let hard = inquiries(40);
        let targets = (0..40).map(|row| [0.0, 0.25, 0.7, 1.0][row % 4]).collect::<Array1<f64>>();
        let twice: Vec<_> = (0..40).flat_map(|row| [row, row]).collect();
        let pairs = DatasetBase::new(
            hard.records.select_rows(&twice),
            (0..80).map(|row| (row % 2) as f64).collect(),
        );
        let weights = targets.iter().flat_map(|&t| [(1.0 - t) as f32, t as f32]).collect();
        // Sample weights are f32: give the soft targets the same rounding.
        let rounded = targets.mapv(|t| f64::from(t as f32));
        let soft = DatasetBase::new(hard.records, rounded);
        let pairs = pairs.with_weights(weights);
        assert_same_fit(&exact().fit(&soft).unwrap(), &exact().fit(&pairs).unwrap());
    }

    #[test]
    fn twice_the_rows_equals_twice_the_c() {
        let dataset = inquiries(30);
        let twice: Vec<_> = (0..30).chain(0..30).collect();
        let targets = twice.iter().map(|&row| dataset.targets[row]).collect();
        let doubled = DatasetBase::new(dataset.records.select_rows(&twice), targets);
        let (a, b) = (exact().c(2.0).fit(&dataset), exact().fit(&doubled));
        assert_same_fit(&a.unwrap(), &b.unwrap());
    }

    #[test]
    fn a_prior_pulls_and_a_penalty_pulls_harder() {
        let dataset = inquiries(60);
        let prior = vec![3.0, -2.0, 1.0, 0.5, -4.0];
        let distance = |penalty: f64| {
            let params = exact().prior(prior.clone()).penalty(vec![penalty; 5]);
            let fitted = params.fit(&dataset).unwrap();
            let squares = fitted.weights.iter().zip(&prior).map(|(w, w0)| (w - w0) * (w - w0));
            squares.sum::<f64>().sqrt()
        };
        assert!(distance(1.0) > 1.0);
        assert!(distance(100.0) < distance(1.0));
        assert!(distance(1e9) < 1e-6);
    }

    #[test]
    fn where_the_data_are_silent_the_prior_stays() {
        let design = Design::from_dense(array![[1.0, 0.0], [-1.0, 0.0]]);
        let dataset = DatasetBase::new(design, array![1.0, 0.0]);
        let fitted = exact().prior(vec![0.0, 2.5]).fit(&dataset).unwrap();
        assert_eq!(fitted.weights[1], 2.5);
        assert!(fitted.weights[0] > 0.0);
    }

    #[test]
    fn a_penalty_factor_equals_a_scaled_column() {
        // d_j = k² is the same as dividing the column by k and the weight by k again.
        let dataset = DatasetBase::new(
            Design::from_dense(array![[1.0, 2.0], [2.0, -1.0], [-1.0, 1.0], [0.5, 0.5]]),
            array![1.0, 0.0, 0.0, 1.0],
        );
        let scaled = DatasetBase::new(
            Design::from_dense(array![[1.0, 1.0], [2.0, -0.5], [-1.0, 0.5], [0.5, 0.25]]),
            dataset.targets.clone(),
        );
        let penalised = exact().penalty(vec![1.0, 4.0]).fit(&dataset).unwrap();
        let mut scaled = exact().fit(&scaled).unwrap();
        scaled.weights[1] /= 2.0;
        assert_same_fit(&penalised, &scaled);
    }

    #[test]
    fn without_features_the_intercept_is_the_log_odds() {
        let dataset =
            DatasetBase::new(Design::from_sparse(CsMat::zero((4, 3))), array![1.0, 1.0, 1.0, 0.0]);
        let fitted = LogisticParams::new().fit(&dataset).unwrap();
        assert!(fitted.converged);
        assert_eq!(fitted.weights, [0.0; 3]);
        assert!((fitted.intercept - 3.0_f64.ln()).abs() < 1e-12);
    }

    #[test]
    fn running_out_of_iterations_is_said_not_raised() {
        let dataset = inquiries(200);
        let fitted = exact().c(1e4).max_iterations(1).fit(&dataset).unwrap();
        assert!(!fitted.converged);
        assert_eq!(fitted.iterations, 1);
        assert!(exact().c(1e4).fit(&dataset).unwrap().converged);
    }

    #[test]
    fn extreme_inputs_still_converge() {
        for scale in [1e-20_f32, 1e15] {
            let dataset = DatasetBase::new(
                Design::from_dense(array![[-scale], [scale], [0.5 * scale]]),
                array![0.0, 1.0, 0.0],
            );
            let fitted = LogisticParams::new().fit(&dataset).unwrap();
            assert!(fitted.weights[0].is_finite() && fitted.intercept.is_finite());
            assert!(fitted.converged, "scale {scale}: {fitted:?}");
        }
    }

    #[test]
    fn settings_are_checked() {
        let fit = |params: LogisticParams| params.fit(&inquiries(8));
        let params = LogisticParams::new;
        assert_error(fit(params().c(0.0)), "c must be positive and finite, got 0");
        assert_error(fit(params().c(f64::INFINITY)), "c must be positive and finite, got inf");
        assert_error(fit(params().c(f64::NAN)), "c must be positive and finite, got NaN");
        assert_error(
            fit(params().tolerance(-1.0)),
            "tolerance must be positive and finite, got -1",
        );
        assert_error(fit(params().max_iterations(0)), "max_iterations must be at least 1");
        let prior = vec![0.0, f64::NAN, 0.0, 0.0, 0.0];
        assert_error(
            fit(params().prior(prior)),
            "prior weight of column 1 must be finite, got NaN",
        );
        let penalty = vec![1.0, 1.0, 0.0, 1.0, 1.0];
        let message = "penalty factor of column 2 must be positive and finite, got 0";
        assert_error(fit(params().penalty(penalty)), message);
        assert_error(fit(params().prior(vec![0.0])), "expected 5 prior weights, got 1");
        assert_error(fit(params().penalty(vec![1.0; 6])), "expected 5 penalty factors, got 6");
    }

    #[test]
    fn data_are_checked() {
        let fit = |change: fn(&mut Inquiries)| {
            let mut dataset = inquiries(8);
            change(&mut dataset);
            LogisticParams::new().fit(&dataset)
        };
        let no_rows = fit(|d| *d = inquiries(0));
        assert_error(no_rows, "the training set has no rows");
        let short = fit(|d| d.targets = Array1::zeros(3));
        assert_error(short, "expected 8 targets, got 3");
        let weights = fit(|d| d.weights = Array1::ones(9));
        assert_error(weights, "expected 8 sample weights, got 9");
        let target = fit(|d| d.targets[5] = 1.5);
        assert_error(target, "target of row 5 must lie in 0..=1, got 1.5");
        let nan = fit(|d| d.targets[2] = f64::NAN);
        assert_error(nan, "target of row 2 must lie in 0..=1, got NaN");
        let negative = fit(|d| d.weights = array![1.0, 1.0, 1.0, -2.0, 1.0, 1.0, 1.0, 1.0]);
        assert_error(negative, "sample weight of row 3 must be finite and not negative, got -2");
        let feature = fit(|d| d.records = Design::from_dense(Array2::from_elem((8, 1), f32::NAN)));
        assert_error(feature, "the feature in row 0, column 0 is not finite");
    }

    #[test]
    fn one_class_is_refused_also_by_weight() {
        let message = "the training set has only one class";
        for target in [0.0, 1.0] {
            let mut dataset = inquiries(8);
            dataset.targets.fill(target);
            assert_error(LogisticParams::new().fit(&dataset), message);
        }
        let mut dataset = inquiries(8);
        dataset.weights = dataset.targets.mapv(|t| t as f32);
        assert_error(LogisticParams::new().fit(&dataset), message);
    }

    #[test]
    fn errors_of_linfa_are_carried_along() {
        let error = SolverError::from(linfa::Error::NotEnoughSamples);
        assert_eq!(error.to_string(), "linfa: not enough samples");
    }
}
