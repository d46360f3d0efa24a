//! The answer to one inquiry, with places counted as the page counts them: in UTF-16 units.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use deskhand::{Classifier, Evidence, Explanation, Triage};
use serde::Serialize;

/// How many words are listed.
const LISTED: usize = 8;
/// The longest piece of text that is listed, in characters.
const LONGEST: usize = 40;

/// What the page shows of an inquiry.
#[derive(Debug, Serialize)]
pub(crate) struct Answer {
    #[serde(flatten)]
    triage: Triage,
    /// The text's margin and what it would be without a word, in thousandths of log-odds.
    margin: i32,
    bias: i32,
    /// Stretches of the text to mark, in order, none over another.
    marks: Vec<Mark>,
    /// The heaviest words for either desk, heaviest first.
    words: Vec<Word>,
}

/// A stretch of the text, and what the words there add to the margin: above zero for technical.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Mark {
    start: usize,
    end: usize,
    desk: i32,
}

/// Words as the customer wrote them, on one line.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Word {
    text: String,
    desk: i32,
}

impl Answer {
    /// Asks the bundled model.
    pub(crate) fn to(text: &str) -> Answer {
        let why = Classifier::bundled().explain(text);
        Answer {
            triage: why.triage(),
            margin: why.triage().margin(),
            bias: why.desk_bias(),
            marks: marks(text, why.evidence()),
            words: words(text, &why),
        }
    }
}

/// Where words and pairs of words lie over each other, their contributions are added. Blanks at the
/// ends of a mark are left bare.
fn marks(text: &str, evidence: &[Evidence]) -> Vec<Mark> {
    let mut steps: BTreeMap<usize, i32> = BTreeMap::new();
    for found in evidence {
        *steps.entry(found.span().start).or_default() += found.desk();
        *steps.entry(found.span().end).or_default() -= found.desk();
    }
    let mut place = Utf16::of(text);
    let (mut marks, mut from, mut desk) = (Vec::new(), 0, 0);
    for (to, step) in steps {
        let words = text[from..to].trim();
        if desk != 0 && !words.is_empty() {
            let start = to - text[from..to].trim_start().len();
            let (start, end) = (place.of_byte(start), place.of_byte(start + words.len()));
            marks.push(Mark { start, end, desk });
        }
        from = to;
        desk += step;
    }
    marks
}

fn words(text: &str, why: &Explanation) -> Vec<Word> {
    let mut heaviest: Vec<&Evidence> = why.evidence().iter().collect();
    heaviest.retain(|found| found.desk() != 0);
    heaviest.sort_by_key(|found| Reverse(found.desk().abs()));
    let mut listed: Vec<&Evidence> = Vec::new();
    for found in heaviest {
        let again = listed.iter().any(|other| {
            overlap(found, other) || text[found.span()].eq_ignore_ascii_case(&text[other.span()])
        });
        if listed.len() < LISTED && !again {
            listed.push(found);
        }
    }
    listed
        .iter()
        .map(|found| Word { text: quote(&text[found.span()]), desk: found.desk() })
        .collect()
}

fn overlap(one: &Evidence, other: &Evidence) -> bool {
    let (a, b) = (one.span(), other.span());
    a.start < b.end && b.start < a.end
}

/// On one line, and cut where it is very long.
pub(crate) fn quote(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= LONGEST {
        return line;
    }
    line.chars().take(LONGEST).chain(['…']).collect()
}

/// Turns places in bytes, asked for in their order, into places in UTF-16 units.
struct Utf16<'a> {
    rest: &'a str,
    bytes: usize,
    units: usize,
}

impl<'a> Utf16<'a> {
    fn of(text: &'a str) -> Utf16<'a> {
        Utf16 { rest: text, bytes: 0, units: 0 }
    }

    fn of_byte(&mut self, byte: usize) -> usize {
        let (passed, rest) = self.rest.split_at(byte - self.bytes);
        self.units += passed.chars().map(char::len_utf16).sum::<usize>();
        (self.rest, self.bytes) = (rest, byte);
        self.units
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a script would cut out of its own string.
    fn cut(text: &str, mark: &Mark) -> String {
        let units: Vec<u16> = text.encode_utf16().collect();
        String::from_utf16(&units[mark.start..mark.end]).expect("no character is cut in two")
    }

    #[test]
    fn marks_lie_on_the_words_behind_emoji_and_umlauts() {
        let text = "😡😡 Größe übel — please refund my order";
        let answer = Answer::to(text);
        let cuts: Vec<String> = answer.marks.iter().map(|mark| cut(text, mark)).collect();
        assert!(cuts.iter().any(|cut| cut.starts_with("refund")), "{cuts:?}");
        assert!(answer.marks.windows(2).all(|pair| pair[0].end <= pair[1].start));
        assert!(cuts.iter().all(|cut| cut == cut.trim()), "{cuts:?}");
    }

    #[test]
    fn marks_hold_all_that_is_explained() {
        let text = "I was charged twice and the app crashes 💥 since the update";
        let why = Classifier::bundled().explain(text);
        // A mark stands for every letter under it, so a word of n letters counts n times.
        let letters = |text: &str| text.split_whitespace().collect::<String>().chars().count();
        let marked: i64 = Answer::to(text)
            .marks
            .iter()
            .map(|mark| i64::from(mark.desk) * letters(&cut(text, mark)) as i64)
            .sum();
        let explained: i64 = why
            .evidence()
            .iter()
            .map(|found| i64::from(found.desk()) * letters(&text[found.span()]) as i64)
            .sum();
        assert_eq!(marked, explained);
    }

    #[test]
    fn words_are_listed_once_and_heaviest_first() {
        let answer = Answer::to("Refund! REFUND! refund my order, the app is fine");
        let refunds = answer.words.iter().filter(|w| w.text.eq_ignore_ascii_case("refund")).count();
        assert_eq!(refunds, 1, "{:?}", answer.words);
        assert!(answer.words.windows(2).all(|pair| pair[0].desk.abs() >= pair[1].desk.abs()));
    }

    #[test]
    fn nothing_to_mark_is_no_error() {
        for text in ["", " \n", "!!!"] {
            let answer = Answer::to(text);
            assert!(answer.marks.is_empty() && answer.words.is_empty(), "{text:?}: {answer:?}");
            assert_eq!(answer.margin, answer.bias);
        }
    }
}
