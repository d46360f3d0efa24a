//! Fits the difference between the model one has and the model that the tickets ask for.

use std::collections::BTreeSet;

use linfa::dataset::DatasetBase;
use linfa::traits::Fit;
use ndarray::{Array1, Array2};
use rayon::prelude::*;
use sprs::CsMat;

use crate::classifier::Classifier;
use crate::features::stem_id;
use crate::inquiry::{Inquiry, Part};
use crate::model::Model;
use crate::model::weights::{
    DESK, HEADS, SERVICE, TECHNICAL, TIER_2_SERVICE, TIER_2_TECHNICAL, TIER_3, Weights,
};
use crate::scoring::{Scratch, Witness, read};
use crate::train::adapt::clean::Kept;
use crate::train::adapt::columns::Columns;
use crate::train::adapt::draft::Draft;
use crate::train::adapt::step::{Choice, Step};
use crate::train::adapt::{AdaptError, Weights as Counted, folds};
use crate::train::corpus::Row;
use crate::train::matrix::Design;
use crate::train::solver::{LogisticParams, SolverError};
use crate::train::vocabulary::{Document, Vocabulary};
use crate::{Desk, Tier};

/// Parts that the tickets are dealt out to.
pub(crate) const FOLDS: usize = 5;
/// Tickets beyond which one part is kept back rather than each in turn.
const MANY: usize = 4000;

/// The log-odds of all heads.
pub(crate) type LogOdds = [f64; HEADS];

/// The tickets as numbers, with what the model one has says about them.
pub(crate) struct Fitter<'c> {
    pub(crate) kept: &'c [Kept<'c>],
    pub(crate) base: Classifier,
    pub(crate) weights: &'c Counted,
    vocabulary: Vocabulary,
    documents: Vec<Document>,
    before: Vec<LogOdds>,
    fold_of: Vec<usize>,
}

/// Tickets to train on, and those to ask about.
pub(crate) struct Round {
    pub(crate) seen: Vec<usize>,
    pub(crate) unseen: Vec<usize>,
}

impl<'c> Fitter<'c> {
    pub(crate) fn read(
        draft: &Draft,
        kept: &'c [Kept<'c>],
        weights: &'c Counted,
    ) -> Result<Self, AdaptError> {
        let bytes = draft.to_bytes();
        let model = Model::from_slice(&bytes)?;
        let mut scratch = Scratch::new();
        let before =
            kept.iter().map(|kept| log_odds(&model, kept.row().inquiry(), &mut scratch)).collect();
        let mut vocabulary = Vocabulary::default();
        let documents =
            kept.iter().map(|kept| vocabulary.read_uncounted(kept.row().inquiry())).collect();
        let base = Classifier::from_bytes(&bytes)?;
        let fold_of = folds::deal(kept, FOLDS);
        Ok(Self { kept, base, weights, vocabulary, documents, before, fold_of })
    }

    /// Each part left out in turn; of very many tickets, one part.
    pub(crate) fn rounds(&self) -> Vec<Round> {
        let all = self.everything();
        let rounds = if all.len() > MANY { 1 } else { FOLDS };
        (0..rounds).map(|fold| self.without(fold, &all)).collect()
    }

    /// The parts that some tickets are in, each left out of them in turn: to choose by.
    pub(crate) fn rounds_within(&self, rows: &[usize]) -> Vec<Round> {
        let most = if rows.len() > MANY { 2 } else { FOLDS };
        let folds: BTreeSet<_> = rows.iter().map(|&row| self.fold_of[row]).collect();
        folds.into_iter().take(most).map(|fold| self.without(fold, rows)).collect()
    }

    fn without(&self, fold: usize, rows: &[usize]) -> Round {
        let (unseen, seen) = rows.iter().partition(|&&row| self.fold_of[row] == fold);
        Round { seen, unseen }
    }

    pub(crate) fn everything(&self) -> Vec<usize> {
        (0..self.kept.len()).collect()
    }

    pub(crate) fn row(&self, at: usize) -> &'c Row {
        self.kept[at].row()
    }

    /// What the model one has says of a ticket.
    pub(crate) fn before_of(&self, at: usize) -> &LogOdds {
        &self.before[at]
    }

    pub(crate) fn columns(&self, rows: &[usize]) -> Columns {
        Columns::of(&self.documents, &self.vocabulary, rows)
    }

    pub(crate) fn matrix(&self, columns: &Columns, rows: &[usize], empty: usize) -> CsMat<f32> {
        columns.matrix(&self.documents, &self.vocabulary, rows, empty)
    }

    /// Fits all heads that shall move on these tickets.
    pub(crate) fn learn(&self, rows: &[usize], choice: &Choice) -> Result<Learned, AdaptError> {
        let columns = self.columns(rows);
        let matrix = self.matrix(&columns, rows, 1);
        let fit = |head: usize| match choice.step(head) {
            Step::Keep => Ok(None),
            step => self.fit(head, step, rows, &matrix),
        };
        let heads: Vec<_> = (0..HEADS).into_par_iter().map(fit).collect::<Result<_, _>>()?;
        Ok(Learned { columns, heads })
    }

    /// Fits one head; `matrix` has the rows and an empty one. `None` where there is too little to
    /// go by.
    pub(crate) fn fit(
        &self,
        head: usize,
        step: Step,
        rows: &[usize],
        matrix: &CsMat<f32>,
    ) -> Result<Option<Moved>, AdaptError> {
        let answers: Vec<_> = rows.iter().map(|&row| answer(head, self.row(row))).collect();
        if !says_enough(&answers) {
            return Ok(None);
        }
        let targets = answers.iter().map(|a| f64::from(u8::from(a.is_some_and(|(is, _)| is))));
        let targets: Array1<f64> = targets.chain([0.5]).collect();
        let weights = rows.iter().zip(&answers).map(|(&row, answer)| {
            let counts = self.weights.of_ticket(head, self.kept[row].ticket);
            answer.map_or(0.0, |(_, weight)| (weight * counts) as f32)
        });
        let weights: Array1<f32> = weights.chain([ANCHOR]).collect();
        let base = rows.iter().map(|&row| within(self.before[row][head]) as f32).chain([0.0]);
        let base = Array2::from_shape_fn((rows.len() + 1, 1), {
            let base: Vec<f32> = base.collect();
            move |(row, _)| base[row]
        });
        let (matrix, c) = match step {
            Step::Words(c) => (matrix.clone(), c),
            _ => (CsMat::zero((rows.len() + 1, 0)), 1.0),
        };
        let moved = towards(Design::new(matrix, base).expect("as many rows"), targets, weights, c)?;
        Ok(Some(moved))
    }
}

