//! A model of your own: the one you have, moved towards your own tickets.
//!
//! Somebody else's model is the starting point, not zero. Its margin is what a ticket is judged by
//! until the tickets say otherwise: what is fitted is the *difference*, one number a word and pair,
//! held near zero. So twenty tickets change next to nothing and two hundred already help.
//!
//! ```
//! use deskhand::train::adapt::{Options, Ticket, adapt};
//! use deskhand::train::corpus::Row;
//! use deskhand::{Classifier, Desk};
//!
//! # fn main() -> Result<(), deskhand::train::adapt::AdaptError> {
//! // This company rents out "blue boxes", and they break.
//! let label = |text: String, desk| Ticket::new(Row::labelled(&text, Some(desk), None));
//! let mut tickets = Vec::new();
//! for room in ["hall", "office", "kitchen", "cellar", "garage", "attic", "workshop", "yard"] {
//!     for what in ["has no light", "beeps all night"] {
//!         tickets.push(label(format!("the blue box in the {room} {what}"), Desk::Technical));
//!     }
//!     for what in ["was billed twice", "is no longer needed, please cancel"] {
//!         tickets.push(label(format!("the rent for the {room} {what}"), Desk::Service));
//!     }
//! }
//! let base = include_bytes!("../../models/english.deskhand");
//! let adapted = adapt(base, &tickets, &Options::default(), |_, _| ())?;
//! assert!(adapted.outcome.after.desk.right >= adapted.outcome.before.desk.right);
//! println!("{}", adapted.outcome);
//!
//! let mine = Classifier::from_bytes(&adapted.bytes)?;
//! assert_eq!(mine.model().name(), "own");
//! assert_eq!(mine.triage("the blue box has no light").desk(), Desk::Technical);
//! # Ok(())
//! # }
//! ```
//!
//! # How
//! - [`Ticket`]s are read as scoring reads them; the same text twice counts once, and contradicting
//!   labels are listed ([`Outcome::conflicts`]).
//! - Tickets of one thread and near-copies stay together, so that no ticket is measured that has a
//!   twin in training.
//! - How far to move from the starting point is chosen by cross-validation, desk and tier apart;
//!   "not at all" is one of the choices.
//! - The figures of an [`Outcome`] are about tickets that were left out while everything, the choice
//!   included, was made from the others. A model that does worse there is refused.

mod choice;
mod clean;
mod columns;
mod draft;
mod fit;
mod folds;
mod outcome;
mod step;
mod weights;

use std::time::Duration;

use thiserror::Error;

use self::choice::Search;
use self::clean::Cleaned;
use self::draft::Draft;
use self::fit::{Fitter, Round};
use self::outcome::LeftOut;
pub use self::outcome::{Changes, Check, Conflict, Flip, Outcome, Score, Share};
use self::step::Choice;
pub use self::weights::{WeightError, Weights};
use crate::model::weights::DESK;
use crate::train::corpus::Row;
use crate::train::solver::SolverError;
use crate::{Desk, ModelError};

/// A labelled ticket of your own.
///
/// # Examples
/// ```
/// use deskhand::train::{adapt::Ticket, corpus::Row};
/// use deskhand::Desk;
///
/// let row = Row::labelled("no signal", Some(Desk::Technical), None);
/// let ticket = Ticket::new(row).thread("1041").source("2024.csv").weight(0.5);
/// assert_eq!(ticket.row.body, "no signal");
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Ticket {
    /// Text and labels.
    pub row: Row,
    /// Tickets with the same name here belong together; empty for one that stands alone.
    pub thread: String,
    /// Where it comes from, such as the name of a file: what [`Weights`] know it by.
    pub source: String,
    /// What it counts while fitting, besides what [`Weights`] say; 1 by default.
    pub weight: f64,
}

impl Ticket {
    /// A ticket that stands alone and counts 1.
    ///
    /// # Examples
    /// See [`Ticket`].
    #[must_use]
    pub fn new(row: Row) -> Self {
        Self { row, thread: String::new(), source: String::new(), weight: 1.0 }
    }

    /// The same ticket as part of this thread.
    ///
    /// # Examples
    /// See [`Ticket`].
    #[must_use]
    pub fn thread(self, thread: &str) -> Self {
        Self { thread: thread.to_owned(), ..self }
    }

    /// The same ticket from this source.
    ///
    /// # Examples
    /// See [`Ticket`].
    #[must_use]
    pub fn source(self, source: &str) -> Self {
        Self { source: source.to_owned(), ..self }
    }

    /// The same ticket counting this much while fitting; a number below zero counts as zero.
    ///
    /// # Examples
    /// See [`Ticket`].
    #[must_use]
    pub fn weight(self, weight: f64) -> Self {
        Self { weight: if weight.is_finite() { weight.max(0.0) } else { 1.0 }, ..self }
    }
}

