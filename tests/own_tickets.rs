//! A model of one's own: what is refused and with what remedy, that it gets better, that it can be
//! used without the feature it was made with.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use deskhand::train::adapt::{AdaptError, Options, Ticket, adapt};
use deskhand::train::corpus::{Row, Source};
use deskhand::train::drift::{Drift, Profile};
use deskhand::train::evaluation::{Figures, answer};
use deskhand::train::inspect;
use deskhand::train::settings::Settings;
use deskhand::train::trainer;
use deskhand::train::vectors::Vectors;
use deskhand::{Classifier, Desk, Inquiry, Tier};
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

/// The example as `cargo test` builds it, beside this test.
fn train(folder: &TempDir, args: &[&str]) -> (bool, String, String) {
    let test = std::env::current_exe().unwrap();
    let profile = test.parent().and_then(Path::parent).unwrap();
    let program = profile.join("examples").join(format!("train{}", std::env::consts::EXE_SUFFIX));
    assert!(program.is_file(), "run `cargo build --features train --example train` first");
    let ran = Command::new(program).args(args).current_dir(folder.path()).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (ran.status.success(), text(ran.stdout), text(ran.stderr))
}

/// A folder with an export as a help desk would have it.
fn desk() -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("base.deskhand"), &*BASE).unwrap();
    let mut csv = csv::Writer::from_path(folder.path().join("tickets.csv")).unwrap();
    csv.write_record(["Number", "Subject", "Description", "Queue", "Priority", "Notes"]).unwrap();
    for row in &COMPLAINTS[..120] {
        let queue = match row.desk {
            Some(Desk::Technical) => "Tech Support",
            Some(Desk::Service) => "Billing",
            None => "Spam",
        };
        let tier = row.tier.map_or(String::new(), |tier| format!("P{}", 4 - tier.number()));
        csv.write_record([&row.id, &row.subject, &row.body, queue, &tier, ""]).unwrap();
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
