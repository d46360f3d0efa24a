//! deskhand, its rivals and the practical floor on the same texts in the same run.
//!
//! ```text
//! cargo run --release --manifest-path benches/peers/Cargo.toml
//! ```
//! prints the table that the README shows, ratios first. Texts are those inquiries of
//! `models/corpus` that have about 500 bytes. Every contestant reads all of them in each round,
//! for a tenth of a second to warm up and once for the record; contestants take turns and the median
//! counts, as machines are noisy. One thread's processor time is measured, so that other programs on
//! the machine matter little; two threads need the clock, and two idle cores.

mod contest;
mod fast_text;
mod floor;
mod ours;
mod sklearn;
mod table;
mod texts;

use anyhow::{Context, Result};

use crate::contest::Contest;
use crate::texts::Texts;

fn main() -> Result<()> {
    let texts = Texts::read().context("models/corpus")?;
    let workshop = std::env::temp_dir().join(format!("deskhand-peers-{}", std::process::id()));
    std::fs::create_dir_all(&workshop)?;
    eprintln!("training the rivals on {} rows ...", texts.training.len());
    let plain = fast_text::Rival::train(&texts, &workshop, fast_text::Words::Pairs)?;
    let subwords = fast_text::Rival::train(&texts, &workshop, fast_text::Words::PairsAndSubwords)?;
    let floor = floor::Floor::new(texts.joined.iter().map(String::as_str));

    let mut contest = Contest::default();
    ours::enter(&mut contest, &texts);
    contest.enter("floor", || texts.joined.iter().map(|text| floor.score(text)).sum());
    contest.enter("whichlang", || {
        texts.joined.iter().map(|text| whichlang::detect_language(text) as i64).sum()
    });
    contest.enter("fasttext", || plain.answer(&texts));
    contest.enter("fasttext subwords", || subwords.answer(&texts));
    contest.enter("fasttext load", || plain.load());
    eprintln!("measuring ...");
    let seconds = contest.run();
    let sklearn = sklearn::measure(&texts, &workshop);
    std::fs::remove_dir_all(&workshop)?;
    table::print(&texts, &seconds, sklearn, ours::two_threads(&texts), plain.bytes);
    Ok(())
}
