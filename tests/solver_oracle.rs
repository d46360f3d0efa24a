//! linfa-logistic as an oracle: another algorithm (L-BFGS), other code, the same optimum.
//!
//! linfa-logistic minimises `Σ log(1 + exp(-y m)) + alpha/2 |w|²` with a free intercept; ours is
//! `c Σ … + 1/2 |w|²`. So `alpha = 1 / c`. Its positive class is the more frequent label, whatever
//! its value.
#![cfg(feature = "train")]

use deskhand::train::matrix::Design;
use deskhand::train::solver::{FittedLogistic, LogisticParams};
use linfa::DatasetBase;
use linfa::traits::Fit;
use linfa_logistic::LogisticRegression;
use ndarray::{Array1, Array2, Axis, s};
use sprs::CsMat;

/// Rows and columns. Without optimisation linfa-logistic takes minutes for the full size.
const ROWS: usize = if cfg!(debug_assertions) { 600 } else { 3_000 };
const COLUMNS: usize = if cfg!(debug_assertions) { 200 } else { 1_000 };
/// The columns from here on go into the dense block.
const SPARSE: usize = COLUMNS - 100;
const C: f64 = 0.5;

/// Xorshift (G. Marsaglia 2003), uniform in `0.0..1.0`: the same data on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// Noisy labels over features of which one in five is not 0; the positive class is the rarer one.
fn data() -> (Array2<f32>, Array1<bool>) {
    let mut random = Random(20_240_229);
    let features = Array2::from_shape_simple_fn((ROWS, COLUMNS), || {
        if random.next() < 0.2 { random.next() as f32 - 0.5 } else { 0.0 }
    });
    let weights = Array1::from_shape_simple_fn(COLUMNS, || random.next() - 0.5);
    let margins = features.mapv(f64::from).dot(&weights);
    (features, margins.mapv(|margin| margin + 2.0 * (random.next() - 0.5) > 0.7))
}

fn ours(features: &Array2<f32>, labels: &Array1<bool>) -> FittedLogistic {
    let sparse = CsMat::csr_from_dense(features.slice(s![.., ..SPARSE]), 0.0);
    let dense = features.slice(s![.., SPARSE..]).to_owned();
    let design = Design::new(sparse, dense).unwrap();
    let dataset = DatasetBase::new(design, labels.mapv(|label| f64::from(u8::from(label))));
    LogisticParams::new().c(C).tolerance(1e-9).fit(&dataset).unwrap()
}

/// Weights and intercept for the class `true`.
fn theirs(features: &Array2<f32>, labels: &Array1<bool>) -> (Array1<f64>, f64) {
    let dataset = DatasetBase::new(features.mapv(f64::from), labels.clone());
    let params = LogisticRegression::default().alpha(1.0 / C).max_iterations(1_000);
    let fitted = params.gradient_tolerance(1e-7).fit(&dataset).unwrap();
    let sign = if fitted.labels().pos.class { 1.0 } else { -1.0 };
    (fitted.params() * sign, fitted.intercept() * sign)
}

#[test]
fn the_optimum_is_that_of_linfa_logistic() {
    let (features, labels) = data();
    let positives = labels.iter().filter(|&&label| label).count();
    assert!((ROWS / 10..ROWS / 2).contains(&positives), "{positives} positives");
    let ours = ours(&features, &labels);
    let (weights, intercept) = theirs(&features, &labels);
    assert!(ours.converged && ours.gradient_norm < 1e-4, "gradient {}", ours.gradient_norm);
    assert!(weights.len_of(Axis(0)) == COLUMNS && weights.dot(&weights) > 1.0);
    for (column, (got, want)) in ours.weights.iter().zip(&weights).enumerate() {
        assert!((got - want).abs() < 1e-6, "column {column}: {got} is not {want}");
    }
    let gap = (ours.intercept - intercept).abs();
    assert!(gap < 1e-6, "intercept {} is not {intercept}", ours.intercept);
}
