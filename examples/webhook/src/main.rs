//! A help desk asks over HTTP, deskhand answers; with `--write-back` it also sets group, tags and
//! priority through the help desk's API. README.md tells how to set it up.

mod api;
mod config;
mod help_desk;
mod intake;
mod names;
mod options;
mod rate;
mod refusal;
mod routes;
mod server;
mod signature;
mod spool;
mod telemetry;
mod verdict;
mod write_back;

use std::process::ExitCode;

use clap::Parser;

use crate::config::Config;
use crate::options::Options;

fn main() -> ExitCode {
    let options = Options::parse();
    if options.print_names {
        print!("{}", names::DEFAULTS);
        return ExitCode::SUCCESS;
    }
    telemetry::log_to_stderr();
    match Config::read(options).and_then(server::run) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("deskhand-webhook: {error:#}");
            ExitCode::FAILURE
        }
    }
}
