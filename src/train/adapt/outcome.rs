//! How a model does on tickets it had not seen, in numbers and in plain words.

use std::fmt;

use ndarray::{Array1, Array2};
use serde::Serialize;

use crate::classifier::Classifier;
use crate::model::weights::HEADS;
use crate::scoring::Scratch;
use crate::train::adapt::clean::Cleaned;
use crate::train::adapt::draft::Draft;
use crate::train::adapt::fit::{Fitter, LogOdds, answer, log_odds, towards};
use crate::train::adapt::step::{Choice, Step};
use crate::train::adapt::{AdaptError, Options, Ticket, Weights};
use crate::train::calibrate::{Margins, Scaling, curve};
use crate::train::corpus::Row;
use crate::train::drift::{Profile, Tally};
use crate::train::evaluation::{self, Figures, Verdict};
use crate::train::matrix::Design;
use crate::{Desk, Tier};

/// Tickets with the same words and different labels.
///
/// # Examples
/// See [`Outcome`].
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Conflict {
    /// Where they stand among the tickets handed in, counted from zero.
    pub places: Vec<usize>,
    /// Their ids.
    pub ids: Vec<String>,
    /// Their labels: desk and tier.
    pub labels: Vec<(Option<Desk>, Option<Tier>)>,
    /// The text of the first.
    pub text: String,
    /// The place of the one that was kept because most had its label; none if there was a tie.
    pub kept: Option<usize>,
}

impl Conflict {
    pub(crate) fn of(tickets: &[Ticket], places: &[usize], kept: Option<usize>) -> Self {
        let rows = || places.iter().map(|&at| &tickets[at].row);
        Self {
            places: places.to_vec(),
            ids: rows().map(|row| row.id.clone()).collect(),
            labels: rows().map(|row| (row.desk, row.tier)).collect(),
            text: rows().next().map(text).unwrap_or_default(),
            kept,
        }
    }
}

fn text(row: &Row) -> String {
    if row.subject.is_empty() { row.body.clone() } else { format!("{}: {}", row.subject, row.body) }
}

/// A ticket whose desk changed.
///
/// # Examples
/// See [`Outcome`].
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Flip {
    /// The ticket's id.
    pub id: String,
    /// Its text.
    pub text: String,
    /// The desk in the tickets.
    pub truth: Option<Desk>,
    /// The old model's desk.
    pub before: Desk,
    /// The new model's desk.
    pub after: Desk,
}

impl Flip {
    /// Whether the new answer is the right one.
    #[must_use]
    pub fn is_better(&self) -> bool {
        self.truth == Some(self.after)
    }
}

/// How many of how many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Share {
    /// The right ones.
    pub right: usize,
    /// All.
    pub of: usize,
}

impl Share {
    fn add(&mut self, is_right: bool) {
        self.right += usize::from(is_right);
        self.of += 1;
    }

    /// Out of a hundred, rounded.
    ///
    /// # Examples
    /// ```
    /// assert_eq!(deskhand::train::adapt::Share::default().of_100(), 0);
    /// ```
    #[must_use]
    pub fn of_100(&self) -> usize {
        (200 * self.right + self.of) / (2 * self.of).max(1)
    }
}

/// Tickets that two models answer differently.
///
/// # Examples
/// ```
/// assert!(!deskhand::train::adapt::Changes::default().is_loss());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Changes {
    /// Right now, wrong before.
    pub gained: usize,
    /// Right before, wrong now.
    pub lost: usize,
    /// What the lost ones count more than the gained ones.
    #[serde(skip)]
    net_loss: f64,
    /// The sum of the squares of what all of them count.
    #[serde(skip)]
    squares: f64,
}

/// Whether an answer was right, whether it is now, and what the ticket counts.
struct Change {
    before: bool,
    after: bool,
    counts: f64,
}

impl Changes {
    fn of(answers: impl Iterator<Item = Change>) -> Self {
        let mut changes = Self::default();
        for Change { before, after, counts } in answers.filter(|a| a.before != a.after) {
            changes.gained += usize::from(after);
            changes.lost += usize::from(before);
            changes.net_loss += if before { counts } else { -counts };
            changes.squares += counts * counts;
        }
        changes
    }

    /// Whether more are lost than gained, by more than the root of their number; where labels have
    /// [weights](Weights), each counts as much as its label does.
    #[must_use]
    pub fn is_loss(&self) -> bool {
        self.net_loss > 0.0 && self.net_loss.powi(2) > self.squares
    }
}

