//! How long fitting takes, all heads and their calibration included, on a small corpus and on one
//! twice as large.
//!
//! ```text
//! cargo bench --features train --bench training
//! ```

use std::path::PathBuf;

use deskhand::Classifier;
use deskhand::train::corpus::{self, Source};
use deskhand::train::settings::Settings;
use deskhand::train::trainer;
use deskhand::train::vectors::Vectors;
use divan::Bencher;
use divan::counter::ItemsCount;

fn main() {
    divan::main();
}

/// Some of our own corpora: as many files as asked for.
fn sources(files: usize) -> Vec<Source> {
    let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/models/corpus");
    let paths =
        (1..=files).map(|file| PathBuf::from(format!("{corpus}/written-varied-{file}.jsonl")));
    corpus::read(&paths.collect::<Vec<_>>()).expect("our own corpora")
}

#[divan::bench(args = [2, 4], sample_count = 5, sample_size = 1)]
fn train(bencher: Bencher<'_, '_>, files: usize) {
    let (sources, settings) = (sources(files), Settings::default());
    let rows: usize = sources.iter().map(|source| source.rows.len()).sum();
    bencher.counter(ItemsCount::new(rows)).bench_local(|| {
        let trained = trainer::train(&sources, &Vectors::none(), &settings, |_, _| {});
        let trained = trained.expect("rows of every kind");
        assert!(Classifier::from_bytes(&trained.bytes).is_ok());
        trained
    });
}
