//! Without an argument: the sample as a table.

use crate::support::{Folder, column, label, program, run};

const SAMPLE: &str = include_str!("../../examples/data/tickets.csv");

#[test]
fn the_sample_is_shown_as_a_table_in_any_folder() {
    let folder = Folder::new();
    let output = label(&[]).current_dir(folder.path("")).output().expect("runs");
    let table = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(output.status.success());
    for id in column(SAMPLE, "id") {
        assert!(table.contains(&id), "{id}");
    }
    assert!(table.contains("rows    24 in, 24 out") && table.contains("label --help"), "{table}");
    let widest = table.lines().map(|line| line.chars().count()).max();
    assert!(widest <= Some(120), "{widest:?}");
}

#[test]
fn the_sample_shows_both_desks_all_tiers_and_some_reviews() {
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/tickets.csv");
    let ran = run(&[sample]);
    let has = |name: &str, value: &str| column(ran.text(), name).iter().any(|other| other == value);
    assert!(has("desk", "service") && has("desk", "technical"));
    assert!(has("tier", "1") && has("tier", "2") && has("tier", "3"));
    assert!(has("review", "") && has("review", "empty"));
    assert!(ran.err.contains("bad     0"), "{}", ran.err);
}

#[test]
fn the_program_lies_where_the_other_tests_look() {
    assert!(program().ends_with(format!("examples/label{}", std::env::consts::EXE_SUFFIX)));
}
