//! Runs SQL with the function `triage` over files of tickets.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Result;
use clap::Parser;
use datafusion::dataframe::DataFrame;
use datafusion::prelude::{SessionConfig, SessionContext};
use deskhand_sql::Table;

/// Runs SQL with the function triage(subject, body) over files of tickets.
///
/// deskhand-sql -t tickets=tickets.csv
///   "SELECT triage(subject, body)['desk'] AS desk, count(*) FROM tickets GROUP BY 1"
#[derive(Debug, Parser)]
#[command(version, verbatim_doc_comment)]
struct Args {
    /// The query.
    sql: String,

    /// A table of the query: a file, or a folder of files (.csv, .tsv, .jsonl, .parquet).
    #[arg(short, long = "table", value_name = "NAME=PATH")]
    tables: Vec<Table>,

    /// Writes the result to this file (.parquet, .csv, .jsonl) instead of the terminal.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Answers with this model instead of the bundled one.
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,

    /// Runs on this many threads; by default one a core.
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
}

fn main() -> Result<()> {
    let args = Args::parse();
    let threads = match args.threads {
        Some(threads) => threads,
        None => std::thread::available_parallelism()?,
    };
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(threads.get()).enable_all().build()?;
    // The worker threads alone do the work: what runs here only waits.
    runtime.block_on(async { tokio::spawn(run(args, threads)).await? })
}

async fn run(args: Args, threads: NonZeroUsize) -> Result<()> {
    let ctx = context(args.model.as_deref(), threads)?;
    for table in &args.tables {
        table.register(&ctx).await?;
    }
    let start = Instant::now();
    finish(ctx.sql(&args.sql).await?, args.output.as_deref()).await?;
    eprintln!("{:.2} s", start.elapsed().as_secs_f64());
    Ok(())
}

fn context(model: Option<&Path>, threads: NonZeroUsize) -> Result<SessionContext> {
    let config = SessionConfig::new().with_target_partitions(threads.get());
    let ctx = SessionContext::new_with_config(deskhand_sql::called_once(config));
    ctx.register_udf(deskhand_sql::triage(deskhand_sql::classifier(model)?));
    Ok(ctx)
}

async fn finish(result: DataFrame, output: Option<&Path>) -> Result<()> {
    match output {
        Some(path) => deskhand_sql::write(result, path).await?,
        None => result.show().await?,
    }
    Ok(())
}
