//! The heaviest words of each head. A model holds hashes only: the words come from texts.

use std::collections::{BTreeMap, BTreeSet};

use crate::features;
use crate::{Classifier, Desk, Inquiry};

/// The heaviest words of one head.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct HeavyWords {
    /// What a positive weight speaks for.
    pub towards: &'static str,
    /// What a negative weight speaks for.
    pub away: &'static str,
    /// Heaviest first.
    pub positive: Vec<HeavyWord>,
    /// Heaviest first.
    pub negative: Vec<HeavyWord>,
}

/// A word, or two neighbouring words.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct HeavyWord {
    /// As it stands in a text, in lower case; a kind of word as `<number>`.
    pub words: String,
    /// What it adds to the log-odds of a text that holds nothing else.
    pub weight: f64,
    /// Number of texts that hold it.
    pub texts: usize,
}

/// What a word adds to each head; in the order of [`HEADS`].
type Weights = [f64; 5];

const HEADS: [(&str, &str); 5] = [
    ("technical desk", "service desk"),
    ("asks for service", "does not ask for service"),
    ("asks for technical", "does not ask for technical"),
    ("tier 2 or above", "tier 1"),
    ("tier 3", "tier 1 or 2"),
];

/// Where there are more texts than this, a word counts from its second text on.
const FEW_TEXTS: usize = 100;

/// The `n` heaviest words and pairs of words of each head, towards either side, among those that
/// occur in these texts. The heads that tell whether a desk is asked for at all list words only.
///
/// # Examples
/// ```
/// use deskhand::{Classifier, Inquiry, train::report::heaviest};
///
/// let texts = [Inquiry::new("the screen stays black"), Inquiry::new("refund my invoice")];
/// let desk = &heaviest(Classifier::bundled(), &texts, 3)[0];
/// assert_eq!(desk.towards, "technical desk");
/// assert!(desk.negative.iter().any(|word| word.words == "refund"));
/// ```
#[must_use]
pub fn heaviest(classifier: &Classifier, texts: &[Inquiry<'_>], n: usize) -> Vec<HeavyWords> {
    let scale = Scale::of(classifier);
    let weighed: Vec<_> = met_in(texts)
        .into_iter()
        .filter_map(|(key, met)| Some((shown(&key, &met), scale.weigh(&met)?, met.texts)))
        .collect();
    let top = |head: usize, sign: f64| {
        let mut words: Vec<_> = weighed.iter().filter(|w| w.1[head] * sign > 0.0).collect();
        words.sort_by(|a, b| (b.1[head] * sign).total_cmp(&(a.1[head] * sign)));
        let heavy = |(words, weights, texts): &&(String, Weights, usize)| HeavyWord {
            words: words.clone(),
            weight: weights[head],
            texts: *texts,
        };
        words.iter().take(n).map(heavy).collect()
    };
    let of_head = |(head, (towards, away)): (usize, _)| HeavyWords {
        towards,
        away,
        positive: top(head, 1.0),
        negative: top(head, -1.0),
    };
    HEADS.into_iter().enumerate().map(of_head).collect()
}

/// A word or pair as it was met.
struct Met {
    /// One word or two, as they stand in the text where they were met first.
    spelling: Vec<String>,
    texts: usize,
}

/// Words and pairs of the texts by what the tokenizer calls them.
fn met_in(texts: &[Inquiry<'_>]) -> BTreeMap<String, Met> {
    let mut all: BTreeMap<String, Met> = BTreeMap::new();
    for &inquiry in texts {
        let mut seen = BTreeSet::new();
        let mut last: Option<(crate::Part, String, String)> = None;
        features::read(inquiry, &mut Vec::new(), |part, token| {
            let text = match part {
                crate::Part::Subject => inquiry.subject_line(),
                crate::Part::Body => inquiry.body(),
            };
            let key = String::from_utf8_lossy(token.key).into_owned();
            let word = text[token.start..token.end].to_owned();
            let before = last.replace((part, key.clone(), word.clone()));
            let pair = before.filter(|(p, _, _)| *p == part);
            let pair = pair.map(|(_, k, w)| (format!("{k} {key}"), vec![w, word.clone()]));
            for (key, spelling) in [(key, vec![word])].into_iter().chain(pair) {
                let met = all.entry(key.clone()).or_insert(Met { spelling, texts: 0 });
                met.texts += usize::from(seen.insert(key));
            }
        });
    }
    let fewest = if texts.len() > FEW_TEXTS { 2 } else { 1 };
    all.retain(|_, met| met.texts >= fewest);
    all
}

fn shown(key: &str, met: &Met) -> String {
    let spelling = met.spelling.join(" ");
    if key.contains('<') { format!("{key} ({spelling})") } else { key.to_owned() }
}

/// Looks words up in a model.
struct Scale<'m> {
    classifier: &'m Classifier,
    /// Log-odds that a text without a word asks for either desk.
    empty: [f64; 2],
}

impl<'m> Scale<'m> {
    fn of(classifier: &'m Classifier) -> Self {
        Self { classifier, empty: asks(classifier, "") }
    }

    /// `None` where the word, standing alone, is not what was met in the text.
    fn weigh(&self, met: &Met) -> Option<Weights> {
        let text = met.spelling.join(" ");
        let why = self.classifier.explain(text.as_str());
        let whole: Vec<_> = why.evidence().iter().filter(|e| e.span() == (0..text.len())).collect();
        let [only] = whole[..] else { return None };
        let log_odds = [only.desk(), only.tier_2(), only.tier_3()].map(|m| f64::from(m) / 1000.0);
        let asks = match met.spelling.len() {
            1 => asks(self.classifier, &text),
            _ => self.empty,
        };
        let [service, technical] = [asks[0] - self.empty[0], asks[1] - self.empty[1]];
        Some([log_odds[0], service, technical, log_odds[1], log_odds[2]])
    }
}

/// Log-odds that a text asks for service, and for technical.
fn asks(classifier: &Classifier, text: &str) -> [f64; 2] {
    let triage = classifier.triage(text);
    [Desk::Service, Desk::Technical].map(|desk| {
        let p = f64::from(triage.asks_for(desk)).clamp(1e-6, 1.0 - 1e-6);
        (p / (1.0 - p)).ln()
    })
}
