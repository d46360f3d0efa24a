//! The two ways to a model: from the one that one has, and from scratch.

use anyhow::Result;
use deskhand::train::adapt::{self, AdaptError, Options, Ticket};
use deskhand::train::corpus::{Row, Source};
use deskhand::train::evaluation::{Figures, Verdict, answer};
use deskhand::train::settings::Settings;
use deskhand::train::trainer;
use deskhand::train::vectors::Vectors;
use deskhand::{Classifier, Desk, Tier};

use crate::note;

pub(crate) fn train(sources: &[Source], name: &str) -> Result<Vec<u8>> {
    let rows: usize = sources.iter().map(|source| source.rows.len()).sum();
    note(format_args!("training {name} on {rows} tickets"));
    let settings = Settings { name: name.to_owned(), folds: 4, ..Settings::default() };
    Ok(trainer::train(sources, &Vectors::none(), &settings, |_, _| ())?.bytes)
}

/// What models made from so many tickets answered about others.
#[derive(Default)]
pub(crate) struct Answers {
    pub(crate) tickets: usize,
    rows: Vec<Row>,
    moved: Vec<Verdict>,
    scratch: Option<Vec<Verdict>>,
}

impl Answers {
    pub(crate) fn append(&mut self, other: Self) {
        self.tickets = other.tickets;
        self.rows.extend(other.rows);
        self.moved.extend(other.moved);
        self.scratch.get_or_insert_default().extend(other.scratch.unwrap_or_default());
    }

    /// Of the model moved towards the tickets.
    pub(crate) fn moved(&self) -> Figures {
        Figures::of(&self.rows, &self.moved)
    }

    /// Of the one trained on nothing else.
    pub(crate) fn scratch(&self) -> Option<Figures> {
        self.scratch.as_ref().map(|scratch| Figures::of(&self.rows, scratch))
    }
}

/// The model one has.
pub(crate) struct Learner<'b> {
    base: &'b [u8],
    classifier: Classifier,
}

impl<'b> Learner<'b> {
    pub(crate) fn new(base: &'b [u8]) -> Result<Self> {
        Ok(Self { base, classifier: Classifier::from_bytes(base)? })
    }

    /// What it answers without having learned anything.
    pub(crate) fn nothing(&self, rows: &[Row]) -> Answers {
        let moved = answer(&self.classifier, rows);
        Answers { tickets: 0, rows: rows.to_vec(), moved, scratch: None }
    }

    /// Learns from some tickets and answers about others.
    pub(crate) fn ask(&self, seen: &[Row], unseen: &[Row]) -> Result<Answers> {
        let moved = match self.moved(seen)? {
            Some(model) => answer(&Classifier::from_bytes(&model)?, unseen),
            None => answer(&self.classifier, unseen),
        };
        let scratch = match from_scratch(seen) {
            Some(model) => answer(&Classifier::from_bytes(&model)?, unseen),
            None => vec![commonest(seen); unseen.len()],
        };
        let (tickets, rows) = (seen.len(), unseen.to_vec());
        Ok(Answers { tickets, rows, moved, scratch: Some(scratch) })
    }

    /// `None` where a new model is refused and one stays with the old: it did worse, or the tickets
    /// are of one desk.
    fn moved(&self, rows: &[Row]) -> Result<Option<Vec<u8>>> {
        let tickets: Vec<_> = rows.iter().cloned().map(Ticket::new).collect();
        match adapt::adapt(self.base, &tickets, &Options::default(), |_, _| ()) {
            Ok(adapted) => {
                let [desk, tier] = &adapted.outcome.settings;
                note(format_args!("{} tickets; desk {desk}; tier {tier}", rows.len()));
                note(format_args!("{}", adapted.outcome));
                Ok(Some(adapted.bytes))
            }
            Err(
                error @ (AdaptError::Worse(_)
                | AdaptError::OneDesk { .. }
                | AdaptError::TooFewTickets { .. }),
            ) => {
                note(format_args!("{} tickets: {error}", rows.len()));
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// `None` where the rows are too few or too much alike to train on.
fn from_scratch(rows: &[Row]) -> Option<Vec<u8>> {
    let mut source = Source::parse("own", b"").ok()?;
    source.rows = rows.to_vec();
    let settings = Settings { folds: 5, ..Settings::default() };
    Some(trainer::train(&[source], &Vectors::none(), &settings, |_, _| ()).ok()?.bytes)
}

/// The commonest labels of some tickets: all that they teach where nothing can be trained.
fn commonest(rows: &[Row]) -> Verdict {
    let of = |desk| rows.iter().filter(|row| row.desk == Some(desk)).count();
    let tiers = [Tier::One, Tier::Two, Tier::Three];
    let tier = tiers
        .into_iter()
        .rev()
        .max_by_key(|&tier| rows.iter().filter(|row| row.tier == Some(tier)).count());
    let technical = if of(Desk::Technical) > of(Desk::Service) { 1.0 } else { 0.0 };
    Verdict::new(technical, tier.unwrap_or(Tier::One), None)
}
