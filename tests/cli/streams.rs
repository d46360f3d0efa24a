//! Streams: pipes that close, disks that fill, runs that are killed, inputs without end.

use std::fs;
use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};

use crate::support::{Folder, csv, ended, label, many, program, run, wait_until};

const FROM_STDIN: [&str; 3] = ["-", "--format", "csv"];

/// A run that has written part of its output and waits for more input.
#[track_caller]
fn half_way(folder: &Folder) -> Child {
    let output = folder.path("out.csv");
    let args = [&FROM_STDIN[..], &["--no-because", "-o", &output]].concat();
    let mut child = label(&args).stdin(Stdio::piped()).spawn().expect("runs");
    let stdin = child.stdin.as_mut().expect("piped");
    stdin.write_all(many(40_000).as_bytes()).expect("the program reads");
    wait_until("a part was written", || {
        let unfinished = folder.names().iter().find(|name| name.ends_with(".part")).cloned();
        let size = unfinished.and_then(|name| fs::metadata(folder.path(&name)).ok());
        size.is_some_and(|about| about.len() > 0)
    });
    child
}

#[test]
fn a_killed_run_leaves_nothing_under_the_final_name() {
    let folder = Folder::new();
    let mut child = half_way(&folder);
    child.kill().expect("it runs");
    child.wait().expect("it has ended");
    assert!(!folder.names().contains(&"out.csv".to_owned()), "{:?}", folder.names());
}

#[test]
fn a_killed_run_leaves_the_old_output_alone() {
    let folder = Folder::new();
    folder.write("out.csv", "old");
    let output = folder.path("out.csv");
    let args = [&FROM_STDIN[..], &["--force", "-o", &output]].concat();
    let mut child = label(&args).stdin(Stdio::piped()).spawn().expect("runs");
    child.stdin.as_mut().expect("piped").write_all(many(40_000).as_bytes()).expect("reads");
    wait_until("work began", || folder.names().len() == 2);
    child.kill().expect("it runs");
    child.wait().expect("it has ended");
    assert_eq!(folder.read("out.csv"), "old");
}

#[test]
fn the_name_is_taken_only_when_everything_is_written() {
    let folder = Folder::new();
    let mut child = half_way(&folder);
    assert!(!folder.names().contains(&"out.csv".to_owned()));
    drop(child.stdin.take());
    assert_eq!(ended(child).code, Some(0));
    assert_eq!(folder.names(), ["out.csv"]);
    assert_eq!(folder.read("out.csv").lines().count(), 40_001);
}

#[test]
fn a_file_that_appears_meanwhile_is_not_replaced() {
    let folder = Folder::new();
    let mut child = half_way(&folder);
    folder.write("out.csv", "somebody else's");
    drop(child.stdin.take());
    let ran = ended(child);
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("has come into being meanwhile; add --force"), "{}", ran.err);
    assert_eq!(folder.read("out.csv"), "somebody else's");
    assert_eq!(folder.names(), ["out.csv"]);
}

/// Whether the shell or `nohup` above lets the program decide about INT, TERM and HUP.
#[cfg(target_os = "linux")]
fn signals_arrive() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    let (hup, int, term) = (1, 1 << 1, 1 << 14);
    ignored & (hup | int | term) == 0
}

#[cfg(target_os = "linux")]
#[test]
fn an_interrupted_run_leaves_nothing() {
    if !signals_arrive() {
        println!("skipped: a signal is ignored here, as under nohup or behind an ampersand");
        return;
    }
    for signal in ["-INT", "-TERM", "-HUP"] {
        let folder = Folder::new();
        let mut child = half_way(&folder);
        let stdin = child.stdin.take();
        let killed = Command::new("kill").args([signal, &child.id().to_string()]).status();
        assert!(killed.expect("kill is there").success());
        let ran = ended(child);
        drop(stdin);
        assert_eq!(ran.code, Some(130), "{signal}: {}", ran.err);
        assert!(ran.err.contains("interrupted; nothing was written"), "{}", ran.err);
        assert!(folder.names().is_empty(), "{signal}: {:?} is left", folder.names());
    }
}

