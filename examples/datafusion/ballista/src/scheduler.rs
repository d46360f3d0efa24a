//! The process that plans queries and hands out their tasks.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Result;
use ballista_core::utils::default_session_builder;
use ballista_scheduler::SessionBuilder;
use ballista_scheduler::cluster::BallistaCluster;
use ballista_scheduler::config::{SchedulerConfig, TaskDistributionPolicy};
use ballista_scheduler::scheduler_process::start_server;
use datafusion::execution::FunctionRegistry;
use datafusion::logical_expr::ScalarUDF;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Where to listen, for executors and clients alike.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:50050")]
    bind: SocketAddr,

    /// The name by which executors reach this machine.
    #[arg(long, value_name = "HOST", default_value = "127.0.0.1")]
    advertise: String,

    /// An executor that was not heard of for so long is given up, and its tasks go to the others.
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    executor_timeout: u64,

    /// How many executors make /readyz say that the cluster is ready.
    #[arg(long, value_name = "N", default_value_t = 1)]
    min_executors: usize,

    /// The model that the executors were given; by default the bundled one.
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
}

/// Listens until the process is ended.
pub(crate) async fn run(args: Args) -> Result<()> {
    let function = deskhand_sql::triage(deskhand_sql::classifier(args.model.as_deref())?);
    let config = SchedulerConfig {
        bind_host: args.bind.ip().to_string(),
        bind_port: args.bind.port(),
        external_host: args.advertise,
        task_distribution: TaskDistributionPolicy::RoundRobin,
        executor_timeout_seconds: args.executor_timeout,
        no_executors_grace_period_seconds: args.executor_timeout,
        expire_dead_executor_interval_seconds: (args.executor_timeout / 4).max(1),
        min_ready_executors: args.min_executors,
        override_session_builder: Some(session_builder(function)),
        ..SchedulerConfig::default()
    };
    let cluster = BallistaCluster::new_from_config(&config).await?;
    Ok(start_server(cluster, args.bind, Arc::new(config)).await?)
}

/// Sessions that know the function: the scheduler reads it in the plans that clients send.
fn session_builder(function: ScalarUDF) -> SessionBuilder {
    let function = Arc::new(function);
    Arc::new(move |config| {
        let mut state = default_session_builder(deskhand_sql::called_once(config))?;
        state.register_udf(Arc::clone(&function))?;
        Ok(state)
    })
}
