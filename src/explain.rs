//! Which words decided: contributions with byte spans, adding up to the margin exactly.

use std::ops::Range;

use crate::inquiry::Part;
use crate::model::calibration::Output;
use crate::model::weights::Weights;
use crate::triage::{Desk, Triage};

/// An answer with the words behind it.
///
/// For the desk and for both tier thresholds, the contributions of all [`evidence`] and the bias
/// add up to the margin, exactly.
///
/// [`evidence`]: Explanation::evidence
///
/// # Examples
/// ```
/// use deskhand::Classifier;
///
/// let text = "Please refund the second payment";
/// let why = Classifier::bundled().explain(text);
/// let sum: i32 = why.evidence().iter().map(|word| word.desk()).sum();
/// assert_eq!(sum + why.desk_bias(), why.triage().margin());
///
/// let heaviest = &text[why.because(1)[0].span()];
/// assert!(heaviest.contains("refund"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    triage: Triage,
    evidence: Vec<Evidence>,
    biases: [i32; 3],
}

/// What one word, or two neighbouring words together, added to the margins.
///
/// In thousandths of log-odds. The contributions of a text are rounded so that they add up; a
/// word's may differ by one from the same word's elsewhere in the text.
///
/// # Examples
/// ```
/// let why = deskhand::Classifier::bundled().explain("the app crashes");
/// assert!(why.evidence().iter().any(|word| word.desk() > 0));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Evidence {
    part: Part,
    start: usize,
    end: usize,
    desk: i32,
    tier_2: i32,
    tier_3: i32,
}

impl Evidence {
    /// The part of the inquiry that [`span`](Evidence::span) points into.
    ///
    /// # Examples
    /// ```
    /// # use deskhand::{Classifier, Inquiry, Part};
    /// let why = Classifier::bundled().explain(Inquiry::new("").subject("refund"));
    /// assert_eq!(why.evidence()[0].part(), Part::Subject);
    /// ```
    #[must_use]
    pub fn part(&self) -> Part {
        self.part
    }

    /// Where the words stand: a byte range of the caller's own text, on char boundaries.
    ///
    /// # Examples
    /// ```
    /// let text = "No refund yet";
    /// let why = deskhand::Classifier::bundled().explain(text);
    /// assert!(why.evidence().iter().any(|word| &text[word.span()] == "refund"));
    /// ```
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.start..self.end
    }

    /// Towards the technical desk above zero, towards the service desk below.
    ///
    /// # Examples
    /// ```
    /// let why = deskhand::Classifier::bundled().explain("refund");
    /// assert!(why.evidence()[0].desk() < 0);
    /// ```
    #[must_use]
    pub fn desk(&self) -> i32 {
        self.desk
    }

    /// Towards tier 2 or above.
    ///
    /// # Examples
    /// ```
    /// let why = deskhand::Classifier::bundled().explain("supervisor");
    /// assert!(why.evidence()[0].tier_2() > 0);
    /// ```
    #[must_use]
    pub fn tier_2(&self) -> i32 {
        self.tier_2
    }

    /// Towards tier 3.
    ///
    /// # Examples
    /// ```
    /// let why = deskhand::Classifier::bundled().explain("lawyer");
    /// assert!(why.evidence()[0].tier_3() > 0);
    /// ```
    #[must_use]
    pub fn tier_3(&self) -> i32 {
        self.tier_3
    }
}

impl Explanation {
    /// The answer: what [`Classifier::triage`](crate::Classifier::triage) gives for the same text.
    ///
    /// # Examples
    /// ```
    /// let clerk = deskhand::Classifier::bundled();
    /// assert_eq!(clerk.explain("no signal").triage(), clerk.triage("no signal"));
    /// ```
    #[must_use]
    pub fn triage(&self) -> Triage {
        self.triage
    }

