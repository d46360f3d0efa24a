//! The yardstick: how right a model is about companies, or channels, that it was never shown.
//!
//! Rows are never dealt out at random: two rows of one source share writer, register and product,
//! and a model that has seen one knows the other. A whole group is left out at a time, its words
//! and their frequencies included.

use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use crate::model::weights::HEADS;
use crate::train::TrainError;
use crate::train::calibrate::{Calibration, Margins};
use crate::train::corpus::{Annotator, Row, Source};
use crate::train::evaluation::{Figures, Verdict};
use crate::train::heads::QUESTIONS;
use crate::train::settings::Settings;
use crate::train::trainer::{Problem, groups_of};
use crate::train::vectors::Vectors;

/// Which rows are left out together.
///
/// # Examples
/// ```
/// use deskhand::train::{corpus::Source, cross_validation::Grouping};
///
/// let chat = br#"{"body": "no signal", "desk": "technical", "channel": "chat"}"#;
/// let sources = [Source::parse("mine-1", chat)?, Source::parse("mine-2", chat)?];
/// assert_eq!(Grouping::by_source(&sources).names(), ["mine"]);
/// assert_eq!(Grouping::by_channel(&sources).names(), ["chat"]);
/// # Ok::<(), deskhand::train::TrainError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grouping {
    names: Vec<String>,
    /// The group of each row; `None` for one that is always trained on.
    of: Vec<Option<usize>>,
}

impl Grouping {
    /// By [`Source::group`]: all files of one origin together.
    ///
    /// # Examples
    /// See [`Grouping`].
    #[must_use]
    pub fn by_source(sources: &[Source]) -> Self {
        Self::by(sources, |source, _| source.group().to_owned())
    }

    /// By the channel that a row came in through, whatever its file. Rows of no known channel are
    /// always trained on.
    ///
    /// # Examples
    /// See [`Grouping`].
    #[must_use]
    pub fn by_channel(sources: &[Source]) -> Self {
        Self::by(sources, |_, row| row.channel.clone())
    }

    fn by(sources: &[Source], name_of: impl Fn(&Source, &Row) -> String) -> Self {
        let rows = sources.iter().flat_map(|source| source.rows.iter().map(move |r| (source, r)));
        let of: Vec<_> = rows.map(|(source, row)| name_of(source, row)).collect();
        let mut names: Vec<_> = of.iter().filter(|name| !name.is_empty()).cloned().collect();
        names.sort();
        names.dedup();
        let of = of.iter().map(|name| names.binary_search(name).ok()).collect();
        Self { names, of }
    }

    /// The groups, by rising name.
    ///
    /// # Examples
    /// See [`Grouping`].
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Numbers of the rows of a group, counted over all sources in their order.
    ///
    /// # Examples
    /// ```
    /// # use deskhand::train::{corpus::Source, cross_validation::Grouping};
    /// let row = br#"{"body": "no signal", "desk": "technical"}"#;
    /// let sources = [Source::parse("a", row)?, Source::parse("b", row)?];
    /// assert_eq!(Grouping::by_source(&sources).rows_of(1), [1]);
    /// # Ok::<(), deskhand::train::TrainError>(())
    /// ```
    #[must_use]
    pub fn rows_of(&self, group: usize) -> Vec<usize> {
        (0..self.of.len()).filter(|&row| self.of[row] == Some(group)).collect()
    }
}

/// What was answered about a row by a model that had not seen its group.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct LeftOut {
    /// Calibrated on the other groups, under the default policy. Reasons to review that come from
    /// the text itself (empty, not English, unfamiliar) are not among those counted.
    pub verdict: Verdict,
    /// As the solver gives them, not calibrated: one a head, that of the desk first.
    pub margins: [f64; HEADS],
}

/// A group that was left out.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Group {
    /// The group's name.
    pub name: String,
    /// Numbers of its rows, counted over all sources in their order.
    pub rows: Vec<usize>,
    /// The answers, one a row.
    pub answers: Vec<LeftOut>,
    /// Whether all of its rows were written for training, rather than collected. Such groups
    /// resemble each other, and flatter: read their figures apart.
    pub written: bool,
    /// How right they are. `None` where fewer than [`FEWEST`] rows speak for a figure.
    pub figures: Figures,
}

/// Rows of the rarer side that a group needs for a figure to mean anything.
pub const FEWEST: usize = 20;

