//! How many tickets of one's own it takes: a model that never saw one group of the corpus is moved
//! towards 0, 20, 50, … of its tickets and asked about the rest; beside it a model trained on those
//! tickets alone.
//!
//! ```text
//! cargo run --release --features train --example learning_curve
//! cargo run --release --features train --example learning_curve -- --group written-ordinary-chat
//! ```
//! With `--story FOLDER` it writes what the walk through `examples/README.md` needs: the model that
//! never saw the group, and the group's tickets as a help desk would export them.

use std::fs;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use clap::Parser;
use comfy_table::{CellAlignment, Table, presets};
use deskhand::train::adapt::{self, AdaptError, Options, Ticket};
use deskhand::train::corpus::{self, Row, Source};
use deskhand::train::evaluation::{Figures, answer};
use deskhand::train::settings::Settings;
use deskhand::train::trainer;
use deskhand::train::vectors::Vectors;
use deskhand::{Classifier, Desk, Tier};
use sha2::{Digest, Sha256};

/// Shows how many tickets of one's own it takes.
#[derive(Parser)]
struct Args {
    /// The group of sources to leave out
    #[arg(long, default_value = "written-ordinary-complaint")]
    group: String,
    /// A model that never saw the group; trained on the rest of models/corpus if not given
    #[arg(long, value_name = "FILE")]
    base: Option<PathBuf>,
    /// Numbers of tickets
    #[arg(long, value_delimiter = ',', default_value = "20,50,100,200,500,1000")]
    sizes: Vec<usize>,
    /// Write the files of the walk to this folder, and show nothing
    #[arg(long, value_name = "FOLDER")]
    story: Option<PathBuf>,
}

/// Tickets that are never learned from.
const HELD_OUT: usize = 500;

