//! What callers may rely on: the names, their traits, the words of errors.

use std::panic::{RefUnwindSafe, UnwindSafe};

use deskhand::{
    Classifier, Desk, Evidence, Explanation, Inquiry, ModelError, ModelInfo, Part, Policy,
    PolicyError, ReviewReason, Scratch, Tier, Triage,
};

mod support;

fn crosses_threads<T: Send + Sync + UnwindSafe + RefUnwindSafe + Unpin + 'static>() {}

#[test]
fn everything_crosses_threads_and_panics() {
    crosses_threads::<Classifier>();
    crosses_threads::<Scratch>();
    crosses_threads::<Triage>();
    crosses_threads::<Explanation>();
    crosses_threads::<Evidence>();
    crosses_threads::<Policy>();
    crosses_threads::<ModelInfo>();
    crosses_threads::<ModelError>();
    crosses_threads::<PolicyError>();
    crosses_threads::<Inquiry<'static>>();
    crosses_threads::<(Desk, Tier, Part, ReviewReason)>();
}

fn is_value<T: Copy + Eq + std::hash::Hash + std::fmt::Debug>() {}
fn is_error<T: std::error::Error + Clone + PartialEq>() {}

#[test]
fn answers_are_values_and_errors_are_errors() {
    is_value::<Triage>();
    is_value::<(Desk, Tier, Part, ReviewReason)>();
    is_value::<Inquiry<'static>>();
    is_error::<ModelError>();
    is_error::<PolicyError>();
    assert!(Desk::Service < Desk::Technical && Tier::One < Tier::Two && Tier::Two < Tier::Three);
    assert!(size_of::<Triage>() <= 32, "{} bytes", size_of::<Triage>());
}

#[test]
fn labels_are_written_as_they_are_documented() {
    assert_eq!([Desk::Service, Desk::Technical].map(Desk::as_str), ["service", "technical"]);
    assert_eq!([Tier::One, Tier::Two, Tier::Three].map(Tier::number), [1, 2, 3]);
    let reasons = [
        (ReviewReason::Empty, "empty"),
        (ReviewReason::NotEnglish, "not-english"),
        (ReviewReason::Unfamiliar, "unfamiliar"),
        (ReviewReason::NoInquiry, "no-inquiry"),
        (ReviewReason::BothDesks, "both-desks"),
        (ReviewReason::TooClose, "too-close"),
    ];
    for (reason, word) in reasons {
        assert_eq!((reason.as_str(), reason.to_string().as_str()), (word, word));
    }
    assert_eq!(format!("{:>10}|{:<4}|", Desk::Service, Tier::Two), "   service|2   |");
}

#[test]
fn model_errors_say_what_is_wrong_and_what_to_do() {
    let table = [
        (
            ModelError::TooNew { found: 2, supported: 1 },
            "the model has format version 2, this program reads up to 1: update deskhand",
        ),
        (
            ModelError::OtherPipeline { found: 7, supported: 1 },
            "the model was fitted for text pipeline 7, this program has 1: train it again with this \
             version of deskhand",
        ),
        (
            ModelError::WrongLength { expected: 1_000, found: 10 },
            "the model should have 1000 bytes and has 10: copy the file again, whole",
        ),
        (
            ModelError::Damaged { expected: 0xAB, found: 0xCD },
            "the model is damaged: its checksum is 00000000000000cd instead of 00000000000000ab; \
             copy the file again",
        ),
        (
            ModelError::BadSection { section: "WORD".into(), problem: "is missing" },
            "section \"WORD\" of the model is missing: train or download the model again",
        ),
        (
            ModelError::NotAModel,
            "this is not a deskhand model: it does not begin with \"deskhand model\"; check that \
             the path names a .deskhand file",
        ),
    ];
    for (error, message) in table {
        assert_eq!(error.to_string(), message);
    }
}

#[test]
fn policy_errors_say_what_is_allowed() {
    let policy = Policy::default();
    let costs = "must be from 0.01 to 1000, not";
    let table = [
        (
            policy.min_probability(0.2),
            "min_probability must be from 0.5 up to but not including 1, not 0.2".into(),
        ),
        (
            policy.min_probability(f64::NAN),
            "min_probability must be from 0.5 up to but not including 1, not NaN".into(),
        ),
        (policy.target_accuracy(1.5), "target_accuracy must be from 0.5 to 1, not 1.5".into()),
        (policy.missed_tier_2_cost(0.0), format!("missed_tier_2_cost {costs} 0")),
        (policy.missed_tier_3_cost(f64::INFINITY), format!("missed_tier_3_cost {costs} inf")),
        (policy.missed_tier_3_cost(-1.0), format!("missed_tier_3_cost {costs} -1")),
    ];
    for (refused, message) in table {
        assert_eq!(refused.unwrap_err().to_string(), message);
    }
    let out_of_reach = PolicyError::AccuracyOutOfReach { wanted: 1.0, best: 0.99 };
    assert_eq!(
        out_of_reach.to_string(),
        "the model never reached an accuracy of 1 on its calibration data, at best 0.99: ask for less"
    );
}

#[cfg(feature = "bundled")]
#[test]
fn threads_share_a_classifier() {
    let texts = ["the screen is black", "refund me please", "qzx vlorp"];
    let clerk = Classifier::bundled();
    let alone = texts.map(|text| clerk.triage(text));
    let ask = move || texts.map(|text| Classifier::bundled().triage(text));
    let threads: Vec<_> = (0..8).map(|_| std::thread::spawn(ask)).collect();
    for thread in threads {
        assert_eq!(thread.join().unwrap(), alone);
    }
}

/// The public surface, line by line. `UPDATE_API=1 cargo test --test api` writes it anew.
#[test]
fn the_public_surface_is_the_reviewed_one() {
    let snapshot = support::here("tests/data/public-api.txt");
    let Some(surface) = surface() else { return };
    if std::env::var_os("UPDATE_API").is_some() {
        std::fs::write(&snapshot, &surface).unwrap();
    }
    let reviewed = std::fs::read_to_string(&snapshot).unwrap();
    let changed = |a: &str, b: &str, sign: &str| {
        let known: std::collections::BTreeSet<&str> = b.lines().collect();
        let lines = a.lines().filter(|line| !known.contains(line));
        lines.map(|line| format!("{sign} {line}\n")).collect::<String>()
    };
    let difference = changed(&reviewed, &surface, "-") + &changed(&surface, &reviewed, "+");
    assert!(difference.is_empty(), "the public surface changed:\n{difference}");
}

/// What `cargo public-api` says; `None`, and why, where the tool or its nightly compiler is missing.
fn surface() -> Option<String> {
    let target = std::env::temp_dir().join("deskhand-public-api");
    let output = std::process::Command::new("cargo")
        .args(["+nightly", "public-api", "--features", "serde", "-ss", "--target-dir"])
        .arg(&target)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_remove("RUSTC")
        .output();
    match output {
        Ok(output) if output.status.success() => Some(String::from_utf8(output.stdout).unwrap()),
        Ok(output) => {
            let complaint = String::from_utf8_lossy(&output.stderr);
            println!("skipped: cargo public-api does not run: {}", complaint.trim());
            None
        }
        Err(error) => {
            println!("skipped: cargo does not run: {error}");
            None
        }
    }
}