/// The weight of a row that says nothing and is half yes, half no: holds the shift near zero.
const ANCHOR: f32 = 10.0;
/// How firmly the slope of the model one has is held at one, in rows.
const SLOPE_ROWS: f64 = 20.0;
/// Log-odds beyond these are as good as certain.
const CERTAIN: f64 = 8.0;
/// Labels of either kind below which a head stays as it was.
const FEWEST: usize = 3;

fn within(log_odds: f64) -> f64 {
    log_odds.clamp(-CERTAIN, CERTAIN)
}

fn says_enough(answers: &[Option<(bool, f64)>]) -> bool {
    let of =
        |kind| answers.iter().filter(|answer| answer.is_some_and(|(is, _)| is == kind)).count();
    of(true).min(of(false)) >= FEWEST
}

/// Fits slope and shift of the last column and the weights of the others, all held where they are
/// if the rows say nothing.
pub(crate) fn towards(
    design: Design,
    targets: Array1<f64>,
    weights: Array1<f32>,
    c: f64,
) -> Result<Moved, SolverError> {
    let base = design.ncols() - 1;
    let (mut prior, mut penalty) = (vec![0.0; base], vec![1.0; base]);
    prior.push(1.0);
    penalty.push(SLOPE_ROWS * c);
    let params = LogisticParams::new().c(c).tolerance(0.01).prior(prior).penalty(penalty);
    let fitted = params.fit(&DatasetBase::new(design, targets).with_weights(weights))?;
    let mut weights = fitted.weights;
    let slope = weights.pop().unwrap_or(1.0).clamp(0.25, 4.0);
    Ok(Moved { weights, slope, shift: fitted.intercept.clamp(-4.0, 4.0) })
}

/// How one head moves: log-odds = slope x what it was + weights x features + shift.
#[derive(Clone, Debug)]
pub(crate) struct Moved {
    weights: Vec<f64>,
    pub(crate) slope: f64,
    pub(crate) shift: f64,
}

