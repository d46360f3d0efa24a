//! The search: Newton steps inside a trust region, each found by preconditioned conjugate gradients.
//!
//! - C.-J. Lin, R. C. Weng, S. S. Keerthi: *Trust Region Newton Method for Large-Scale Logistic
//!   Regression*, JMLR 9 (2008) 627-650: the method as a whole.
//! - C.-Y. Hsia, Y. Zhu, C.-J. Lin: *A Study on Trust Region Update Rules in Newton Methods for
//!   Large-scale Linear Classification*, ACML 2017, PMLR 77, 33-48: how the radius changes.
//! - C.-Y. Hsia, W.-L. Chiang, C.-J. Lin: *Preconditioned Conjugate Gradient Methods in Truncated
//!   Newton Frameworks for Large-scale Linear Classification*, ACML 2018, PMLR 95, 312-326: the
//!   preconditioner.
//!
//! A vector of parameters holds the weights and, in its last place, the intercept. Lengths of steps
//! are measured in the norm of the preconditioner, `sqrt(sᵀMs)`.

use super::{Design, FittedLogistic, LogisticValidParams};
use linfa::dataset::DatasetBase;
use ndarray::Array1;

/// Share of the predicted decrease that a step must bring to be taken.
const ACCEPT: f64 = 1e-4;
/// Below this share of the predicted decrease the radius shrinks.
const POOR: f64 = 0.25;
/// From this share on the radius never shrinks.
const GOOD: f64 = 0.75;
/// Factors that bound one change of the radius.
const CUT: f64 = 0.25;
/// See [`CUT`].
const SHRINK: f64 = 0.5;
/// See [`CUT`].
const GROW: f64 = 4.0;

/// Conjugate gradients stop when the residual has fallen to this share: solving the early Newton
/// steps more exactly is work thrown away.
const RESIDUAL: f64 = 0.1;
/// Conjugate-gradient steps for one Newton step at most; seldom more than 50 are needed.
const MAX_INNER: usize = 1_000;
/// Share of the Hessian's diagonal in the preconditioner; the rest is the penalty's. The whole
/// diagonal is at times worse than none, a hundredth of it (Hsia et al. 2018) hardly ever.
const DIAGONAL: f64 = 0.01;
/// Relative change of the objective that double precision can no longer tell from rounding.
const FLAT: f64 = 1e-12;

/// One fit, put into the form that the search works on.
pub(super) struct Problem<'a> {
    design: &'a Design,
    targets: &'a Array1<f64>,
    /// `c` times the sample weight, a value a row.
    costs: Vec<f64>,
    /// Penalty factors; 0 for the intercept.
    penalty: Vec<f64>,
    /// Prior weights; for the intercept the log-odds, which is only where the search starts.
    start: Vec<f64>,
    /// Cost of all that is class 1 and class 0; a soft target counts for both in part.
    class_costs: [f64; 2],
}

/// A place in parameter space and what the objective looks like from there.
struct Point {
    params: Vec<f64>,
    objective: f64,
    gradient: Vec<f64>,
    /// Second derivative of each row's cost with respect to its margin.
    curvatures: Vec<f64>,
}

impl<'a> Problem<'a> {
    /// Expects settings and data that were checked.
    pub(super) fn new(
        params: &LogisticValidParams,
        dataset: &'a DatasetBase<Design, Array1<f64>>,
    ) -> Self {
        let (design, targets) = (&dataset.records, &dataset.targets);
        let costs = row_costs(params.c, design.nrows(), &dataset.weights);
        let class_costs = class_costs(&costs, targets);
        let column_values = |values: &Option<Vec<f64>>, default, intercept| {
            let mut values = values.clone().unwrap_or_else(|| vec![default; design.ncols()]);
            values.push(intercept);
            values
        };
        let penalty = column_values(&params.penalty, 1.0, 0.0);
        let log_odds = libm::log(class_costs[0]) - libm::log(class_costs[1]);
        let start = column_values(&params.prior, 0.0, log_odds);
        Self { design, targets, costs, penalty, start, class_costs }
    }

