//! Builds the page and serves it: `cargo run`, then open the address it prints.

mod dist;
mod serve;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

/// The exit status where the compiler cannot make WebAssembly.
const NO_TARGET: u8 = 3;

/// Build the page that tries deskhand in a browser, and serve it on this machine.
#[derive(Debug, Parser)]
struct Args {
    /// Folder to put the page in; it can be copied to any web server
    #[arg(long, value_name = "FOLDER", default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/dist"))]
    dist: PathBuf,

    /// Port to serve it on; 0 takes any that is free
    #[arg(long, value_name = "PORT", default_value_t = 8000)]
    port: u16,

    /// Only build it
    #[arg(long)]
    build_only: bool,
}

fn main() -> ExitCode {
    run(&Args::parse()).unwrap_or_else(|error| {
        eprintln!("deskhand-web: {error:#}");
        ExitCode::FAILURE
    })
}

fn run(args: &Args) -> Result<ExitCode> {
    if let Err(remedy) = dist::can_compile()? {
        eprintln!("deskhand-web: {remedy}");
        return Ok(NO_TARGET.into());
    }
    dist::build(&args.dist)?;
    if !args.build_only {
        serve::serve(&args.dist, args.port, |address| println!("http://{address}/"))?;
    }
    Ok(ExitCode::SUCCESS)
}
