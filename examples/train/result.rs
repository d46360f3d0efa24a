//! The result in plain words.

use std::fmt::Write;
use std::path::Path;

use deskhand::train::adapt::{Adapted, Conflict, Flip, Outcome};
use deskhand::{Classifier, Desk, Tier};

/// Conflicts and changes shown at most.
const SHOWN: usize = 10;
/// Characters of a text shown at most.
const LONGEST: usize = 70;

/// What was read, what contradicts itself, how it does on unseen tickets, what changes.
pub(crate) fn words(outcome: &Outcome) -> String {
    let mut text = format!("{} different tickets to learn from", outcome.tickets);
    text += &counted(outcome.copies, "a copy of another", "copies of others");
    text += &counted(outcome.empty, "without text", "without text");
    text += ".\n";
    text += &conflicts(&outcome.conflicts);
    text += &format!("\n{outcome}\n");
    if let Some(check) = &outcome.check {
        let (now, then) = (&check.after, &check.before);
        text += &format!(
            "On the {} tickets to check by: {} of 100 to the right desk ({}), {} of 100 to the right tier ({}).\n",
            now.review.of,
            now.desk.of_100(),
            then.desk.of_100(),
            now.tier.of_100(),
            then.tier.of_100()
        );
    }
    let [desk, tier] = &outcome.settings;
    let (tried, all) = outcome.tried;
    text += &format!("Desk: {desk}; tier: {tier} ({tried} of {all} settings tried).\n");
    text += &flips(&outcome.flips);
    text.trim_end().to_owned()
}

fn counted(number: usize, one: &str, many: &str) -> String {
    match number {
        0 => String::new(),
        1 => format!("; 1 is {one}"),
        _ => format!("; {number} are {many}"),
    }
}

fn conflicts(conflicts: &[Conflict]) -> String {
    if conflicts.is_empty() {
        return String::new();
    }
    let mut text = format!("{} texts have labels that contradict each other:\n", conflicts.len());
    for conflict in conflicts.iter().take(SHOWN) {
        let labels = conflict.ids.iter().zip(&conflict.labels);
        let labels: Vec<_> =
            labels.take(4).map(|(id, label)| format!("{id} {}", label_of(*label))).collect();
        let more = if conflict.ids.len() > 4 { ", …" } else { "" };
        let kept = if conflict.kept.is_some() { "most win" } else { "left out" };
        let _ = writeln!(text, "  {}{more} ({kept}): {}", labels.join(", "), brief(&conflict.text));
    }
    text + &more(conflicts.len())
}

fn label_of((desk, tier): (Option<Desk>, Option<Tier>)) -> String {
    let desk = desk.map_or("none", Desk::as_str);
    tier.map_or_else(|| desk.to_owned(), |tier| format!("{desk} {tier}"))
}

fn flips(flips: &[Flip]) -> String {
    if flips.is_empty() {
        return String::new();
    }
    let mut text = format!("{} of the unseen tickets change desk:\n", flips.len());
    // What got worse first: that is what one wants to see.
    let mut sorted: Vec<_> = flips.iter().collect();
    sorted.sort_by_key(|flip| flip.is_better());
    for flip in sorted.into_iter().take(SHOWN) {
        let mark = if flip.is_better() { "better" } else { "worse " };
        let _ = writeln!(
            text,
            "  {mark} {}: {} -> {}: {}",
            flip.id,
            flip.before,
            flip.after,
            brief(&flip.text)
        );
    }
    text + &more(flips.len())
}

fn more(all: usize) -> String {
    if all > SHOWN { format!("  … and {} more\n", all - SHOWN) } else { String::new() }
}

/// The beginning of a text on one line.
fn brief(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let cut: String = line.chars().take(LONGEST).filter(|c| !c.is_control()).collect();
    if cut.len() < line.len() { format!("\"{cut}…\"") } else { format!("\"{cut}\"") }
}

/// What now lies on the disk.
pub(crate) fn written(path: &Path, clerk: &Classifier, adapted: &Adapted) -> String {
    let info = clerk.model();
    format!(
        "{}: {} bytes, checksum {:016x}; {} words and pairs are new to it.",
        path.display(),
        info.size(),
        info.checksum(),
        adapted.outcome.added
    )
}