/// What may be asked of [`adapt`].
///
/// # Examples
/// ```
/// use deskhand::train::adapt::Options;
/// use std::time::Duration;
///
/// let options = Options { budget: Some(Duration::from_secs(60)), ..Options::default() };
/// assert!(!options.allow_worse);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// The new model's name.
    pub name: String,
    /// The new model's version.
    pub version: String,
    /// Where the tickets come from, for the model's description.
    pub source: String,
    /// How much tickets count, by label and by source.
    pub weights: Weights,
    /// How long to look for settings. Without it every setting is tried and the same tickets give
    /// the same bytes.
    pub budget: Option<Duration>,
    /// Labelled inquiries that are never learned from: the new model must not do worse on them.
    pub check: Vec<Row>,
    /// Give the model even if it does worse than the one it began with.
    pub allow_worse: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            name: "own".to_owned(),
            version: "1".to_owned(),
            source: "own tickets".to_owned(),
            weights: Weights::default(),
            budget: None,
            check: Vec::new(),
            allow_worse: false,
        }
    }
}

/// A model made from another one and tickets of your own.
///
/// # Examples
/// See the [module](self).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Adapted {
    /// The model file.
    pub bytes: Vec<u8>,
    /// How it did on tickets it had not seen.
    pub outcome: Outcome,
}

/// Tickets below which nothing can be learned or measured.
///
/// # Examples
/// ```
/// assert_eq!(deskhand::train::adapt::FEWEST_TICKETS, 20);
/// ```
pub const FEWEST_TICKETS: usize = 20;

/// Tickets of the rarer desk below which the desks cannot be told apart.
const FEWEST_OF_A_DESK: usize = 3;

/// Why no model was made. Each message names the remedy.
///
/// # Examples
/// ```
/// use deskhand::train::adapt::{AdaptError, Options, adapt};
///
/// let base = include_bytes!("../../models/english.deskhand");
/// let error = adapt(base, &[], &Options::default(), |_, _| ()).unwrap_err();
/// assert_eq!(error, AdaptError::TooFewTickets { found: 0 });
/// assert_eq!(
///     error.to_string(),
///     "0 different tickets with a label are too few, at least 20 are needed and 200 or more are \
///      worth while: export more, or use the model as it is"
/// );
/// ```
#[derive(Clone, Debug, Error, PartialEq)]
#[non_exhaustive]
pub enum AdaptError {
    /// Fewer than [`FEWEST_TICKETS`] are left when empty ones and copies are gone.
    #[error(
        "{found} different tickets with a label are too few, at least {FEWEST_TICKETS} are needed and 200 or more are worth while: export more, or use the model as it is"
    )]
    TooFewTickets {
        /// How many there are.
        found: usize,
    },
    /// No ticket has a text.
    #[error(
        "none of the {tickets} tickets has a text: the column named as the body is empty; name the one that holds the customer's words"
    )]
    NoText {
        /// How many there are.
        tickets: usize,
    },
    /// All tickets, or nearly all, go to one desk.
    #[error(
        "{service} tickets go to the service desk and {technical} to the technical desk, and at least 3 of each are needed: add tickets of the other desk, or correct the mapping"
    )]
    OneDesk {
        /// Tickets of the service desk.
        service: usize,
        /// Tickets of the technical desk.
        technical: usize,
    },
    /// The labels say the opposite of what the model is sure of: two names are swapped.
    #[error(
        "the desks of the tickets contradict the model's surest answers, {agreed} of {sure} agree: two desks are swapped in the mapping or a column has slipped; correct it, or allow a worse model if the model is what is wrong"
    )]
    Contrary {
        /// Tickets with the desk that the model is sure of.
        agreed: usize,
        /// Tickets that the model is sure of.
        sure: usize,
    },
    /// The new model does worse than the old one on tickets it had not seen.
    #[error(
        "the new model would be worse on tickets it had not seen: {}; correct the conflicting labels, add tickets, or allow a worse model", .0.losses()
    )]
    Worse(Box<Outcome>),
    /// A source has a weight and no ticket.
    #[error(transparent)]
    Weight(#[from] WeightError),
    /// The model to begin with, or the new one, does not load.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The solver refused its input.
    #[error("the solver stopped: {0}")]
    Solver(#[from] SolverError),
}

/// Moves the model `base` towards `tickets`.
///
/// `progress` is called with steps done and to do. Takes some seconds for 1,000 tickets and some
/// minutes for 20,000; the work is linear in their number. The size of the model stays the same.
///
/// # Errors
/// [`AdaptError`]; nothing is ever written.
///
/// # Examples
/// See the [module](self).
pub fn adapt(
    base: &[u8],
    tickets: &[Ticket],
    options: &Options,
    progress: impl Fn(usize, usize) + Sync,
) -> Result<Adapted, AdaptError> {
    options.weights.check(tickets)?;
    let draft = Draft::open(base)?;
    let cleaned = Cleaned::of(tickets);
    check(tickets, &cleaned)?;
    let fitter = Fitter::read(&draft, &cleaned.tickets, &options.weights)?;
    if !options.allow_worse {
        refuse_contrary(&fitter)?;
    }
    let mut measured = Measured::new(&fitter, &draft, options, &progress)?;
    let mut outcome = measured.outcome(&cleaned);
    if outcome.is_worse() && !options.allow_worse {
        // What lost tickets stays as it was, if that leaves anything.
        measured.give_up(outcome.desk_changes.is_loss(), outcome.tier_changes.is_loss())?;
        let rest = measured.outcome(&cleaned);
        if measured.choice.is_none() || rest.is_worse() {
            return Err(AdaptError::Worse(Box::new(outcome)));
        }
        outcome = rest;
    }
    let mut model = measured.model()?;
    outcome.added = model.added;
    outcome.check(base, &model.to_bytes(), options)?;
    if outcome.is_worse() && !options.allow_worse {
        return Err(AdaptError::Worse(Box::new(outcome)));
    }
    model.describe(options, outcome.tickets, &outcome.metrics(), &measured.left_out.profile());
    let bytes = model.to_bytes();
    crate::Classifier::from_bytes(&bytes)?;
    Ok(Adapted { bytes, outcome })
}

/// Log-odds from which on a model is sure: nine to one.
const SURE: f64 = 2.2;
/// Sure answers that it takes to doubt the labels rather than the model.
const ENOUGH_SURE: usize = 10;

/// No company is so different that the opposite of sure answers is true.
fn refuse_contrary(fitter: &Fitter<'_>) -> Result<(), AdaptError> {
    let desks = fitter.everything().into_iter().filter_map(|at| {
        let odds = fitter.before_of(at)[DESK];
        let is_technical = fitter.row(at).desk? == Desk::Technical;
        (odds.abs() >= SURE).then_some(is_technical == (odds > 0.0))
    });
    let desks: Vec<bool> = desks.collect();
    let (sure, agreed) = (desks.len(), desks.iter().filter(|agrees| **agrees).count());
    if sure >= ENOUGH_SURE && 5 * agreed < 2 * sure {
        return Err(AdaptError::Contrary { agreed, sure });
    }
    Ok(())
}

/// Choices made, and how they did on tickets left out.
struct Measured<'f> {
    fitter: &'f Fitter<'f>,
    draft: &'f Draft,
    rounds: Vec<(Round, Choice)>,
    /// Made from all tickets.
    choice: Choice,
    tried: (usize, usize),
    left_out: LeftOut,
}

