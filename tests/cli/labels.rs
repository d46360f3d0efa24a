//! The labels themselves: what the library says under the settings asked for, and why.

use deskhand::{Classifier, Policy};

use crate::support::{Folder, column, csv, expected, run, words};

const TEXTS: [&str; 5] = [
    "please refund my last order, the invoice was wrong",
    "the app crashes with error 17 since the update",
    "my order shows an error",
    "",
    "hello there",
];

fn input() -> String {
    let rows: String =
        TEXTS.iter().enumerate().map(|(id, text)| format!("{id},\"{text}\"\n")).collect();
    format!("id,body\n{rows}")
}

#[test]
fn the_library_says_what_is_written() {
    let ran = csv(&[], input());
    for (place, name) in crate::support::LABELS.iter().take(8).enumerate() {
        let wanted = TEXTS.map(|text| expected("", text)[place].clone());
        assert_eq!(column(ran.text(), name), wanted, "{name}");
    }
}

#[test]
fn the_words_that_decided_are_the_customers_own() {
    let ran = csv(&[], input());
    let because = column(ran.text(), "because");
    for (text, because) in TEXTS.iter().zip(&because) {
        let quoted: Vec<&str> = because.split("; ").filter(|word| !word.is_empty()).collect();
        assert!(quoted.len() <= 3 && quoted.iter().all(|word| text.contains(word)), "{because}");
    }
    let why = Classifier::bundled().explain(TEXTS[0]);
    let heaviest = &TEXTS[0][why.because(1)[0].span()];
    assert!(because[0].starts_with(heaviest), "{because:?}");
    assert_eq!(because[3], "");
}

#[test]
fn words_on_two_lines_are_quoted_on_one_and_named_once() {
    let ran = csv(&["--explain"], "body\n\"refund\nrefund\nREFUND\ninvoice\nrefund\"\n");
    let because = &column(ran.text(), "because")[0];
    assert!(!because.contains('\n'), "{because}");
    let words: Vec<&str> = because.split("; ").filter_map(|word| word.split(" (").next()).collect();
    let mut once: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), words.len(), "{because}");
}

#[test]
fn the_subject_is_quoted_too() {
    let ran = csv(&[], "subject,body\nPlease refund,thank you\n");
    assert!(column(ran.text(), "because")[0].contains("refund"), "{}", ran.text());
}

#[test]
fn explain_gives_more_words_with_their_weights() {
    let (brief, long) = (csv(&[], input()), csv(&["--explain"], input()));
    let (brief, long) = (column(brief.text(), "because"), column(long.text(), "because"));
    let why = Classifier::bundled().explain(TEXTS[1]);
    let heaviest = why.because(1)[0];
    let wanted = format!("{} ({:+})", &TEXTS[1][heaviest.span()], heaviest.desk());
    assert!(long[1].starts_with(&wanted), "{wanted} does not begin {}", long[1]);
    assert!(long[0].len() > brief[0].len() && !brief[0].contains('('));
}

#[test]
fn because_can_be_left_out() {
    let (with, without) = (csv(&[], input()), csv(&["--no-because"], input()));
    assert_eq!(column(without.text(), "because"), [""; 5]);
    for name in ["desk", "probability", "tier", "review"] {
        assert_eq!(column(with.text(), name), column(without.text(), name), "{name}");
    }
}

#[test]
fn the_least_probability_decides_what_is_reviewed() {
    let policy = Policy::default().min_probability(0.999).expect("a probability");
    let strict = Classifier::bundled().with_policy(policy).expect("a policy");
    let ran = csv(&["--min-probability", "0.999"], input());
    let wanted = TEXTS.map(|text| words(strict.triage(text))[7].clone());
    assert_eq!(column(ran.text(), "review"), wanted);
    let ran = csv(&["--min-probability", "7"], input());
    assert!(ran.refusal().starts_with("--min-probability cannot be used: "), "{}", ran.err);
}

#[test]
fn another_model_can_be_used() {
    let bundled = concat!(env!("CARGO_MANIFEST_DIR"), "/models/english.deskhand");
    assert_eq!(csv(&["--model", bundled], input()).text(), csv(&[], input()).text());

    let folder = Folder::new();
    let broken = folder.write("broken.deskhand", "this is no model");
    let ran = csv(&["--model", &broken], input());
    assert!(
        ran.refusal().starts_with(&format!("{broken} cannot be used as a model")),
        "{}",
        ran.err
    );
    let ran = csv(&["--model", &folder.path("none")], input());
    assert!(ran.refusal().starts_with("cannot read the model"), "{}", ran.err);
}

#[test]
fn the_summary_counts_desks_tiers_and_reviews() {
    let ran = csv(&[], input());
    let count = |name: &str, value: &str| {
        column(ran.text(), name).iter().filter(|other| *other == value).count()
    };
    let share = |count: usize| format!("{count} ({:.1}%)", 20.0 * count as f32);
    let [service, technical] = ["service", "technical"].map(|desk| share(count("desk", desk)));
    let [one, two, three] = ["1", "2", "3"].map(|tier| share(count("tier", tier)));
    let review = share(5 - count("review", ""));
    for line in [
        "rows    5 in, 5 out".to_owned(),
        format!("desk    service {service}, technical {technical}"),
        format!("tier    1: {one}, 2: {two}, 3: {three}"),
        format!("review  {review}: "),
        "bad     0 kept without labels".to_owned(),
    ] {
        assert!(ran.err.contains(&line), "{line:?} is not in {}", ran.err);
    }
    assert!(ran.err.contains("empty 1"), "{}", ran.err);
}

#[test]
fn help_has_examples_and_names_every_column() {
    let ran = run(&["--help"]);
    assert!(ran.text().contains("Examples ("));
    for name in ["desk ", "probability", "tier_1", "also", "review", "because", "bad-row"] {
        assert!(ran.text().contains(name), "{name}");
    }
}
