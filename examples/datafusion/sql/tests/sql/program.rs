//! The program, run as a user runs it.

use std::process::{Command, Output};

use crate::helpers::{TestResult, corpus_folder};

fn run(args: &[&str]) -> TestResult<Output> {
    Ok(Command::new(env!("CARGO_BIN_EXE_deskhand-sql")).args(args).output()?)
}

fn corpus() -> String {
    format!("corpus={}", corpus_folder().display())
}

#[test]
fn counts_desks_of_a_folder() -> TestResult {
    let sql = "SELECT triage(subject, body)['desk'] AS desk, count(*) AS n FROM corpus GROUP BY 1";
    let output = run(&["-t", &corpus(), "--threads", "1", sql])?;
    let shown = String::from_utf8(output.stdout)?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(shown.contains("technical") && shown.contains("service"), "{shown}");
    Ok(())
}

#[test]
fn writes_parquet_that_it_reads() -> TestResult {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("labelled.parquet");
    let file = file.to_string_lossy();
    let label = "SELECT id, triage(subject, body) AS answer FROM corpus";
    assert!(run(&["-t", &corpus(), label, "-o", &file])?.status.success());
    let count = "SELECT count(*) AS n FROM labelled WHERE labelled.answer.tier IN (1, 2, 3)";
    let output = run(&["-t", &format!("labelled={file}"), count])?;
    let all = run(&["-t", &corpus(), "SELECT count(*) AS n FROM corpus"])?;
    assert!(output.status.success());
    assert_eq!(output.stdout, all.stdout);
    Ok(())
}

#[test]
fn a_model_that_is_none_is_refused_by_name() -> TestResult {
    let folder = tempfile::tempdir()?;
    let model = folder.path().join("broken.deskhand");
    std::fs::write(&model, "no model")?;
    let output = run(&["--model", &model.to_string_lossy(), "SELECT triage('a')"])?;
    let message = String::from_utf8(output.stderr)?;
    assert!(!output.status.success());
    assert!(message.contains("broken.deskhand"), "{message}");
    Ok(())
}

#[test]
fn a_model_file_answers_as_the_bundled_one() -> TestResult {
    let bundled = corpus_folder().join("../english.deskhand");
    let sql = "SELECT triage('The scanner app crashes on start')";
    let by_file = run(&["--model", &bundled.to_string_lossy(), sql])?;
    assert!(by_file.status.success());
    assert_eq!(by_file.stdout, run(&[sql])?.stdout);
    Ok(())
}
