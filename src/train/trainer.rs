//! Fits the heads, calibrates them on sources that were left out, and builds a model.

mod profile;

use std::collections::BTreeMap;

use linfa::dataset::DatasetBase;
use linfa::traits::Fit;
use ndarray::Array1;
use rayon::prelude::*;

use crate::Desk;
use crate::model::weights::HEADS;
use crate::train::TrainError;
use crate::train::agreement::Agreement;
use crate::train::calibrate::{Calibration, Margins};
use crate::train::corpus::{Annotator, Row, Source};
use crate::train::evaluation::{Figures, Verdict, mean_over};
use crate::train::export;
use crate::train::heads::{QUESTIONS, Question, mix};
use crate::train::matrices::{Fitted, Layout};
use crate::train::matrix::Design;
use crate::train::settings::Settings;
use crate::train::solver::{LogisticParams, SolverError};
use crate::train::vectors::Vectors;
use crate::train::vocabulary::{Document, Vocabulary};

/// A trained model, ready to be written to a file.
///
/// # Examples
/// ```
/// # use deskhand::train::{corpus::{Row, Source}, settings::Settings, trainer, vectors::Vectors};
/// # use deskhand::{Classifier, Desk, Tier};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mut lines = String::new();
/// for i in 0..20 {
///     lines += &format!("{{\"body\": \"screen black {i}\", \"desk\": \"technical\", \"tier\": {}}}\n", 1 + i % 3);
///     lines += &format!("{{\"body\": \"refund please {i}\", \"desk\": \"service\", \"tier\": {}}}\n", 1 + i % 3);
/// }
/// let sources = [Source::parse("mine", lines.as_bytes())?];
/// let trained = trainer::train(&sources, &Vectors::none(), &Settings::default(), |_, _| ())?;
/// let clerk = Classifier::from_bytes(&trained.bytes)?;
/// assert_eq!(clerk.triage("my screen").desk(), Desk::Technical);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Trained {
    /// The model file.
    pub bytes: Vec<u8>,
    /// What was answered about each row while its source was left out of training.
    pub verdicts: Vec<Verdict>,
    /// Figures over the sources, each left out of training when it was answered: `cv.NAME`.
    pub metrics: Vec<(String, f64)>,
}

/// Fits, calibrates and builds a model.
///
/// `progress` is called with the number of fits done and to do, from several threads. The same
/// input gives the same bytes, whatever the number of threads. Takes about a minute on two cores
/// for 50,000 rows.
///
/// # Errors
/// [`TrainError::NoRows`], [`TrainError::OneSided`] where a head has nothing to tell apart.
///
/// # Examples
/// See [`Trained`].
pub fn train(
    sources: &[Source],
    vectors: &Vectors,
    settings: &Settings,
    progress: impl Fn(usize, usize) + Sync,
) -> Result<Trained, TrainError> {
    let problem = Problem::read(sources, vectors, settings)?;
    let (left_out, heads) = problem.fit_all(&progress)?;
    let calibration = Calibration::fit(&left_out, &problem.rows, |row| problem.groups[row])?;
    let verdicts: Vec<_> = left_out.iter().map(|margins| calibration.verdict(margins)).collect();
    let metrics = cross_validation(sources, &verdicts);
    let profile = problem.profile(vectors, &verdicts);
    let intercepts = std::array::from_fn(|head| heads[head].intercept);
    let fitted = Fitted {
        layout: &problem.layout,
        vocabulary: &problem.vocabulary,
        vectors,
        heads: heads.map(|head| head.columns),
    };
    let about = export::describe(sources, settings, &metrics, &profile);
    let bytes = export::model(&fitted, intercepts, &calibration, settings, &about)?;
    Ok(Trained { bytes, verdicts, metrics })
}

/// Rows of the rarer desk that a group needs for its figures to mean anything.
const FEWEST_OF_A_DESK: usize = 20;