    /// Whether the intercept would have to be infinite.
    pub(super) fn has_one_class(&self) -> bool {
        self.class_costs.contains(&0.0)
    }

    fn intercept_at(&self) -> usize {
        self.design.ncols()
    }

    /// Objective, gradient and curvatures in one pass over the data.
    fn evaluate(&self, params: Vec<f64>) -> Point {
        let (weights, intercept) = params.split_at(self.intercept_at());
        let mut gradient = vec![0.0; params.len()];
        let (columns, last) = gradient.split_at_mut(self.intercept_at());
        let mut curvatures = Vec::with_capacity(self.costs.len());
        let mut objective = 0.0;
        self.design.sweep(weights, columns, |row, dot| {
            let (cost, term) = (self.costs[row], Term::new(dot + intercept[0], self.targets[row]));
            objective += cost * term.loss;
            curvatures.push(cost * term.curvature);
            last[0] += cost * term.slope;
            cost * term.slope
        });
        objective += self.add_penalty(&params, &mut gradient);
        Point { params, objective, gradient, curvatures }
    }

    /// Adds the penalty's gradient and returns the penalty. (The intercept's factor is 0.)
    fn add_penalty(&self, params: &[f64], gradient: &mut [f64]) -> f64 {
        let mut sum = 0.0;
        for (j, gradient) in gradient.iter_mut().enumerate() {
            let away = params[j] - self.start[j];
            *gradient += self.penalty[j] * away;
            sum += self.penalty[j] * away * away;
        }
        0.5 * sum
    }

    /// Writes the product of the Hessian and `direction` to `out`.
    fn hessian_dot(&self, curvatures: &[f64], direction: &[f64], out: &mut [f64]) {
        for (out, (penalty, v)) in out.iter_mut().zip(self.penalty.iter().zip(direction)) {
            *out = penalty * v;
        }
        let (weights, intercept) = direction.split_at(self.intercept_at());
        let (columns, last) = out.split_at_mut(self.intercept_at());
        self.design.sweep(weights, columns, |row, dot| {
            let factor = curvatures[row] * (dot + intercept[0]);
            last[0] += factor;
            factor
        });
    }

    /// `(1 - a) D + a diag(H)`, positive everywhere; `D` are the penalty factors.
    fn preconditioner(&self, curvatures: &[f64]) -> Vec<f64> {
        let mut diagonal = self.design.squared_transpose_dot(curvatures);
        diagonal.push(curvatures.iter().sum());
        for (diagonal, penalty) in diagonal.iter_mut().zip(&self.penalty) {
            // The Hessian's diagonal is penalty + curvature, so the penalty's shares add up to 1.
            *diagonal = (penalty + DIAGONAL * *diagonal).max(f64::MIN_POSITIVE);
        }
        diagonal
    }

    /// Gradient norm of the losses at zero weights, times the share of the rarer class.
    fn yardstick(&self) -> f64 {
        let [positive, negative] = self.class_costs;
        let mean = positive / (positive + negative);
        let slopes =
            self.costs.iter().zip(self.targets).map(|(cost, target)| cost * (mean - target));
        // The intercept's part is 0: the mean is the best that an intercept alone can do.
        let gradient = self.design.transpose_dot(&slopes.collect::<Vec<_>>());
        norm(&gradient) * positive.min(negative) / (positive + negative)
    }
}

fn row_costs(c: f64, rows: usize, weights: &Array1<f32>) -> Vec<f64> {
    if weights.is_empty() {
        return vec![c; rows];
    }
    weights.iter().map(|&weight| c * f64::from(weight)).collect()
}

fn class_costs(costs: &[f64], targets: &Array1<f64>) -> [f64; 2] {
    let mut sums = [0.0; 2];
    for (cost, target) in costs.iter().zip(targets) {
        sums[0] += cost * target;
        sums[1] += cost * (1.0 - target);
    }
    sums
}

