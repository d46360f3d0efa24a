//! What deskhand does with the texts.

use std::time::Instant;

use deskhand::{Classifier, Inquiry, Scratch};

use crate::contest::{Contest, median};
use crate::texts::{Row, Texts};

const MODEL: &[u8] = include_bytes!("../../../models/english.deskhand");

/// Size of the bundled model.
pub const MODEL_BYTES: usize = MODEL.len();

fn inquiry(row: &Row) -> Inquiry<'_> {
    Inquiry::new(&row.body).subject(&row.subject)
}

fn triage(rows: &[Row], scratch: &mut Scratch) -> i64 {
    let clerk = Classifier::bundled();
    rows.iter().map(|row| i64::from(clerk.triage_with(inquiry(row), scratch).margin())).sum()
}

pub fn enter<'t>(contest: &mut Contest<'t>, texts: &'t Texts) {
    let clerk = Classifier::bundled();
    let mut scratch = Scratch::new();
    contest.enter("triage", move || triage(&texts.rows, &mut scratch));
    contest.enter("triage without scratch", || {
        texts.rows.iter().map(|row| i64::from(clerk.triage(inquiry(row)).margin())).sum()
    });
    let inquiries: Vec<_> = texts.rows.iter().map(inquiry).collect();
    contest.enter("triage batch", move || {
        clerk.triage_all(&inquiries).iter().map(|triage| i64::from(triage.margin())).sum()
    });
    let mut scratch = Scratch::new();
    contest.enter("explain", move || {
        let evidence = |row| clerk.explain_with(inquiry(row), &mut scratch).evidence().len() as i64;
        texts.rows.iter().map(evidence).sum()
    });
    contest.enter("load", || {
        Classifier::from_bytes(MODEL).map_or(0, |clerk| clerk.model().name().len() as i64)
    });
}

/// How much faster two threads are than one, by the clock: the median of pairs of runs, one after
/// the other. Needs a machine with two idle cores.
pub fn two_threads(texts: &Texts) -> f64 {
    const PASSES: usize = 20;
    let work = || {
        let mut scratch = Scratch::new();
        (0..PASSES).map(|_| triage(&texts.rows, &mut scratch)).sum::<i64>()
    };
    let seconds = |threads: usize| {
        let start = Instant::now();
        std::thread::scope(|scope| {
            let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
            workers.into_iter().for_each(|worker| drop(worker.join()));
        });
        start.elapsed().as_secs_f64()
    };
    // Two threads do twice the work.
    median((0..9).map(|_| 2.0 * seconds(1) / seconds(2)).collect())
}
