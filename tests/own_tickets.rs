//! A model of one's own: what is refused and with what remedy, that it gets better, that it can be
//! used without the feature it was made with.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use deskhand::train::adapt::{AdaptError, Options, Ticket, Weights, adapt};
use deskhand::train::corpus::{Row, Source};
use deskhand::train::drift::{Drift, Profile};
use deskhand::train::evaluation::{Figures, answer};
use deskhand::train::inspect;
use deskhand::train::settings::Settings;
use deskhand::train::trainer;
use deskhand::train::vectors::Vectors;
use deskhand::{Classifier, Desk, Inquiry, Tier, Triage};
use tempfile::TempDir;

const BUNDLED: &[u8] = include_bytes!("../models/english.deskhand");

fn corpus(name: &str, rows: usize) -> Source {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/corpus");
    let mut source = Source::open(&folder.join(name).with_extension("jsonl")).unwrap();
    source.rows.truncate(rows);
    source
}

/// A small model that never saw a complaint.
static BASE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let sources = ["written-ordinary-chat", "written-ordinary-forum"].map(|n| corpus(n, 300));
    let settings = Settings { name: "small".to_owned(), folds: 2, ..Settings::default() };
    trainer::train(&sources, &Vectors::none(), &settings, |_, _| ()).unwrap().bytes
});

static COMPLAINTS: LazyLock<Vec<Row>> =
    LazyLock::new(|| corpus("written-ordinary-complaint", 600).rows);

fn tickets(rows: &[Row]) -> Vec<Ticket> {
    rows.iter().cloned().map(Ticket::new).collect()
}

fn own(rows: &[Row]) -> Result<Vec<u8>, AdaptError> {
    adapt(&BASE, &tickets(rows), &Options::default(), |_, _| ()).map(|adapted| adapted.bytes)
}

fn accuracy(model: &[u8], rows: &[Row]) -> f64 {
    let clerk = Classifier::from_bytes(model).unwrap();
    let figures = Figures::of(rows, &answer(&clerk, rows));
    figures.desk_accuracy.unwrap() + figures.tier_accuracy.unwrap()
}

#[test]
fn two_hundred_tickets_help_and_twenty_do_no_harm() {
    let (seen, unseen) = COMPLAINTS.split_at(200);
    let before = accuracy(&BASE, unseen);
    let with_20 = accuracy(&own(&seen[..20]).unwrap(), unseen);
    let with_200 = accuracy(&own(seen).unwrap(), unseen);
    assert!(with_20 > before - 0.02, "{with_20} after 20, {before} before");
    assert!(with_200 > before + 0.03, "{with_200} after 200, {before} before");
}

#[test]
fn the_same_tickets_give_the_same_bytes() {
    let rows = &COMPLAINTS[..60];
    assert_eq!(own(rows).unwrap(), own(rows).unwrap());
}

#[test]
fn a_model_says_what_it_was_made_from() {
    let model = Classifier::from_bytes(&own(&COMPLAINTS[..100]).unwrap()).unwrap();
    let info = model.model();
    assert_eq!(info.name(), "own");
    assert!(info.get("base").unwrap().starts_with("small 1, checksum "));
    assert!(info.training_data().any(|data| data == "own tickets, 100 rows"));
    assert!(info.metrics().any(|(name, _)| name == "own.desk_accuracy_before"));
    assert!(info.size() < BASE.len() + 4096, "the table stays as large as it was");
}

#[test]
fn a_batch_is_compared_with_the_tickets_of_the_model() {
    let model = Classifier::from_bytes(&own(&COMPLAINTS[..200]).unwrap()).unwrap();
    let then = Profile::stored(model.model()).unwrap();
    assert_eq!(then.inquiries, 200);
    let same: Vec<_> = COMPLAINTS[200..400].iter().map(Row::inquiry).collect();
    let drift = Drift::between(&then, &Profile::of(&model, &same));
    assert!(!drift.is_different(), "{drift}");
    let foreign = vec![Inquiry::new("Wo bleibt mein Paket, die Lieferung ist verspätet"); 50];
    let drift = Drift::between(&then, &Profile::of(&model, &foreign)).to_string();
    assert!(drift.starts_with("this batch looks different from training: "), "{drift}");
    assert!(drift.contains("% unknown words, model was trained at "), "{drift}");
}