/// Loss of one row and its first two derivatives with respect to the margin.
struct Term {
    loss: f64,
    slope: f64,
    curvature: f64,
}

impl Term {
    /// Takes the exponential of a number that is never above 0, so nothing can overflow.
    fn new(margin: f64, target: f64) -> Self {
        let e = libm::exp(-margin.abs());
        let smaller = e / (1.0 + e);
        let probability = if margin < 0.0 { smaller } else { 1.0 / (1.0 + e) };
        Self {
            loss: libm::log1p(e) + margin.max(0.0) - target * margin,
            slope: probability - target,
            curvature: smaller / (1.0 + e),
        }
    }
}

/// Searches the optimum, starting from the prior.
pub(super) fn minimise(
    problem: &Problem<'_>,
    tolerance: f64,
    max_iterations: usize,
) -> FittedLogistic {
    let target_norm = tolerance * problem.yardstick();
    let mut search = Search::new(problem);
    let mut converged = search.gradient_norm() <= target_norm;
    while !converged && search.iterations < max_iterations {
        let flat = search.advance();
        converged = flat || search.gradient_norm() <= target_norm;
    }
    search.finish(converged)
}

/// The state of a search.
struct Search<'a> {
    problem: &'a Problem<'a>,
    point: Point,
    /// The preconditioner `M`, a diagonal.
    scale: Vec<f64>,
    /// How far the quadratic model is trusted.
    radius: f64,
    iterations: usize,
}

impl<'a> Search<'a> {
    fn new(problem: &'a Problem<'a>) -> Self {
        let point = problem.evaluate(problem.start.clone());
        let scale = problem.preconditioner(&point.curvatures);
        let gradient = &point.gradient;
        let squares: f64 = gradient.iter().zip(&scale).map(|(g, m)| g * g / m).sum();
        Self { problem, point, scale, radius: squares.sqrt(), iterations: 0 }
    }

    fn gradient_norm(&self) -> f64 {
        norm(&self.point.gradient)
    }

    /// Tries one Newton step; returns whether the objective has become flat.
    fn advance(&mut self) -> bool {
        self.iterations += 1;
        let step = Inner::solve(self.problem, &self.point, &self.scale, self.radius);
        let params = self.point.params.iter().zip(&step.step).map(|(w, s)| w + s).collect();
        let trial = self.problem.evaluate(params);
        let outcome = Outcome::new(&self.point, &trial, &step, &self.scale);
        if self.iterations == 1 {
            self.radius = self.radius.min(outcome.length);
        }
        self.radius = outcome.next_radius(self.radius, step.at_boundary);
        let flat = outcome.is_flat(self.point.objective);
        if outcome.is_acceptable() {
            self.scale = self.problem.preconditioner(&trial.curvatures);
            self.point = trial;
        }
        flat
    }

    fn finish(mut self, converged: bool) -> FittedLogistic {
        let gradient_norm = self.gradient_norm();
        let intercept = self.point.params.pop().unwrap_or_default();
        FittedLogistic {
            weights: self.point.params,
            intercept,
            iterations: self.iterations,
            gradient_norm,
            converged,
        }
    }
}

/// What a step promised and what it brought.
struct Outcome {
    /// Decrease of the quadratic model.
    predicted: f64,
    /// Decrease of the objective.
    actual: f64,
    /// Slope along the step, `gᵀs`, below 0.
    slope: f64,
    /// Length of the step in the preconditioner's norm.
    length: f64,
}

impl Outcome {
    fn new(point: &Point, trial: &Point, step: &Inner, scale: &[f64]) -> Self {
        let slope = dot(&point.gradient, &step.step);
        Self {
            predicted: -0.5 * (slope - dot(&step.step, &step.residual)),
            actual: point.objective - trial.objective,
            slope,
            length: scaled_dot(&step.step, scale, &step.step).sqrt(),
        }
    }

