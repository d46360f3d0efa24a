//! A scheduler and two executors as processes of their own: the same rows as one process, also when
//! an executor is killed half way.

mod processes;

use std::fs;
use std::path::{Path, PathBuf};

use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::prelude::{SessionConfig, SessionContext};
use deskhand::Classifier;
use deskhand_sql::Table;

use processes::{Cluster, TestResult, wait_for};

const COUNTS: &str =
    "SELECT triage(subject, body)['desk'] AS desk, triage(subject, body)['tier'] AS tier,
    triage(subject, body)['review'] AS review, count(*) AS n
    FROM tickets GROUP BY 1, 2, 3 ORDER BY 1, 2, 3";
const ROWS: &str =
    "SELECT id, triage(subject, body) AS answer FROM tickets ORDER BY id, answer['desk']";

fn corpus_folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../models/corpus")
}

/// What one process says, line by line as a client shows it.
fn alone(table: &Path, sql: &str) -> TestResult<Vec<String>> {
    tokio::runtime::Runtime::new()?.block_on(async {
        let config = deskhand_sql::called_once(SessionConfig::new());
        let ctx = SessionContext::new_with_config(config);
        ctx.register_udf(deskhand_sql::triage(Classifier::bundled().clone()));
        Table::new("tickets", table).register(&ctx).await?;
        let rows = ctx.sql(sql).await?.collect().await?;
        Ok(pretty_format_batches(&rows)?.to_string().lines().map(str::to_owned).collect())
    })
}

/// Equal, or else the first line that differs: whole tables are too long to read.
fn assert_same(cluster: &[String], alone: &[String]) {
    let differing = cluster.iter().zip(alone).find(|(cluster, alone)| cluster != alone);
    assert_eq!(differing, None);
    assert_eq!(cluster.len(), alone.len());
}

/// A folder with the corpora this many times.
fn repeated_corpus(folder: &Path, times: usize) -> TestResult<PathBuf> {
    let target = folder.join("tickets");
    fs::create_dir(&target)?;
    for file in corpus_folder().read_dir()? {
        let file = file?;
        for round in 0..times {
            let name = format!("{round}-{}", file.file_name().to_string_lossy());
            fs::copy(file.path(), target.join(name))?;
        }
    }
    Ok(target)
}

#[test]
fn two_executors_give_the_rows_of_one_process() -> TestResult {
    let cluster = Cluster::start()?;
    for (sql, lines) in [(COUNTS, 20), (ROWS, 20_000)] {
        let rows = cluster.ask(&corpus_folder(), sql)?.table()?;
        assert!(rows.len() > lines, "only {} lines", rows.len());
        assert_same(&rows, &alone(&corpus_folder(), sql)?);
    }
    for number in 0..2 {
        assert!(cluster.written_by(number)? > 0, "executor {number} did nothing");
    }
    Ok(())
}

#[test]
fn a_result_is_written_by_an_executor() -> TestResult {
    let cluster = Cluster::start()?;
    let file = cluster.folder.path().join("labelled.parquet");
    let label = "SELECT id, triage(subject, body) AS answer FROM tickets";
    cluster.ask_with(&corpus_folder(), label, &["-o", &file.to_string_lossy()])?.table()?;
    let read = "SELECT id, answer FROM tickets ORDER BY id, answer['desk']";
    assert_same(&alone(&file, read)?, &alone(&corpus_folder(), ROWS)?);
    Ok(())
}

#[test]
fn an_executor_killed_half_way_loses_nothing() -> TestResult {
    let mut cluster = Cluster::start()?;
    let tickets = repeated_corpus(cluster.folder.path(), 8)?;
    let mut query = cluster.ask(&tickets, COUNTS)?;
    let (ended, tasks) = wait_for("a third of the tasks", || {
        let progress = cluster.progress()?;
        Ok(progress.filter(|(ended, tasks)| *ended >= 4 && ended * 3 >= *tasks))
    })?;
    let lost = cluster.written_by(1)?;
    cluster.lose_executor(1)?;
    assert!(query.is_running()?, "too late: the query was done");
    assert!(ended < tasks, "too late: {ended} of {tasks} tasks were done");
    assert!(lost > 0, "too early: there was nothing to lose");

    let rows = query.table()?;
    assert_same(&rows, &alone(&tickets, COUNTS)?);
    wait_for("the executor to be given up", || Ok((cluster.executors()? == 1).then_some(())))?;
    // The other one goes on alone.
    let rows = cluster.ask(&corpus_folder(), COUNTS)?.table()?;
    assert_same(&rows, &alone(&corpus_folder(), COUNTS)?);
    Ok(())
}