/// How one model did.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Score {
    /// Tickets sent to the right desk.
    pub desk: Share,
    /// Tickets given the right tier.
    pub tier: Share,
    /// Tickets that go to a person.
    pub review: Share,
    /// Of the others, those sent to the right desk.
    pub unattended: Share,
    /// The same and more as figures.
    pub figures: Figures,
}

impl Score {
    fn of(rows: &[Row], verdicts: &[Verdict]) -> Self {
        let mut score = Self { figures: Figures::of(rows, verdicts), ..Self::default() };
        for (row, verdict) in rows.iter().zip(verdicts) {
            score.review.add(verdict.review.is_some());
            if let Some(desk) = row.desk {
                score.desk.add(desk == verdict.desk());
                if verdict.review.is_none() {
                    score.unattended.add(desk == verdict.desk());
                }
                row.tier.into_iter().for_each(|tier| score.tier.add(tier == verdict.tier));
            }
        }
        score
    }
}

/// What came of the tickets, and how the new model does on those it had not seen.
///
/// Printed, it is the result in plain words.
///
/// # Examples
/// ```
/// use deskhand::train::adapt::{Options, Ticket, adapt};
/// use deskhand::train::corpus::Row;
/// use deskhand::Desk;
///
/// # fn main() -> Result<(), deskhand::train::adapt::AdaptError> {
/// let label = |text: String, desk| Ticket::new(Row::labelled(&text, Some(desk), None));
/// let rooms = ["hall", "office", "kitchen", "cellar", "garage", "attic", "yard", "loft", "den", "bar"];
/// let tickets: Vec<_> = rooms.iter().flat_map(|room| [
///     label(format!("the gate of the {room} does not open"), Desk::Technical),
///     label(format!("the bill for the {room} is wrong"), Desk::Service),
///     label(format!("The bill for the {room} is wrong!"), Desk::Service),
/// ]).collect();
///
/// let base = include_bytes!("../../../models/english.deskhand");
/// let outcome = adapt(base, &tickets, &Options::default(), |_, _| ())?.outcome;
/// assert_eq!((outcome.tickets, outcome.copies), (20, 10));
/// assert_eq!(outcome.after.desk.of, outcome.before.desk.of);
/// assert!(outcome.to_string().starts_with("On tickets it had not seen: "));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Outcome {
    /// The name of the model one had.
    pub base: String,
    /// Tickets that were learned from.
    pub tickets: usize,
    /// Tickets without a word.
    pub empty: usize,
    /// Tickets whose words were there before.
    pub copies: usize,
    /// Tickets with the same words and different labels.
    pub conflicts: Vec<Conflict>,
    /// The model one had.
    pub before: Score,
    /// The new one, on the same tickets, each left out when it was asked about.
    pub after: Score,
    /// Tickets whose desk changed.
    pub flips: Vec<Flip>,
    /// Tickets that reach the right desk now and did not before, and the other way round.
    pub desk_changes: Changes,
    /// The same of tiers.
    pub tier_changes: Changes,
    /// Tickets given to check by, if there were any.
    pub check: Option<Check>,
    /// Words and pairs that the model had not stored.
    pub added: usize,
    /// What was done to desk and tier.
    pub settings: [String; 2],
    /// Settings tried, of how many.
    pub tried: (usize, usize),
    /// Whether the new model answers differently at all.
    pub learned: bool,
}

impl Outcome {
    /// Whether the new model loses more tickets than it gains, at the desk or at the tier, by more
    /// than chance explains: by more than the root of the number of tickets that changed.
    #[must_use]
    pub fn is_worse(&self) -> bool {
        self.all_changes().any(|(_, changes)| changes.is_loss())
    }

    fn all_changes(&self) -> impl Iterator<Item = (&'static str, Changes)> {
        let check = self.check.iter().flat_map(|check| {
            [
                ("at the desk, on the tickets to check by,", check.desk_changes),
                ("at the tier, on the tickets to check by,", check.tier_changes),
            ]
        });
        [("at the desk", self.desk_changes), ("at the tier", self.tier_changes)]
            .into_iter()
            .chain(check)
    }

    /// Where the new model loses tickets, in words.
    pub(crate) fn losses(&self) -> String {
        let lost = self.all_changes().filter(|(_, changes)| changes.is_loss());
        let lost = lost.map(|(at, Changes { gained, lost, .. })| {
            format!("{at} {lost} right answers are lost and {gained} gained")
        });
        lost.collect::<Vec<_>>().join("; ")
    }