#[test]
fn two_models_can_be_compared() {
    let (seen, unseen) = COMPLAINTS.split_at(200);
    let (base, own) = (&BASE, own(seen).unwrap());
    let [base, own] = [base, &own].map(|bytes| Classifier::from_bytes(bytes).unwrap());
    let texts: Vec<_> = unseen.iter().map(Row::inquiry).collect();
    let difference = inspect::diff(&base, &own, &texts);
    assert!(!difference.words.is_empty() && difference.mean_shift > 0.0);
    assert!(difference.words[0].size() >= difference.words[1].size());
    for (at, before, after) in difference.desks {
        assert_eq!(base.triage(texts[at]).desk(), before);
        assert_eq!(own.triage(texts[at]).desk(), after);
    }
}

#[test]
fn too_few_tickets_are_refused() {
    assert_eq!(own(&COMPLAINTS[..19]), Err(AdaptError::TooFewTickets { found: 19 }));
}

#[test]
fn one_desk_only_is_refused() {
    let service: Vec<Row> =
        COMPLAINTS.iter().filter(|row| row.desk == Some(Desk::Service)).take(40).cloned().collect();
    let error = own(&service).unwrap_err();
    assert_eq!(error, AdaptError::OneDesk { service: 40, technical: 0 });
    assert!(error.to_string().ends_with("add tickets of the other desk, or correct the mapping"));
}

#[test]
fn tickets_without_text_are_refused() {
    let empty = vec![Row::labelled(" ", Some(Desk::Service), None); 30];
    let error = own(&empty).unwrap_err();
    assert_eq!(error, AdaptError::NoText { tickets: 30 });
    assert!(error.to_string().contains("name the one that holds the customer's words"));
}

/// The same rows with other labels.
fn relabelled(rows: &[Row], change: impl Fn(&mut Row)) -> Vec<Row> {
    let mut rows = rows.to_vec();
    rows.iter_mut().for_each(change);
    rows
}

#[test]
fn a_worse_model_is_refused_unless_asked_for() {
    let (seen, check) = COMPLAINTS.split_at(200);
    let wrong = relabelled(seen, |row| {
        row.tier = row.tier.map(|tier| if tier == Tier::One { Tier::Three } else { Tier::One });
    });
    let wrong = tickets(&wrong);
    let options = Options { check: check[..100].to_vec(), ..Options::default() };
    let error = adapt(&BASE, &wrong, &options, |_, _| ()).unwrap_err();
    let AdaptError::Worse(outcome) = &error else { panic!("{error}") };
    let by_check = outcome.check.as_ref().unwrap();
    assert!(by_check.after.tier.right < by_check.before.tier.right);
    assert!(error.to_string().contains("at the tier, on the tickets to check by"), "{error}");
    let options = Options { allow_worse: true, ..options };
    assert!(adapt(&BASE, &wrong, &options, |_, _| ()).is_ok());
}

#[test]
fn swapped_desks_are_refused() {
    let swapped = relabelled(&COMPLAINTS[..200], |row| {
        row.desk = row.desk.map(Desk::other);
        row.also = None;
    });
    let error = own(&swapped).unwrap_err();
    assert!(matches!(error, AdaptError::Contrary { .. }), "{error}");
    assert!(error.to_string().contains("two desks are swapped in the mapping"), "{error}");
}

#[test]
fn labels_by_chance_teach_nothing() {
    let mut rows = COMPLAINTS[..200].to_vec();
    for (at, row) in rows.iter_mut().enumerate() {
        row.desk = Some(if at.count_ones() % 2 == 0 { Desk::Service } else { Desk::Technical });
        row.tier = None;
    }
    // Either nothing is learned, or it is refused; never a model that is worse unnoticed.
    match adapt(&BASE, &tickets(&rows), &Options::default(), |_, _| ()) {
        Ok(adapted) => assert!(!adapted.outcome.is_worse()),
        Err(error) => assert!(matches!(error, AdaptError::Worse(_)), "{error}"),
    }
}