/// The figures of each group while it was left out, averaged over the groups that have both desks.
fn cross_validation(sources: &[Source], verdicts: &[Verdict]) -> Vec<(String, f64)> {
    let mut groups: BTreeMap<&str, (Vec<Row>, Vec<Verdict>)> = BTreeMap::new();
    let rows =
        sources.iter().flat_map(|source| source.rows.iter().map(|row| (source.group(), row)));
    for ((group, row), verdict) in rows.zip(verdicts) {
        let (rows, verdicts) = groups.entry(group).or_default();
        rows.push(row.clone());
        verdicts.push(*verdict);
    }
    let has_both = |rows: &[Row]| {
        let count = |desk| rows.iter().filter(|row| row.desk == Some(desk)).count();
        count(Desk::Service).min(count(Desk::Technical)) >= FEWEST_OF_A_DESK
    };
    let groups = groups.values().filter(|(rows, _)| has_both(rows));
    let figures: Vec<_> = groups.map(|(rows, verdicts)| Figures::of(rows, verdicts)).collect();
    let means = mean_over(&figures).into_iter();
    means.filter_map(|(name, value)| Some((format!("cv.{name}"), value?))).collect()
}

/// One head after fitting.
#[derive(Debug)]
pub(crate) struct Head {
    columns: Vec<f64>,
    intercept: f64,
}

/// The corpus as a matrix, with what each head is to tell.
pub(crate) struct Problem<'t> {
    pub(crate) rows: Vec<&'t Row>,
    /// What the settings say about the group of each row.
    group_weights: Vec<f64>,
    /// The group of each row: rows of one origin.
    pub(crate) groups: Vec<usize>,
    /// The rows, one group after the other.
    by_group: Vec<usize>,
    /// The part that a row is left out with.
    fold_of: Vec<usize>,
    folds: usize,
    vocabulary: Vocabulary,
    layout: Layout,
    design: Design,
    settings: &'t Settings,
}

impl<'t> Problem<'t> {
    fn read(
        sources: &'t [Source],
        vectors: &Vectors,
        settings: &'t Settings,
    ) -> Result<Self, TrainError> {
        Self::unaware_of(None, deal_out(sources, settings.folds), sources, vectors, settings)
    }

    /// The texts of the fold `unseen` are read, but nothing is learned from them: not even which
    /// words are frequent.
    pub(crate) fn unaware_of(
        unseen: Option<usize>,
        (fold_of, folds): (Vec<usize>, usize),
        sources: &'t [Source],
        vectors: &Vectors,
        settings: &'t Settings,
    ) -> Result<Self, TrainError> {
        let rows: Vec<_> = sources.iter().flat_map(|source| &source.rows).collect();
        let seen = fold_of.iter().filter(|fold| Some(**fold) != unseen).count();
        if seen == 0 {
            return Err(TrainError::NoRows);
        }
        let mut vocabulary = Vocabulary::default();
        let read = |(row, fold): (&&Row, &usize)| {
            if Some(*fold) == unseen {
                vocabulary.read_uncounted(row.inquiry())
            } else {
                vocabulary.read(row.inquiry())
            }
        };
        let documents: Vec<Document> = rows.iter().zip(&fold_of).map(read).collect();
        let layout = Layout::new(&vocabulary, vectors, seen, settings);
        let design = layout.design(&documents, &vocabulary, vectors);
        let group_weight = |source: &Source| {
            let weight = settings.group_weights.get(source.group()).copied().unwrap_or(1.0);
            std::iter::repeat_n(weight, source.rows.len())
        };
        let group_weights = sources.iter().flat_map(group_weight).collect();
        let groups = groups_of(sources);
        let mut by_group: Vec<_> = (0..rows.len()).collect();
        by_group.sort_by_key(|&row| groups[row]);
        Ok(Self {
            rows,
            group_weights,
            groups,
            by_group,
            fold_of,
            folds,
            vocabulary,
            layout,
            design,
            settings,
        })
    }