impl Moved {
    /// The log-odds of rows under the new head.
    pub(crate) fn log_odds(
        &self,
        matrix: &CsMat<f32>,
        before: impl Iterator<Item = f64>,
    ) -> Vec<f64> {
        let learned = |row: usize| -> f64 {
            let Some(row) = matrix.outer_view(row) else { return 0.0 };
            row.iter().map(|(at, value)| f64::from(*value) * self.weight(at)).sum()
        };
        before
            .enumerate()
            .map(|(row, before)| self.slope * within(before) + learned(row) + self.shift)
            .collect()
    }

    fn weight(&self, column: usize) -> f64 {
        self.weights.get(column).copied().unwrap_or_default()
    }
}

/// How all heads move; `None` for one that stays.
pub(crate) struct Learned {
    columns: Columns,
    heads: Vec<Option<Moved>>,
}

impl Learned {
    /// The model one has with the difference put on top.
    pub(crate) fn onto(&self, draft: &Draft, fitter: &Fitter<'_>) -> Draft {
        let mut model = draft.clone();
        for (head, moved) in self.heads.iter().enumerate() {
            moved.iter().for_each(|moved| model.rescale(head, moved.slope, moved.shift));
        }
        self.words(&mut model, fitter);
        self.pairs(&mut model);
        model
    }

    fn words(&self, model: &mut Draft, fitter: &Fitter<'_>) {
        let mut spellings: Vec<BTreeSet<&str>> =
            vec![BTreeSet::new(); fitter.vocabulary.stems.len()];
        for word in &fitter.vocabulary.words {
            if !word.neighbour.is_function_word {
                spellings[word.stem].insert(&word.spelling);
            }
        }
        for (&stem, column) in &self.columns.stems {
            let difference = self.difference(|moved| column.worth(moved.weight(column.number)));
            if difference == [0.0; HEADS] {
                continue;
            }
            let (stem, own) = (&fitter.vocabulary.stems[stem], &spellings[stem]);
            let tag = stem_id(stem.as_bytes());
            own.iter().for_each(|word| model.add_word(word, tag, &difference));
            let kin = inflections(stem).filter(|word| !own.contains(word.as_str()));
            for word in kin {
                if word == *stem || model.knows(&word, tag) {
                    model.add_word(&word, tag, &difference);
                }
            }
        }
    }

    fn pairs(&self, model: &mut Draft) {
        for (&pair, column) in &self.columns.pairs {
            let difference = self.difference(|moved| column.worth(moved.weight(column.number)));
            if difference != [0.0; HEADS] {
                model.add_pair(pair, &difference);
            }
        }
    }

    fn difference(&self, of: impl Fn(&Moved) -> f64) -> [f64; HEADS] {
        std::array::from_fn(|head| self.heads[head].as_ref().map_or(0.0, &of))
    }
}

/// A stem and the spellings it may have in the model: "refund", "refunds", "refunded".
fn inflections(stem: &str) -> impl Iterator<Item = String> {
    ["", "s", "es", "ed", "e", "d", "ing", "er", "ers", "ly", "'s"]
        .into_iter()
        .map(move |ending| format!("{stem}{ending}"))
}

/// What a head ought to say about a row, and what that weighs; `None` where the labels are silent.
pub(crate) fn answer(head: usize, row: &Row) -> Option<(bool, f64)> {
    let nearly_a_matter_of_taste = if row.also.is_some() { 0.3 } else { 1.0 };
    let at = |desk| if row.desk == Some(desk) { 1.0 } else { 0.3 };
    match head {
        DESK => Some((row.desk? == Desk::Technical, nearly_a_matter_of_taste)),
        SERVICE => Some((row.asks_for(Desk::Service), 1.0)),
        TECHNICAL => Some((row.asks_for(Desk::Technical), 1.0)),
        TIER_2_SERVICE => Some((row.tier? >= Tier::Two, at(Desk::Service))),
        TIER_2_TECHNICAL => Some((row.tier? >= Tier::Two, at(Desk::Technical))),
        TIER_3 => Some((row.tier? == Tier::Three, 1.0)),
        _ => None,
    }
}

/// What a model says of an inquiry, all heads.
pub(crate) fn log_odds(model: &Model, inquiry: Inquiry<'_>, scratch: &mut Scratch) -> LogOdds {
    let sum = read(model, inquiry, scratch, &mut Nobody);
    let (outputs, factor) = (model.outputs.all(), sum.counts.factor());
    std::array::from_fn(|head| f64::from(outputs[head].margin(sum.of(head), factor)) / 1000.0)
}

struct Nobody;

impl Witness for Nobody {
    fn sees(&mut self, _: Part, _: usize, _: usize, _: Weights) {}
}
