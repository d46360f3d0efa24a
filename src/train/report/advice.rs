//! What to do next, in plain words, worked out from the numbers.

use std::collections::{BTreeMap, BTreeSet};

use super::{Company, Conflict, LABELS, Metrics, Mistake};
use crate::Desk;

/// Fewer rows than this say nothing about a company.
const FEWEST: u64 = 10;

/// What the numbers suggest doing: a sentence or two each, the most important first.
///
/// # Examples
/// ```
/// use deskhand::{Classifier, Desk, train::corpus::Row};
/// use deskhand::train::report::{Answered, Metrics, advice};
///
/// let rows = [Row::labelled("Where is my refund?", Some(Desk::Service), None)];
/// let metrics = Metrics::of(&[Answered::by(Classifier::bundled(), "mine", &rows)], 0);
/// assert!(advice(&metrics, &[], &[])[0].starts_with("Of 1 inquiry, 100.0 % went"));
/// ```
#[must_use]
pub fn advice(metrics: &Metrics, mistakes: &[Mistake], conflicts: &[Conflict]) -> Vec<String> {
    let sentences = [
        overall(metrics),
        direction(&metrics.pooled),
        weakest(&metrics.companies),
        words(mistakes),
        unclear(mistakes),
        labels(conflicts),
        calibration(metrics),
        none(&metrics.pooled),
        tiers(metrics),
        reading(metrics),
    ];
    sentences.into_iter().flatten().collect()
}

fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