    /// Asks both models about tickets that nothing was learned from.
    pub(crate) fn check(
        &mut self,
        base: &[u8],
        new: &[u8],
        options: &Options,
    ) -> Result<(), AdaptError> {
        let rows = &options.check[..];
        if rows.is_empty() {
            return Ok(());
        }
        let before = evaluation::answer(&Classifier::from_bytes(base)?, rows);
        let after = evaluation::answer(&Classifier::from_bytes(new)?, rows);
        let [desk_changes, tier_changes] = changes(rows, &before, &after, &options.weights);
        let (before, after) = (Score::of(rows, &before), Score::of(rows, &after));
        self.check = Some(Check { before, after, desk_changes, tier_changes });
        Ok(())
    }

    /// Figures for the description of a model.
    pub(crate) fn metrics(&self) -> Vec<(String, f64)> {
        let named = |figures: &Figures, ending: &str| {
            let of = figures.named().into_iter();
            let known = of.filter_map(|(name, value)| Some((name, value?)));
            known.map(|(name, value)| (format!("{name}{ending}"), value)).collect::<Vec<_>>()
        };
        let mut metrics = named(&self.after.figures, "");
        metrics.extend(named(&self.before.figures, "_before"));
        metrics
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (now, then) = (&self.after, &self.before);
        write!(
            f,
            "On tickets it had not seen: {} of 100 to the right desk ({}: {})",
            now.desk.of_100(),
            self.base,
            then.desk.of_100()
        )?;
        if now.tier.of > 0 {
            write!(f, "; {} of 100 to the right tier ({})", now.tier.of_100(), then.tier.of_100())?;
        }
        write!(f, "; {} of 100 go to a person ({})", now.review.of_100(), then.review.of_100())?;
        writeln!(
            f,
            "; of the others {} of 100 reach the right desk ({}).",
            now.unattended.of_100(),
            then.unattended.of_100()
        )?;
        let Changes { gained, lost, .. } = self.desk_changes;
        write!(
            f,
            "Measured on {} tickets; {gained} now reach the right desk that did not, {lost} the other way round.",
            now.review.of
        )?;
        if !self.learned {
            write!(
                f,
                "\nNothing was learned that held on tickets left out: it answers as {} does. More tickets are needed.",
                self.base
            )?;
        }
        Ok(())
    }
}

/// How two models did on tickets that were given to check by.
///
/// # Examples
/// See [`Options::check`](crate::train::adapt::Options::check).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Check {
    /// The model one had.
    pub before: Score,
    /// The new one.
    pub after: Score,
    /// At the desk.
    pub desk_changes: Changes,
    /// At the tier.
    pub tier_changes: Changes,
}

/// What two models answer differently: desk, tier.
fn changes(rows: &[Row], before: &[Verdict], after: &[Verdict], weights: &Weights) -> [Changes; 2] {
    let answers = || rows.iter().zip(before.iter().zip(after));
    let desk = answers().filter_map(|(row, (before, after))| {
        let (before, after) = (row.desk? == before.desk(), row.desk? == after.desk());
        Some(Change { before, after, counts: weights.at_desk(row) })
    });
    let inquiries = answers().filter(|(row, _)| row.desk.is_some());
    let tier = inquiries.filter_map(|(row, (before, after))| {
        let (before, after) = (row.tier? == before.tier, row.tier? == after.tier);
        Some(Change { before, after, counts: weights.at_tier(row) })
    });
    [Changes::of(desk), Changes::of(tier)]
}

/// Answers about tickets, each while it was left out.
pub(crate) struct LeftOut {
    before: Vec<Verdict>,
    after: Vec<Option<(Verdict, LogOdds)>>,
    tally: Tally,
}

impl Fitter<'_> {
    /// What the model one has answers; nothing of the new one yet.
    pub(crate) fn nothing_answered(&self) -> LeftOut {
        let mut scratch = Scratch::new();
        let before = self.everything().into_iter();
        let before =
            before.map(|at| self.base.triage_with(self.row(at).inquiry(), &mut scratch).into());
        LeftOut {
            before: before.collect(),
            after: vec![None; self.kept.len()],
            tally: Tally::default(),
        }
    }
}

impl LeftOut {
    /// Asks a model about tickets that it has not seen.
    pub(crate) fn answer(
        &mut self,
        fitter: &Fitter<'_>,
        unseen: &[usize],
        draft: &Draft,
    ) -> Result<(), AdaptError> {
        let model = draft.model()?;
        let classifier = Classifier::from_bytes(&draft.to_bytes())?;
        let mut scratch = Scratch::new();
        for &at in unseen {
            let inquiry = fitter.row(at).inquiry();
            let verdict = classifier.triage_with(inquiry, &mut scratch).into();
            let counts = classifier.counts(inquiry, &mut scratch);
            self.tally.add(&verdict, counts.known, counts.unknown);
            self.after[at] = Some((verdict, log_odds(&model, inquiry, &mut scratch)));
        }
        Ok(())
    }

