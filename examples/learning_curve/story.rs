//! The files of the walk through `examples/README.md`.

use std::fs;
use std::path::Path;

use anyhow::Result;
use deskhand::train::corpus::Row;
use deskhand::{Desk, Tier};

/// Tickets of the first export, and inquiries of the week after it.
const EXPORTED: usize = 400;
const WEEK: usize = 300;

/// The files of the walk: as a help desk that names its queues and priorities in its own way.
pub(crate) fn tell(folder: &Path, base: &[u8], seen: &[Row], unseen: &[Row]) -> Result<()> {
    fs::create_dir_all(folder)?;
    fs::write(folder.join("base.deskhand"), base)?;
    let (exported, week) = seen.split_at(EXPORTED);
    let asked = week.iter().filter(|row| row.desk.is_some()).take(WEEK).cloned();
    let week: Vec<Row> = asked.collect();
    export(&folder.join("tickets.csv"), exported, &["Queue", "Priority"], |row| {
        vec![queue(row), priority(row)]
    })?;
    export(&folder.join("week.csv"), &week, &[], |_| vec![])?;
    export(&folder.join("corrected.csv"), &week, &["desk", "tier"], |row| {
        let tier = row.tier.map(|tier| tier.to_string()).unwrap_or_default();
        vec![row.desk.map_or("none", Desk::as_str).to_owned(), tier]
    })?;
    export(&folder.join("later.csv"), unseen, &["Queue", "Priority"], |row| {
        vec![queue(row), priority(row)]
    })
}

fn queue(row: &Row) -> String {
    match row.desk {
        Some(Desk::Technical) => "Tech Support",
        Some(Desk::Service) => "Customer Care",
        None => "Spam / no reply needed",
    }
    .to_owned()
}

fn priority(row: &Row) -> String {
    match row.tier {
        Some(Tier::One) => "P3 - Normal",
        Some(Tier::Two) => "P2 - High",
        Some(Tier::Three) => "P1 - Critical",
        None => "",
    }
    .to_owned()
}

fn export(
    path: &Path,
    rows: &[Row],
    labels: &[&str],
    label: impl Fn(&Row) -> Vec<String>,
) -> Result<()> {
    let mut file = csv::Writer::from_path(path)?;
    file.write_record([&["Ticket", "Subject", "Description"], labels].concat())?;
    for row in rows {
        let text = [&row.id, &row.subject, &row.body].map(String::clone);
        file.write_record([&text[..], &label(row)].concat())?;
    }
    file.flush()?;
    Ok(())
}