fn plural(n: u64, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

fn overall(metrics: &Metrics) -> Option<String> {
    let right = metrics.pooled.figures.desk_accuracy?;
    let n = metrics.pooled.desk.chosen[..2].iter().flatten().sum();
    let surest = metrics.pooled.figures.surest_80_accuracy.map_or_else(String::new, |surest| {
        format!("; of the surest four of five, {}", percent(surest))
    });
    let n = plural(n, "inquiry", "inquiries");
    Some(format!("Of {n}, {} went to the right desk{surest}.", percent(right)))
}

fn direction(pooled: &Company) -> Option<String> {
    let [service, technical, _] = pooled.desk.chosen;
    let (to_technical, to_service) = (service[1], technical[0]);
    let total = to_technical + to_service;
    if total < FEWEST {
        return None;
    }
    let counts = format!(
        "Service was taken for technical {}, technical for service {}.",
        plural(to_technical, "time", "times"),
        plural(to_service, "time", "times")
    );
    let (more, less) = (to_technical.max(to_service), to_technical.min(to_service));
    if more < 2 * less {
        return Some(format!("{counts} The mistakes lean to neither side."));
    }
    let (is, as_if) = if to_technical > to_service {
        ("service", "devices, apps and faults")
    } else {
        ("technical", "orders, accounts and money")
    };
    Some(format!("{counts} More examples of {is} inquiries that speak of {as_if} would help most."))
}

/// The desk of a company that is missed most.
fn weakest(companies: &[Company]) -> Option<String> {
    let misses = companies.iter().flat_map(|company| {
        [Desk::Service, Desk::Technical].map(|desk| {
            let row = company.desk.chosen[desk as usize];
            (company, desk, row[desk.other() as usize], row[0] + row[1])
        })
    });
    let known = misses.filter(|(_, _, missed, n)| *n >= FEWEST && *missed > 0);
    let share = |missed: u64, n: u64| missed as f64 / n as f64;
    let (company, desk, missed, n) =
        known.max_by(|a, b| share(a.2, a.3).total_cmp(&share(b.2, b.3)))?;
    let counts = format!("{missed} of {n} ({}) went to the wrong desk", percent(share(missed, n)));
    let name = &company.name;
    Some(match companies {
        [_] => format!(
            "The weaker side is {desk}: {counts}. More of your {desk} inquiries, labelled and \
             learned from, would help most."
        ),
        _ => format!(
            "The weakest spot is {desk} at {name}: {counts}. Examples of {desk} inquiries from \
             that trade and in that way of writing would help there."
        ),
    })
}

/// Words that pulled the wrong way in several of the most confident mistakes.
fn words(mistakes: &[Mistake]) -> Option<String> {
    let mut pulls: BTreeMap<(String, Desk), u64> = BTreeMap::new();
    for mistake in mistakes {
        let words = mistake.because.iter().take(3).map(|reason| reason.text.to_lowercase());
        for word in words.collect::<BTreeSet<_>>() {
            *pulls.entry((word, mistake.chosen)).or_default() += 1;
        }
    }
    let mut pulls: Vec<_> = pulls.into_iter().filter(|(_, times)| *times >= 2).collect();
    pulls.sort_by_key(|(_, times)| std::cmp::Reverse(*times));
    let most: Vec<_> = pulls
        .iter()
        .take(8)
        .map(|((word, desk), times)| format!("“{word}” ({times} × towards {desk})"))
        .collect();
    (!most.is_empty()).then(|| {
        format!(
            "Among the {} most confident mistakes these words decided wrongly most often: {}. \
             Read the training rows of both desks that hold them: either their labels conflict, \
             or the other desk has too few examples with the word.",
            mistakes.len(),
            most.join(", ")
        )
    })
}

fn unclear(mistakes: &[Mistake]) -> Option<String> {
    let unclear = mistakes.iter().filter(|mistake| !mistake.clear).count();
    (unclear > 0).then(|| {
        format!(
            "{} of the {} most confident mistakes were labelled as uncertain or as asking for \
             both desks: have those read again before anything is trained to please them.",
            unclear,
            mistakes.len()
        )
    })
}

fn labels(conflicts: &[Conflict]) -> Option<String> {
    let rows: usize = conflicts.iter().map(|conflict| conflict.rows.len()).sum();
    (!conflicts.is_empty()).then(|| {
        format!(
            "{} with more than one label ({rows} rows): settle which one holds.",
            plural(conflicts.len() as u64, "text stands", "texts stand")
        )
    })
}

fn calibration(metrics: &Metrics) -> Option<String> {
    let ece = metrics.pooled.figures.desk_ece.filter(|ece| *ece > 0.04)?;
    let (n, stated, right) = metrics.reliability.iter().fold((0, 0.0, 0.0), |sum, bin| {
        let toward = bin.stated > 0.5;
        let sure = if toward { bin.stated } else { 1.0 - bin.stated };
        let right = if toward { bin.found } else { 1.0 - bin.found };
        (sum.0 + bin.n, sum.1 + sure * bin.n as f64, sum.2 + right * bin.n as f64)
    });
    let how = if stated > right { "too sure of itself" } else { "surer than it says" };
    Some(format!(
        "Probabilities are {} off on average: the model is {how} (it states {}, {} is right). \
         Training on inquiries like these calibrates it too.",
        percent(ece),
        percent(stated / n as f64),
        percent(right / n as f64)
    ))
}

fn none(pooled: &Company) -> Option<String> {
    let reviewed = pooled.figures.none_reviewed.filter(|share| *share < 0.5)?;
    let n: u64 = pooled.desk.chosen[2].iter().sum();
    (n >= FEWEST).then(|| {
        format!(
            "Only {} of the {n} texts without an inquiry were sent to review: more greetings, \
             thanks, advertisements and small talk labelled “none” would help.",
            percent(reviewed)
        )
    })
}

fn tiers(metrics: &Metrics) -> Option<String> {
    let off = (0..3).flat_map(|truth| (0..3).map(move |got| (truth, got)));
    let off = off.filter(|(truth, got)| truth != got);
    let (truth, got) = off.max_by_key(|&(truth, got)| metrics.tier[truth][got])?;
    let (n, of) = (metrics.tier[truth][got], metrics.tier[truth].iter().sum::<u64>());
    (n >= FEWEST).then(|| {
        format!(
            "The commonest mistake about tiers is {} for {}: {n} of {of}. Pairs of examples that \
             differ in nothing but the sign of the higher tier teach the border best.",
            got + 1,
            truth + 1
        )
    })
}

/// Inquiries that were sent to review for their words alone.
fn reading(metrics: &Metrics) -> Option<String> {
    let unread = |reason: Option<&str>| matches!(reason, Some("unfamiliar" | "not-english"));
    let counts = metrics.reviews.iter().filter(|count| unread(count.reason));
    let n: u64 = counts.map(|count| count.rows[0] + count.rows[1]).sum();
    (n >= FEWEST).then(|| {
        format!(
            "{n} inquiries ({} and {}) hold too few words that the model knows: texts with the \
             vocabulary of those companies would let it judge them.",
            LABELS[0], LABELS[1]
        )
    })
}
