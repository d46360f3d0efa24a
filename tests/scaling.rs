//! Time is linear in the length of the text, from ten bytes to ten megabytes, whatever stands in it.
//!
//! Processor time of one thread, against wide bounds: what is quadratic exceeds them by orders of
//! magnitude.

use std::hint::black_box;

use cpu_time::ThreadTime;
use deskhand::{Classifier, Scratch};

/// Nanoseconds a byte; the best of several runs, as only disturbances add to it.
fn cost(text: &str) -> f64 {
    let clerk = Classifier::bundled();
    let mut scratch = Scratch::new();
    let passes = (200_000 / text.len()).max(1);
    let run = |_| {
        let start = ThreadTime::now();
        for _ in 0..passes {
            black_box(clerk.triage_with(black_box(text), &mut scratch));
        }
        start.elapsed().as_secs_f64() * 1e9 / (passes * text.len()) as f64
    };
    (0..3).map(run).fold(f64::MAX, f64::min)
}

fn of_length(part: &str, length: usize) -> String {
    part.repeat(length.div_ceil(part.len()))
}

const ORDINARY: &str =
    "Since the update the scanner stops with error 0x80070005 and I want a refund. ";

/// Texts that a careless rule would read again and again.
const HOSTILE: &[(&str, &str)] = &[
    ("one endless word", "a"),
    ("one endless word of another script", "ä"),
    ("all punctuation", "?!.,;:"),
    ("all emoji", "😀👍🏽"),
    ("all quotes", "\""),
    ("all apostrophes", "'"),
    ("one shape", "£12.50 "),
    ("one chunk of shapes", "1.2.3:4/5-6@"),
    ("nested quotation marks", "> "),
    ("quotation marks on lines", ">\n"),
    ("unclosed tags", "<a href="),
    ("unclosed comments", "<!--"),
    ("ampersands", "&"),
    ("letters by entity", "&eacute;"),
    ("words in tags", "<b>word</b> "),
    ("open quotations", "<blockquote>"),
    ("quotations", "<blockquote>a</blockquote>b "),
    ("closings", "Thanks\nAnn\n"),
    ("headers", "From: a\nTo: b\n"),
    ("newlines", "\n"),
    ("blanks", " "),
    ("control characters", "\u{1}"),
    ("combining marks", "e\u{301}"),
    ("unknown words", "zqxv wkjq "),
];

#[test]
fn ordinary_text_costs_the_same_a_byte_at_any_length() {
    let typical = cost(&of_length(ORDINARY, 1_000));
    for length in [100, 10_000, 100_000, 1_000_000, 10_000_000] {
        let found = cost(&of_length(ORDINARY, length));
        assert!(found < typical * 12.0 + 5.0, "{length} bytes: {found} ns/byte, {typical} at 1 kB");
    }
    // Ten bytes bear what every inquiry costs.
    let short = cost("No signal!") * 10.0;
    assert!(short < 50_000.0, "{short} ns for ten bytes");
}

#[test]
fn no_text_is_worse_than_linear() {
    for (name, part) in HOSTILE {
        let [small, large] = [10_000, 1_000_000].map(|length| cost(&of_length(part, length)));
        // A hundred times the text, if quadratic, costs a hundred times as much a byte.
        assert!(large < small * 12.0 + 20.0, "{name}: {small} then {large} ns/byte");
    }
}

#[test]
fn deeply_nested_quotation_is_read_in_a_blink() {
    let markers = format!("{} hello\n", ">".repeat(100_000));
    let found = cost(&markers.repeat(10));
    assert!(found < 1_000.0, "{found} ns/byte");
}
