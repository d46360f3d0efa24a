//! Makes a model of your own from your own tickets, or rebuilds the bundled one.
//!
//! ```text
//! cargo run --release --features train --example train -- tickets.csv --suggest-mapping > mapping.toml
//! cargo run --release --features train --example train -- tickets.csv --mapping mapping.toml -o my.deskhand
//! cargo run --release --features train --example train -- --base my.deskhand --corrections corrected.csv -o my.deskhand
//! ```
//! `examples/README.md` walks through it.
//!
//! ```text
//! cargo run --release --features train --example train -- --data FOLDER --vectors words.tsv
//! ```
//! rebuilds the bundled model, `models/english.deskhand` and `models/english.toml`, from the corpora
//! under `models/corpus` and the further files that `--data` names. Without `--data` and
//! `--vectors` it trains on the corpora of the repository alone.

mod args;
#[allow(dead_code, reason = "the evaluate example uses all of it")]
#[path = "../export/mod.rs"]
mod export;
mod own;
mod rebuild;
mod result;

use std::process::ExitCode;

use clap::Parser;

use args::Args;

fn main() -> ExitCode {
    let args = Args::parse();
    let done = if args.is_own() { own::run(&args) } else { rebuild::run(&args) };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("train: {error:#}");
            ExitCode::FAILURE
        }
    }
}
