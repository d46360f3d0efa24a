//! Deals tickets out to parts so that no ticket has a twin in another part.

use std::collections::{BTreeMap, BTreeSet};

use crate::train::adapt::clean::Kept;

/// Neighbouring words that make a shingle.
const SHINGLE: usize = 3;
/// Smallest shingles kept of a ticket to look for twins by.
const SKETCH: usize = 8;
/// Tickets that share this part of their shingles are twins.
const TWINS: f64 = 0.5;

/// The part of each ticket, out of `folds`. Threads and near-copies are in one part; desks and
/// tiers are spread evenly.
pub(crate) fn deal(tickets: &[Kept<'_>], folds: usize) -> Vec<usize> {
    let groups = groups(tickets);
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    groups.iter().enumerate().for_each(|(at, &group)| members.entry(group).or_default().push(at));
    let mut members: Vec<_> = members.into_values().collect();
    // Large groups first; then like beside like, so that each part gets its share of them.
    members.sort_by_key(|group| {
        let row = tickets[group[0]].row();
        (std::cmp::Reverse(group.len()), row.desk, row.tier, scatter(group[0]))
    });
    let mut sizes = vec![0; folds];
    let mut fold_of = vec![0; tickets.len()];
    for group in members {
        let lightest = (0..folds).min_by_key(|&fold| (sizes[fold], fold)).unwrap_or_default();
        sizes[lightest] += group.len();
        group.into_iter().for_each(|at| fold_of[at] = lightest);
    }
    fold_of
}

/// The same "random" number for the same place.
fn scatter(at: usize) -> u64 {
    crate::hash::hash(&(at as u64).to_le_bytes())
}

/// The number of each ticket's group: the first ticket in it.
pub(crate) fn groups(tickets: &[Kept<'_>]) -> Vec<usize> {
    let mut union = Union((0..tickets.len()).collect());
    let mut threads: BTreeMap<&str, usize> = BTreeMap::new();
    for (at, kept) in tickets.iter().enumerate() {
        let thread = kept.ticket.thread.as_str();
        if !thread.is_empty() {
            union.join(at, *threads.entry(thread).or_insert(at));
        }
    }
    join_twins(tickets, &mut union);
    (0..tickets.len()).map(|at| union.root(at)).collect()
}

/// Looks each ticket up by its smallest shingles; a place in the index keeps its first ticket, so
/// that the work is linear.
fn join_twins(tickets: &[Kept<'_>], union: &mut Union) {
    let shingles: Vec<_> = tickets.iter().map(|kept| shingles(&kept.words)).collect();
    let mut index: BTreeMap<u64, usize> = BTreeMap::new();
    for (at, own) in shingles.iter().enumerate() {
        for shingle in own.iter().take(SKETCH) {
            let first = *index.entry(*shingle).or_insert(at);
            if first != at && likeness(own, &shingles[first]) >= TWINS {
                union.join(at, first);
            }
        }
    }
}

fn shingles(words: &[u64]) -> BTreeSet<u64> {
    let hash = |window: &[u64]| {
        let bytes: Vec<u8> = window.iter().flat_map(|word| word.to_le_bytes()).collect();
        crate::hash::hash(&bytes)
    };
    words.windows(SHINGLE.min(words.len()).max(1)).map(hash).collect()
}

/// The share of shingles that two tickets have in common.
fn likeness(a: &BTreeSet<u64>, b: &BTreeSet<u64>) -> f64 {
    let common = a.intersection(b).count();
    common as f64 / (a.len() + b.len() - common).max(1) as f64
}

/// Disjoint sets; the root of a set is its first member.
struct Union(Vec<usize>);

impl Union {
    fn root(&mut self, mut at: usize) -> usize {
        while self.0[at] != at {
            self.0[at] = self.0[self.0[at]];
            at = self.0[at];
        }
        at
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.0[a.max(b)] = a.min(b);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Desk;
    use crate::train::adapt::Ticket;
    use crate::train::adapt::clean::Cleaned;
    use crate::train::corpus::Row;

    fn ticket(body: &str) -> Ticket {
        Ticket::new(Row::labelled(body, Some(Desk::Service), None))
    }

    #[test]
    fn threads_and_near_copies_stay_together() {
        let tickets = [
            ticket("my order number four has not arrived at my house yet, where is it please"),
            ticket("the screen is black").thread("7"),
            ticket("my order number four has not arrived at my house yet, where is it now"),
            ticket("still black, what now").thread("7"),
            ticket("cancel my plan"),
        ];
        let cleaned = Cleaned::of(&tickets);
        assert_eq!(groups(&cleaned.tickets), [0, 1, 0, 1, 4]);
        let folds = deal(&cleaned.tickets, 3);
        assert_eq!((folds[0], folds[1]), (folds[2], folds[3]));
        assert_eq!(folds.iter().collect::<BTreeSet<_>>().len(), 3);
    }
}
