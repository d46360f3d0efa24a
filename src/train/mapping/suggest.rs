//! Drafts a mapping from the values of an export: by what their names say, and by what the model
//! says of their tickets.

use std::collections::BTreeMap;
use std::fmt;

use crate::scoring::Scratch;
use crate::{Classifier, Desk, Inquiry, Tier};

/// A value of one column with what stands behind it.
///
/// # Examples
/// See [`suggest`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Value {
    /// As the export has it.
    pub name: String,
    /// Tickets that have it.
    pub tickets: usize,
    /// What it may mean: `service`, `technical`, `none`, or `1`, `2`, `3`.
    pub label: &'static str,
    /// Why.
    pub because: String,
    /// Whether name and tickets agree, or one of them is clear.
    pub sure: bool,
}

/// A drafted mapping. Printed, it is a mapping file with the counts as comments.
///
/// # Examples
/// See [`suggest`].
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Suggestion {
    /// Values of the desk's column, the most frequent first.
    pub desks: Vec<Value>,
    /// Values of the tier's column.
    pub tiers: Vec<Value>,
}

/// Drafts a mapping for tickets given as text, value of the desk's column and value of the tier's
/// column.
///
/// # Examples
/// ```
/// use deskhand::train::mapping::{Mapping, suggest};
/// use deskhand::{Classifier, Inquiry};
///
/// let tickets = [
///     (Inquiry::new("I was charged twice"), "Accounts & billing", "low"),
///     (Inquiry::new("The app crashes"), "Tech Support", "urgent"),
/// ];
/// let draft = suggest(Classifier::bundled(), &tickets);
/// assert_eq!(draft.desks[0].label, "service");
/// assert_eq!(draft.tiers[1].label, "3");
///
/// let mapping = Mapping::parse(&draft.to_string()).unwrap();
/// assert!(mapping.desk("tech support").is_ok());
/// ```
#[must_use]
pub fn suggest(classifier: &Classifier, tickets: &[(Inquiry<'_>, &str, &str)]) -> Suggestion {
    let mut desks: BTreeMap<&str, Opinion> = BTreeMap::new();
    let mut tiers: BTreeMap<&str, Opinion> = BTreeMap::new();
    let mut scratch = Scratch::new();
    for (inquiry, desk, tier) in tickets {
        let triage = classifier.triage_with(*inquiry, &mut scratch);
        let named = |name: &str| !name.trim().is_empty();
        for (values, name) in [(&mut desks, desk), (&mut tiers, tier)] {
            if named(name) {
                values.entry(name.trim()).or_default().add(triage.desk(), triage.tier());
            }
        }
    }
    let most_first = |mut values: Vec<Value>| {
        values.sort_by(|a, b| b.tickets.cmp(&a.tickets).then_with(|| a.name.cmp(&b.name)));
        values
    };
    let desks = desks.iter().map(|(name, opinion)| opinion.desk(name)).collect();
    let tiers = tiers.iter().map(|(name, opinion)| opinion.tier(name)).collect();
    Suggestion { desks: most_first(desks), tiers: most_first(tiers) }
}

/// What the model says of the tickets with one value.
#[derive(Default)]
struct Opinion {
    tickets: usize,
    technical: usize,
    tiers: [usize; 3],
}

impl Opinion {
    fn add(&mut self, desk: Desk, tier: Tier) {
        self.tickets += 1;
        self.technical += usize::from(desk == Desk::Technical);
        self.tiers[usize::from(tier.number()) - 1] += 1;
    }

    fn desk(&self, name: &str) -> Value {
        let is_technical = 2 * self.technical > self.tickets;
        let (model, count) = if is_technical {
            ("technical", self.technical)
        } else {
            ("service", self.tickets - self.technical)
        };
        let clear = 5 * count >= 4 * self.tickets;
        self.value(name, desk_by_name(name), model, count, clear)
    }

    fn tier(&self, name: &str) -> Value {
        let number = (0..3).max_by_key(|&tier| (self.tiers[tier], 3 - tier)).unwrap_or_default();
        self.value(name, tier_by_name(name), ["1", "2", "3"][number], self.tiers[number], false)
    }

    /// A name that says something goes before the model.
    fn value(
        &self,
        name: &str,
        said: Option<(&'static str, &'static str)>,
        model: &'static str,
        count: usize,
        clear: bool,
    ) -> Value {
        let opinion = format!("the model says {model} of {count} of {}", self.tickets);
        let (label, because, sure) = match said {
            Some((label, word)) if label == model || label == "none" => {
                (label, format!("\"{word}\" in the name; {opinion}"), true)
            }
            Some((label, word)) => {
                (label, format!("\"{word}\" in the name, but {opinion}"), !clear)
            }
            None => (model, opinion, clear),
        };
        let (name, tickets) = (name.to_owned(), self.tickets);
        Value { name, tickets, label, because, sure }
    }
}

/// Words in the names of queues. The first that fits decides.
const DESKS: [(&str, &[&str]); 3] = [
    (
        "none",
        &["spam", "junk", "no reply needed", "auto-reply", "autoreply", "not a ticket", "thank"],
    ),
    (
        "technical",
        &[
            "tech",
            "bug",
            "incident",
            "outage",
            "network",
            "software",
            "hardware",
            "error",
            "login",
            "password",
            "access",
            "install",
            "config",
            "integration",
            "infrastructure",
            "server",
            "connect",
            "device",
            "crash",
            "fault",
            "repair",
            "security",
            "how to",
            "how-to",
            "setup",
            "engineering",
            "it support",
            "it help",
            "helpdesk",
            "performance",
            "wifi",
            "printer",
        ],
    ),
    (
        "service",
        &[
            "service",
            "billing",
            "bill",
            "invoice",
            "payment",
            "refund",
            "return",
            "order",
            "ship",
            "deliver",
            "sales",
            "customer care",
            "care",
            "complaint",
            "cancel",
            "subscription",
            "account",
            "booking",
            "reservation",
            "finance",
            "charge",
            "pricing",
            "feedback",
            "loyalty",
            "claims",
            "warranty",
            "hr",
            "human resources",
            "payroll",
            "general",
            "feature request",
        ],
    ),
];

/// Words in the names of priorities and levels.
const TIERS: [(&str, &[&str]); 3] = [
    (
        "3",
        &[
            "critical",
            "urgent",
            "blocker",
            "emergency",
            "p1",
            "p0",
            "sev1",
            "sev 1",
            "highest",
            "l3",
            "tier 3",
            "level 3",
            "escalat",
            "engineering",
            "management",
        ],
    ),
    (
        "2",
        &[
            "high",
            "major",
            "p2",
            "sev2",
            "sev 2",
            "l2",
            "tier 2",
            "level 2",
            "specialist",
            "supervisor",
        ],
    ),
    (
        "1",
        &[
            "low", "normal", "medium", "minor", "trivial", "p3", "p4", "p5", "sev3", "sev 3",
            "sev4", "l1", "tier 1", "level 1", "front", "standard",
        ],
    ),
];

fn desk_by_name(name: &str) -> Option<(&'static str, &'static str)> {
    by_name(name, &DESKS)
}

fn tier_by_name(name: &str) -> Option<(&'static str, &'static str)> {
    by_name(name, &TIERS)
}

fn by_name(
    name: &str,
    known: &[(&'static str, &'static [&'static str])],
) -> Option<(&'static str, &'static str)> {
    // A space in front, so that a word is found where a word begins.
    let name = format!(" {}", super::key(name).replace(['_', '/', '-', '&', ':', '('], " "));
    known.iter().find_map(|(label, words)| {
        let word =
            words.iter().find(|word| name.contains(&format!(" {}", word.replace('-', " "))))?;
        Some((*label, *word))
    })
}

impl fmt::Display for Suggestion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "# What your names mean. Check each line; lines marked ??? are guesses.")?;
        writeln!(
            f,
            "# A desk is \"service\", \"technical\", \"none\" (no inquiry in the text) or \"skip\" (leave out)."
        )?;
        writeln!(f, "[desk]")?;
        self.desks.iter().try_for_each(|value| write_line(f, value, &quoted(value.label)))?;
        writeln!(
            f,
            "\n# A tier is 1 (front line), 2 (specialist, supervisor), 3 (engineering, management) or \"skip\"."
        )?;
        writeln!(f, "[tier]")?;
        self.tiers.iter().try_for_each(|value| write_line(f, value, value.label))
    }
}

fn write_line(f: &mut fmt::Formatter<'_>, value: &Value, label: &str) -> fmt::Result {
    let doubt = if value.sure { "" } else { "??? " };
    let tickets = if value.tickets == 1 { "ticket" } else { "tickets" };
    writeln!(
        f,
        "{} = {label}  # {doubt}{} {tickets}; {}",
        quoted(&value.name),
        value.tickets,
        value.because
    )
}

/// As a TOML string on one line: JSON escapes what TOML does, but for one character.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7F}', "\\u007F")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::mapping::Mapping;

    #[test]
    fn names_speak_for_themselves() {
        for (name, label) in [
            ("Tech Support", "technical"),
            ("TECH_SUPPORT", "technical"),
            ("Billing & Payments", "service"),
            ("IT Support", "technical"),
            ("Customer Service", "service"),
            ("Spam / no reply needed", "none"),
        ] {
            assert_eq!(desk_by_name(name).map(|found| found.0), Some(label), "{name}");
        }
        assert_eq!(desk_by_name("Team Rocket"), None);
        for (name, label) in [("P1 - Critical", "3"), ("High", "2"), ("Low", "1"), ("Sev 2", "2")] {
            assert_eq!(tier_by_name(name).map(|found| found.0), Some(label), "{name}");
        }
    }

    #[test]
    fn any_name_makes_a_file_that_can_be_read() {
        let odd = Value {
            name: "a \"b\" \\ # = [x]\n\u{7}".to_owned(),
            tickets: 1,
            label: "service",
            because: "no reason".to_owned(),
            sure: false,
        };
        let draft = Suggestion { desks: vec![odd.clone()], tiers: vec![] };
        assert!(Mapping::parse(&draft.to_string()).unwrap().desk(&odd.name).is_ok());
    }
}
