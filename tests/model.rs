//! The bundled model is the one that `models/english.toml` describes.

use deskhand::Classifier;
use sha2::{Digest, Sha256};

const MODEL: &[u8] = include_bytes!("../models/english.deskhand");

fn description() -> toml::Table {
    include_str!("../models/english.toml").parse().expect("a TOML file")
}

#[test]
fn checksum_and_size_are_the_described_ones() {
    let description = description();
    let sha256: String = Sha256::digest(MODEL).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(description["sha256"].as_str(), Some(sha256.as_str()));
    assert_eq!(description["bytes"].as_integer(), Some(MODEL.len() as i64));
    assert_eq!(Classifier::bundled().model().size(), MODEL.len());
}

#[test]
fn it_is_small() {
    assert!(MODEL.len() <= 1_500_000, "{} bytes", MODEL.len());
}

#[test]
fn metrics_inside_are_the_described_ones() {
    let description = description();
    let described = description["metrics"].as_table().expect("a table");
    let inside: Vec<_> = Classifier::bundled().model().metrics().collect();
    assert_eq!(inside.len(), described.len());
    for (name, value) in inside {
        assert_eq!(described[name].as_float(), Some(value), "{name}");
    }
}

#[test]
fn data_inside_is_the_described_one() {
    let description = description();
    let described = description["data"].as_array().expect("an array").iter();
    let described: Vec<_> = described
        .map(|set| format!("{}, {} rows", set["name"].as_str().unwrap(), set["rows"]))
        .collect();
    let inside: Vec<_> = Classifier::bundled().model().training_data().collect();
    assert_eq!(inside, described);
}

/// Rows of the corpus in the repository that the description names, by checksum: the model can be
/// rebuilt from what it says it was built from.
#[test]
fn own_corpora_are_those_it_was_trained_on() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/models/corpus");
    let description = description();
    let mut own = 0;
    for set in description["data"].as_array().expect("an array") {
        let name = set["name"].as_str().unwrap();
        if !name.starts_with("written-") {
            continue;
        }
        let bytes = std::fs::read(format!("{folder}/{name}.jsonl")).expect(name);
        let sha256: String = Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(set["sha256"].as_str(), Some(sha256.as_str()), "{name}");
        own += 1;
    }
    assert!(own >= 20, "{own} corpora");
}