#[cfg(unix)]
#[test]
fn a_new_output_has_the_permissions_of_any_new_file() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let input = folder.write("in.csv", "body\nrefund\n");
    let mode = |name: &str| fs::metadata(folder.path(name)).expect("there").permissions().mode();
    run(&[&input, "-o", &folder.path("out.csv")]).text();
    assert_eq!(mode("out.csv"), mode("in.csv"));
    fs::set_permissions(folder.path("out.csv"), fs::Permissions::from_mode(0o640)).expect("ours");
    run(&[&input, "-o", &folder.path("out.csv"), "--force"]).text();
    assert_eq!(mode("out.csv") & 0o777, 0o640);
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link() {
    let folder = Folder::new();
    let input = folder.write("in.csv", "body\nrefund\n");
    folder.write("real.csv", "old");
    std::os::unix::fs::symlink(folder.path("real.csv"), folder.path("link.csv")).expect("links");
    run(&[&input, "-o", &folder.path("link.csv"), "--force"]).text();
    assert!(folder.read("real.csv").starts_with("body,desk"));
    assert!(fs::symlink_metadata(folder.path("link.csv")).expect("there").is_symlink());
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    let folder = Folder::new();
    let input = folder.write("in.csv", many(40_000));
    let mut child = label(&[&input]).spawn().expect("runs");
    let mut first = [0; 100];
    child.stdout.take().expect("piped").read_exact(&mut first).expect("rows come");
    let ran = ended(child);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(!ran.err.contains("label:") && !ran.err.contains("rows "), "{}", ran.err);
}

#[test]
fn a_reader_that_leaves_early_ends_the_run_though_input_goes_on() {
    let mut child = label(&FROM_STDIN).stdin(Stdio::piped()).spawn().expect("runs");
    let mut stdin = child.stdin.take().expect("piped");
    drop(child.stdout.take());
    // The program may be gone before it has read all of this.
    let _ = stdin.write_all(many(40_000).as_bytes());
    let ran = ended(child);
    drop(stdin);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
}

#[test]
fn a_full_disk_is_told() {
    if !cfg!(target_os = "linux") {
        println!("skipped: only Linux has /dev/full");
        return;
    }
    let folder = Folder::new();
    let input = folder.write("in.csv", "body\nrefund\n");
    let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("Linux has it");
    let to_stdout = label(&[&input]).stdout(full).output().expect("runs");
    let err = String::from_utf8_lossy(&to_stdout.stderr).into_owned();
    assert_eq!(to_stdout.status.code(), Some(1));
    assert!(err.contains("cannot write standard output: the disk is full; make room"), "{err}");

    let named = run(&[&input, "-o", "/dev/full"]);
    assert_eq!(named.code, Some(1));
    assert!(named.err.contains("cannot write /dev/full: the disk is full"), "{}", named.err);
}

#[test]
fn a_pipe_sees_no_progress_bar() {
    let ran = csv(&[], many(20_000));
    assert!(!ran.err.contains(['\r', '\x1b', '%']) || !ran.err.contains("left"), "{}", ran.err);
    assert!(!ran.err.contains('\x1b') && !ran.err.contains('\r'), "{:?}", ran.err);
}

#[test]
fn a_terminal_sees_rate_and_time_left() {
    let has_script =
        Command::new("script").arg("--version").output().is_ok_and(|ran| ran.status.success());
    if !cfg!(target_os = "linux") || !has_script {
        println!("skipped: no `script` here to give the program a terminal");
        return;
    }
    let folder = Folder::new();
    let input = folder.write("in.csv", many(40_000));
    let run = format!("{} {input} -o {}", program().display(), folder.path("out.csv"));
    let shown = Command::new("script")
        .args(["-qec", &run, "/dev/null"])
        .env("TERM", "xterm")
        .stdin(Stdio::null())
        .output()
        .expect("runs");
    let shown = String::from_utf8_lossy(&shown.stdout);
    assert!(shown.contains("rows/s, ") && shown.contains(" left"), "{shown:?}");
    assert!(shown.contains("rows    40,000 in, 40,000 out"), "{shown:?}");
}

/// A few hundred megabytes go through; what the program held at its peak is a small part of that.
#[test]
fn memory_does_not_grow_with_the_input() {
    if !cfg!(target_os = "linux") {
        println!("skipped: only Linux tells a process's peak in /proc");
        return;
    }
    const MOST: u64 = 48 << 20;
    let megabytes = if cfg!(debug_assertions) { 150 } else { 400 };
    let args = [&FROM_STDIN[..], &["--no-because", "--threads", "2"]].concat();
    let mut command = label(&args);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().expect("runs");
    let stdin = child.stdin.as_mut().expect("piped");
    let row = format!("7,please refund my order,{}\n", "a note nobody reads ".repeat(100));
    let block = row.repeat((1 << 20) / row.len() + 1);
    stdin.write_all(b"id,body,note\n").expect("reads");
    for _ in 0..megabytes {
        stdin.write_all(block.as_bytes()).expect("the program reads on");
    }
    let peak = peak(&child);
    drop(child.stdin.take());
    let ran = ended(child);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(peak < MOST, "{peak} bytes at the peak");
    assert!(peak > 1 << 20, "{peak} bytes are not believable");
}

/// The most memory a running child has held, in bytes.
fn peak(child: &Child) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).expect("it runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("Linux tells");
    let kilobytes = line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number");
    kilobytes << 10
}
