//! Measures a model on labelled inquiries, company by company.
//!
//! ```text
//! cargo run --release --features train --example evaluate -- FOLDER
//! ```
//! prints a line a file and the mean over files.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Parser;
use comfy_table::{Table, presets::UTF8_BORDERS_ONLY};
use deskhand::Classifier;
use deskhand::train::corpus;
use deskhand::train::evaluation::{Figures, answer, mean_over};

/// Measures a model on labelled inquiries.
#[derive(Parser)]
struct Args {
    /// Files or folders of .jsonl files, one a company
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The model; the bundled one if not given
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
}

fn main() -> Result<()> {
    let args = Args::parse();
    let loaded = args.model.as_ref().map(load).transpose()?;
    let classifier = loaded.as_ref().unwrap_or_else(|| Classifier::bundled());
    let sources = corpus::read(&args.paths)?;
    let mut rows = Vec::new();
    let mut companies = Vec::new();
    for source in &sources {
        companies.push(Figures::of(&source.rows, &answer(classifier, &source.rows)));
        rows.extend(source.rows.iter().cloned());
    }
    let pooled = Figures::of(&rows, &answer(classifier, &rows));

    let mut table = Table::new();
    table.load_preset(UTF8_BORDERS_ONLY);
    let names = pooled.named().map(|(name, _)| name.replace('_', "\n"));
    table.set_header(["company".to_owned(), "n".to_owned()].into_iter().chain(names));
    for (source, figures) in sources.iter().zip(&companies) {
        table.add_row(line(&source.name, figures.n, figures.named()));
    }
    table.add_row(line("pooled", pooled.n, pooled.named()));
    table.add_row(line("mean", pooled.n, mean_over(&companies)));
    println!("{table}");
    Ok(())
}

fn load(path: &PathBuf) -> Result<Classifier> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    Classifier::from_bytes(&bytes).with_context(|| format!("cannot use {}", path.display()))
}

fn line(
    name: &str,
    n: usize,
    figures: impl IntoIterator<Item = (&'static str, Option<f64>)>,
) -> Vec<String> {
    let shown = |(_, value): (_, Option<f64>)| value.map_or("-".to_owned(), |v| format!("{v:.3}"));
    [name.to_owned(), n.to_string()].into_iter().chain(figures.into_iter().map(shown)).collect()
}
