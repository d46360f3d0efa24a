//! Whether a batch of inquiries looks like those a model was made for.
//!
//! ```
//! use deskhand::train::drift::{Drift, Profile};
//! use deskhand::{Classifier, Inquiry};
//!
//! let clerk = Classifier::bundled();
//! let past = ["Where is my parcel?", "The app crashes"].map(Inquiry::from);
//! let today = ["Wo ist mein Paket?", "Die App stürzt ab"].map(Inquiry::from);
//! let drift = Drift::between(&Profile::of(clerk, &past), &Profile::of(clerk, &today));
//! assert!(drift.to_string().starts_with("too few to tell"));
//! ```

use std::fmt;

use crate::model::info::ModelInfo;
use crate::scoring::Scratch;
use crate::train::evaluation::Verdict;
use crate::{Classifier, Desk, Inquiry};

/// Steps of the histogram of the technical desk's probability.
pub const STEPS: usize = 10;

/// What a batch of inquiries looks like to a model: shares from 0 to 1.
///
/// # Examples
/// ```
/// use deskhand::train::drift::Profile;
/// use deskhand::{Classifier, Inquiry};
///
/// let batch = ["Where is my parcel?", "Qwertz zuiop"].map(Inquiry::from);
/// let profile = Profile::of(Classifier::bundled(), &batch);
/// assert_eq!(profile.inquiries, 2);
/// assert!(profile.unknown_words > 0.3);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Profile {
    /// How many there are.
    pub inquiries: usize,
    /// Words that the model has not stored, function words not counted.
    pub unknown_words: f64,
    /// Inquiries that go to the technical desk.
    pub technical: f64,
    /// Inquiries given tier 1, 2 and 3.
    pub tiers: [f64; 3],
    /// Inquiries that a person should look at.
    pub review: f64,
    /// Inquiries by the probability of the technical desk, in tenths.
    pub probabilities: [f64; STEPS],
}

impl Profile {
    /// Of a batch, as a classifier answers it.
    ///
    /// # Examples
    /// See [`Profile`].
    #[must_use]
    pub fn of(classifier: &Classifier, inquiries: &[Inquiry<'_>]) -> Self {
        let mut tally = Tally::default();
        let mut scratch = Scratch::new();
        for &inquiry in inquiries {
            let verdict = classifier.triage_with(inquiry, &mut scratch).into();
            let counts = classifier.counts(inquiry, &mut scratch);
            tally.add(&verdict, counts.known, counts.unknown);
        }
        tally.profile()
    }

    /// Of the tickets that a model was made from, if it says so: measured while each was left out.
    ///
    /// # Examples
    /// ```
    /// use deskhand::train::drift::Profile;
    /// let profile = Profile::stored(deskhand::Classifier::bundled().model());
    /// assert!(profile.is_some_and(|profile| profile.inquiries > 1000));
    /// ```
    #[must_use]
    pub fn stored(info: &ModelInfo) -> Option<Self> {
        let numbers = |key: &str| -> Option<Vec<f64>> {
            let line = info.get(&format!("profile.{key}"))?;
            let numbers = line.split(' ').map(|number| number.parse().ok());
            let numbers: Vec<f64> = numbers.collect::<Option<_>>()?;
            numbers.iter().all(|number| number.is_finite()).then_some(numbers)
        };
        let number = |key: &str| numbers(key)?.first().copied();
        Some(Self {
            inquiries: info.get("profile.inquiries")?.parse().ok()?,
            unknown_words: number("unknown_words")?,
            technical: number("technical")?,
            tiers: numbers("tiers")?.try_into().ok()?,
            review: number("review")?,
            probabilities: numbers("probabilities")?.try_into().ok()?,
        })
    }

    /// As lines of a model's description.
    pub(crate) fn to_lines(&self) -> String {
        let list = |numbers: &[f64]| {
            numbers.iter().map(|n| format!("{n:.4}")).collect::<Vec<_>>().join(" ")
        };
        format!(
            "profile.inquiries = {}\nprofile.unknown_words = {:.4}\nprofile.technical = {:.4}\nprofile.tiers = {}\nprofile.review = {:.4}\nprofile.probabilities = {}\n",
            self.inquiries,
            self.unknown_words,
            self.technical,
            list(&self.tiers),
            self.review,
            list(&self.probabilities)
        )
    }
}

/// Adds up what becomes a [`Profile`].
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    inquiries: usize,
    words: u64,
    unknown: u64,
    technical: usize,
    tiers: [usize; 3],
    review: usize,
    steps: [usize; STEPS],
}

impl Tally {
    /// Adds what was answered about an inquiry, and how many of its words were known.
    pub(crate) fn add(&mut self, verdict: &Verdict, known: u64, unknown: u64) {
        self.inquiries += 1;
        self.words += known + unknown;
        self.unknown += unknown;
        self.technical += usize::from(verdict.desk() == Desk::Technical);
        self.tiers[usize::from(verdict.tier.number()) - 1] += 1;
        self.review += usize::from(verdict.review.is_some());
        self.steps[((verdict.technical * STEPS as f64) as usize).min(STEPS - 1)] += 1;
    }

