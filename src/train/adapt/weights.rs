//! How much tickets count, by what they are and by where they come from.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use thiserror::Error;

use crate::model::weights::{DESK, SERVICE, TECHNICAL};
use crate::train::adapt::Ticket;
use crate::train::corpus::Row;

/// How much tickets count, by label and by source. Whatever is not named counts 1.
///
/// A class that is rare and dear to miss is given more than 1: its tickets count that much when the
/// model is fitted, when settings are chosen, when it is judged whether the new model is worse and
/// when probabilities are calibrated. So more of that class are found and more others are taken for
/// it; a probability is then that of a mix in which the class is that much more frequent. The weight
/// of a desk acts at the desk, that of a tier at the tier.
///
/// A source whose labels are less to be trusted is given less than 1. That counts while fitting
/// only: tickets are measured as they are.
///
/// # Examples
/// ```
/// use deskhand::train::adapt::{Options, Weights};
///
/// # fn main() -> Result<(), deskhand::train::adapt::WeightError> {
/// let weights = Weights::default().with("tier.3", 3.0)?.with("source.old.csv", 0.5)?;
/// assert_eq!(weights.to_string(), "tier.3 = 3, source.old.csv = 0.5");
/// let options = Options { weights, ..Options::default() };
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Weights {
    /// By their names in [`CLASSES`].
    classes: BTreeMap<&'static str, f64>,
    sources: BTreeMap<String, f64>,
}

/// What may have a weight besides sources.
const CLASSES: [&str; 6] =
    ["desk.service", "desk.technical", "desk.none", "tier.1", "tier.2", "tier.3"];

/// The least and the greatest weight. Beyond them a class or source is all there is, or nothing.
const RANGE: std::ops::RangeInclusive<f64> = 0.001..=1000.0;

/// Why a weight was refused. Each message names the remedy.
///
/// # Examples
/// ```
/// use deskhand::train::adapt::Weights;
///
/// let refusal = |name, weight| Weights::default().with(name, weight).unwrap_err().to_string();
/// assert_eq!(
///     refusal("tier.3", 0.0),
///     "tier.3 cannot count 0: a weight is a number from 0.001 to 1000, 1 where none is given; to \
///      leave tickets out, map them to \"skip\""
/// );
/// assert_eq!(
///     refusal("desk.sales", 2.0),
///     "there is nothing called \"desk.sales\" to weigh: name desk.service, desk.technical, \
///      desk.none, tier.1, tier.2, tier.3, or source.NAME"
/// );
/// ```
#[derive(Clone, Debug, Error, PartialEq)]
#[non_exhaustive]
pub enum WeightError {
    /// It is no number in the range.
    #[error(
        "{name} cannot count {weight}: a weight is a number from {} to {}, 1 where none is given; to leave tickets out, map them to \"skip\"", RANGE.start(), RANGE.end()
    )]
    OutOfRange {
        /// What it was meant for.
        name: String,
        /// The weight.
        weight: f64,
    },
    /// Neither a class nor a source.
    #[error("there is nothing called {name:?} to weigh: name {}, or source.NAME", CLASSES.join(", "))]
    UnknownName {
        /// What was named.
        name: String,
    },
    /// No ticket comes from a source that has a weight.
    #[error("no ticket comes from {source_name:?}, which has a weight: the sources are {}", sources.join(", "))]
    UnknownSource {
        /// The source.
        source_name: String,
        /// Where tickets come from.
        sources: Vec<String>,
    },
}

impl Weights {
    /// The same with this weight, 0.001 to 1000, for `desk.service`, `desk.technical`, `desk.none`
    /// (no inquiry in the text), `tier.1`, `tier.2`, `tier.3`, or `source.NAME`: the tickets whose
    /// [`Ticket::source`] that is.
    ///
    /// # Errors
    /// [`WeightError`]
    ///
    /// # Examples
    /// See [`Weights`].
    pub fn with(mut self, name: &str, weight: f64) -> Result<Self, WeightError> {
        if !RANGE.contains(&weight) {
            return Err(WeightError::OutOfRange { name: name.to_owned(), weight });
        }
        if let Some(class) = CLASSES.into_iter().find(|class| *class == name) {
            self.classes.insert(class, weight);
        } else if let Some(source) = name.strip_prefix("source.").filter(|name| !name.is_empty()) {
            self.sources.insert(source.to_owned(), weight);
        } else {
            return Err(WeightError::UnknownName { name: name.to_owned() });
        }
        Ok(self)
    }