    fn is_acceptable(&self) -> bool {
        self.actual > ACCEPT * self.predicted
    }

    /// Whether rounding hides any further progress.
    fn is_flat(&self, objective: f64) -> bool {
        let limit = FLAT * objective.abs();
        self.predicted <= 0.0 || (self.actual.abs() <= limit && self.predicted.abs() <= limit)
    }

    /// The update rule of Hsia et al. 2017, section 4.
    ///
    /// A step that overflowed (no number is `>=` then) counts as the worst kind.
    fn next_radius(&self, radius: f64, at_boundary: bool) -> f64 {
        let best = self.best_factor() * self.length;
        let reached = |share: f64| self.actual >= share * self.predicted;
        if !reached(ACCEPT) {
            best.min(SHRINK * radius)
        } else if !reached(POOR) {
            best.min(SHRINK * radius).max(CUT * radius)
        } else if !reached(GOOD) {
            best.min(GROW * radius).max(CUT * radius)
        } else if at_boundary {
            GROW * radius
        } else {
            best.min(GROW * radius).max(radius)
        }
    }

    /// Where the parabola through the two objectives and the slope has its lowest point, as a
    /// multiple of the step.
    fn best_factor(&self) -> f64 {
        let excess = -self.actual - self.slope;
        if excess <= 0.0 { GROW } else { (-0.5 * self.slope / excess).max(CUT) }
    }
}

/// Conjugate gradients for one Newton step (T. Steihaug 1983): solves `H s = -g` until the residual
/// is small or `s` meets the boundary of the trust region.
struct Inner {
    step: Vec<f64>,
    /// `-g - H s`.
    residual: Vec<f64>,
    direction: Vec<f64>,
    at_boundary: bool,
}

impl Inner {
    fn solve(problem: &Problem<'_>, point: &Point, scale: &[f64], radius: f64) -> Self {
        let mut inner = Self::new(&point.gradient);
        let mut image = vec![0.0; scale.len()];
        let first = inner.residual_square(scale);
        let mut square = first;
        inner.turn(scale, 0.0);
        for _ in 0..MAX_INNER {
            if square <= RESIDUAL * RESIDUAL * first {
                break;
            }
            problem.hessian_dot(&point.curvatures, &inner.direction, &mut image);
            let factor = square / dot(&inner.direction, &image);
            if !inner.walk(factor, &image, scale, radius) {
                break;
            }
            let next = inner.residual_square(scale);
            inner.turn(scale, next / square);
            square = next;
        }
        inner
    }

    fn new(gradient: &[f64]) -> Self {
        let zeros = vec![0.0; gradient.len()];
        let residual = gradient.iter().map(|g| -g).collect();
        Self { step: zeros.clone(), residual, direction: zeros, at_boundary: false }
    }

    /// `rᵀM⁻¹r`.
    fn residual_square(&self, scale: &[f64]) -> f64 {
        lanes(scale.len(), |j| self.residual[j] * self.residual[j] / scale[j])
    }

    /// The next direction: the preconditioned residual, made conjugate to the last direction.
    fn turn(&mut self, scale: &[f64], keep: f64) {
        let residual = self.residual.iter().zip(scale).map(|(r, m)| r / m);
        for (direction, residual) in self.direction.iter_mut().zip(residual) {
            *direction = residual + keep * *direction;
        }
    }

    /// Goes along the direction, as far as the boundary at most; returns whether to go on.
    fn walk(&mut self, factor: f64, image: &[f64], scale: &[f64], radius: f64) -> bool {
        let room = self.room(scale, radius);
        let inside = factor <= room;
        self.at_boundary = !inside;
        let factor = if inside { factor } else { room };
        add_scaled(&mut self.step, factor, &self.direction);
        add_scaled(&mut self.residual, -factor, image);
        inside
    }