impl<'f> Measured<'f> {
    fn new(
        fitter: &'f Fitter<'f>,
        draft: &'f Draft,
        options: &Options,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<Self, AdaptError> {
        let rounds = fitter.rounds();
        let search = Search::new(rounds.len() + 1, options.budget, progress);
        let choose =
            |round: Round| search.choose(fitter, &round.seen).map(|choice| (round, choice));
        let rounds = rounds.into_iter().map(choose).collect::<Result<_, _>>()?;
        let choice = search.choose(fitter, &fitter.everything())?;
        let left_out = fitter.nothing_answered();
        let mut measured = Self { fitter, draft, rounds, choice, tried: search.tried(), left_out };
        measured.ask()?;
        Ok(measured)
    }

    /// Asks about each round's tickets a model made from the others.
    fn ask(&mut self) -> Result<(), AdaptError> {
        self.left_out = self.fitter.nothing_answered();
        for (round, choice) in &self.rounds {
            let model = self.fitter.learn(&round.seen, choice)?.onto(self.draft, self.fitter);
            self.left_out.answer(self.fitter, &round.unseen, &model)?;
        }
        Ok(())
    }

    fn outcome(&self, cleaned: &Cleaned<'_>) -> Outcome {
        self.left_out.outcome(self.fitter, cleaned, &self.choice, self.tried)
    }

    /// Leaves the heads of desk or tier, or both, as they were.
    fn give_up(&mut self, desk: bool, tier: bool) -> Result<(), AdaptError> {
        self.choice = self.choice.without(desk, tier);
        for (_, choice) in &mut self.rounds {
            *choice = choice.without(desk, tier);
        }
        self.ask()
    }

    /// The model made from all tickets, calibrated on those left out.
    fn model(&self) -> Result<Draft, AdaptError> {
        let learned = self.fitter.learn(&self.fitter.everything(), &self.choice)?;
        let mut model = learned.onto(self.draft, self.fitter);
        self.left_out.calibrate(self.fitter, &self.choice, &mut model)?;
        Ok(model)
    }
}

fn check(tickets: &[Ticket], cleaned: &Cleaned<'_>) -> Result<(), AdaptError> {
    if !tickets.is_empty() && cleaned.empty == tickets.len() {
        return Err(AdaptError::NoText { tickets: tickets.len() });
    }
    let found = cleaned.tickets.len();
    if found < FEWEST_TICKETS {
        return Err(AdaptError::TooFewTickets { found });
    }
    let of = |desk| cleaned.tickets.iter().filter(|kept| kept.row().desk == Some(desk)).count();
    let (service, technical) = (of(Desk::Service), of(Desk::Technical));
    if service.min(technical) < FEWEST_OF_A_DESK {
        return Err(AdaptError::OneDesk { service, technical });
    }
    Ok(())
}
