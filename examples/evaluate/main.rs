//! Measures models: a finished one on companies that it never saw, or the way of training on
//! sources that are left out.
//!
//! ```text
//! cargo run --release --features train --example evaluate -- FOLDER
//! cargo run --release --features train --example evaluate -- FOLDER --json FILE --html FILE
//! ```
//! prints the figures of each file of labelled inquiries, of all together and their mean, and
//! writes them to files. The HTML page quotes the texts: keep it where they may lie.
//!
//! ```text
//! cargo run --release --features train --example evaluate -- --cross-validate --data FOLDER \
//!     --vectors words.tsv --sweep c_desk=1,2,4 --sweep group_weights.mine=0.2,1
//! ```
//! trains on all sources but one, asks about that one, and so on in turn (`--by channel`: all
//! channels but one), for each combination of settings. Choices are made here; nothing but
//! training data is read.

mod args;
mod left_out;
mod settings;
mod tables;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use clap::Parser;
use deskhand::Classifier;
use deskhand::train::corpus;
use deskhand::train::evaluation::{Figures, answer, mean_over};

use args::Args;

fn main() -> Result<()> {
    let args = Args::parse();
    if args.leaves_out() { left_out::run(&args) } else { measure(&args) }
}

/// A finished model on labelled inquiries.
fn measure(args: &Args) -> Result<()> {
    let loaded = args.model.as_deref().map(load).transpose()?;
    let classifier = loaded.as_ref().unwrap_or_else(|| Classifier::bundled());
    let sources = corpus::read(&args.paths)?;
    let rows: Vec<_> = sources.iter().flat_map(|source| source.rows.iter().cloned()).collect();
    let figures = |rows: &[corpus::Row]| Figures::of(rows, &answer(classifier, rows));
    let companies: Vec<_> = sources.iter().map(|source| figures(&source.rows)).collect();
    let pooled = figures(&rows);
    let mut lines: Vec<_> =
        sources.iter().zip(&companies).map(|(s, f)| tables::Line::of(&s.name, f)).collect();
    lines.push(tables::Line::of("pooled", &pooled));
    lines.push(tables::Line { name: "mean", n: None, values: mean_over(&companies) });
    println!("{}", tables::blocks("company", &lines));
    Ok(())
}

fn load(path: &Path) -> Result<Classifier> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    Classifier::from_bytes(&bytes).with_context(|| format!("cannot use {}", path.display()))
}
