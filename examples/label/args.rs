//! The command line: what can be asked for, and the defaults.

use std::fs;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::thread;

use anyhow::{Context, Result};
use clap::Parser;
use deskhand::{Classifier, Policy};

use crate::answer::Labeller;
use crate::columns::{Choice, Wanted};
use crate::format::FormatName;

const EXAMPLES: &str = "\
Examples (`label` stands for `cargo run --release --example label --`):
  label                                          label the sample and show it as a table
  label tickets.csv -o labelled.csv              label a file
  label tickets.csv | head                       look at the first rows
  label mails.jsonl --explain -o out.jsonl       JSON lines, with the weights of the words
  label export.csv --subject-column Betreff --body-column 7 -o out.csv
  gzip -dc big.csv.gz | label - --format csv -o labelled.csv
  label corrected.csv --prefix deskhand_         keep the desk and tier columns already there

Columns added to each row, in this order:
  desk          service or technical
  probability   of that desk, 0 to 1
  tier          1 front line, 2 specialist or supervisor, 3 engineering or management
  tier_1 .. 3   probability of each tier
  also          the other desk, where both must act
  review        why a person should look first; empty if nobody needs to. A row that cannot be
                read is kept, its labels are left empty and review says `bad-row: <cause>`
  because       the customer's own words that weighed most for the desk

Exit status: 0 done, 1 failed, 2 wrong usage, 3 done but with bad rows (--strict), 130 interrupted.";

/// Label customer inquiries with a desk and a tier: CSV, TSV or JSON lines in, the same rows with
/// labels out.
#[derive(Debug, Parser)]
#[command(name = "label", version, after_help = EXAMPLES, max_term_width = 110)]
pub(crate) struct Args {
    /// File to label; `-` is standard input. Without it the sample is labelled and shown as a table
    #[arg(value_name = "INPUT")]
    pub(crate) input: Option<String>,

    /// File to write; it appears under this name only when it is whole. [default: standard output]
    #[arg(short, long, value_name = "OUTPUT", requires = "input")]
    output: Option<String>,

    /// Replace OUTPUT if it exists
    #[arg(long)]
    pub(crate) force: bool,

    /// Format of the rows: csv, tsv, or jsonl for one JSON object a line. [default: by the ending
    /// of INPUT]
    #[arg(long, value_name = "FORMAT", hide_possible_values = true)]
    pub(crate) format: Option<FormatName>,

    /// Character between the fields of a CSV file, such as `;`
    #[arg(long, value_name = "CHAR", value_parser = one_byte)]
    pub(crate) delimiter: Option<u8>,

    /// Column that holds the subject line, by name or 1-based number; `-` for none. [default: found
    /// by name]
    #[arg(long, value_name = "COLUMN")]
    subject_column: Option<String>,

    /// Column that holds the text, by name or 1-based number. [default: found by name]
    #[arg(long, value_name = "COLUMN")]
    body_column: Option<String>,

    /// Put this before the names of the added columns, for an input that has such columns already
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub(crate) prefix: String,

    /// Show up to ten words in `because`, with their weights: above zero for technical, below for
    /// service
    #[arg(long)]
    pub(crate) explain: bool,

    /// Leave `because` empty: faster
    #[arg(long, conflicts_with = "explain")]
    no_because: bool,

    /// Ask for review where the desk is less probable than this
    #[arg(long, value_name = "P")]
    min_probability: Option<f64>,

    /// Use this model instead of the bundled one
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,

    /// Threads that label. The output is the same for any number. [default: one for each
    /// processor]
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,

    /// Exit with status 3 if any row was bad
    #[arg(long)]
    pub(crate) strict: bool,
}

impl Args {
    /// The output's name; `-` is standard output.
    pub(crate) fn output(&self) -> &str {
        self.output.as_deref().unwrap_or("-")
    }

    /// How many threads label.
    pub(crate) fn threads(&self) -> usize {
        self.threads.or_else(|| thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get)
    }

    /// Which columns hold the text.
    pub(crate) fn wanted(&self) -> Wanted {
        Wanted {
            subject: Choice::from_option(&self.subject_column),
            body: Choice::from_option(&self.body_column),
        }
    }

    /// The classifier with its model and policy, and how it shall give its reasons.
    pub(crate) fn labeller(&self) -> Result<Labeller> {
        let classifier = self.classifier()?;
        Ok(match (self.no_because, self.explain) {
            (true, _) => Labeller::silent(classifier),
            (_, false) => Labeller::brief(classifier),
            (_, true) => Labeller::detailed(classifier),
        })
    }

    fn classifier(&self) -> Result<Classifier> {
        let mut policy = Policy::default();
        if let Some(least) = self.min_probability {
            policy = policy.min_probability(least).context("--min-probability cannot be used")?;
        }
        let classifier = match &self.model {
            Some(file) => load(file)?.with_policy(policy),
            None => Classifier::bundled().with_policy(policy),
        };
        classifier.context("these settings cannot be used together")
    }
}

fn load(file: &PathBuf) -> Result<Classifier> {
    let bytes = fs::read(file)
        .with_context(|| format!("cannot read the model {}; check --model", file.display()))?;
    Classifier::from_bytes(&bytes).with_context(|| {
        format!(
            "{} cannot be used as a model; leave --model out for the bundled one",
            file.display()
        )
    })
}

fn one_byte(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        [byte] if !matches!(byte, b'"' | b'\r' | b'\n') => Ok(*byte),
        _ if text == "\\t" => Ok(b'\t'),
        _ => Err("one ASCII character is needed, such as ';'".to_owned()),
    }
}
