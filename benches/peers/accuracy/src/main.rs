//! How right rivals are, trained on the data that deskhand was trained on and measured on the same
//! companies:
//!
//! ```text
//! cargo run --release --manifest-path benches/peers/accuracy/Cargo.toml -- \
//!     --data models/corpus DATA/train --gold DATA/gold
//! ```
//! prints a table. scikit-learn takes part where Python has it; a line says so where not.

mod fast_text;
mod python;

use std::path::PathBuf;

use anyhow::Result;
use clap::Parser;
use deskhand::Classifier;
use deskhand::train::corpus::{self, Source};
use deskhand::train::evaluation::{Figures, Verdict, answer, mean_over};
use deskhand::{Desk, Tier};

/// How right rivals are, on the same data.
#[derive(Parser)]
struct Args {
    /// Files or folders to train on
    #[arg(long, required = true, num_args = 1..)]
    data: Vec<PathBuf>,
    /// Files or folders to measure on
    #[arg(long, required = true, num_args = 1..)]
    gold: Vec<PathBuf>,
}

/// A rival's verdicts about one company.
type Verdicts = Vec<Verdict>;

fn main() -> Result<()> {
    let args = Args::parse();
    let data = corpus::read(&args.data)?;
    let gold = corpus::read(&args.gold)?;
    let rows: usize = data.iter().map(|source| source.rows.len()).sum();
    println!("trained on {rows} rows of {} files\n", data.len());
    println!(
        "| | desk macro-F1, mean | pooled | AUC, mean | ECE, pooled | surest 80 % | tier QWK, mean | pooled |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    row("deskhand", &gold, |company| answer(Classifier::bundled(), &company.rows));
    row("majority class", &gold, majority);
    let words = fast_text::train(&data, fast_text::Kind::Words)?;
    row("fastText, words and bigrams", &gold, |company| words.verdicts(company));
    let subwords = fast_text::train(&data, fast_text::Kind::Subwords)?;
    row("fastText, subwords too", &gold, |company| subwords.verdicts(company));
    match python::verdicts(&data, &gold) {
        Ok(mut verdicts) => {
            row("scikit-learn, TF-IDF + logistic regression", &gold, |_| verdicts.remove(0));
        }
        Err(reason) => println!("\nscikit-learn skipped: {reason:#}"),
    }
    Ok(())
}

fn majority(company: &Source) -> Verdicts {
    company.rows.iter().map(|_| Verdict::new(0.4, Tier::One, None)).collect()
}

fn row(name: &str, gold: &[Source], mut verdicts: impl FnMut(&Source) -> Verdicts) {
    let all: Vec<_> = gold.iter().map(&mut verdicts).collect();
    let each = gold.iter().zip(&all).map(|(company, v)| Figures::of(&company.rows, v));
    let means = mean_over(&each.collect::<Vec<_>>());
    let rows: Vec<_> = gold.iter().flat_map(|company| company.rows.clone()).collect();
    let pooled = Figures::of(&rows, &all.concat());
    let mean = |name| means.iter().find(|(known, _)| *known == name).and_then(|(_, v)| *v);
    let shown = [
        mean("desk_macro_f1"),
        pooled.desk_macro_f1,
        mean("desk_auc"),
        pooled.desk_ece,
        pooled.surest_80_accuracy,
        mean("tier_qwk"),
        pooled.tier_qwk,
    ];
    let cells = shown.map(|value| value.map_or("-".to_owned(), |value| format!("{value:.3}")));
    println!("| {name} | {} |", cells.join(" | "));
}

/// How often a row is trained on: deskhand's weights, as far as repeating and leaving out can
/// follow them.
fn is_trained_on(source: &Source, number: usize) -> bool {
    use deskhand::train::corpus::Annotator;
    let every = match source.rows[number].by {
        Annotator::Intent => 14,
        _ if source.group() == "written-varied" => 4,
        _ => 1,
    };
    number % every == 0
}

/// Subject and body as one line.
fn text_of(row: &corpus::Row) -> String {
    let text = format!("{} {}", row.subject, row.body).to_lowercase();
    text.split(|c: char| !c.is_alphanumeric() && c != '\'').collect::<Vec<_>>().join(" ")
}

fn tier_from(number: usize) -> Tier {
    match number {
        0 | 1 => Tier::One,
        2 => Tier::Two,
        _ => Tier::Three,
    }
}

fn desk_name(desk: Option<Desk>) -> &'static str {
    desk.map_or("none", Desk::as_str)
}