    /// Fits every head on every fold's remainder and on everything.
    ///
    /// Returns the margins of each row from the fit it was left out of, and the heads fitted on all.
    fn fit_all(
        &self,
        progress: &(impl Fn(usize, usize) + Sync),
    ) -> Result<(Vec<Margins>, [Head; HEADS]), TrainError> {
        let all = (self.folds + 1) * QUESTIONS.len();
        let done = std::sync::atomic::AtomicUsize::new(0);
        let tick = || progress(done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1, all);
        let fits = (0..=self.folds).into_par_iter().map(|fold| self.fit(fold, &tick));
        let mut fits: Vec<_> = fits.collect::<Result<_, _>>()?;
        let heads = fits.pop().expect("the last fold leaves nothing out");
        let mut left_out = vec![Margins::default(); self.rows.len()];
        for (fold, heads) in fits.iter().enumerate() {
            self.rows_of(fold)
                .zip(self.margins_of_fold(heads, fold))
                .for_each(|(row, margins)| left_out[row] = margins);
        }
        Ok((left_out, heads))
    }

    pub(crate) fn rows_of(&self, fold: usize) -> impl Iterator<Item = usize> {
        self.fold_of.iter().enumerate().filter(move |(_, f)| **f == fold).map(|(row, _)| row)
    }

    /// Fits the heads on all rows but those of a fold; `fold == folds` leaves none out.
    pub(crate) fn fit(
        &self,
        fold: usize,
        tick: &(impl Fn() + Sync),
    ) -> Result<[Head; HEADS], TrainError> {
        let ask = |question: &Question| {
            let answer = self.ask(*question, fold);
            tick();
            answer
        };
        let answers: Vec<Head> = QUESTIONS.par_iter().map(ask).collect::<Result<_, _>>()?;
        let mut heads = [(); HEADS].map(|()| Head::silent(self.design.ncols()));
        for column in 0..self.design.ncols() {
            let mixed = mix(std::array::from_fn(|question| answers[question].columns[column]));
            heads.iter_mut().zip(mixed).for_each(|(head, weight)| head.columns[column] = weight);
        }
        let mixed = mix(std::array::from_fn(|question| answers[question].intercept));
        heads.iter_mut().zip(mixed).for_each(|(head, intercept)| head.intercept = intercept);
        Ok(heads)
    }

    /// Fits one question on all rows but those of a fold.
    fn ask(&self, question: Question, fold: usize) -> Result<Head, TrainError> {
        let answers: Vec<_> = self.rows.iter().map(|row| question.answer(row)).collect();
        let weights = answers.iter().enumerate().map(|(row, answer)| match answer {
            Some(_) if self.fold_of[row] != fold => self.weight(row, question),
            _ => 0.0,
        });
        let weights: Array1<f32> = weights.collect();
        let targets = answers.iter().map(|a| f64::from(u8::from(*a == Some(true))));
        let dataset = DatasetBase::new(self.design.clone(), targets.collect::<Array1<f64>>());
        let penalty = self.penalty(|row| answers[row].filter(|_| weights[row] > 0.0));
        let params =
            LogisticParams::new().c(question.c(self.settings)).penalty(penalty).tolerance(0.01);
        match params.fit(&dataset.with_weights(weights)) {
            Ok(fitted) => Ok(Head { columns: fitted.weights, intercept: fitted.intercept }),
            Err(SolverError::OneClass | SolverError::NoRows) if question.is_optional() => {
                Ok(Head::silent(self.design.ncols()))
            }
            Err(SolverError::OneClass) => Err(TrainError::OneSided { head: question.name() }),
            Err(other) => Err(other.into()),
        }
    }

    /// The penalty factor of each column, by how far the groups agree on what words and pairs
    /// answer. N-grams and vectors speak for many words at once: theirs is 1.
    fn penalty(&self, answer: impl Fn(usize) -> Option<bool>) -> Vec<f64> {
        let (stems, pairs) = (self.layout.stems(), self.layout.pairs());
        let rows = self.by_group.iter().filter_map(|&row| {
            let features = self.layout.features(self.design.sparse_row(row), &self.vocabulary);
            Some((self.groups[row], answer(row)?, features))
        });
        let agreement = Agreement::of(stems.len() + pairs.len(), rows);
        let strength = self.settings.agreement;
        let mut penalty = vec![1.0; self.design.ncols()];
        for (stem, column) in stems.iter().enumerate() {
            if let Some(column) = *column {
                penalty[column] = agreement.penalty(stem, strength);
            }
        }
        for (pair, column) in pairs.enumerate() {
            penalty[column] = agreement.penalty(stems.len() + pair, strength);
        }
        penalty
    }

