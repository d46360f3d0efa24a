//! The verdict on a ticket, as it is answered.

use std::cell::RefCell;

use deskhand::{Classifier, Explanation, Inquiry, Part, Scratch, Triage};
use serde::Serialize;

use crate::help_desk::Ticket;

/// How many deciding words are named.
const WORDS: usize = 3;

/// What the ticket needs, and the words that say so.
#[derive(Debug, Serialize)]
pub struct Verdict {
    #[serde(flatten)]
    pub triage: Triage,
    because: Vec<String>,
}

impl Verdict {
    /// Judges a ticket; takes microseconds.
    pub fn on(ticket: &Ticket, classifier: &Classifier) -> Self {
        thread_local!(static SCRATCH: RefCell<Scratch> = RefCell::new(Scratch::new()));
        let inquiry = Inquiry::new(&ticket.body).subject(&ticket.subject);
        let why = SCRATCH.with_borrow_mut(|scratch| classifier.explain_with(inquiry, scratch));
        Self { triage: why.triage(), because: because(&why, ticket) }
    }
}

/// The heaviest words, each once; not a pair of words with a tag between.
fn because(why: &Explanation, ticket: &Ticket) -> Vec<String> {
    let text = |part| match part {
        Part::Subject => &ticket.subject,
        Part::Body => &ticket.body,
    };
    let heaviest = why.because(4 * WORDS);
    let mut words: Vec<String> = Vec::with_capacity(WORDS);
    let heaviest = heaviest.iter().map(|word| &text(word.part())[word.span()]);
    for word in heaviest.filter(|word| !word.contains('<')) {
        let is_new = !words.iter().any(|other| other.eq_ignore_ascii_case(word));
        if is_new && words.len() < WORDS {
            words.push(word.to_owned());
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn because(body: &str) -> Vec<String> {
        let ticket = Ticket { at: None, subject: String::new(), body: body.to_owned() };
        Verdict::on(&ticket, Classifier::bundled()).because
    }

    #[test]
    fn words_are_named_once_and_without_markup() {
        let html = "<p>How <b>do</b> <i>I</i> change <u>my</u> ringtone? How <b>do</b> I?</p>";
        let named = because(html);
        assert!(!named.is_empty() && named.len() <= WORDS);
        assert!(named.iter().all(|word| !word.contains('<')), "{named:?}");
        let again = because("REFUND refund Refund");
        assert_eq!(again.iter().filter(|word| word.eq_ignore_ascii_case("refund")).count(), 1);
    }
}
