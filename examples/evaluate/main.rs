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
mod columns;
mod html;
mod left_out;
mod output;
mod settings;
mod tables;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use clap::Parser;
use deskhand::Classifier;
use deskhand::train::corpus::{self, Source};
use deskhand::train::report::{Answered, Metrics, Report};
use serde::Serialize;

use args::Args;
use html::Heading;
use tables::Line;

fn main() -> Result<()> {
    let args = Args::parse();
    if args.leaves_out() { left_out::run(&args) } else { measure(&args) }
}

/// A finished model on labelled inquiries.
fn measure(args: &Args) -> Result<()> {
    let loaded = args.model.as_deref().map(load).transpose()?;
    let classifier = loaded.as_ref().unwrap_or_else(|| Classifier::bundled());
    let sources = corpus::read(&args.paths)?;
    let answers = |source| -> Answered<'_> { answers(classifier, source) };
    let companies: Vec<_> = sources.iter().map(answers).collect();
    let metrics = Metrics::of(&companies, 0);
    output::print(&figures(&metrics))?;
    if let Some(path) = &args.json {
        output::write_json(path, &Measured::of(classifier, &metrics))?;
    }
    if let Some(path) = &args.html {
        output::write(path, &report(classifier, &companies, &words_from(args)?))?;
    }
    Ok(())
}

fn load(path: &Path) -> Result<Classifier> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    Classifier::from_bytes(&bytes).with_context(|| format!("cannot use {}", path.display()))
}

fn answers<'s>(classifier: &Classifier, source: &'s Source) -> Answered<'s> {
    Answered::by(classifier, &source.name, &source.rows)
}

fn figures(metrics: &Metrics) -> String {
    let companies = metrics.companies.iter().chain([&metrics.pooled]);
    let mut lines: Vec<_> = companies.map(|c| Line::of(&c.name, &c.figures)).collect();
    let mean = metrics.mean.iter().map(|(name, value)| (*name, *value)).collect();
    lines.push(Line { name: "mean", n: None, values: mean });
    tables::blocks("company", &lines)
}

/// What is written as JSON.
#[derive(Serialize)]
struct Measured<'m> {
    model: Model<'m>,
    metrics: &'m Metrics,
}

#[derive(Serialize)]
struct Model<'m> {
    name: &'m str,
    version: &'m str,
    checksum: String,
    bytes: usize,
}

impl<'m> Measured<'m> {
    fn of(classifier: &'m Classifier, metrics: &'m Metrics) -> Self {
        let info = classifier.model();
        let model = Model {
            name: info.name(),
            version: info.version(),
            checksum: format!("{:016x}", info.checksum()),
            bytes: info.size(),
        };
        Self { model, metrics }
    }
}

/// Texts that nothing is measured on.
fn words_from(args: &Args) -> Result<Vec<Source>> {
    Ok(if args.corpus.is_empty() { Vec::new() } else { corpus::read(&args.corpus)? })
}

fn report(classifier: &Classifier, companies: &[Answered<'_>], words: &[Source]) -> String {
    let info = classifier.model();
    let n: usize = companies.iter().map(|company| company.rows.len()).sum();
    let lead = format!(
        "Model “{}” {} ({} bytes, checksum {:016x}) on {n} labelled texts of {} companies.",
        info.name(),
        info.version(),
        info.size(),
        info.checksum(),
        companies.len()
    );
    let heading = Heading { title: "How good the answers are", lead: &lead, line: "company" };
    let words: Vec<_> =
        words.iter().flat_map(|source| source.rows.iter().map(|row| row.inquiry())).collect();
    html::page(&heading, &Report::of(companies, 0, Some(classifier), &words))
}