    /// Each word and each pair of words that was weighed, in the order of the text: subject first.
    /// Function words ("the", "please") weigh nothing and are left out.
    ///
    /// # Examples
    /// ```
    /// let why = deskhand::Classifier::bundled().explain("the the the");
    /// assert!(why.evidence().is_empty());
    /// ```
    #[must_use]
    pub fn evidence(&self) -> &[Evidence] {
        &self.evidence
    }

    /// What the desk's margin would be without a word.
    ///
    /// # Examples
    /// ```
    /// let why = deskhand::Classifier::bundled().explain("");
    /// assert_eq!(why.desk_bias(), why.triage().margin());
    /// ```
    #[must_use]
    pub fn desk_bias(&self) -> i32 {
        self.biases[0]
    }

    /// What the margins of "tier 2 or above" and "tier 3" would be without a word.
    ///
    /// # Examples
    /// ```
    /// let why = deskhand::Classifier::bundled().explain("");
    /// assert_eq!(why.tier_biases(), why.triage().tier_margins());
    /// ```
    #[must_use]
    pub fn tier_biases(&self) -> [i32; 2] {
        [self.biases[1], self.biases[2]]
    }

    /// The heaviest evidence for the desk that was chosen, heaviest first, at most `n`. On a tie
    /// what stands earlier in the text comes first.
    ///
    /// # Examples
    /// ```
    /// let text = "I want a refund for this blender";
    /// let why = deskhand::Classifier::bundled().explain(text);
    /// assert!(text[why.because(1)[0].span()].contains("refund"));
    /// ```
    #[must_use]
    pub fn because(&self, n: usize) -> Vec<&Evidence> {
        let towards = |evidence: &Evidence| match self.triage.desk() {
            Desk::Technical => evidence.desk,
            Desk::Service => -evidence.desk,
        };
        let mut heaviest: Vec<_> = self.evidence.iter().filter(|e| towards(e) > 0).collect();
        heaviest.sort_by_key(|evidence| std::cmp::Reverse(towards(evidence)));
        heaviest.truncate(n);
        heaviest
    }
}

/// A feature that was found in the text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sighting {
    pub(crate) part: Part,
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) weights: Weights,
}

/// Turns sightings into contributions under the outputs, and their heads, that made the margins.
pub(crate) fn explain(
    triage: Triage,
    sightings: &[Sighting],
    outputs: [(Output, usize); 3],
    factor: i64,
) -> Explanation {
    let mut running = outputs.map(|(output, head)| Running::new(output, head, factor));
    let biases = [running[0].margin, running[1].margin, running[2].margin];
    let evidence = sightings.iter().map(|seen| Evidence {
        part: seen.part,
        start: seen.start,
        end: seen.end,
        desk: running[0].add(&seen.weights),
        tier_2: running[1].add(&seen.weights),
        tier_3: running[2].add(&seen.weights),
    });
    Explanation { triage, evidence: evidence.collect(), biases }
}

/// The margin of the text up to some word. Differences of neighbouring margins add up exactly,
/// which rounded contributions would not.
struct Running {
    output: Output,
    head: usize,
    factor: i64,
    sum: i64,
    margin: i32,
}

impl Running {
    fn new(output: Output, head: usize, factor: i64) -> Self {
        Self { output, head, factor, sum: 0, margin: output.margin(0, factor) }
    }

    fn add(&mut self, weights: &Weights) -> i32 {
        self.sum += i64::from(weights[self.head]);
        let before = std::mem::replace(&mut self.margin, self.output.margin(self.sum, self.factor));
        self.margin - before
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Explanation {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut explanation = serializer.serialize_struct("Explanation", 4)?;
        explanation.serialize_field("triage", &self.triage)?;
        explanation.serialize_field("evidence", &self.evidence)?;
        explanation.serialize_field("desk_bias", &self.desk_bias())?;
        explanation.serialize_field("tier_biases", &self.tier_biases())?;
        explanation.end()
    }
}
