//! Tickets as they come from an export, made fit for training: no empty ones, no copies, no text
//! with two labels.

use std::collections::BTreeMap;

use crate::features;
use crate::train::adapt::{Conflict, Ticket};
use crate::train::corpus::Row;
use crate::{Desk, Tier};

/// Tickets to train on, and what became of the others.
pub(crate) struct Cleaned<'t> {
    pub(crate) tickets: Vec<Kept<'t>>,
    /// Tickets without a word.
    pub(crate) empty: usize,
    /// Tickets whose text was there before.
    pub(crate) copies: usize,
    pub(crate) conflicts: Vec<Conflict>,
}

/// One of several tickets with the same words.
pub(crate) struct Kept<'t> {
    pub(crate) ticket: &'t Ticket,
    /// The words, hashed, in their order.
    pub(crate) words: Vec<u64>,
}

impl<'t> Kept<'t> {
    pub(crate) fn row(&self) -> &'t Row {
        &self.ticket.row
    }
}

type Label = (Option<Desk>, Option<Tier>);

impl<'t> Cleaned<'t> {
    pub(crate) fn of(tickets: &'t [Ticket]) -> Self {
        let read: Vec<Vec<u64>> = tickets.iter().map(|ticket| words(&ticket.row)).collect();
        let mut same: BTreeMap<&[u64], Vec<usize>> = BTreeMap::new();
        for (at, words) in read.iter().enumerate().filter(|(_, words)| !words.is_empty()) {
            same.entry(words).or_default().push(at);
        }
        let mut kept: Vec<usize> = Vec::new();
        let mut conflicts = Vec::new();
        for copies in same.values() {
            let (chosen, conflict) = settle(tickets, copies);
            kept.extend(chosen);
            conflicts.extend(conflict);
        }
        kept.sort_unstable();
        let with_words: usize = same.values().map(Vec::len).sum();
        conflicts.sort_by(|a, b| a.places.cmp(&b.places));
        Self {
            empty: tickets.len() - with_words,
            copies: with_words - same.len(),
            tickets: kept
                .into_iter()
                .map(|at| Kept { ticket: &tickets[at], words: read[at].clone() })
                .collect(),
            conflicts,
        }
    }
}

/// The words of a ticket as scoring reads them: greetings and all, quotes and signatures left out.
fn words(row: &Row) -> Vec<u64> {
    let mut words = Vec::new();
    features::read(row.inquiry(), &mut Vec::new(), |_, token| {
        words.push(token.hash);
    });
    words
}

/// Which of several copies is kept: one with the label that most of them have. None, if no label
/// has most; and the conflict, if their labels differ.
fn settle(tickets: &[Ticket], copies: &[usize]) -> (Option<usize>, Option<Conflict>) {
    let label = |at: usize| -> Label { (tickets[at].row.desk, tickets[at].row.tier) };
    let mut votes: BTreeMap<Label, Vec<usize>> = BTreeMap::new();
    copies.iter().for_each(|&at| votes.entry(label(at)).or_default().push(at));
    let most = votes.values().map(Vec::len).max().unwrap_or_default();
    let mut leaders = votes.values().filter(|places| places.len() == most);
    let winner = leaders.next().map(|places| places[0]);
    let winner = winner.filter(|_| leaders.next().is_none());
    let conflict = (votes.len() > 1).then(|| Conflict::of(tickets, copies, winner));
    (winner, conflict)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticket(body: &str, desk: Desk) -> Ticket {
        Ticket::new(Row::labelled(body, Some(desk), None))
    }

    #[test]
    fn copies_count_once_and_contradictions_are_listed() {
        let tickets = [
            ticket("no signal", Desk::Technical),
            ticket("No signal!", Desk::Technical),
            ticket("no signal", Desk::Service),
            ticket("refund", Desk::Service),
            ticket("late", Desk::Service),
            ticket("late", Desk::Technical),
            ticket("  ", Desk::Service),
        ];
        let cleaned = Cleaned::of(&tickets);
        let texts: Vec<_> = cleaned.tickets.iter().map(|kept| kept.row().body.as_str()).collect();
        assert_eq!(texts, ["no signal", "refund"], "two of three agree; one against one do not");
        assert_eq!((cleaned.empty, cleaned.copies), (1, 3));
        let places: Vec<_> = cleaned.conflicts.iter().map(|c| c.places.clone()).collect();
        assert_eq!(places, [vec![0, 1, 2], vec![4, 5]]);
    }
}
