//! `triage` on a cluster: the scheduler, the executors and a client that know the function.

mod client;
mod executor;
mod scheduler;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// SQL with the function triage(subject, body) on more machines than one.
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    role: Role,
}

#[derive(Debug, Subcommand)]
enum Role {
    /// Plans queries and hands out their tasks; one a cluster.
    Scheduler(scheduler::Args),
    /// Runs tasks; any number a cluster.
    Executor(executor::Args),
    /// Asks one query.
    Query(client::Args),
}

#[tokio::main]
async fn main() -> Result<()> {
    env_logger::Builder::from_env(env_logger::Env::default().default_filter_or("warn")).init();
    match Cli::parse().role {
        Role::Scheduler(args) => scheduler::run(args).await,
        Role::Executor(args) => executor::run(args).await,
        Role::Query(args) => client::run(args).await,
    }
}