    fn weight(&self, row: usize, question: Question) -> f32 {
        let settings = self.settings;
        let intent = if question.is_about_tier() {
            settings.intent_tier_weight
        } else {
            settings.intent_weight
        };
        let by = if self.rows[row].by == Annotator::Intent { intent } else { 1.0 };
        (by * self.group_weights[row] * question.weight(self.rows[row])) as f32
    }

    /// Margins of the rows that the fit left out, in their order.
    pub(crate) fn margins_of_fold(&self, heads: &[Head; HEADS], fold: usize) -> Vec<Margins> {
        let rows: Vec<_> = self.rows_of(fold).collect();
        let design = self.design.select_rows(&rows);
        let margins = heads.each_ref().map(|head| {
            let mut margins = design.dot(&head.columns);
            margins.iter_mut().for_each(|margin| *margin += head.intercept);
            margins
        });
        (0..rows.len()).map(|row| Margins(std::array::from_fn(|head| margins[head][row]))).collect()
    }
}

impl Head {
    /// Says nothing about any row.
    fn silent(columns: usize) -> Self {
        Self { columns: vec![0.0; columns], intercept: 0.0 }
    }
}

/// The number of each row's group.
pub(crate) fn groups_of(sources: &[Source]) -> Vec<usize> {
    let mut names: Vec<_> = sources.iter().map(Source::group).collect();
    names.sort_unstable();
    names.dedup();
    let number = |source: &Source| names.binary_search(&source.group()).unwrap_or_default();
    sources.iter().flat_map(|s| std::iter::repeat_n(number(s), s.rows.len())).collect()
}

/// Deals the groups of sources out to at most `folds` parts of about the same weight: largest
/// first, each to the lightest part. Where there is one group only, its rows are dealt out.
fn deal_out(sources: &[Source], folds: usize) -> (Vec<usize>, usize) {
    let mut groups: Vec<(&str, usize)> = Vec::new();
    for source in sources {
        match groups.iter_mut().find(|(name, _)| *name == source.group()) {
            Some((_, rows)) => *rows += source.rows.len(),
            None => groups.push((source.group(), source.rows.len())),
        }
    }
    let folds = folds.max(2);
    if groups.len() < 2 {
        let rows = sources.iter().map(|source| source.rows.len()).sum();
        return ((0..rows).map(|row| row % folds).collect(), folds);
    }
    groups.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let mut parts = vec![0; folds.min(groups.len())];
    let deal = |(name, rows): &(&str, usize)| (name.to_string(), lightest(&mut parts, *rows));
    let dealt: Vec<_> = groups.iter().map(deal).collect();
    let fold_of = |source: &Source| dealt.iter().find(|(name, _)| name == source.group());
    let rows = sources.iter().flat_map(|source| {
        let fold = fold_of(source).map_or(0, |(_, fold)| *fold);
        std::iter::repeat_n(fold, source.rows.len())
    });
    (rows.collect(), parts.len())
}

