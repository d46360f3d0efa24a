//! What the command line says.

use std::path::{Path, PathBuf};

use clap::{Parser, ValueEnum};

use crate::export::ColumnOptions;

/// Measures models on labelled inquiries: files in the form of the corpora, or a help desk's own
/// exports.
#[derive(Parser)]
pub(crate) struct Args {
    /// Files, one a company, that the model was never trained on: CSV, TSV or JSON lines with a
    /// column of desks, or folders of .jsonl files in the form of the corpora
    #[arg(value_name = "PATH", required_unless_present_any = ["cross_validate", "sweep"])]
    pub(crate) paths: Vec<PathBuf>,
    /// The model; the bundled one if not given
    #[arg(long, value_name = "FILE", conflicts_with_all = ["cross_validate", "sweep"])]
    pub(crate) model: Option<PathBuf>,
    /// What the queues and priorities of an export mean, in TOML; `train --suggest-mapping` drafts it
    #[arg(long, value_name = "FILE", conflicts_with_all = ["cross_validate", "sweep"])]
    pub(crate) mapping: Option<PathBuf>,
    /// Write all figures to this file
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
    /// Write a report to this file; it quotes the texts
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    /// Files or folders to take the report's heaviest words from, besides the evaluated texts
    #[arg(long, num_args = 1.., value_name = "PATH", requires = "html")]
    pub(crate) corpus: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) columns: ColumnOptions,

    /// Train on all groups of rows but one and ask about that one, in turn
    #[arg(long, conflicts_with = "paths", help_heading = "Choosing settings")]
    cross_validate: bool,
    /// What is left out at a time
    #[arg(long, value_enum, default_value_t = By::Source, help_heading = "Choosing settings")]
    pub(crate) by: By,
    /// Cross-validate with each of these values; repeat it for all combinations
    #[arg(
        long,
        value_name = "SETTING=VALUE,…",
        conflicts_with = "paths",
        help_heading = "Choosing settings"
    )]
    pub(crate) sweep: Vec<String>,
    /// Files or folders of .jsonl files to train on besides models/corpus
    #[arg(long, num_args = 1.., value_name = "PATH", help_heading = "Choosing settings")]
    data: Vec<PathBuf>,
    /// Do not read models/corpus
    #[arg(long, help_heading = "Choosing settings")]
    without_corpus: bool,
    /// Word vectors: NAME.tsv, with NAME.i8 beside it
    #[arg(long, value_name = "FILE", help_heading = "Choosing settings")]
    pub(crate) vectors: Option<PathBuf>,
    /// Settings to use instead of the defaults, in TOML
    #[arg(long, value_name = "FILE", help_heading = "Choosing settings")]
    pub(crate) settings: Option<PathBuf>,
}

/// What is left out at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum By {
    /// A source: all files of one origin
    Source,
    /// A channel, whatever the file; rows of no known channel are always trained on
    Channel,
}

impl By {
    /// What a line of the tables is.
    pub(crate) fn left_out(self) -> &'static str {
        match self {
            By::Source => "source left out",
            By::Channel => "channel left out",
        }
    }
}

impl Args {
    /// Whether a way of training is to be measured rather than a finished model.
    pub(crate) fn leaves_out(&self) -> bool {
        self.cross_validate || !self.sweep.is_empty()
    }

    /// The files and folders to train on.
    pub(crate) fn training_data(&self) -> Vec<PathBuf> {
        let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/corpus");
        let own = (!self.without_corpus).then_some(own);
        self.data.iter().cloned().chain(own).collect()
    }
}
