//! What came of the rows: counts by desk, tier and reason to review, and the bad rows.

use std::collections::BTreeMap;
use std::fmt::{self, Display};

use deskhand::{Desk, Tier, Triage};

/// How many bad rows are reported one by one.
pub(crate) const REPORTED: usize = 10;

/// Counts over some rows.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Rows read, good or bad.
    pub(crate) read: u64,
    /// Rows written, good or bad.
    pub(crate) written: u64,
    /// Rows that could not be labelled.
    pub(crate) bad: u64,
    /// Empty lines between rows, left out.
    pub(crate) blank: u64,
    /// The first of the bad rows.
    pub(crate) reported: Vec<BadRow>,
    desks: [u64; 2],
    tiers: [u64; 3],
    reviews: BTreeMap<&'static str, u64>,
}

/// A row that could not be labelled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BadRow {
    /// Line of the input on which it begins.
    pub(crate) line: u64,
    /// What is wrong with it.
    pub(crate) cause: String,
}

impl Tally {
    /// Counts a labelled row.
    pub(crate) fn count(&mut self, triage: &Triage) {
        self.written += 1;
        self.desks[usize::from(triage.desk() == Desk::Technical)] += 1;
        let tier = match triage.tier() {
            Tier::One => 0,
            Tier::Two => 1,
            Tier::Three => 2,
        };
        self.tiers[tier] += 1;
        if let Some(reason) = triage.review() {
            *self.reviews.entry(reason.as_str()).or_default() += 1;
        }
    }

    /// Counts a row that could not be labelled.
    pub(crate) fn count_bad(&mut self, line: u64, cause: String) {
        self.written += 1;
        self.bad += 1;
        if self.reported.len() < REPORTED {
            self.reported.push(BadRow { line, cause });
        }
    }

    /// Adds the counts of the rows that follow.
    pub(crate) fn add(&mut self, next: &Tally) {
        self.read += next.read;
        self.written += next.written;
        self.bad += next.bad;
        self.blank += next.blank;
        let room = REPORTED - self.reported.len();
        self.reported.extend(next.reported.iter().take(room).cloned());
        self.desks.iter_mut().zip(next.desks).for_each(|(sum, count)| *sum += count);
        self.tiers.iter_mut().zip(next.tiers).for_each(|(sum, count)| *sum += count);
        for (reason, count) in &next.reviews {
            *self.reviews.entry(reason).or_default() += count;
        }
    }

    fn labelled(&self) -> u64 {
        self.written - self.bad
    }

    fn share(&self, count: u64) -> String {
        let percent = 100.0 * count as f64 / self.labelled().max(1) as f64;
        format!("{} ({percent:.1}%)", grouped(count))
    }
}

impl Display for Tally {
    /// The summary, a line for each matter.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [service, technical] = self.desks.map(|count| self.share(count));
        let [one, two, three] = self.tiers.map(|count| self.share(count));
        let review: u64 = self.reviews.values().sum();
        writeln!(out, "rows    {} in, {} out", grouped(self.read), grouped(self.written))?;
        writeln!(out, "desk    service {service}, technical {technical}")?;
        writeln!(out, "tier    1: {one}, 2: {two}, 3: {three}")?;
        write!(out, "review  {}", self.share(review))?;
        for (index, (reason, count)) in self.reviews.iter().enumerate() {
            write!(out, "{} {reason} {}", if index == 0 { ":" } else { "," }, grouped(*count))?;
        }
        write!(out, "\nbad     {} kept without labels", grouped(self.bad))?;
        if self.blank > 0 {
            write!(out, "\nskipped {} blank lines", grouped(self.blank))?;
        }
        Ok(())
    }
}

/// A number with its thousands set apart.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