    pub(crate) fn profile(&self) -> Profile {
        let share = |part: usize| part as f64 / self.inquiries.max(1) as f64;
        Profile {
            inquiries: self.inquiries,
            unknown_words: self.unknown as f64 / self.words.max(1) as f64,
            technical: share(self.technical),
            tiers: self.tiers.map(share),
            review: share(self.review),
            probabilities: self.steps.map(share),
        }
    }
}

/// How far a batch lies from what a model was made from.
///
/// Printed, it is one line that says whether to worry and why.
///
/// # Examples
/// ```
/// use deskhand::train::drift::{Drift, Profile};
///
/// let quiet = Drift::between(&Profile::default(), &Profile::default());
/// assert!(!quiet.is_different());
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Drift {
    /// What the model was made from.
    pub then: Profile,
    /// The batch.
    pub now: Profile,
    /// The population stability index of the probabilities: below 0.1 steady, above 0.25 a
    /// different population.
    pub stability: f64,
    /// What differs, in words; empty if nothing does.
    pub findings: Vec<String>,
}

/// Inquiries below which shares say nothing.
const FEWEST: usize = 30;

impl Drift {
    /// Compares two profiles.
    ///
    /// # Examples
    /// See the [module](self).
    #[must_use]
    pub fn between(then: &Profile, now: &Profile) -> Self {
        let stability = stability(&then.probabilities, &now.probabilities, now.inquiries);
        let findings = findings(then, now, stability);
        Self { then: then.clone(), now: now.clone(), stability, findings }
    }

    /// Whether the batch differs so much that the model's figures may not hold for it.
    ///
    /// # Examples
    /// See [`Drift`].
    #[must_use]
    pub fn is_different(&self) -> bool {
        self.now.inquiries >= FEWEST && !self.findings.is_empty()
    }
}

impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.now.inquiries < FEWEST {
            return write!(
                f,
                "too few to tell: {} inquiries, at least {FEWEST} are needed",
                self.now.inquiries
            );
        }
        if self.findings.is_empty() {
            let (now, then) = (percent(self.now.unknown_words), percent(self.then.unknown_words));
            return write!(
                f,
                "this batch looks like training: {now} unknown words, the model was trained at {then}"
            );
        }
        write!(f, "this batch looks different from training: {}", self.findings.join("; "))
    }
}

fn findings(then: &Profile, now: &Profile, stability: f64) -> Vec<String> {
    let mut findings = Vec::new();
    if now.unknown_words > then.unknown_words + 0.05 && now.unknown_words > 1.5 * then.unknown_words
    {
        let (now, then) = (percent(now.unknown_words), percent(then.unknown_words));
        findings.push(format!("{now} unknown words, model was trained at {then}"));
    }
    let shares = [
        ("go to the technical desk", now.technical, then.technical),
        ("are tier 1", now.tiers[0], then.tiers[0]),
        ("are tier 2", now.tiers[1], then.tiers[1]),
        ("are tier 3", now.tiers[2], then.tiers[2]),
        ("go to a person", now.review, then.review),
    ];
    for (what, now_share, then_share) in shares {
        if differs(now_share, now.inquiries, then_share, then.inquiries) {
            findings.push(format!("{} {what}, were {}", percent(now_share), percent(then_share)));
        }
    }
    if stability > 0.25 {
        findings.push(format!(
            "the probabilities are spread differently (index {stability:.2}, 0.25 is a lot)"
        ));
    }
    findings
}

/// A tenth apart, and more than chance would have it (four standard errors).
fn differs(now: f64, n: usize, then: f64, m: usize) -> bool {
    let error =
        (now * (1.0 - now) / n.max(1) as f64 + then * (1.0 - then) / m.max(1) as f64).sqrt();
    (now - then).abs() > 0.1_f64.max(4.0 * error)
}

/// The population stability index, smoothed by half an inquiry a step.
fn stability(then: &[f64; STEPS], now: &[f64; STEPS], inquiries: usize) -> f64 {
    let least = 0.5 / inquiries.max(1) as f64;
    let term = |(then, now): (&f64, &f64)| {
        let (then, now) = (then.max(least), now.max(least));
        (now - then) * libm::log(now / then)
    };
    then.iter().zip(now).map(term).sum()
}

fn percent(share: f64) -> String {
    format!("{:.0} %", 100.0 * share)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile() -> Profile {
        Profile {
            inquiries: 500,
            unknown_words: 0.06,
            technical: 0.5,
            tiers: [0.6, 0.3, 0.1],
            review: 0.1,
            probabilities: [0.1; STEPS],
        }
    }

    #[test]
    fn a_line_says_what_differs() {
        let now = Profile { unknown_words: 0.31, technical: 0.8, ..profile() };
        let drift = Drift::between(&profile(), &now);
        assert!(drift.is_different());
        assert_eq!(
            drift.to_string(),
            "this batch looks different from training: 31 % unknown words, model was trained at 6 %; \
             80 % go to the technical desk, were 50 %"
        );
    }

    #[test]
    fn the_same_looks_the_same() {
        let drift = Drift::between(&profile(), &profile());
        assert!(!drift.is_different());
        assert!(drift.to_string().starts_with("this batch looks like training: 6 %"));
    }

    #[test]
    fn few_inquiries_say_nothing() {
        let now = Profile { inquiries: 5, unknown_words: 0.9, ..profile() };
        assert!(!Drift::between(&profile(), &now).is_different());
    }
}
