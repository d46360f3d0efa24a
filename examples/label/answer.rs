//! What `deskhand` says of one inquiry, and its words for a reader.

use std::fmt::Write;

use deskhand::{Classifier, Evidence, Inquiry, Part, Scratch, Triage};

/// How many words `because` names, in brief and at length.
const BRIEF: usize = 3;
const DETAILED: usize = 10;
/// The same words are named once; so more are asked for.
const TWICE: usize = 2;

/// A classifier, and how it gives its reasons. Shared by all threads.
pub(crate) struct Labeller {
    classifier: Classifier,
    words: usize,
    weights: bool,
}

/// What one thread keeps between two inquiries.
#[derive(Default)]
pub(crate) struct Memory {
    scratch: Scratch,
    /// The reasons for the latest answer.
    pub(crate) because: String,
}

impl Labeller {
    /// Gives no reasons.
    pub(crate) fn silent(classifier: Classifier) -> Labeller {
        Labeller { classifier, words: 0, weights: false }
    }

    /// Gives the heaviest words.
    pub(crate) fn brief(classifier: Classifier) -> Labeller {
        Labeller { classifier, words: BRIEF, weights: false }
    }

    /// Gives more words, and their weights.
    pub(crate) fn detailed(classifier: Classifier) -> Labeller {
        Labeller { classifier, words: DETAILED, weights: true }
    }

    /// Labels one inquiry; the reasons are left in `memory`.
    pub(crate) fn label(&self, subject: &str, body: &str, memory: &mut Memory) -> Triage {
        memory.because.clear();
        let inquiry = Inquiry::new(body).subject(subject);
        if self.words == 0 {
            return self.classifier.triage_with(inquiry, &mut memory.scratch);
        }
        let explanation = self.classifier.explain_with(inquiry, &mut memory.scratch);
        let mut named: Vec<&Evidence> = Vec::with_capacity(self.words);
        for evidence in explanation.because(TWICE * self.words) {
            let words = words(evidence, subject, body);
            let again = named.iter().any(|other| {
                overlap(evidence, other)
                    || words.eq_ignore_ascii_case(self::words(other, subject, body))
            });
            if named.len() < self.words && !again {
                named.push(evidence);
                self.quote(words, evidence.desk(), &mut memory.because);
            }
        }
        explanation.triage()
    }

    /// Adds words as the customer wrote them, on one line.
    fn quote(&self, words: &str, weight: i32, because: &mut String) {
        let separator = if because.is_empty() { "" } else { "; " };
        because.push_str(separator);
        for (index, word) in words.split_whitespace().enumerate() {
            because.push_str(if index > 0 { " " } else { "" });
            because.push_str(word);
        }
        if self.weights {
            // Writing to a string can't fail.
            let _ = write!(because, " ({weight:+})");
        }
    }
}

/// Whether two pieces of evidence share a word: "cancel" and "cancel my" are named once.
fn overlap(one: &Evidence, other: &Evidence) -> bool {
    let (a, b) = (one.span(), other.span());
    one.part() == other.part() && a.start < b.end && b.start < a.end
}

fn words<'a>(evidence: &Evidence, subject: &'a str, body: &'a str) -> &'a str {
    let text = match evidence.part() {
        Part::Subject => subject,
        _ => body,
    };
    &text[evidence.span()]
}
