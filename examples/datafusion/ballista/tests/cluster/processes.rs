//! Real processes: each one ends with the value that holds it, also when a test fails.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use wait_timeout::ChildExt;

pub(crate) type TestResult<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// Longer than any step takes on a busy machine; a step that takes longer has failed.
const PATIENCE: Duration = Duration::from_secs(120);

/// A running process; dropped, it is killed.
struct Process {
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts the program of this crate with what it says going to a log.
    fn start(args: &[&str], log: PathBuf) -> TestResult<Self> {
        let file = File::create(&log)?;
        let mut command = Command::new(env!("CARGO_BIN_EXE_deskhand-ballista"));
        command.args(args).env("RUST_LOG", "info").stdin(Stdio::null());
        let child = command.stdout(file.try_clone()?).stderr(file).spawn()?;
        Ok(Self { child, log })
    }

    /// Ends the process as a failing machine would: no goodbye.
    fn kill(&mut self) -> TestResult {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to kill.
        let _ = self.kill();
        if thread::panicking() {
            let log = fs::read_to_string(&self.log).unwrap_or_default();
            let lines: Vec<_> = log.lines().collect();
            let last = &lines[lines.len().saturating_sub(20)..];
            eprintln!("--- {}\n{}", self.log.display(), last.join("\n"));
        }
    }
}

/// A scheduler and two executors that run one task at a time.
pub(crate) struct Cluster {
    executors: Vec<Process>,
    _scheduler: Process,
    scheduler_port: u16,
    pub(crate) folder: tempfile::TempDir,
}

impl Cluster {
    pub(crate) fn start() -> TestResult<Self> {
        let folder = tempfile::tempdir()?;
        let [scheduler_port, ports @ ..] = free_ports::<5>()?;
        let bind = format!("127.0.0.1:{scheduler_port}");
        let scheduler = Process::start(
            &["scheduler", "--bind", &bind, "--min-executors", "2", "--executor-timeout", "4"],
            folder.path().join("scheduler.log"),
        )?;
        let executors = (0..2)
            .map(|number| start_executor(folder.path(), number, &bind, &ports[2 * number..]))
            .collect::<TestResult<_>>()?;
        let cluster = Self { executors, _scheduler: scheduler, scheduler_port, folder };
        wait_for("two executors", || Ok(cluster.get("readyz").is_ok().then_some(())))?;
        Ok(cluster)
    }

    /// A query on its way.
    pub(crate) fn ask(&self, table: &Path, sql: &str) -> TestResult<Query> {
        self.ask_with(table, sql, &[])
    }

    /// A query with more arguments.
    pub(crate) fn ask_with(&self, table: &Path, sql: &str, more: &[&str]) -> TestResult<Query> {
        let shown = self.folder.path().join("shown.txt");
        let table = format!("tickets={}", table.display());
        let scheduler = format!("127.0.0.1:{}", self.scheduler_port);
        let args = [&["query", "--scheduler", &scheduler, "-t", &table, sql], more].concat();
        Ok(Query { process: Process::start(&args, shown)? })
    }

    /// Ends an executor as a failing machine does: with all that it wrote.
    pub(crate) fn lose_executor(&mut self, number: usize) -> TestResult {
        self.executors[number].kill()?;
        fs::remove_dir_all(self.work_folder(number))?;
        Ok(())
    }

    fn work_folder(&self, number: usize) -> PathBuf {
        self.folder.path().join(format!("executor-{number}"))
    }

    /// How many tasks of the newest job have ended well, and how many there are, over the stages
    /// that have begun; none before a job is there.
    pub(crate) fn progress(&self) -> TestResult<Option<(usize, usize)>> {
        let jobs = self.get("api/jobs")?;
        let newest =
            jobs.as_array().into_iter().flatten().max_by_key(|job| job["start_time"].as_u64());
        let Some(id) = newest.and_then(|job| job["job_id"].as_str()) else {
            return Ok(None);
        };
        // A job that is not planned yet has no stages to tell of.
        let Ok(stages) = self.get(&format!("api/job/{id}/stages")) else {
            return Ok(None);
        };
        let stages = stages["stages"].as_array().into_iter().flatten();
        let tasks: Vec<_> = stages.flat_map(|stage| stage["tasks"].as_array()).flatten().collect();
        let ended = tasks.iter().filter(|task| task["status"] == "Successful").count();
        Ok(Some((ended, tasks.len())))
    }

    /// The executors that the scheduler counts on.
    pub(crate) fn executors(&self) -> TestResult<usize> {
        Ok(self.get("api/executors")?.as_array().map_or(0, Vec::len))
    }

    /// The bytes that an executor wrote for later stages and for the client.
    pub(crate) fn written_by(&self, number: usize) -> TestResult<u64> {
        size(&self.work_folder(number))
    }

    fn get(&self, path: &str) -> TestResult<Value> {
        let url = format!("http://127.0.0.1:{}/{path}", self.scheduler_port);
        let text = ureq::get(url).call()?.body_mut().read_to_string()?;
        Ok(serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }
}

/// A query that another process asked.
pub(crate) struct Query {
    process: Process,
}

impl Query {
    pub(crate) fn is_running(&mut self) -> TestResult<bool> {
        Ok(self.process.child.try_wait()?.is_none())
    }

    /// The table that it shows in the end.
    pub(crate) fn table(mut self) -> TestResult<Vec<String>> {
        let status =
            self.process.child.wait_timeout(PATIENCE)?.ok_or("the query takes too long")?;
        let shown = fs::read_to_string(&self.process.log)?;
        if !status.success() {
            return Err(format!("the query failed: {shown}").into());
        }
        let is_table = |line: &&str| line.starts_with(['+', '|']);
        Ok(shown.lines().filter(is_table).map(str::to_owned).collect())
    }
}

fn start_executor(
    folder: &Path,
    number: usize,
    scheduler: &str,
    ports: &[u16],
) -> TestResult<Process> {
    let work = folder.join(format!("executor-{number}"));
    let [port, task_port] = [ports[0], ports[1]].map(|port| port.to_string());
    let (work, heartbeat) = (work.to_string_lossy(), "1");
    let mut args = vec!["executor", "--scheduler", scheduler, "--work-dir", &work, "--tasks", "1"];
    args.extend(["--port", &port, "--task-port", &task_port, "--heartbeat", heartbeat]);
    Process::start(&args, folder.join(format!("executor-{number}.log")))
}

/// Ports that nobody listens on. All are held until the last is found, so that no two are the same.
fn free_ports<const N: usize>() -> TestResult<[u16; N]> {
    let listeners =
        (0..N).map(|_| TcpListener::bind("127.0.0.1:0")).collect::<Result<Vec<_>, _>>()?;
    let mut ports = [0; N];
    for (port, listener) in ports.iter_mut().zip(&listeners) {
        *port = listener.local_addr()?.port();
    }
    Ok(ports)
}

fn size(path: &Path) -> TestResult<u64> {
    if !path.is_dir() {
        return Ok(path.metadata().map_or(0, |file| file.len()));
    }
    path.read_dir()?.map(|entry| size(&entry?.path())).sum()
}

/// Asks again and again until there is an answer; panics when that takes too long, so that the logs
/// are shown.
pub(crate) fn wait_for<T>(
    what: &str,
    mut ask: impl FnMut() -> TestResult<Option<T>>,
) -> TestResult<T> {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if let Some(answer) = ask()? {
            return Ok(answer);
        }
        thread::sleep(Duration::from_millis(20));
    }
    panic!("waited in vain for {what}")
}
