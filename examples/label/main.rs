//! Labels a file of customer inquiries with `deskhand`: which desk each belongs to, how sure that
//! is, the tier to start at, whether a person should look first, and the words that decided.
//!
//! ```text
//! cargo run --release --example label                                    the sample, as a table
//! cargo run --release --example label -- tickets.csv -o labelled.csv     a file of your own
//! cargo run --release --example label -- --help                          everything else
//! ```
//!
//! What it shows: one `Classifier` shared by many threads, a `Scratch` for each, explanations whose
//! byte spans point into the customer's own text, and a file of any length labelled in constant
//! memory. Rows flow one way:
//!
//! ```text
//! input -> splitter (delimited, jsonl) -> pipeline: workers label chunks of rows -> output
//! ```

mod answer;
mod args;
mod chunk;
mod columns;
mod delimited;
mod format;
mod input;
mod jsonl;
mod output;
mod pipeline;
mod progress;
mod rows;
mod sample;
mod tally;

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::{Result, ensure};
use clap::Parser;

use args::Args;
use format::Format;
use pipeline::Job;
use tally::Tally;

/// The exit status under `--strict` when every row was written but some were bad.
const BAD_ROWS: u8 = 3;

fn main() -> ExitCode {
    let args = Args::parse();
    let done = match &args.input {
        Some(name) => label(name, &args),
        None => sample::show(&args).map(|()| ExitCode::SUCCESS),
    };
    done.unwrap_or_else(|error| complain(&error))
}

/// Labels one input and tells on standard error what came of it.
fn label(name: &str, args: &Args) -> Result<ExitCode> {
    let format = Format::choose(args, name)?;
    let labeller = args.labeller()?;
    let mut source = input::open(name)?;
    output::refuse_input_as_output(name, args.output())?;
    let plan = match format {
        Format::Delimited(delimiter) => delimited::plan(&mut source, delimiter, args)?,
        Format::Json => jsonl::plan(&mut source, args)?,
    };
    let mut output = output::create(args.output(), args.force)?;
    let mut progress = progress::Progress::start(source.size(), args);
    progress.note(&plan.note);

    output.write_all(&plan.header).map_err(|error| output.explain(error))?;
    let job = Job { rows: plan.rows, labeller, threads: args.threads() };
    let mut tally = Tally::default();
    pipeline::run(job, plan.splitter, source, |chunk| {
        output.write_all(&chunk.out).map_err(|error| output.explain(error))?;
        progress.advance(chunk);
        tally.add(&chunk.tally);
        Ok(())
    })?;
    ensure!(tally.read == tally.written, "rows were lost on the way; please report this");
    output.finish()?;
    progress.finish(&tally);
    Ok(if args.strict && tally.bad > 0 { BAD_ROWS.into() } else { ExitCode::SUCCESS })
}

/// Says what went wrong; a reader that left early (`| head`) is no error.
fn complain(error: &anyhow::Error) -> ExitCode {
    let cause = error.downcast_ref::<io::Error>().map(io::Error::kind);
    if cause == Some(io::ErrorKind::BrokenPipe) {
        return ExitCode::SUCCESS;
    }
    let _ = writeln!(io::stderr(), "label: {error:#}");
    ExitCode::FAILURE
}