    /// The multiple of the direction that leads to the boundary: the positive root `t` of
    /// `|s + t d|² = radius²`, in whichever of its two forms subtracts nothing.
    fn room(&self, scale: &[f64], radius: f64) -> f64 {
        let along = scaled_dot(&self.step, scale, &self.direction);
        let ahead = scaled_dot(&self.direction, scale, &self.direction);
        let inside = (radius * radius - scaled_dot(&self.step, scale, &self.step)).max(0.0);
        let root = (along * along + ahead * inside).sqrt();
        if along >= 0.0 { inside / (along + root) } else { (root - along) / ahead }
    }
}

/// Sums `term(0) + … + term(len - 1)` in eight interleaved lanes, which the compiler can vectorise
/// without changing the order.
fn lanes(len: usize, term: impl Fn(usize) -> f64) -> f64 {
    let mut sums = [0.0; 8];
    let whole = len - len % sums.len();
    for start in (0..whole).step_by(sums.len()) {
        for (lane, sum) in sums.iter_mut().enumerate() {
            *sum += term(start + lane);
        }
    }
    let rest: f64 = (whole..len).map(&term).sum();
    sums.iter().sum::<f64>() + rest
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    lanes(a.len(), |j| a[j] * b[j])
}

fn scaled_dot(a: &[f64], scale: &[f64], b: &[f64]) -> f64 {
    lanes(a.len(), |j| a[j] * scale[j] * b[j])
}

fn norm(a: &[f64]) -> f64 {
    dot(a, a).sqrt()
}

fn add_scaled(to: &mut [f64], factor: f64, from: &[f64]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to += factor * from;
    }
}

#[cfg(test)]
mod tests {
    use super::super::LogisticParams;
    use super::*;
    use linfa::ParamGuard;
    use ndarray::Array2;
    use sprs::CsMat;

    /// A small problem with everything in it: both blocks, soft targets, weights, prior, penalty.
    fn dataset() -> DatasetBase<Design, Array1<f64>> {
        let value = |(row, column)| (1.3 * row as f32 + 2.1 * column as f32).sin();
        let sparse = CsMat::csr_from_dense(Array2::from_shape_fn((12, 4), value).view(), 0.3);
        let design = Design::new(sparse, Array2::from_shape_fn((12, 3), value)).unwrap();
        let targets = Array1::from_shape_fn(12, |row| [0.0, 1.0, 0.3][row % 3]);
        DatasetBase::new(design, targets).with_weights((1..13).map(|i| i as f32 / 6.0).collect())
    }

    fn params() -> LogisticValidParams {
        let prior = (0..7).map(|j| 0.2 * j as f64 - 0.5).collect();
        let penalty = (1..8).map(|j| 0.3 * j as f64).collect();
        LogisticParams::new().c(1.7).prior(prior).penalty(penalty).check().unwrap()
    }

    fn some_point() -> Vec<f64> {
        (0..8).map(|j| (j as f64 * 0.9).cos()).collect()
    }

    /// The same place, a bit to either side along one axis.
    fn beside(axis: usize, width: f64) -> [Vec<f64>; 2] {
        [width, -width].map(|width| {
            let mut params = some_point();
            params[axis] += width;
            params
        })
    }

    #[track_caller]
    fn assert_close(got: f64, want: f64) {
        assert!((got - want).abs() < 1e-6 * (1.0 + want.abs()), "{got} is not {want}");
    }

    #[test]
    fn gradient_equals_finite_differences() {
        let (params, dataset) = (params(), dataset());
        let problem = Problem::new(&params, &dataset);
        let gradient = problem.evaluate(some_point()).gradient;
        for (axis, got) in gradient.into_iter().enumerate() {
            let [up, down] = beside(axis, 1e-5).map(|params| problem.evaluate(params).objective);
            assert_close(got, (up - down) / 2e-5);
        }
    }

