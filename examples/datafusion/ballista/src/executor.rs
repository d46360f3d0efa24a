//! A process that runs tasks.

use std::net::IpAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result};
use ballista_core::registry::BallistaFunctionRegistry;
use ballista_executor::executor_process::{ExecutorProcessConfig, start_executor_process};
use datafusion::logical_expr::ScalarUDF;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The scheduler.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:50050")]
    scheduler: String,

    /// The address to listen on.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    bind: IpAddr,

    /// The name by which the others reach this machine; by default the address they see.
    #[arg(long, value_name = "HOST")]
    advertise: Option<String>,

    /// The port that results are fetched from.
    #[arg(long, value_name = "PORT", default_value_t = 50051)]
    port: u16,

    /// The port that tasks are taken on.
    #[arg(long, value_name = "PORT", default_value_t = 50052)]
    task_port: u16,

    /// How many tasks run at a time; by default one a core.
    #[arg(long, value_name = "N")]
    tasks: Option<NonZeroUsize>,

    /// A folder of its own for what passes between the stages of a query.
    #[arg(long, value_name = "FOLDER")]
    work_dir: PathBuf,

    /// How often it tells the scheduler that it lives.
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    heartbeat: u64,

    /// How long it waits for the scheduler to appear.
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    connect_timeout: u16,

    /// Answers with this model instead of the bundled one; every executor needs the same.
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
}

/// Runs tasks until the process is ended.
pub(crate) async fn run(args: Args) -> Result<()> {
    let function = deskhand_sql::triage(deskhand_sql::classifier(args.model.as_deref())?);
    let (scheduler_host, scheduler_port) = address(&args.scheduler)?;
    std::fs::create_dir_all(&args.work_dir)
        .with_context(|| format!("work folder {}", args.work_dir.display()))?;
    let work_dir = args.work_dir.canonicalize()?;
    let config = ExecutorProcessConfig {
        bind_host: args.bind.to_string(),
        external_host: args.advertise,
        port: args.port,
        grpc_port: args.task_port,
        scheduler_host,
        scheduler_port,
        scheduler_connect_timeout_seconds: args.connect_timeout,
        // Ballista reads 0 as one a core.
        vcores: args.tasks.map_or(0, NonZeroUsize::get),
        work_dir: Some(work_dir.to_string_lossy().into_owned()),
        executor_heartbeat_interval_seconds: args.heartbeat,
        override_function_registry: Some(Arc::new(registry(function))),
        ..ExecutorProcessConfig::default()
    };
    Ok(start_executor_process(Arc::new(config)).await?)
}

/// What DataFusion knows, and the function.
fn registry(function: ScalarUDF) -> BallistaFunctionRegistry {
    let mut registry = BallistaFunctionRegistry::default();
    registry.scalar_functions.insert(function.name().to_owned(), Arc::new(function));
    registry
}

fn address(text: &str) -> Result<(String, u16)> {
    let parts = text.rsplit_once(':').and_then(|(host, port)| Some((host, port.parse().ok()?)));
    let (host, port) = parts.with_context(|| format!("'{text}' is no HOST:PORT"))?;
    Ok((host.to_owned(), port))
}