fn lightest(parts: &mut [usize], rows: usize) -> usize {
    let lightest = (0..parts.len()).min_by_key(|&part| parts[part]).unwrap_or(0);
    parts[lightest] += rows;
    lightest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Classifier;
    use crate::model::weights::{DESK, TIER_2_SERVICE, TIER_3};

    /// A few words of each desk and tier, in many orders.
    fn sources() -> Vec<Source> {
        let technical =
            ["screen black", "app crashes", "login fails with error", "server down for all"];
        let service =
            ["refund please", "where is my parcel", "wrong invoice again", "my lawyer will write"];
        let mut lines = [String::new(), String::new()];
        for (i, line) in lines.iter_mut().enumerate() {
            for j in 0..40 {
                let (tier, number) = (1 + j % 4 * 2 / 3, 7 * i + 3 * j);
                let both = [("technical", technical[j % 4]), ("service", service[j % 4])];
                for (desk, text) in both {
                    let words = format!("{text} since order {number} on the {j}th, widget{i}");
                    *line +=
                        &format!("{{\"body\": {words:?}, \"desk\": {desk:?}, \"tier\": {tier}}}\n");
                }
                *line += &format!("{{\"body\": \"thanks a lot {j}\", \"desk\": \"none\"}}\n");
            }
        }
        let parse = |(i, text): (usize, &String)| {
            Source::parse(&format!("set{}", ["a", "b"][i]), text.as_bytes()).unwrap()
        };
        lines.iter().enumerate().map(parse).collect()
    }

    fn settings() -> Settings {
        Settings { c_desk: 10.0, c_tier: 10.0, ..Settings::default() }
    }

    #[test]
    fn the_same_input_gives_the_same_bytes_on_any_number_of_threads() {
        let train_on = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let train = || train(&sources(), &Vectors::none(), &settings(), |_, _| ());
            pool.install(train).unwrap().bytes
        };
        let once = train_on(1);
        assert_eq!(once, train_on(2));
        assert_eq!(once, train_on(7));
    }

    #[test]
    fn scoring_gives_the_margins_of_training() {
        let sources = sources();
        let settings = settings();
        let vectors = Vectors::none();
        let problem = Problem::read(&sources, &vectors, &settings).unwrap();
        let trained = train(&sources, &vectors, &settings, |_, _| ()).unwrap();
        let classifier = Classifier::from_bytes(&trained.bytes).unwrap();
        let (left_out, heads) = problem.fit_all(&|_, _| ()).unwrap();
        let groups = |row: usize| problem.groups[row];
        let calibration = Calibration::fit(&left_out, &problem.rows, groups).unwrap();
        for (row, labelled) in problem.rows.iter().enumerate() {
            let triage = classifier.triage(labelled.inquiry());
            let [tier_2, tier_3] = triage.tier_margins();
            let margin = |head: usize| {
                let design = problem.design.select_rows(&[row]);
                let margin = design.dot(&heads[head].columns)[0] + heads[head].intercept;
                1000.0 * calibration.scalings[head].log_odds(margin)
            };
            let tier_2_head = TIER_2_SERVICE + triage.desk() as usize;
            for (head, scored) in [(DESK, triage.margin()), (tier_2_head, tier_2), (TIER_3, tier_3)]
            {
                let expected = margin(head);
                // Each of some twenty weights is rounded to one of 255 steps.
                let tolerance = 30.0 + 0.02 * expected.abs();
                let gap = (f64::from(scored) - expected).abs();
                assert!(gap < tolerance, "{}: {scored} is not {expected}", labelled.body);
            }
        }
    }

    #[test]
    fn one_kind_of_answer_is_refused() {
        let line = br#"{"body": "no signal", "desk": "technical", "tier": 1}"#;
        let sources = [Source::parse("mine", line).unwrap()];
        let error = train(&sources, &Vectors::none(), &settings(), |_, _| ()).unwrap_err();
        assert_eq!(error, TrainError::OneSided { head: "desk" });
    }

    #[test]
    fn groups_are_left_out_whole() {
        let source = |name: &str, rows: usize| {
            let lines = "{\"body\": \"a\", \"desk\": \"none\"}\n".repeat(rows);
            Source::parse(name, lines.as_bytes()).unwrap()
        };
        let sources = [source("a-1", 3), source("a-2", 3), source("b", 4), source("c", 1)];
        let (fold_of, folds) = deal_out(&sources, 2);
        assert_eq!(folds, 2);
        assert_eq!(fold_of, [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1]);
        let (alone, folds) = deal_out(&sources[2..3], 3);
        assert_eq!((alone, folds), (vec![0, 1, 2, 0], 3));
    }
}
