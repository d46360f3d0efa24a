//! A company's curve when there are few tickets: every row is asked about at every size.

use anyhow::{Result, ensure};
use deskhand::train::corpus::Row;
use sha2::{Digest, Sha256};

use crate::export::companies::Company;
use crate::models::{Answers, Learner};
use crate::table::Curve;

/// Parts that the tickets are dealt out to, each left out in turn.
const PARTS: usize = 5;

pub(crate) fn curve(
    company: &Company,
    learner: &Learner<'_>,
    sizes: &[usize],
    repeats: usize,
) -> Result<Curve> {
    ensure!(repeats > 0, "--repeats must be 1 or more");
    let (name, n) = (&company.name, company.rows.len());
    ensure!(n >= 50, "{name} has {n} tickets with a label, too few for a curve: 50 are needed");
    let mut curve = Curve::default();
    curve.add(&learner.nothing(&company.rows));
    for size in sizes_for(n, sizes) {
        let mut all = Answers::default();
        for repeat in 0..repeats {
            let rows = shuffled(&company.rows, repeat);
            for part in 0..PARTS {
                let (seen, unseen) = split(&rows, part, size);
                all.append(learner.ask(&seen, &unseen)?);
            }
        }
        curve.add(&all);
    }
    Ok(curve)
}

/// The sizes asked for that a company has tickets for, and as many as there are.
fn sizes_for(n: usize, sizes: &[usize]) -> Vec<usize> {
    let most = n - n.div_ceil(PARTS);
    let larger = sizes.iter().any(|&size| size > most);
    let fit = sizes.iter().copied().filter(|&size| size <= most);
    let mut fit: Vec<usize> = fit.chain(larger.then_some(most)).collect();
    fit.dedup();
    fit
}

/// Tickets of the other parts to learn from, and the part.
fn split(rows: &[Row], part: usize, size: usize) -> (Vec<Row>, Vec<Row>) {
    let dealt = || rows.iter().enumerate();
    let unseen = dealt().filter(|(at, _)| at % PARTS == part).map(|(_, row)| row.clone());
    let seen = dealt().filter(|(at, _)| at % PARTS != part).map(|(_, row)| row.clone());
    (seen.take(size).collect(), unseen.collect())
}

/// The same order for the same repeat, whatever the order of the file.
fn shuffled(rows: &[Row], repeat: usize) -> Vec<Row> {
    let mut rows = rows.to_vec();
    rows.sort_by_cached_key(|row| Sha256::digest(format!("{repeat} {}{}", row.id, row.body)));
    rows
}
