//! How many instructions `triage` takes for a kilobyte of English, counted by valgrind: a number
//! that does not depend on how busy the machine is.
//!
//! `benches/instructions.txt` holds the number that was last looked at. This test fails when it has
//! grown by more than a tenth. To record a new one:
//! ```text
//! DESKHAND_RECORD=1 cargo test --release --test instructions
//! ```

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use deskhand::{Classifier, Scratch};

const TEXTS: &str = include_str!("../benches/texts/english.txt");

/// Tells the copy of this program that valgrind watches how often to read the texts.
const PASSES: &str = "DESKHAND_PASSES";

fn record() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/instructions.txt"))
}

/// Not a test of its own: what is counted.
#[test]
fn counted() {
    let Some(passes) = std::env::var(PASSES).ok().and_then(|passes| passes.parse().ok()) else {
        return;
    };
    let clerk = Classifier::bundled();
    let mut scratch = Scratch::new();
    let mut sum = 0i64;
    for _ in 0..passes {
        for text in TEXTS.split("\n%%\n") {
            sum += i64::from(clerk.triage_with(text, &mut scratch).margin());
        }
    }
    assert_ne!(sum, i64::MIN);
}

/// Instructions of the whole program that reads the texts so often, or why there is no number.
fn instructions(passes: u32) -> Result<f64, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args(["counted", "--exact", "--test-threads=1"])
        .env(PASSES, passes.to_string())
        .output()
        .map_err(|_| "valgrind is not installed".to_owned())?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let count = said.lines().find_map(|line| line.split_once("Collected : "));
    count.and_then(|(_, count)| count.trim().parse().ok()).ok_or(said)
}

fn per_kilobyte() -> Result<f64, String> {
    if cfg!(debug_assertions) {
        return Err("only an optimised build has a number: cargo test --release".to_owned());
    }
    const MORE: u32 = 10;
    // The first pass is warm-up, and so is starting the program.
    let counted = instructions(1 + MORE)? - instructions(1)?;
    Ok(counted / f64::from(MORE) / (TEXTS.len() as f64 / 1000.0))
}

#[test]
fn triage_takes_no_more_instructions_than_recorded() {
    let found = match per_kilobyte() {
        Ok(found) => found,
        Err(why) => return println!("skipped: {why}"),
    };
    if std::env::var_os("DESKHAND_RECORD").is_some() {
        fs::write(record(), format!("{found:.0} instructions per kilobyte of text\n")).unwrap();
    }
    let recorded = fs::read_to_string(record()).unwrap();
    let recorded: f64 = recorded.split(' ').next().unwrap().parse().unwrap();
    println!("{found:.0} instructions per kilobyte, {recorded} recorded");
    assert!(found <= recorded * 1.1, "{found:.0} instructions per kilobyte, {recorded} recorded");
}