    #[test]
    fn hessian_and_its_diagonal_equal_finite_differences() {
        let (params, dataset) = (params(), dataset());
        let problem = Problem::new(&params, &dataset);
        let curvatures = problem.evaluate(some_point()).curvatures;
        let scale = problem.preconditioner(&curvatures);
        for axis in 0..8 {
            let mut unit = vec![0.0; 8];
            unit[axis] = 1.0;
            let mut column = vec![0.0; 8];
            problem.hessian_dot(&curvatures, &unit, &mut column);
            let [up, down] = beside(axis, 1e-5).map(|params| problem.evaluate(params).gradient);
            for (got, (up, down)) in column.iter().zip(up.iter().zip(&down)) {
                assert_close(*got, (up - down) / 2e-5);
            }
            let penalty = problem.penalty[axis];
            assert_close(scale[axis], (1.0 - DIAGONAL) * penalty + DIAGONAL * column[axis]);
        }
    }

    #[test]
    fn the_objective_is_the_formula_in_the_docs() {
        let (params, dataset) = (params(), dataset());
        let at = some_point();
        let mut want = 0.0;
        for (j, weight) in at[..7].iter().enumerate() {
            let away = weight - (0.2 * j as f64 - 0.5);
            want += 0.5 * 0.3 * (j + 1) as f64 * away * away;
        }
        for (row, dot) in dataset.records.dot(&at[..7]).into_iter().enumerate() {
            let margin = dot + at[7];
            let (target, weight) = (dataset.targets[row], f64::from(dataset.weights[row]));
            let loss = target * (-margin).exp().ln_1p() + (1.0 - target) * margin.exp().ln_1p();
            want += 1.7 * weight * loss;
        }
        assert_close(Problem::new(&params, &dataset).evaluate(at).objective, want);
    }

    #[test]
    fn a_term_is_finite_and_right_at_the_ends() {
        let far = Term::new(1e300, 0.0);
        assert_eq!((far.loss, far.slope, far.curvature), (1e300, 1.0, 0.0));
        let right = Term::new(1e300, 1.0);
        assert_eq!((right.loss, right.slope), (0.0, 0.0));
        let middle = Term::new(0.0, 0.5);
        assert_eq!((middle.loss, middle.slope, middle.curvature), (2.0_f64.ln(), 0.0, 0.25));
    }

    #[test]
    fn a_step_reaches_the_boundary_and_not_beyond() {
        let (params, dataset) = (params(), dataset());
        let problem = Problem::new(&params, &dataset);
        let point = problem.evaluate(some_point());
        let scale = problem.preconditioner(&point.curvatures);
        let length = |inner: &Inner| scaled_dot(&inner.step, &scale, &inner.step).sqrt();
        let free = Inner::solve(&problem, &point, &scale, 1e9);
        assert!(!free.at_boundary);
        let radius = 0.7 * length(&free);
        let bound = Inner::solve(&problem, &point, &scale, radius);
        assert!(bound.at_boundary);
        assert_close(length(&bound), radius);
    }

    #[test]
    fn the_radius_follows_the_ratio() {
        let outcome = |actual| Outcome { predicted: 1.0, actual, slope: -2.0, length: 1.0 };
        assert_eq!(outcome(-10.0).next_radius(1.0, true), 0.25);
        assert_eq!(outcome(f64::NAN).next_radius(1.0, true), 0.25);
        assert_eq!(outcome(f64::NEG_INFINITY).next_radius(1.0, true), 0.25);
        assert_eq!(outcome(0.1).next_radius(1.0, true), 0.5);
        assert_eq!(outcome(1.0).next_radius(1.0, true), 4.0);
        assert_eq!(outcome(1.0).next_radius(1.0, false), 1.0);
    }

    #[test]
    fn sums_cover_every_term() {
        for len in 0..20 {
            assert_eq!(lanes(len, |j| j as f64), (0..len).sum::<usize>() as f64);
        }
    }
}