fn recall(
    model: &[u8],
    rows: &[Row],
    is: impl Fn(&Row) -> bool,
    found: fn(&Row, &Triage) -> bool,
) -> f64 {
    let clerk = Classifier::from_bytes(model).unwrap();
    let of: Vec<&Row> = rows.iter().filter(|row| is(row)).collect();
    let found = of.iter().filter(|row| found(row, &clerk.triage(row.inquiry()))).count();
    assert!(of.len() >= 20, "{} rows say too little", of.len());
    found as f64 / of.len() as f64
}

fn weighed(rows: &[Row], what: &str, weight: f64) -> Vec<u8> {
    let weights = Weights::default().with(what, weight).unwrap();
    let options = Options { weights, ..Options::default() };
    adapt(&BASE, &tickets(rows), &options, |_, _| ()).unwrap().bytes
}

#[test]
fn a_class_that_counts_more_is_found_more_often() {
    let (seen, unseen) = COMPLAINTS.split_at(200);
    let even = own(seen).unwrap();
    for desk in [Desk::Technical, Desk::Service] {
        let of = |model: &[u8]| {
            recall(
                model,
                unseen,
                |row| row.desk == Some(desk),
                |row, triage| row.desk == Some(triage.desk()),
            )
        };
        let more = of(&weighed(seen, &format!("desk.{desk}"), 10.0));
        assert!(more > of(&even), "{desk}: {more}, evenly {}", of(&even));
        let less = of(&weighed(seen, &format!("desk.{desk}"), 0.1));
        assert!(less < of(&even), "{desk}: {less}, evenly {}", of(&even));
    }
    for tier in [Tier::One, Tier::Two, Tier::Three] {
        let of = |model: &[u8]| {
            recall(
                model,
                unseen,
                |row| row.tier == Some(tier),
                |row, triage| row.tier == Some(triage.tier()),
            )
        };
        let more = of(&weighed(seen, &format!("tier.{tier}"), 10.0));
        assert!(more > of(&even), "tier {tier}: {more}, evenly {}", of(&even));
    }
}

#[test]
fn a_weight_of_one_changes_nothing_and_a_source_counts_as_its_tickets_do() {
    let rows = &COMPLAINTS[..60];
    let even = Classifier::from_bytes(&own(rows).unwrap()).unwrap();
    let one = Classifier::from_bytes(&weighed(rows, "desk.technical", 1.0)).unwrap();
    assert_eq!(one.model().get("weights"), Some("desk.technical = 1"));
    let answers = |clerk: &Classifier, rows: &[Row]| answer(clerk, rows);
    assert_eq!(answers(&one, &COMPLAINTS), answers(&even, &COMPLAINTS));

    let old = |ticket: Ticket| ticket.source("old.csv");
    let by_source: Vec<_> = tickets(rows).into_iter().map(old).collect();
    let by_ticket: Vec<_> = tickets(rows).into_iter().map(|ticket| ticket.weight(0.5)).collect();
    let weights = Weights::default().with("source.old.csv", 0.5).unwrap();
    let options = Options { weights, ..Options::default() };
    let by_source = adapt(&BASE, &by_source, &options, |_, _| ()).unwrap().bytes;
    let by_ticket = adapt(&BASE, &by_ticket, &Options::default(), |_, _| ()).unwrap().bytes;
    let [by_source, by_ticket] =
        [by_source, by_ticket].map(|b| Classifier::from_bytes(&b).unwrap());
    assert_eq!(answers(&by_source, &COMPLAINTS), answers(&by_ticket, &COMPLAINTS));
    assert_ne!(answers(&by_source, &COMPLAINTS), answers(&even, &COMPLAINTS));
}

#[test]
fn a_weight_for_no_source_is_refused() {
    let weights = Weights::default().with("source.old.csv", 0.5).unwrap();
    let options = Options { weights, ..Options::default() };
    let error = adapt(&BASE, &tickets(&COMPLAINTS[..60]), &options, |_, _| ()).unwrap_err();
    assert!(matches!(error, AdaptError::Weight(_)), "{error}");
}

