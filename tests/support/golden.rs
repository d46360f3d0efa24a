//! Some 500 inquiries and the answers of the bundled model, down to the integer.
//!
//! `tests/data/golden.tsv` holds one inquiry a line: desk, tier, margin of the desk, margins of
//! tier 2 and tier 3, reason to review, subject, body; `\n`, `\r`, `\t` and `\\` are escaped.

use deskhand::{Classifier, Inquiry, Triage};

/// The file, compiled in: some of the targets it is checked on have no files.
pub const GOLDEN: &str = include_str!("../data/golden.tsv");

/// The lines whose answer is not the stored one: what is stored, what was answered.
pub fn mismatches() -> Vec<(String, String)> {
    let stored = GOLDEN.lines().map(str::to_owned);
    stored.zip(answered()).filter(|(stored, answered)| stored != answered).collect()
}

/// The lines as they should be for the bundled model.
pub fn answered() -> impl Iterator<Item = String> {
    GOLDEN.lines().map(|line| {
        let (subject, body) = inquiry(line);
        let (subject, body) = (unescaped(subject), unescaped(body));
        let triage = Classifier::bundled().triage(Inquiry::new(&body).subject(&subject));
        format!("{}\t{}", columns(&triage), &line[line.len() - escaped_length(line)..])
    })
}

fn columns(triage: &Triage) -> String {
    let review = triage.review().map_or("-", |reason| reason.as_str());
    let [two, three] = triage.tier_margins();
    let (desk, tier, margin) = (triage.desk(), triage.tier(), triage.margin());
    format!("{desk}\t{tier}\t{margin}\t{two}\t{three}\t{review}")
}

fn inquiry(line: &str) -> (&str, &str) {
    let mut columns = line.splitn(8, '\t').skip(6);
    (columns.next().unwrap_or_default(), columns.next().unwrap_or_default())
}

/// Length of the last two columns with the tab between them.
fn escaped_length(line: &str) -> usize {
    let (subject, body) = inquiry(line);
    subject.len() + 1 + body.len()
}

fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        plain.push(match letter {
            '\\' => match letters.next() {
                Some('n') => '\n',
                Some('r') => '\r',
                Some('t') => '\t',
                other => other.unwrap_or('\\'),
            },
            other => other,
        });
    }
    plain
}