    /// What the tickets look like to a model that has not seen them.
    pub(crate) fn profile(&self) -> Profile {
        self.tally.profile()
    }

    fn answered(&self) -> impl Iterator<Item = (usize, &Verdict, &LogOdds)> {
        let after = self.after.iter().enumerate();
        after.filter_map(|(at, after)| after.as_ref().map(|(verdict, odds)| (at, verdict, odds)))
    }

    pub(crate) fn outcome(
        &self,
        fitter: &Fitter<'_>,
        cleaned: &Cleaned<'_>,
        choice: &Choice,
        tried: (usize, usize),
    ) -> Outcome {
        let rows: Vec<Row> = self.answered().map(|(at, _, _)| fitter.row(at).clone()).collect();
        let before: Vec<Verdict> = self.answered().map(|(at, _, _)| self.before[at]).collect();
        let after: Vec<Verdict> = self.answered().map(|(_, verdict, _)| *verdict).collect();
        let changed = rows.iter().zip(before.iter().zip(&after));
        let changed = changed
            .filter(|(row, (before, after))| row.desk.is_some() && before.desk() != after.desk());
        let flips = changed.map(|(row, (before, after))| Flip {
            id: row.id.clone(),
            text: text(row),
            truth: row.desk,
            before: before.desk(),
            after: after.desk(),
        });
        let [desk_changes, tier_changes] = changes(&rows, &before, &after, fitter.weights);
        Outcome {
            desk_changes,
            tier_changes,
            check: None,
            added: 0,
            base: fitter.base.model().name().to_owned(),
            tickets: cleaned.tickets.len(),
            empty: cleaned.empty,
            copies: cleaned.copies,
            conflicts: cleaned.conflicts.clone(),
            flips: flips.collect(),
            before: Score::of(&rows, &before),
            after: Score::of(&rows, &after),
            settings: [choice.desk, choice.tier].map(|step| step.to_string()),
            tried,
            learned: !choice.is_none(),
        }
    }

    /// Makes the probabilities of the new model fit what happened on left-out tickets.
    pub(crate) fn calibrate(
        &self,
        fitter: &Fitter<'_>,
        choice: &Choice,
        model: &mut Draft,
    ) -> Result<(), AdaptError> {
        let mut scalings = [Scaling { slope: 1.0, intercept: 0.0 }; HEADS];
        for (head, scaling) in scalings.iter_mut().enumerate() {
            if choice.step(head) == Step::Keep {
                continue;
            }
            if let Some(found) = self.scaling(fitter, head)? {
                model.rescale(head, found.slope, found.intercept);
                *scaling = found;
            }
        }
        if self.answered().count() >= ENOUGH_FOR_A_CURVE && choice.desk != Step::Keep {
            let rows: Vec<_> = self.answered().map(|(at, _, _)| fitter.row(at)).collect();
            let margins: Vec<_> = self.answered().map(|(_, _, odds)| Margins(*odds)).collect();
            model.curve = curve(scalings[crate::model::weights::DESK], &margins, &rows);
        }
        Ok(())
    }

    fn scaling(&self, fitter: &Fitter<'_>, head: usize) -> Result<Option<Scaling>, AdaptError> {
        let answers = self.answered().filter_map(|(at, _, odds)| {
            let (is, weight) = answer(head, fitter.row(at))?;
            let weight = weight * fitter.weights.of_label(head, fitter.row(at));
            Some((odds[head] as f32, f64::from(u8::from(is)), weight as f32))
        });
        let answers: Vec<_> = answers.collect();
        if answers.len() < ENOUGH_TO_CALIBRATE {
            return Ok(None);
        }
        let with_anchor = || answers.iter().copied().chain([(0.0, 0.5, 10.0)]);
        let margins: Vec<f32> = with_anchor().map(|answer| answer.0.clamp(-8.0, 8.0)).collect();
        let design = Array2::from_shape_fn((margins.len(), 1), |(row, _)| margins[row]);
        let targets: Array1<f64> = with_anchor().map(|answer| answer.1).collect();
        let weights: Array1<f32> = with_anchor().map(|answer| answer.2).collect();
        let moved = towards(Design::from_dense(design), targets, weights, 1.0)?;
        Ok(Some(Scaling { slope: moved.slope, intercept: moved.shift }))
    }
}

/// Left-out tickets that it takes to scale a head.
const ENOUGH_TO_CALIBRATE: usize = 100;
/// Left-out tickets that it takes to say how right the surest are.
const ENOUGH_FOR_A_CURVE: usize = 300;
