//! Runs the program and reads what it wrote.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use deskhand::{Inquiry, Triage};
use tempfile::TempDir;

/// The columns that are added, in order.
pub(crate) const LABELS: [&str; 9] =
    ["desk", "probability", "tier", "tier_1", "tier_2", "tier_3", "also", "review", "because"];

/// The example as `cargo test` builds it, beside this test.
pub(crate) fn program() -> PathBuf {
    let test = std::env::current_exe().expect("a running test has a path");
    let profile = test.parent().and_then(|deps| deps.parent()).expect("target/<profile>/deps");
    let program = profile.join("examples").join(format!("label{}", std::env::consts::EXE_SUFFIX));
    assert!(
        program.is_file(),
        "{} is missing: `cargo test` builds it; before `cargo test --test cli` run `cargo build --example label`",
        program.display()
    );
    program
}

pub(crate) fn label(args: &[&str]) -> Command {
    let mut command = Command::new(program());
    command.args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// What a run left behind.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: Vec<u8>,
    pub(crate) err: String,
}

impl Ran {
    #[track_caller]
    fn of(output: Output) -> Ran {
        let err = String::from_utf8(output.stderr).expect("messages are UTF-8");
        assert!(!err.contains("panicked"), "{err}");
        Ran { code: output.status.code(), out: output.stdout, err }
    }

    /// The output of a run that must have gone well.
    #[track_caller]
    pub(crate) fn text(&self) -> &str {
        assert_eq!(self.code, Some(0), "{}", self.err);
        std::str::from_utf8(&self.out).expect("the output is UTF-8")
    }

    /// The single sentence with which a run was refused.
    #[track_caller]
    pub(crate) fn refusal(&self) -> &str {
        assert_eq!(self.code, Some(1), "{}", self.err);
        assert!(self.out.is_empty(), "a refused run wrote rows");
        let message = self.err.strip_prefix("label: ").expect("a refusal begins with the name");
        assert_eq!(message.lines().count(), 1, "one sentence: {message}");
        message.trim_end()
    }
}

#[track_caller]
pub(crate) fn run(args: &[&str]) -> Ran {
    Ran::of(label(args).output().expect("the program runs"))
}

/// Runs with `input` on standard input.
#[track_caller]
pub(crate) fn pipe(args: &[&str], input: &[u8]) -> Ran {
    let mut child = label(args).stdin(Stdio::piped()).spawn().expect("the program runs");
    let mut stdin = child.stdin.take().expect("piped");
    thread::scope(|scope| {
        // The program may refuse before it has read everything.
        scope.spawn(move || _ = stdin.write_all(input));
        Ran::of(child.wait_with_output().expect("the program ends"))
    })
}

/// Labels CSV text on its way through a pipe.
#[track_caller]
pub(crate) fn csv(args: &[&str], input: impl AsRef<[u8]>) -> Ran {
    pipe(&[&["-", "--format", "csv"], args].concat(), input.as_ref())
}

/// Labels JSON lines on their way through a pipe.
#[track_caller]
pub(crate) fn jsonl(args: &[&str], input: impl AsRef<[u8]>) -> Ran {
    pipe(&[&["-", "--format", "jsonl"], args].concat(), input.as_ref())
}

/// Records of a CSV text, read by another program's rules than those that wrote it.
pub(crate) fn records(text: impl AsRef<[u8]>) -> Vec<Vec<String>> {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_ref());
    let records = reader.byte_records().map(|record| record.expect("in memory"));
    let text = |field: &[u8]| String::from_utf8_lossy(field).into_owned();
    records.map(|record| record.iter().map(text).collect()).collect()
}

/// One column of a CSV text, by its name, without the header.
#[track_caller]
pub(crate) fn column(text: impl AsRef<[u8]>, name: &str) -> Vec<String> {
    let records = records(text);
    let place = records[0].iter().position(|other| other == name).expect("the column is there");
    records[1..].iter().map(|record| record[place].clone()).collect()
}

/// What the library itself says, as it should stand in the columns before `because`.
pub(crate) fn expected(subject: &str, body: &str) -> [String; 8] {
    words(deskhand::Classifier::bundled().triage(Inquiry::new(body).subject(subject)))
}

/// An answer as it should stand in the columns before `because`.
pub(crate) fn words(triage: Triage) -> [String; 8] {
    let [one, two, three] = triage.tier_probabilities();
    [
        triage.desk().to_string(),
        format!("{:.4}", triage.probability()),
        triage.tier().to_string(),
        format!("{one:.4}"),
        format!("{two:.4}"),
        format!("{three:.4}"),
        triage.also().map_or(String::new(), |desk| desk.to_string()),
        triage.review().map_or(String::new(), |reason| reason.to_string()),
    ]
}

/// A folder of a test's own.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Folder {
        Folder(TempDir::new().expect("a temporary folder"))
    }

    /// The path of a file in it, existing or not.
    pub(crate) fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().expect("temporary folders have plain names").to_owned()
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        fs::write(&path, bytes).expect("the temporary folder can be written");
        path
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("the file is there")
    }

    /// The names of all files in it.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).expect("the folder is there");
        let name = |entry: fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
        entries.map(|entry| name(entry.expect("readable"))).collect()
    }
}

/// `count` rows that differ, with header.
pub(crate) fn many(count: usize) -> String {
    const TEXTS: [&str; 4] = [
        "the scanner app crashes with error 17",
        "please refund my last invoice",
        "where is my parcel, it should have come on Monday",
        "how do I install the printer driver",
    ];
    let rows =
        (0..count).map(|id| format!("{id},{} (case {id})\n", TEXTS[id % 4].replace(',', "")));
    "id,body\n".to_owned() + &rows.collect::<String>()
}

/// Waits until `done`, but not for ever.
#[track_caller]
pub(crate) fn wait_until(what: &str, mut done: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(20);
    while !done() {
        assert!(Instant::now() < end, "waited in vain until {what}");
        thread::sleep(Duration::from_millis(10));
    }
}

/// Waits for a program that must end by itself.
#[track_caller]
pub(crate) fn ended(mut child: Child) -> Ran {
    wait_until("the program ended", || child.try_wait().expect("a child").is_some());
    Ran::of(child.wait_with_output().expect("ended"))
}
