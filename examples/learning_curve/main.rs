//! How many tickets of one's own it takes: a model that never saw a company is moved towards 0, 20,
//! 50, … of its tickets and asked about others; beside it a model trained on those tickets alone.
//!
//! ```text
//! cargo run --release --features train --example learning_curve
//! cargo run --release --features train --example learning_curve -- --group written-ordinary-chat
//! ```
//! leaves a group of the corpus out of training and plays with it the help desk.
//!
//! ```text
//! cargo run --release --features train --example learning_curve -- tickets.csv --mapping mapping.toml
//! cargo run --release --features train --example learning_curve -- FOLDER
//! ```
//! takes labelled tickets that the bundled model never saw, company by company: dealt into five
//! parts, each asked about while tickets are taken from the others, several times over, so that every
//! row is asked about at every size.
//!
//! With `--story FOLDER` it writes what the walk through `examples/README.md` needs: the model that
//! never saw the group, and the group's tickets as a help desk would export them.

mod cross;
#[allow(dead_code, reason = "the train example uses all of it")]
#[path = "../export/mod.rs"]
mod export;
mod models;
mod story;
mod table;

use std::borrow::Cow;
use std::fs;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use clap::Parser;
use deskhand::train::corpus::{self, Row, Source};
use sha2::{Digest, Sha256};

use export::ColumnOptions;
use export::companies::read_companies;
use models::{Learner, train};
use table::Curve;

/// Shows how many tickets of one's own it takes.
#[derive(Parser)]
struct Args {
    /// Labelled tickets that the model never saw, one company a file: CSV, TSV or JSON lines, or a
    /// folder of corpora; without them a group of models/corpus is left out of training
    #[arg(value_name = "PATH", conflicts_with_all = ["group", "story"])]
    paths: Vec<PathBuf>,
    /// What the queues and priorities of an export mean, in TOML
    #[arg(long, value_name = "FILE", requires = "paths")]
    mapping: Option<PathBuf>,
    /// How often the tickets are dealt out anew
    #[arg(long, value_name = "N", default_value_t = 5, requires = "paths")]
    repeats: usize,
    /// The group of sources to leave out
    #[arg(long, default_value = "written-ordinary-complaint")]
    group: String,
    /// A model that never saw the tickets; the bundled one for PATH, and else trained on the rest of
    /// models/corpus, if not given
    #[arg(long, value_name = "FILE")]
    base: Option<PathBuf>,
    /// Numbers of tickets
    #[arg(long, value_delimiter = ',', default_value = "20,50,100,200,500,1000")]
    sizes: Vec<usize>,
    /// Write the files of the walk to this folder, and show nothing
    #[arg(long, value_name = "FOLDER")]
    story: Option<PathBuf>,
    #[command(flatten)]
    columns: ColumnOptions,
}

/// Tickets of a group that are never learned from.
const HELD_OUT: usize = 500;

fn main() -> ExitCode {
    let args = Args::parse();
    match if args.paths.is_empty() { of_a_group(&args) } else { of_companies(&args) } {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("learning_curve: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// A group of the corpus, split once: there are enough rows.
fn of_a_group(args: &Args) -> Result<()> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/corpus");
    let sources = corpus::read(&[corpus])?;
    let (own, rest): (Vec<_>, Vec<_>) =
        sources.into_iter().partition(|source| source.group() == args.group);
    let rows = shuffled(&own);
    ensure!(rows.len() > 2 * HELD_OUT, "{} has {} rows, too few", args.group, rows.len());
    let base = match &args.base {
        Some(path) => read(path)?,
        None => train(&rest, "general")?,
    };
    let (unseen, seen) = rows.split_at(HELD_OUT);
    if let Some(folder) = &args.story {
        return story::tell(folder, &base, seen, unseen);
    }
    let learner = Learner::new(&base)?;
    let mut curve = Curve::default();
    curve.add(&learner.nothing(unseen));
    for &size in args.sizes.iter().filter(|size| **size <= seen.len()) {
        curve.add(&learner.ask(&seen[..size], unseen)?);
    }
    println!("{}", curve.table());
    println!("{}: shares of {} tickets never learned from", args.group, unseen.len());
    Ok(())
}

/// Companies that are too small to keep many tickets back.
fn of_companies(args: &Args) -> Result<()> {
    let base: Cow<'_, [u8]> = match &args.base {
        Some(path) => read(path)?.into(),
        None => include_bytes!("../../models/english.deskhand").into(),
    };
    let learner = Learner::new(&base)?;
    let companies = read_companies(&args.paths, args.mapping.as_deref(), &args.columns)?;
    let mut curves = Vec::new();
    for company in &companies {
        note(format_args!("{}: {} tickets", company.name, company.rows.len()));
        let curve = cross::curve(company, &learner, &args.sizes, args.repeats)?;
        println!("{}: {} tickets\n{}\n", company.name, company.rows.len(), curve.table());
        curves.push(curve);
    }
    if curves.len() > 1 {
        println!("mean of {} companies\n{}", curves.len(), Curve::mean(&curves).table());
    }
    Ok(())
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

/// For somebody who waits at a terminal.
fn note(line: std::fmt::Arguments<'_>) {
    if io::stderr().is_terminal() {
        eprintln!("{line}");
    }
}

/// The rows of all files in an order that has nothing to do with what stands in them.
fn shuffled(sources: &[Source]) -> Vec<Row> {
    let mut rows: Vec<_> = sources.iter().flat_map(|source| source.rows.clone()).collect();
    rows.sort_by_cached_key(|row| Sha256::digest(format!("{}{}", row.id, row.body)));
    rows
}
