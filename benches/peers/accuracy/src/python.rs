//! scikit-learn, in a Python process of its own.

use std::fmt::Write as _;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use deskhand::train::corpus::{Annotator, Source};
use deskhand::train::evaluation::Verdict;

use crate::{Verdicts, desk_name, text_of, tier_from};

/// What the script says about each company; an error where Python or scikit-learn is missing.
pub(crate) fn verdicts(data: &[Source], gold: &[Source]) -> Result<Vec<Verdicts>> {
    let folder = tempfile::tempdir()?;
    let (train, test) = (folder.path().join("train.tsv"), folder.path().join("test.tsv"));
    std::fs::write(&train, table(data))?;
    std::fs::write(&test, table(gold))?;
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tfidf.py");
    let output = Command::new("python3")
        .args([script.as_ref(), train.as_os_str(), test.as_os_str()])
        .stderr(Stdio::piped())
        .output()
        .context("python3 does not start")?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{}", errors.lines().last().unwrap_or("no reason given"));
    let text = String::from_utf8(output.stdout)?;
    let mut lines = text.lines();
    gold.iter()
        .map(|company| company.rows.iter().map(|_| verdict(lines.next())).collect())
        .collect()
}

fn verdict(line: Option<&str>) -> Result<Verdict> {
    let (technical, tier) =
        line.and_then(|line| line.split_once('\t')).context("a line is missing")?;
    Ok(Verdict::new(technical.parse()?, tier_from(tier.parse()?), None))
}

/// Weight, desk, tier (0 for none) and text, a row a line.
fn table(sources: &[Source]) -> String {
    let mut lines = String::new();
    for source in sources {
        for row in &source.rows {
            let was_read = row.by != Annotator::Intent;
            let weight = match row.by {
                Annotator::Intent => 0.07,
                _ if source.group() == "written-varied" => 0.25,
                _ => 1.0,
            };
            let tier = row.tier.filter(|_| was_read).map_or(0, |tier| tier.number());
            let text = text_of(row);
            writeln!(lines, "{weight}\t{}\t{tier}\t{text}", desk_name(row.desk))
                .expect("to memory");
        }
    }
    lines
}
