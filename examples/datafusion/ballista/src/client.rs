//! Asks one query and shows or writes its result.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::Result;
use ballista::prelude::{SessionConfigExt, SessionContextExt};
use datafusion::execution::SessionStateBuilder;
use datafusion::prelude::{SessionConfig, SessionContext};
use deskhand::Classifier;
use deskhand_sql::Table;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The query.
    sql: String,

    /// The scheduler.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:50050")]
    scheduler: String,

    /// A table of the query: a file, or a folder of files (.csv, .tsv, .jsonl, .parquet). Every
    /// executor reads it under the same path.
    #[arg(short, long = "table", value_name = "NAME=PATH")]
    tables: Vec<Table>,

    /// Has the result written to this file (.parquet, .csv, .jsonl), by an executor, instead of
    /// shown.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Into how many parts a table is cut, which is the tasks of a query. A few for each core of the
    /// cluster.
    #[arg(long, value_name = "N", default_value_t = 16)]
    parts: usize,

    /// The model that the executors were given; by default the bundled one.
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
}

pub(crate) async fn run(args: Args) -> Result<()> {
    let classifier = deskhand_sql::classifier(args.model.as_deref())?;
    let ctx = connect(&args.scheduler, args.parts, classifier).await?;
    for table in &args.tables {
        table.register(&ctx).await?;
    }
    let start = Instant::now();
    let result = ctx.sql(&args.sql).await?;
    match args.output {
        Some(path) => deskhand_sql::write(result, &std::path::absolute(path)?).await?,
        None => result.show().await?,
    }
    eprintln!("{:.2} s", start.elapsed().as_secs_f64());
    Ok(())
}

/// A session whose queries the cluster runs. Only calls on literals are answered here; for columns
/// the name of the function is sent, and the executors answer.
async fn connect(scheduler: &str, parts: usize, classifier: Classifier) -> Result<SessionContext> {
    let config = SessionConfig::new_with_ballista().with_target_partitions(parts);
    let config = deskhand_sql::called_once(config);
    let state = SessionStateBuilder::new().with_default_features().with_config(config).build();
    let ctx = SessionContext::remote_with_state(&format!("df://{scheduler}"), state).await?;
    ctx.register_udf(deskhand_sql::triage(classifier));
    Ok(ctx)
}