/// The examples as `cargo test` builds them, beside this test.
fn run(example: &str, folder: &TempDir, args: &[&str]) -> (bool, String, String) {
    let test = std::env::current_exe().unwrap();
    let profile = test.parent().and_then(Path::parent).unwrap();
    let program =
        profile.join("examples").join(format!("{example}{}", std::env::consts::EXE_SUFFIX));
    assert!(program.is_file(), "run `cargo build --features train --examples` first");
    let ran = Command::new(program).args(args).current_dir(folder.path()).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (ran.status.success(), text(ran.stdout), text(ran.stderr))
}

fn train(folder: &TempDir, args: &[&str]) -> (bool, String, String) {
    run("train", folder, args)
}

/// The names that the help desk of these tests has for our labels.
fn queue(row: &Row) -> &'static str {
    match row.desk {
        Some(Desk::Technical) => "Tech Support",
        Some(Desk::Service) => "Billing",
        None => "Spam",
    }
}

fn priority(row: &Row) -> String {
    row.tier.map_or(String::new(), |tier| format!("P{}", 4 - tier.number()))
}

const MAPPING: &str = "[desk]\n\"Tech Support\" = \"technical\"\nBilling = \"service\"\n\
    Spam = \"none\"\n[tier]\nP1 = 3\nP2 = 2\nP3 = 1\n";

/// A folder with an export as a help desk would have it.
fn desk() -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("base.deskhand"), &*BASE).unwrap();
    let mut csv = csv::Writer::from_path(folder.path().join("tickets.csv")).unwrap();
    csv.write_record(["Number", "Subject", "Description", "Queue", "Priority", "Notes"]).unwrap();
    for row in &COMPLAINTS[..120] {
        let (queue, priority) = (queue(row), priority(row));
        csv.write_record([&row.id, &row.subject, &row.body, queue, &priority, ""]).unwrap();
    }
    csv.flush().unwrap();
    folder
}

#[track_caller]
fn refused(folder: &TempDir, args: &[&str], message: &str) {
    let (went_well, _, error) = train(folder, args);
    assert!(!went_well);
    assert!(error.contains(message), "{error}");
    assert_eq!(error.lines().count(), 1, "{error}");
    assert!(!folder.path().join("my.deskhand").exists(), "nothing is written");
    let parts = fs::read_dir(folder.path()).unwrap();
    let parts =
        parts.filter(|e| e.as_ref().unwrap().path().extension().is_some_and(|x| x == "part"));
    assert_eq!(parts.count(), 0, "nothing half written is left");
}

#[test]
fn from_an_export_to_a_model_to_a_correction() {
    let folder = desk();
    let (went_well, draft, error) =
        train(&folder, &["tickets.csv", "--suggest-mapping", "--base", "base.deskhand"]);
    assert!(went_well, "{error}");
    assert!(draft.contains("\"Tech Support\" = \"technical\"  # "), "{draft}");
    assert!(draft.contains("\nP1 = 3  # ") || draft.contains("\"P1\" = 3  # "), "{draft}");
    fs::write(folder.path().join("mapping.toml"), draft).unwrap();

    let own = ["tickets.csv", "--mapping", "mapping.toml", "--base", "base.deskhand"];
    let (went_well, told, error) = train(&folder, &[&own[..], &["-o", "my.deskhand"]].concat());
    assert!(went_well, "{error}");
    assert!(told.contains("On tickets it had not seen: "), "{told}");
    let bytes = fs::read(folder.path().join("my.deskhand")).unwrap();
    assert_eq!(Classifier::from_bytes(&bytes).unwrap().model().name(), "my");

    let weights = ["--weight", "tier.3=3", "--weight", "source.tickets.csv=0.5"];
    let (went_well, told, error) =
        train(&folder, &[&own[..], &weights, &["-o", "weighed.deskhand"]].concat());
    assert!(went_well, "{error}");
    assert!(told.contains("\nNot counting 1: tier.3 = 3, source.tickets.csv = 0.5.\n"), "{told}");
    assert_ne!(fs::read(folder.path().join("weighed.deskhand")).unwrap(), bytes);

    correct(&folder, &bytes);
    let corrections = ["--base", "my.deskhand", "--corrections", "corrected.csv"];
    let (went_well, told, error) =
        train(&folder, &[&corrections[..], &["-o", "better.deskhand"]].concat());
    assert!(went_well, "{error}");
    assert!(told.contains("of them correct the model; the others count a quarter."), "{told}");
}