    /// Whether everything counts the same.
    ///
    /// # Examples
    /// ```
    /// assert!(deskhand::train::adapt::Weights::default().is_empty());
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.classes.is_empty() && self.sources.is_empty()
    }

    /// Refuses a weight for a source that no ticket comes from: its name is misspelt.
    pub(crate) fn check(&self, tickets: &[Ticket]) -> Result<(), WeightError> {
        let known: BTreeSet<&str> = tickets.iter().map(|ticket| ticket.source.as_str()).collect();
        let missing = self.sources.keys().find(|name| !known.contains(name.as_str()));
        missing.map_or(Ok(()), |name| {
            let sources = known.into_iter().filter(|name| !name.is_empty());
            Err(WeightError::UnknownSource {
                source_name: name.clone(),
                sources: sources.map(|name| format!("{name:?}")).collect(),
            })
        })
    }

    /// What the label of a row counts at the desk.
    pub(crate) fn at_desk(&self, row: &Row) -> f64 {
        self.class(&format!("desk.{}", row.desk.map_or("none", crate::Desk::as_str)))
    }

    /// What the label of a row counts at the tier.
    pub(crate) fn at_tier(&self, row: &Row) -> f64 {
        row.tier.map_or(1.0, |tier| self.class(&format!("tier.{tier}")))
    }

    /// What the label of a row counts for a head.
    pub(crate) fn of_label(&self, head: usize, row: &Row) -> f64 {
        if matches!(head, DESK | SERVICE | TECHNICAL) {
            self.at_desk(row)
        } else {
            self.at_tier(row)
        }
    }

    /// What a ticket counts while a head is fitted.
    pub(crate) fn of_ticket(&self, head: usize, ticket: &Ticket) -> f64 {
        let source = self.sources.get(&ticket.source).copied().unwrap_or(1.0);
        ticket.weight * source * self.of_label(head, &ticket.row)
    }

    fn class(&self, name: &str) -> f64 {
        self.classes.get(name).copied().unwrap_or(1.0)
    }
}

impl fmt::Display for Weights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let classes = self.classes.iter().map(|(name, weight)| format!("{name} = {weight}"));
        let sources = self.sources.iter().map(|(name, weight)| format!("source.{name} = {weight}"));
        f.write_str(&classes.chain(sources).collect::<Vec<_>>().join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::weights::{HEADS, TIER_3};
    use crate::{Desk, Tier};

    #[test]
    fn a_label_counts_at_its_own_heads() {
        let weights = Weights::default().with("desk.technical", 2.0).unwrap();
        let weights = weights.with("tier.3", 5.0).unwrap().with("source.old", 0.5).unwrap();
        let row = Row::labelled("down", Some(Desk::Technical), Some(Tier::Three));
        assert_eq!((weights.at_desk(&row), weights.at_tier(&row)), (2.0, 5.0));
        let ticket = Ticket::new(row).weight(0.25).source("old");
        assert_eq!(weights.of_ticket(DESK, &ticket), 2.0 * 0.5 * 0.25);
        assert_eq!(weights.of_ticket(TIER_3, &ticket), 5.0 * 0.5 * 0.25);
        let other = Row::labelled("bill", Some(Desk::Service), None);
        assert!((0..HEADS).all(|head| weights.of_label(head, &other) == 1.0));
    }

    #[test]
    fn weights_that_mean_nothing_are_refused() {
        for weight in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e9, 1e-9] {
            let refused = Weights::default().with("desk.none", weight);
            assert!(matches!(refused, Err(WeightError::OutOfRange { .. })), "{weight}");
        }
        for name in ["", "desk", "desk.", "tier.4", "Desk.none", "source.", "old.csv"] {
            let refused = Weights::default().with(name, 2.0);
            assert_eq!(refused, Err(WeightError::UnknownName { name: name.to_owned() }));
        }
        let tickets = [Ticket::new(Row::labelled("x", None, None)).source("a.csv")];
        let error = Weights::default().with("source.b.csv", 2.0).unwrap().check(&tickets);
        assert_eq!(
            error.unwrap_err().to_string(),
            "no ticket comes from \"b.csv\", which has a weight: the sources are \"a.csv\""
        );
    }
}
