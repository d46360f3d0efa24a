//! The command line.

use std::path::PathBuf;

use clap::Parser;
use deskhand::train::adapt::Weights;

use crate::export::ColumnOptions;

const EXAMPLES: &str = "\
Examples (`train` stands for `cargo run --release --features train --example train --`):
  train tickets.csv --suggest-mapping > mapping.toml     what your queues and priorities mean
  train tickets.csv --mapping mapping.toml -o my.deskhand
  train --base my.deskhand --corrections corrected.csv -o my.deskhand
  train tickets.csv --mapping mapping.toml --check gold.csv -o my.deskhand
  train tickets.csv --mapping mapping.toml --weight tier.3=3 -o my.deskhand

A file of corrections is what the `label` example writes, with `desk` and `tier` put right by hand.";

/// Makes a model of your own from your own tickets; without TICKETS and --corrections it rebuilds
/// the bundled model.
#[derive(Debug, Parser)]
#[command(name = "train", version, after_help = EXAMPLES, max_term_width = 110)]
pub(crate) struct Args {
    /// Your tickets: CSV, TSV or JSON lines, the names of the columns in the first row
    #[arg(value_name = "TICKETS")]
    pub(crate) tickets: Vec<PathBuf>,
    /// Where to write the model. When the bundled model is rebuilt, its description goes to the
    /// same name with .toml [default: models/english.deskhand]
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// What your queues and priorities mean, in TOML; draft it with --suggest-mapping
    #[arg(long, value_name = "FILE", help_heading = "Your own tickets")]
    pub(crate) mapping: Option<PathBuf>,
    /// Print a draft of the mapping and stop
    #[arg(long, help_heading = "Your own tickets")]
    pub(crate) suggest_mapping: bool,
    /// The model to begin with; the bundled one if not given
    #[arg(long, value_name = "FILE", help_heading = "Your own tickets")]
    pub(crate) base: Option<PathBuf>,
    /// Output of the `label` example with desk and tier put right
    #[arg(long, value_name = "FILE", help_heading = "Your own tickets")]
    pub(crate) corrections: Vec<PathBuf>,
    /// Labelled tickets that are never learned from, and that the new model must not do worse on
    #[arg(long, value_name = "FILE", help_heading = "Your own tickets")]
    pub(crate) check: Vec<PathBuf>,
    /// Write the model even if it does worse than the one it began with
    #[arg(long, help_heading = "Your own tickets")]
    pub(crate) allow_worse: bool,
    /// How long to look for good settings
    #[arg(long, value_name = "M", default_value_t = 5.0, help_heading = "Your own tickets")]
    pub(crate) minutes: f64,
    /// What a class or a file counts, 1 where not given: desk.technical=2, desk.none=0.5, tier.3=3
    /// where missing one is dear; source.old.csv=0.5 where labels are less to be trusted
    #[arg(long, value_name = "WHAT=NUMBER", value_parser = weight, help_heading = "Your own tickets")]
    pub(crate) weight: Vec<(String, f64)>,

    #[command(flatten)]
    pub(crate) columns: ColumnOptions,

    /// Files or folders of .jsonl files to train on besides models/corpus
    #[arg(long, num_args = 1.., value_name = "PATH", conflicts_with_all = ["tickets", "corrections"], help_heading = "Rebuilding the bundled model")]
    pub(crate) data: Vec<PathBuf>,
    /// Word vectors: NAME.tsv, with NAME.i8 beside it [default: wordvec.tsv beside a folder of --data]
    #[arg(long, value_name = "FILE", conflicts_with_all = ["tickets", "corrections"], help_heading = "Rebuilding the bundled model")]
    pub(crate) vectors: Option<PathBuf>,
    /// Settings to use instead of the defaults, in TOML
    #[arg(long, value_name = "FILE", conflicts_with_all = ["tickets", "corrections"], help_heading = "Rebuilding the bundled model")]
    pub(crate) settings: Option<PathBuf>,
    /// Do not read models/corpus
    #[arg(long, conflicts_with_all = ["tickets", "corrections"], help_heading = "Rebuilding the bundled model")]
    pub(crate) without_corpus: bool,
}

impl Args {
    /// Whether somebody's own tickets are given.
    pub(crate) fn is_own(&self) -> bool {
        let asks = self.suggest_mapping || self.mapping.is_some() || self.base.is_some();
        asks || !self.tickets.is_empty() || !self.corrections.is_empty()
    }
}

fn weight(text: &str) -> Result<(String, f64), String> {
    let (what, number) = text.rsplit_once('=').ok_or("write it as WHAT=NUMBER")?;
    let number: f64 = number.parse().map_err(|_| format!("{number:?} is not a number"))?;
    // Refused here, an error says which option it is about.
    let checked = Weights::default().with(what, number).map_err(|error| error.to_string());
    checked.map(|_| (what.to_owned(), number))
}
