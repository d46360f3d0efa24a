//! How fast answers come: short, ordinary and long texts, plain and not, single and in batches.
//!
//! ```text
//! cargo bench --bench throughput
//! ```
//! Every bench checks its answer. Texts are our own (`benches/texts`, from `models/corpus`).

use deskhand::{Classifier, Inquiry, Scratch};
use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};

fn main() {
    divan::main();
}

const ENGLISH: &str = include_str!("texts/english.txt");
const MODEL: &[u8] = include_bytes!("../models/english.deskhand");

fn inquiries() -> Vec<&'static str> {
    ENGLISH.split("\n%%\n").collect()
}

/// Every eleventh letter exchanged with the next: words that the model does not know.
fn misspelt(text: &str) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    for at in (5..letters.len().saturating_sub(1)).step_by(11) {
        letters.swap(at, at + 1);
    }
    letters.into_iter().collect()
}

/// Accents, curly quotes and emoji.
fn adorned(text: &str) -> String {
    text.replace('e', "é").replace('\'', "\u{2019}").replace(". ", " 😀 ")
}

/// A text by name.
fn text(name: &str) -> String {
    let ordinary = inquiries()[7];
    match name {
        "short" => "No sound from the left speaker".to_owned(),
        "ordinary" => ordinary.to_owned(),
        "long" => ENGLISH.replace("\n%%\n", "\n\n"),
        "misspelt" => misspelt(ordinary),
        "not ASCII" => adorned(ordinary),
        "quoted" => {
            format!("Still broken, please help me again.\n\n> {}", ordinary.replace('\n', "\n> "))
        }
        "HTML" => format!("<p>{}</p>", ordinary.replace('\n', "<br>").replace(' ', "&nbsp;")),
        name => unreachable!("no text called {name}"),
    }
}

#[divan::bench(args = ["short", "ordinary", "long", "misspelt", "not ASCII", "quoted", "HTML"])]
fn triage(bencher: Bencher<'_, '_>, name: &str) {
    let (clerk, text) = (Classifier::bundled(), text(name));
    let mut scratch = Scratch::new();
    let expected = clerk.triage(&text);
    bencher.counter(BytesCount::of_str(&text)).bench_local(|| {
        let answer = clerk.triage_with(black_box(text.as_str()), &mut scratch);
        assert_eq!(answer, expected);
        answer
    });
}

#[divan::bench(args = ["short", "ordinary"])]
fn triage_without_scratch(bencher: Bencher<'_, '_>, name: &str) {
    let (clerk, text) = (Classifier::bundled(), text(name));
    let expected = clerk.triage(&text);
    bencher.counter(BytesCount::of_str(&text)).bench_local(|| {
        let answer = clerk.triage(black_box(text.as_str()));
        assert_eq!(answer, expected);
        answer
    });
}

#[divan::bench(args = ["short", "ordinary", "long"])]
fn explain(bencher: Bencher<'_, '_>, name: &str) {
    let (clerk, text) = (Classifier::bundled(), text(name));
    let mut scratch = Scratch::new();
    let expected = clerk.triage(&text);
    bencher.counter(BytesCount::of_str(&text)).bench_local(|| {
        let why = clerk.explain_with(black_box(text.as_str()), &mut scratch);
        assert_eq!(why.triage(), expected);
        why
    });
}

#[divan::bench]
fn batch(bencher: Bencher<'_, '_>) {
    let (clerk, inquiries) = (Classifier::bundled(), inquiries());
    let bytes: usize = inquiries.iter().map(|text| text.len()).sum();
    let inquiries: Vec<Inquiry<'_>> = inquiries.into_iter().map(Inquiry::new).collect();
    let expected: Vec<_> = inquiries.iter().map(|&inquiry| clerk.triage(inquiry)).collect();
    bencher.counter(BytesCount::new(bytes)).counter(ItemsCount::new(expected.len())).bench_local(
        || {
            let answers = clerk.triage_all(black_box(&inquiries));
            assert_eq!(answers, expected);
            answers
        },
    );
}

/// All checks of a model's bytes, and a copy of them.
#[divan::bench]
fn load(bencher: Bencher<'_, '_>) {
    bencher.counter(BytesCount::of_slice(MODEL)).bench(|| {
        let clerk = Classifier::from_bytes(black_box(MODEL)).expect("a sound model");
        assert_eq!(clerk.model().name(), "english");
        clerk
    });
}
