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
//! cargo run --release --features train --example evaluate -- tickets.csv --mapping mapping.toml \
//!     --model my.deskhand --html report.html
//! ```
//! does the same with a help desk's own export; columns and mapping are those of `train`.
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
#[allow(dead_code, reason = "the train example uses all of it")]
#[path = "../export/mod.rs"]
mod export;
mod html;
mod left_out;
mod output;
mod settings;
mod tables;

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Parser;
use deskhand::Classifier;
use deskhand::train::corpus::{self, Source};
use deskhand::train::report::{Answered, Metrics, Report};
use serde::Serialize;

use args::Args;
use export::companies::{Company, read_companies};
use html::Heading;
use tables::Line;

fn main() -> ExitCode {
    let args = Args::parse();
    let done = if args.leaves_out() { left_out::run(&args) } else { measure(&args) };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("evaluate: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// A finished model on labelled inquiries.
fn measure(args: &Args) -> Result<()> {
    let loaded = args.model.as_deref().map(load).transpose()?;
    let classifier = loaded.as_ref().unwrap_or_else(|| Classifier::bundled());
    let companies = read_companies(&args.paths, args.mapping.as_deref(), &args.columns)?;
    let is_own = companies.iter().any(|company| company.is_export);
    let warning = flattered(classifier, &companies);
    warning.iter().for_each(|warning| eprintln!("{warning}"));
    let answered = companies.iter().map(|one| Answered::by(classifier, &one.name, &one.rows));
    let companies: Vec<_> = answered.collect();
    let report = report(classifier, &companies, &words_from(args)?);
    let line = if is_own { "file" } else { "company" };
    output::print(&figures(line, &report.metrics))?;
    if is_own {
        output::print(&advice(&report))?;
    }
    if let Some(path) = &args.json {
        output::write_json(path, &Measured::of(classifier, &report.metrics))?;
    }
    if let Some(path) = &args.html {
        let lead = lead(classifier, &companies, warning.as_deref());
        let heading = Heading { title: "How good the answers are", lead: &lead, line };
        output::write(path, &html::page(&heading, &report))?;
    }
    Ok(())
}

fn load(path: &Path) -> Result<Classifier> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    Classifier::from_bytes(&bytes).with_context(|| format!("cannot use {}", path.display()))
}

/// The companies that a model was trained on, as far as it names them.
fn learned_from<'c>(classifier: &Classifier, companies: &'c [Company]) -> Vec<&'c str> {
    // A description reads "tickets.csv, corrected.csv, 700 rows".
    let data: Vec<_> = classifier.model().training_data().map(|data| format!(", {data}")).collect();
    let is_named = |name: &&str| data.iter().any(|data| data.contains(&format!(", {name}, ")));
    companies.iter().map(|company| company.name.as_str()).filter(is_named).collect()
}

/// Says so where a model is asked about what it was trained on.
fn flattered(classifier: &Classifier, companies: &[Company]) -> Option<String> {
    let learned = learned_from(classifier, companies);
    (!learned.is_empty()).then(|| {
        format!(
            "The model was trained on {}: its answers there look better than they will be on new \
             tickets. Measure on tickets that it has not seen.",
            learned.join(", ")
        )
    })
}

fn figures(line: &str, metrics: &Metrics) -> String {
    let mut lines: Vec<_> =
        metrics.companies.iter().map(|c| Line::of(&c.name, &c.figures)).collect();
    // Of one company, all together and the mean would be the same again.
    if lines.len() > 1 {
        lines.push(Line::of(&metrics.pooled.name, &metrics.pooled.figures));
        let mean = metrics.mean.iter().map(|(name, value)| (*name, *value)).collect();
        lines.push(Line { name: "mean", n: None, values: mean });
    }
    tables::blocks(line, &lines)
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

/// What was measured, in a sentence or two.
fn lead(classifier: &Classifier, companies: &[Answered<'_>], warning: Option<&str>) -> String {
    let info = classifier.model();
    let n: usize = companies.iter().map(|company| company.rows.len()).sum();
    let of = match companies {
        [only] => format!("of {}", only.name),
        many => format!("of {} companies", many.len()),
    };
    let warning = warning.map_or_else(String::new, |warning| format!(" {warning}"));
    format!(
        "Model “{}” {} ({} bytes, checksum {:016x}) on {n} labelled texts {of}.{warning}",
        info.name(),
        info.version(),
        info.size(),
        info.checksum(),
    )
}

fn report(classifier: &Classifier, companies: &[Answered<'_>], words: &[Source]) -> Report {
    let words: Vec<_> =
        words.iter().flat_map(|source| source.rows.iter().map(|row| row.inquiry())).collect();
    Report::of(companies, 0, Some(classifier), &words)
}

/// What somebody who brought tickets of their own may do about them.
fn advice(report: &Report) -> String {
    let lines = report.advice.iter().map(|sentence| format!("- {sentence}"));
    ["What to do next".to_owned()].into_iter().chain(lines).collect::<Vec<_>>().join("\n")
}