/// Leaves out each group in turn, trains on everything else and answers about the group.
///
/// Nothing is learned from a group that is left out, neither its labels nor its words and how
/// frequent they are: its margins would be the same, bit by bit, with other labels. The
/// calibration, two numbers a head, is fitted on the answers about the other groups while those
/// were left out in their turn. `progress` is called with the number of fits done and
/// to do, from several threads. The answers are the same on any number of threads.
///
/// # Errors
/// [`TrainError::NoRows`] where there are fewer than two groups; [`TrainError::OneSided`] where a
/// head has nothing to tell apart once a group is left out.
///
/// # Complexity
/// A fit a group and head: two to three minutes on two cores for 45,000 rows in 16 groups.
///
/// # Examples
/// ```
/// # use deskhand::train::{corpus::Source, cross_validation::{Grouping, cross_validate}};
/// # use deskhand::train::{settings::Settings, vectors::Vectors};
/// let mut lines = String::new();
/// for i in 0..30 {
///     lines += &format!("{{\"body\": \"screen black {i}\", \"desk\": \"technical\", \"tier\": {}}}\n", 1 + i % 3);
///     lines += &format!("{{\"body\": \"refund please {i}\", \"desk\": \"service\", \"tier\": {}}}\n", 1 + i % 3);
/// }
/// let sources = ["a", "b"].map(|name| Source::parse(name, lines.as_bytes()).unwrap());
/// let grouping = Grouping::by_source(&sources);
/// let groups = cross_validate(&sources, &Vectors::none(), &Settings::default(), &grouping, |_, _| ())?;
/// assert_eq!(groups[0].figures.desk_accuracy, Some(1.0));
/// # Ok::<(), deskhand::train::TrainError>(())
/// ```
pub fn cross_validate(
    sources: &[Source],
    vectors: &Vectors,
    settings: &Settings,
    grouping: &Grouping,
    progress: impl Fn(usize, usize) + Sync,
) -> Result<Vec<Group>, TrainError> {
    let all: Vec<&Row> = sources.iter().flat_map(|source| &source.rows).collect();
    let number = grouping.names.len();
    if number < 2 || grouping.of.len() != all.len() {
        return Err(TrainError::NoRows);
    }
    let done = AtomicUsize::new(0);
    let all_fits = number * QUESTIONS.len();
    let tick = || progress(done.fetch_add(1, Ordering::Relaxed) + 1, all_fits);
    let fit = |group| margins_without(group, sources, vectors, settings, grouping, &tick);
    let fits: Vec<_> = (0..number).into_par_iter().map(fit).collect::<Result<_, _>>()?;
    let mut margins = vec![Margins::default(); all.len()];
    for (fit, group) in fits.iter().zip(0..) {
        let rows = grouping.rows_of(group);
        rows.into_iter().zip(fit).for_each(|(row, m)| margins[row] = *m);
    }
    let answer = |group| answer(group, sources, &all, &margins, grouping);
    (0..number).into_par_iter().map(answer).collect()
}

/// Margins of a group's rows from a fit that knew nothing of the group.
fn margins_without(
    group: usize,
    sources: &[Source],
    vectors: &Vectors,
    settings: &Settings,
    grouping: &Grouping,
    tick: &(impl Fn() + Sync),
) -> Result<Vec<Margins>, TrainError> {
    let folds = grouping.names.len() + 1;
    let fold_of = grouping.of.iter().map(|group| group.unwrap_or(folds - 1)).collect();
    let split = (fold_of, folds);
    let problem = Problem::unaware_of(Some(group), split, sources, vectors, settings)?;
    Ok(problem.margins_of_fold(&problem.fit(group, tick)?, group))
}

/// Calibrates on the other groups' answers and measures the group.
fn answer(
    group: usize,
    sources: &[Source],
    all: &[&Row],
    margins: &[Margins],
    grouping: &Grouping,
) -> Result<Group, TrainError> {
    let is_elsewhere = |row: &usize| grouping.of[*row].is_some_and(|of| of != group);
    let elsewhere: Vec<_> = (0..all.len()).filter(is_elsewhere).collect();
    let others: Vec<_> = elsewhere.iter().map(|&row| all[row]).collect();
    let their_margins: Vec<_> = elsewhere.iter().map(|&row| margins[row]).collect();
    let groups = groups_of(sources);
    let calibration = Calibration::fit(&their_margins, &others, |at| groups[elsewhere[at]])?;
    let rows = grouping.rows_of(group);
    let answer = |&row: &usize| LeftOut {
        verdict: calibration.verdict(&margins[row]),
        margins: margins[row].0,
    };
    let answers: Vec<_> = rows.iter().map(answer).collect();
    let labelled: Vec<Row> = rows.iter().map(|&row| all[row].clone()).collect();
    let verdicts: Vec<_> = answers.iter().map(|answer| answer.verdict).collect();
    let figures = Figures::of(&labelled, &verdicts).where_enough(&labelled, FEWEST);
    let written = labelled.iter().all(|row| row.by == Annotator::Author);
    Ok(Group { name: grouping.names[group].clone(), rows, answers, written, figures })
}
