//! Starts the program, posts to it, stops it.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use reqwest::{Client, RequestBuilder, Response};
use serde_json::Value;

use crate::help_desk::{Stub, TOKEN};
use crate::payloads::{self, Post};

/// Less than anything that is held up, even where the machine is busy.
pub const QUICKLY: Duration = Duration::from_secs(2);

/// What takes longer has gone wrong.
const LONGEST: Duration = Duration::from_secs(20);

pub const SECRET: &str = "correct horse battery staple";

/// A running program; killed when dropped.
pub struct Program {
    child: Child,
    pub hooks: String,
    pub admin: String,
    log: Arc<Mutex<String>>,
    client: Client,
}

/// The program with all secrets set, and short pauses.
pub fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_deskhand-webhook"));
    command.env_clear().args(["--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"]);
    command.args(["--pause", "0.05", "--read-timeout", "1"]);
    for name in ["ZAMMAD", "CHATWOOT", "FREESCOUT", "PLAIN"] {
        command.env(format!("{name}_WEBHOOK_SECRET"), SECRET);
    }
    command
}

/// The same, writing back to the stub.
pub fn writing(stub: &Stub) -> Command {
    let mut command = command();
    command.arg("--write-back");
    for name in ["ZAMMAD", "CHATWOOT", "FREESCOUT"] {
        command.env(format!("{name}_URL"), &stub.url).env(format!("{name}_TOKEN"), TOKEN);
    }
    command
}

pub fn start(mut command: Command) -> Program {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let log = Arc::new(Mutex::new(String::new()));
    let (mut stderr, copy) = (child.stderr.take().unwrap(), Arc::clone(&log));
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(n @ 1..) = stderr.read(&mut buffer) {
            copy.lock().unwrap().push_str(&String::from_utf8_lossy(&buffer[..n]));
        }
    });
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut address = |name: &str| {
        let line = lines.next().expect("an address").unwrap();
        line.strip_prefix(name).unwrap().to_owned()
    };
    let (hooks, admin) = (address("hooks on "), address("admin on "));
    Program {
        child,
        hooks,
        admin,
        log,
        client: Client::builder().timeout(LONGEST).build().unwrap(),
    }
}

/// What the program says where it does not start.
pub fn refusal(mut command: Command) -> String {
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let until = Instant::now() + LONGEST;
    while child.try_wait().unwrap().is_none() {
        if Instant::now() > until {
            child.kill().unwrap();
            panic!("it starts, and should not");
        }
        thread::sleep(Duration::from_millis(10));
    }
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8(output.stderr).unwrap()
}

impl Program {
    /// A signed request.
    pub fn request(&self, post: &Post) -> RequestBuilder {
        let request = self.client.post(format!("{}{}", self.hooks, post.path));
        request.headers(post.signed(SECRET)).body(post.body.clone())
    }

    pub async fn post(&self, post: &Post) -> (u16, Value) {
        answer(self.request(post).send().await.unwrap()).await
    }

    pub async fn post_ok(&self, post: &Post) -> Value {
        let (status, answer) = self.post(post).await;
        assert_eq!(status, 200, "{answer}");
        answer
    }

    /// That the program still answers others, and quickly.
    pub async fn answers_others(&self) {
        let begun = Instant::now();
        let answer = self.post_ok(&payloads::plain("Where is my parcel?")).await;
        assert_eq!(answer["verdict"]["desk"], "service");
        assert!(begun.elapsed() < QUICKLY, "{:?}", begun.elapsed());
    }

    pub async fn get(&self, path: &str) -> (u16, String) {
        let response = self.client.get(format!("{}{path}", self.admin)).send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }

    /// The value of the metric that begins like this.
    pub async fn metric(&self, begin: &str) -> f64 {
        let metrics = self.get("/metrics").await.1;
        let line = metrics.lines().find(|line| line.starts_with(begin));
        let value = line.and_then(|line| line.rsplit(' ').next());
        value.map_or(0.0, |value| value.parse().unwrap())
    }

    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Waits until the log says this.
    pub async fn logs(&self, text: &str) {
        until(text, || self.log().contains(text)).await;
    }

    pub fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([name, &id]).status().unwrap().success());
    }

    /// Waits for the end; the log is whole then.
    pub async fn ended(&mut self) -> ExitStatus {
        let until = Instant::now() + LONGEST;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                tokio::time::sleep(Duration::from_millis(50)).await;
                return status;
            }
            assert!(Instant::now() < until, "it does not end\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    pub async fn stopped(&mut self) -> ExitStatus {
        self.signal("-TERM");
        self.ended().await
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub async fn answer(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

/// Waits until something holds.
pub async fn until(what: &str, holds: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs(10);
    while !holds() {
        assert!(Instant::now() < end, "in ten seconds not: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