/// What the `label` example writes, with desk and tier put right.
fn correct(folder: &TempDir, model: &[u8]) {
    let clerk = Classifier::from_bytes(model).unwrap();
    let mut csv = csv::Writer::from_path(folder.path().join("corrected.csv")).unwrap();
    csv.write_record(["subject", "body", "desk", "probability", "tier", "review"]).unwrap();
    for row in COMPLAINTS[200..280].iter().filter(|row| row.desk.is_some()) {
        let triage = clerk.triage(row.inquiry());
        let (desk, tier) = (row.desk.unwrap_or(triage.desk()), row.tier.unwrap_or(triage.tier()));
        let tier = tier.to_string();
        csv.write_record([&row.subject, &row.body, desk.as_str(), "0.9", &tier, ""]).unwrap();
    }
    csv.flush().unwrap();
}

#[test]
fn each_refusal_of_the_program_names_the_remedy() {
    let folder = desk();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    let own = |more: &[&'static str]| [&["tickets.csv", "-o", "my.deskhand"], more].concat();
    refused(&folder, &["tickets.csv"], "say where to write the model: -o my.deskhand");
    refused(&folder, &own(&[]), "draft a mapping with --suggest-mapping");
    refused(
        &folder,
        &own(&["--tier-column", "Notes"]),
        "the column \"Notes\" is empty in all 120 rows; name the one that holds the tier with --tier-column, or - for none",
    );
    refused(&folder, &own(&["--body-column", "Notes"]), "with --body-column");
    refused(&folder, &own(&["--desk-column", "Team"]), "there is no column \"Team\"");

    write("twice.toml", "[desk]\nBilling = \"service\"\nbilling = \"technical\"\n");
    refused(&folder, &own(&["--mapping", "twice.toml"]), "the mapping contradicts itself");
    write(
        "one.toml",
        "[desk]\nBilling = \"service\"\n\"Tech Support\" = \"service\"\nSpam = \"none\"\n",
    );
    refused(
        &folder,
        &own(&["--mapping", "one.toml", "--tier-column", "-"]),
        "or correct the mapping",
    );
    write("few.csv", "body,desk\nno signal,technical\nrefund,service\n");
    refused(
        &folder,
        &["few.csv", "-o", "my.deskhand"],
        "2 different tickets with a label are too few",
    );
    write("empty.csv", "body,desk\n");
    refused(&folder, &["empty.csv", "-o", "my.deskhand"], "has no rows");
    refused(&folder, &["few.csv", "-o", "tickets.csv"], "exists and is not a model");
    refused(&folder, &["--base", "base.deskhand"], "there are no tickets");
    write("mapping.toml", MAPPING);
    let mapped = own(&["--mapping", "mapping.toml", "--base", "base.deskhand"]);
    let weight = |weight| [&mapped[..], &["--weight", weight]].concat();
    refused(&folder, &weight("source.old.csv=2"), "the sources are \"tickets.csv\"");
    for (weight, message) in [
        ("tier.3=0", "a weight is a number from 0.001 to 1000"),
        ("tier.3=much", "\"much\" is not a number"),
        ("tickets.csv=2", "or source.NAME"),
        ("tier.3", "write it as WHAT=NUMBER"),
    ] {
        let (went_well, _, error) = train(&folder, &[&mapped[..], &["--weight", weight]].concat());
        assert!(!went_well && error.contains(message), "{error}");
    }
    refused(
        &folder,
        &["few.csv", "--base", "few.csv", "-o", "my.deskhand"],
        "not a deskhand model",
    );
}

#[test]
fn the_bundled_model_can_be_begun_with() {
    let adapted = adapt(BUNDLED, &tickets(&COMPLAINTS[..60]), &Options::default(), |_, _| ());
    let adapted = adapted.unwrap();
    assert_eq!(adapted.bytes.len().div_ceil(10_000), BUNDLED.len().div_ceil(10_000));
}

/// What `evaluate --json` wrote: the figures of the only company.
fn figures_of(folder: &TempDir, args: &[&str]) -> serde_json::Value {
    let (went_well, _, error) = run(
        "evaluate",
        folder,
        &[args, &["--model", "base.deskhand", "--json", "f.json"]].concat(),
    );
    assert!(went_well, "{error}");
    let json = fs::read_to_string(folder.path().join("f.json")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["metrics"]["companies"].as_array().unwrap().len(), 1);
    json["metrics"]["companies"][0]["figures"].clone()
}

/// The same tickets as JSON lines, with keys of the help desk's own.
fn write_json_lines(folder: &TempDir) {
    let line = |row: &Row| {
        let line = serde_json::json!({
            "Ticket ID": row.id, "summary": row.subject, "text": row.body, "labels": ["a", "b"],
            "team": queue(row), "priority": priority(row), "open": null,
        });
        format!("{line}\n")
    };
    let lines: String = COMPLAINTS[..120].iter().map(line).collect();
    fs::write(folder.path().join("tickets.jsonl"), lines).unwrap();
}

#[test]
fn an_export_is_measured_as_its_rows_are() {
    let folder = desk();
    fs::write(folder.path().join("mapping.toml"), MAPPING).unwrap();
    let rows = relabelled(&COMPLAINTS[..120], |row| row.also = None);
    let clerk = Classifier::from_bytes(&BASE).unwrap();
    // Through text, as the file goes: reading may round the last digit.
    let expected = serde_json::to_string(&Figures::of(&rows, &answer(&clerk, &rows))).unwrap();
    let expected: serde_json::Value = serde_json::from_str(&expected).unwrap();
    assert!(expected["desk_accuracy"].as_f64().unwrap() < 1.0, "there are mistakes to find");

    let mapping = ["--mapping", "mapping.toml"];
    assert_eq!(figures_of(&folder, &[&["tickets.csv"], &mapping[..]].concat()), expected);
    let columns =
        ["--desk-column", "4", "--tier-column", "Priority", "--body-column", "Description"];
    let named = [&["tickets.csv"], &mapping[..], &columns].concat();
    assert_eq!(figures_of(&folder, &named), expected);
    write_json_lines(&folder);
    assert_eq!(figures_of(&folder, &[&["tickets.jsonl"], &mapping[..]].concat()), expected);

    let without_tiers = figures_of(&folder, &[&named[..3], &["--tier-column", "-"]].concat());
    assert_eq!(without_tiers["tier_accuracy"], serde_json::Value::Null);
    assert_eq!(without_tiers["desk_accuracy"], expected["desk_accuracy"]);
}

#[test]
fn a_report_on_an_export_shows_its_mistakes_its_conflicts_and_what_to_do() {
    let folder = desk();
    fs::write(folder.path().join("mapping.toml"), MAPPING).unwrap();
    let path = folder.path().join("tickets.csv");
    let tickets = fs::read_to_string(&path).unwrap();
    let twice = "A-1,,The gate hums all night,Billing,P3,\nA-2,,the gate hums all night!,Tech Support,P3,\n";
    // A wrong label that every model is sure about.
    let wrong = "A-3,Refund,\"Please refund the double charge on my invoice, I was billed twice\",Tech Support,P3,\n";
    fs::write(&path, tickets + twice + wrong).unwrap();

    let args = ["tickets.csv", "--mapping", "mapping.toml", "--model", "base.deskhand"];
    let (went_well, told, error) =
        run("evaluate", &folder, &[&args[..], &["--html", "report.html"]].concat());
    assert!(went_well, "{error}");
    assert_eq!(error.trim(), "tickets.csv: 123 tickets with a label");
    assert!(told.contains("tickets.csv") && !told.contains("pooled"), "{told}");
    let advice = "\n- 1 text stands with more than one label (2 rows): settle which one holds.";
    assert!(told.contains("What to do next\n- Of ") && told.contains(advice), "{told}");
    let html = fs::read_to_string(folder.path().join("report.html")).unwrap();
    assert!(html.contains("on 123 labelled texts of tickets.csv."));
    assert!(html.contains("<code>A-3</code>"), "the mistake is shown");
    assert!(html.contains("1 text stands with more than one label (2 rows)"));
    assert!(html.contains("<code>A-1</code>") && html.contains("<code>A-2</code>"));
    assert!(html.contains(" inquiries, labelled and learned from, would help most."));
}

#[test]
fn a_model_asked_about_its_own_tickets_is_said_to_be() {
    let folder = desk();
    fs::write(folder.path().join("mapping.toml"), MAPPING).unwrap();
    let own = ["tickets.csv", "--mapping", "mapping.toml"];
    let (went_well, _, error) =
        train(&folder, &[&own[..], &["--base", "base.deskhand", "-o", "my.deskhand"]].concat());
    assert!(went_well, "{error}");
    let warns = |model| run("evaluate", &folder, &[&own[..], &["--model", model]].concat()).2;
    assert!(warns("my.deskhand").contains("The model was trained on tickets.csv"));
    assert!(!warns("base.deskhand").contains("was trained on"));
}

#[test]
fn a_curve_of_an_export_begins_at_the_model_one_has_and_ends_at_all_its_tickets() {
    let folder = desk();
    fs::write(folder.path().join("mapping.toml"), MAPPING).unwrap();
    let own = ["tickets.csv", "--mapping", "mapping.toml"];
    let more = ["--base", "base.deskhand", "--repeats", "1", "--sizes", "20,400"];
    let (went_well, told, error) = run("learning_curve", &folder, &[&own[..], &more].concat());
    assert!(went_well, "{error}");
    let lines: Vec<Vec<&str>> =
        told.lines().map(|line| line.split('|').map(str::trim).collect()).collect();
    let numbers: Vec<_> = lines.iter().filter(|line| line.len() > 2).map(|line| line[1]).collect();
    assert_eq!(numbers, ["tickets", "---------", "0", "20", "96"], "{told}");
    let before = figures_of(&folder, &own)["desk_accuracy"].as_f64().unwrap();
    let zero = lines.iter().find(|line| line.get(1) == Some(&"0")).unwrap();
    assert_eq!(zero[2], format!("{:.1} %", 100.0 * before));
    assert_eq!(zero[6], "–", "nothing is trained from scratch on no tickets");

    let few = "body,desk\nno signal,technical\nrefund,service\n";
    fs::write(folder.path().join("few.csv"), few).unwrap();
    let (went_well, _, error) = run("learning_curve", &folder, &["few.csv"]);
    assert!(!went_well && error.contains("too few for a curve: 50 are needed"), "{error}");
}

#[test]
fn each_refusal_to_measure_names_the_remedy() {
    let folder = desk();
    let refused = |args: &[&str], message: &str| {
        let (went_well, told, error) = run("evaluate", &folder, args);
        assert!(!went_well && told.is_empty(), "{told}");
        assert!(error.contains(message), "{error}");
        assert_eq!(error.lines().count(), 1, "{error}");
    };
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    refused(&["tickets.csv"], "draft a mapping with --suggest-mapping of the train example");
    refused(&["tickets.csv", "--desk-column", "Team"], "correct --desk-column");
    refused(&["tickets.csv", "--mapping", "none.toml"], "cannot read none.toml");
    refused(&["none.csv"], "cannot read none.csv");
    write("list.jsonl", "[{\"text\": \"no signal\"}]\n");
    refused(&["list.jsonl"], "list.jsonl: line 1: one JSON object a line is needed");
    write("half.jsonl", "{\"text\": \"no signal\", \"team\": \"technical\"}\n{\"text\": \n");
    refused(&["half.jsonl"], "half.jsonl: line 2: one JSON object a line is needed");
    write("bare.jsonl", "{\"text\": \"no signal\"}\n");
    refused(&["bare.jsonl"], "name it with --desk-column");
    write("empty.jsonl", "{\"text\": \"\", \"team\": \"technical\"}\n");
    refused(&["empty.jsonl"], "the column \"text\" is empty in all 1 rows");
}