fn main() -> Result<()> {
    let args = Args::parse();
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/corpus");
    let sources = corpus::read(&[corpus])?;
    let (own, rest): (Vec<_>, Vec<_>) =
        sources.into_iter().partition(|source| source.group() == args.group);
    let rows = shuffled(&own);
    ensure!(rows.len() > 2 * HELD_OUT, "{} has {} rows, too few", args.group, rows.len());
    let base = match &args.base {
        Some(path) => fs::read(path).with_context(|| format!("cannot read {}", path.display()))?,
        None => train(&rest, "general")?,
    };
    let (unseen, seen) = rows.split_at(HELD_OUT);
    match &args.story {
        Some(folder) => tell(folder, &base, seen, unseen),
        None => curve(&args, &base, seen, unseen),
    }
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

fn train(sources: &[Source], name: &str) -> Result<Vec<u8>> {
    let rows: usize = sources.iter().map(|source| source.rows.len()).sum();
    note(format_args!("training {name} on {rows} tickets"));
    let settings = Settings { name: name.to_owned(), folds: 4, ..Settings::default() };
    Ok(trainer::train(sources, &Vectors::none(), &settings, |_, _| ())?.bytes)
}

fn curve(args: &Args, base: &[u8], seen: &[Row], unseen: &[Row]) -> Result<()> {
    let mut table = Table::new();
    table.load_preset(presets::ASCII_MARKDOWN);
    table.set_header(["tickets", "desk", "tier", "to a person", "desk, scratch", "tier, scratch"]);
    (1..6).for_each(|at| {
        table.column_mut(at).into_iter().for_each(|c| c.set_cell_alignment(CellAlignment::Right))
    });
    table.add_row(line(0, Some(&figures(base, unseen)?), None));
    for &size in args.sizes.iter().filter(|size| **size <= seen.len()) {
        let rows = &seen[..size];
        let adapted = moved(base, rows)?;
        let adapted = adapted.map(|bytes| figures(&bytes, unseen)).transpose()?;
        let scratch = from_scratch(rows);
        let scratch = scratch.map(|bytes| figures(&bytes, unseen)).transpose()?;
        table.add_row(line(size, adapted.as_ref(), scratch.as_ref()));
    }
    println!("{table}");
    println!("{}: shares of {} tickets never learned from", args.group, unseen.len());
    Ok(())
}

/// `None` where the new model is refused because it did worse.
fn moved(base: &[u8], rows: &[Row]) -> Result<Option<Vec<u8>>> {
    let tickets: Vec<_> = rows.iter().cloned().map(Ticket::new).collect();
    match adapt::adapt(base, &tickets, &Options::default(), |_, _| ()) {
        Ok(adapted) => {
            let [desk, tier] = &adapted.outcome.settings;
            note(format_args!("{} tickets; desk {desk}; tier {tier}", rows.len()));
            note(format_args!("{}", adapted.outcome));
            Ok(Some(adapted.bytes))
        }
        Err(AdaptError::Worse(outcome)) => {
            note(format_args!("{} tickets: refused\n{outcome}", rows.len()));
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

/// `None` where the rows are too few to train on.
fn from_scratch(rows: &[Row]) -> Option<Vec<u8>> {
    let mut source = Source::parse("own", b"").ok()?;
    source.rows = rows.to_vec();
    let settings = Settings { folds: 5, ..Settings::default() };
    Some(trainer::train(&[source], &Vectors::none(), &settings, |_, _| ()).ok()?.bytes)
}

fn figures(model: &[u8], rows: &[Row]) -> Result<Figures> {
    let classifier = Classifier::from_bytes(model)?;
    Ok(Figures::of(rows, &answer(&classifier, rows)))
}

fn line(size: usize, adapted: Option<&Figures>, scratch: Option<&Figures>) -> Vec<String> {
    let share = |value: Option<f64>| {
        value.map_or("–".to_owned(), |value| format!("{:.1} %", 100.0 * value))
    };
    let of =
        |figures: Option<&Figures>, get: fn(&Figures) -> Option<f64>| share(figures.and_then(get));
    vec![
        size.to_string(),
        of(adapted, |f| f.desk_accuracy),
        of(adapted, |f| f.tier_accuracy),
        of(adapted, |f| f.coverage.map(|coverage| 1.0 - coverage)),
        of(scratch, |f| f.desk_accuracy),
        of(scratch, |f| f.tier_accuracy),
    ]
}

/// Tickets of the first export, and inquiries of the week after it.
const EXPORTED: usize = 400;
const WEEK: usize = 300;

/// The files of the walk: as a help desk that names its queues and priorities in its own way.
fn tell(folder: &Path, base: &[u8], seen: &[Row], unseen: &[Row]) -> Result<()> {
    fs::create_dir_all(folder)?;
    fs::write(folder.join("base.deskhand"), base)?;
    let (exported, week) = seen.split_at(EXPORTED);
    let asked = week.iter().filter(|row| row.desk.is_some()).take(WEEK).cloned();
    let week: Vec<Row> = asked.collect();
    export(&folder.join("tickets.csv"), exported, &["Queue", "Priority"], |row| {
        vec![queue(row), priority(row)]
    })?;
    export(&folder.join("week.csv"), &week, &[], |_| vec![])?;
    export(&folder.join("corrected.csv"), &week, &["desk", "tier"], |row| {
        let tier = row.tier.map(|tier| tier.to_string()).unwrap_or_default();
        vec![row.desk.map_or("none", Desk::as_str).to_owned(), tier]
    })?;
    export(&folder.join("later.csv"), unseen, &["Queue", "Priority"], |row| {
        vec![queue(row), priority(row)]
    })
}

fn queue(row: &Row) -> String {
    match row.desk {
        Some(Desk::Technical) => "Tech Support",
        Some(Desk::Service) => "Customer Care",
        None => "Spam / no reply needed",
    }
    .to_owned()
}

fn priority(row: &Row) -> String {
    match row.tier {
        Some(Tier::One) => "P3 - Normal",
        Some(Tier::Two) => "P2 - High",
        Some(Tier::Three) => "P1 - Critical",
        None => "",
    }
    .to_owned()
}

fn export(
    path: &Path,
    rows: &[Row],
    labels: &[&str],
    label: impl Fn(&Row) -> Vec<String>,
) -> Result<()> {
    let mut file = csv::Writer::from_path(path)?;
    file.write_record([&["Ticket", "Subject", "Description"], labels].concat())?;
    for row in rows {
        let text = [&row.id, &row.subject, &row.body].map(String::clone);
        file.write_record([&text[..], &label(row)].concat())?;
    }
    file.flush()?;
    Ok(())
}
