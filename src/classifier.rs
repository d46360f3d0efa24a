//! The front door: puts the rooms of the crate in a row.

#[cfg(feature = "bundled")]
use std::sync::LazyLock;

use crate::error::{ModelError, PolicyError};
use crate::explain::{Explanation, Sighting, explain};
use crate::inquiry::{Inquiry, Part};
use crate::model::Model;
use crate::model::calibration::{Output, Outputs};
use crate::model::info::ModelInfo;
use crate::model::weights::{
    DESK, SERVICE, TECHNICAL, TIER_2_SERVICE, TIER_2_TECHNICAL, TIER_3, Weights,
};
use crate::policy::{Policy, Thresholds};
use crate::scoring::{Scratch, Sum, Witness, read};
use crate::triage::{Desk, Margins, Triage};

/// Tells what an inquiry needs.
///
/// `Send + Sync`; cloning shares the model. Loading and configuring may fail, answering cannot: any
/// text of any size or script gets an answer, with a reason to review where there is nothing to go
/// by. Time is linear in the length of the text.
///
/// # Examples
/// ```
/// use deskhand::{Classifier, Desk, Tier};
///
/// let clerk = Classifier::bundled();
/// let triage = clerk.triage("I was charged twice this month, please refund one payment");
/// assert_eq!(triage.desk(), Desk::Service);
/// ```
#[derive(Clone, Debug)]
pub struct Classifier {
    model: Model,
    policy: Policy,
    thresholds: Thresholds,
}

#[cfg(feature = "bundled")]
#[repr(align(64))]
struct Aligned<T: ?Sized>(T);

/// Aligned, so that a block of weights is one cache line.
#[cfg(feature = "bundled")]
static ENGLISH: &Aligned<[u8]> = &Aligned(*include_bytes!("../models/english.deskhand"));

impl Classifier {
    /// The English model that is compiled into the crate, under the default [`Policy`].
    ///
    /// The first call checks the model, which takes well under a millisecond; later calls cost
    /// nothing.
    ///
    /// # Examples
    /// ```
    /// let clerk = deskhand::Classifier::bundled();
    /// assert_eq!(clerk.triage("Where is my parcel?").desk(), deskhand::Desk::Service);
    /// ```
    #[cfg(feature = "bundled")]
    #[must_use]
    pub fn bundled() -> &'static Self {
        static BUNDLED: LazyLock<Classifier> = LazyLock::new(|| {
            // The tests load these very bytes: they cannot be refused in a released crate.
            let model = Model::from_static(&ENGLISH.0).expect("the bundled model is sound");
            Classifier::with_default_policy(model)
        });
        &BUNDLED
    }

    /// Checks a model, all of it, and keeps a copy. A model that loads cannot fail later, whatever
    /// its origin.
    ///
    /// Reads every byte once; allocates the size of the model and little more.
    ///
    /// # Errors
    /// [`ModelError`] says what is wrong with the bytes and what to do.
    ///
    /// # Examples
    /// ```
    /// use deskhand::{Classifier, ModelError};
    ///
    /// # fn main() -> Result<(), ModelError> {
    /// let bytes = include_bytes!("../models/english.deskhand");
    /// let clerk = Classifier::from_bytes(bytes)?;
    /// assert_eq!(clerk.model().name(), "english");
    ///
    /// let cut = Classifier::from_bytes(&bytes[..1000]);
    /// assert!(matches!(cut, Err(ModelError::WrongLength { found: 1000, .. })));
    /// # Ok(())
    /// # }
    /// ```
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ModelError> {
        Model::from_slice(bytes).map(Self::with_default_policy)
    }

    fn with_default_policy(model: Model) -> Self {
        let policy = Policy::default();
        let thresholds = Thresholds::without_target(policy);
        Self { model, policy, thresholds }
    }

    /// The same model under another policy.
    ///
    /// # Errors
    /// [`PolicyError::AccuracyOutOfReach`] if the policy asks for an accuracy that the model never
    /// had on its calibration data.
    ///
    /// # Examples
    /// ```
    /// use deskhand::{Classifier, Policy};
    ///
    /// # fn main() -> Result<(), deskhand::PolicyError> {
    /// let lenient = Classifier::bundled().with_policy(Policy::default().min_probability(0.5)?)?;
    /// assert_eq!(lenient.policy(), Policy::default().min_probability(0.5)?);
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_policy(&self, policy: Policy) -> Result<Self, PolicyError> {
        let thresholds = Thresholds::new(policy, &self.model.curve)?;
        Ok(Self { model: self.model.clone(), policy, thresholds })
    }

    /// The policy in force.
    ///
    /// # Examples
    /// ```
    /// use deskhand::{Classifier, Policy};
    /// assert_eq!(Classifier::bundled().policy(), Policy::default());
    /// ```
    #[must_use]
    pub fn policy(&self) -> Policy {
        self.policy
    }

    /// What the model is: version, languages, training data, metrics.
    ///
    /// # Examples
    /// ```
    /// assert_eq!(deskhand::Classifier::bundled().model().languages(), "en");
    /// ```
    #[must_use]
    pub fn model(&self) -> &ModelInfo {
        &self.model.info
    }

    /// What the inquiry needs.
    ///
    /// Linear in the length of the text. Makes a [`Scratch`] of its own: where many inquiries pass
    /// through, [`triage_with`](Classifier::triage_with) saves the allocations.
    ///
    /// # Examples
    /// ```
    /// use deskhand::{Classifier, Desk, Inquiry};
    ///
    /// let mail = Inquiry::new("It stops with error 0x80070005.").subject("Re: installation");
    /// let triage = Classifier::bundled().triage(mail);
    /// assert_eq!(triage.desk(), Desk::Technical);
    /// ```
    #[must_use]
    pub fn triage<'a>(&self, inquiry: impl Into<Inquiry<'a>>) -> Triage {
        self.triage_with(inquiry, &mut Scratch::new())
    }

    /// The same as [`triage`](Classifier::triage), with working memory of the caller's: nothing is
    /// allocated once the scratch has grown to the size of the texts. What was in the scratch
    /// before has no influence on the answer.
    ///
    /// # Examples
    /// ```
    /// use deskhand::{Classifier, Scratch};
    ///
    /// let clerk = Classifier::bundled();
    /// let mut scratch = Scratch::new();
    /// for text in ["no sound from the left speaker", "cancel my order please"] {
    ///     assert_eq!(clerk.triage_with(text, &mut scratch), clerk.triage(text));
    /// }
    /// ```
    #[must_use]
    pub fn triage_with<'a>(
        &self,
        inquiry: impl Into<Inquiry<'a>>,
        scratch: &mut Scratch,
    ) -> Triage {
        let sum = read(&self.model, inquiry.into(), scratch, &mut Unobserved);
        self.decide(&sum)
    }

    /// Answers about many inquiries, in their order. With the feature `parallel` on every core;
    /// the answers are the same.
    ///
    /// # Examples
    /// ```
    /// use deskhand::{Classifier, Desk, Inquiry};
    ///
    /// let inquiries = ["The screen stays black", "Where is my parcel?"].map(Inquiry::from);
    /// let triages = Classifier::bundled().triage_all(&inquiries);
    /// assert_eq!(triages[0].desk(), Desk::Technical);
    /// assert_eq!(triages[1].desk(), Desk::Service);
    /// ```
    #[must_use]
    pub fn triage_all(&self, inquiries: &[Inquiry<'_>]) -> Vec<Triage> {
        #[cfg(feature = "parallel")]
        {
            use rayon::prelude::*;
            let answer =
                |scratch: &mut Scratch, &inquiry: &Inquiry<'_>| self.triage_with(inquiry, scratch);
            inquiries.par_iter().map_init(Scratch::new, answer).collect()
        }
        #[cfg(not(feature = "parallel"))]
        {
            let mut scratch = Scratch::new();
            inquiries.iter().map(|&inquiry| self.triage_with(inquiry, &mut scratch)).collect()
        }
    }

    /// The answer with the words behind it. Costs a few times as much as
    /// [`triage`](Classifier::triage) and allocates the list of words.
    ///
    /// # Examples
    /// ```
    /// let why = deskhand::Classifier::bundled().explain("I want a refund");
    /// let sum: i32 = why.evidence().iter().map(|word| word.desk()).sum();
    /// assert_eq!(sum + why.desk_bias(), why.triage().margin());
    /// ```
    #[must_use]
    pub fn explain<'a>(&self, inquiry: impl Into<Inquiry<'a>>) -> Explanation {
        self.explain_with(inquiry, &mut Scratch::new())
    }

    /// The same as [`explain`](Classifier::explain), with working memory of the caller's.
    ///
    /// # Examples
    /// ```
    /// use deskhand::{Classifier, Scratch};
    ///
    /// let clerk = Classifier::bundled();
    /// let mut scratch = Scratch::new();
    /// let why = clerk.explain_with("no signal", &mut scratch);
    /// assert_eq!(why, clerk.explain("no signal"));
    /// ```
    #[must_use]
    pub fn explain_with<'a>(
        &self,
        inquiry: impl Into<Inquiry<'a>>,
        scratch: &mut Scratch,
    ) -> Explanation {
        let mut sightings = Sightings::default();
        let sum = read(&self.model, inquiry.into(), scratch, &mut sightings);
        let (triage, outputs) = (self.decide(&sum), &self.model.outputs);
        let tier_2 = tier_2_at(triage.desk(), outputs);
        let explained = [(outputs.desk, DESK), tier_2, (outputs.tier_3, TIER_3)];
        explain(triage, &sightings.0, explained, sum.counts.factor())
    }

    /// What is asked.
    #[cfg(feature = "train")]
    pub(crate) fn inner(&self) -> &Model {
        &self.model
    }

    /// What was read of an inquiry.
    #[cfg(feature = "train")]
    pub(crate) fn counts(
        &self,
        inquiry: Inquiry<'_>,
        scratch: &mut Scratch,
    ) -> crate::policy::Counts {
        read(&self.model, inquiry, scratch, &mut Unobserved).counts
    }

    /// The answer after a change of its margins.
    pub(crate) fn triage_moved(
        &self,
        inquiry: Inquiry<'_>,
        scratch: &mut Scratch,
        change: impl FnOnce(Margins) -> Margins,
    ) -> Triage {
        let sum = read(&self.model, inquiry, scratch, &mut Unobserved);
        self.thresholds.decide(change(self.margins(&sum)), sum.counts)
    }

    /// Whether a word weighs nothing by itself.
    pub(crate) fn is_function_word(&self, hash: u64) -> bool {
        self.model.words().get(hash).is_some_and(|entry| entry.is_function_word())
    }

    fn decide(&self, sum: &Sum) -> Triage {
        self.thresholds.decide(self.margins(sum), sum.counts)
    }

    fn margins(&self, sum: &Sum) -> Margins {
        let outputs = &self.model.outputs;
        let factor = sum.counts.factor();
        let desk = outputs.desk.margin(sum.of(DESK), factor);
        let (tier_2, head) = tier_2_at(Desk::of(desk), outputs);
        Margins {
            desk,
            service: outputs.service.margin(sum.of(SERVICE), factor),
            technical: outputs.technical.margin(sum.of(TECHNICAL), factor),
            tier_2: tier_2.margin(sum.of(head), factor),
            tier_3: outputs.tier_3.margin(sum.of(TIER_3), factor),
        }
    }
}

/// The output for "tier 2 or above" of a text that goes to this desk, and its head: at the one desk
/// it means authority, at the other diagnosis.
fn tier_2_at(desk: Desk, outputs: &Outputs) -> (Output, usize) {
    match desk {
        Desk::Service => (outputs.tier_2_service, TIER_2_SERVICE),
        Desk::Technical => (outputs.tier_2_technical, TIER_2_TECHNICAL),
    }
}

/// For answers without reasons.
struct Unobserved;

impl Witness for Unobserved {
    const WATCHES: bool = false;

    #[inline]
    fn sees(&mut self, _: Part, _: usize, _: usize, _: Weights) {}
}

/// Notes every feature, for an explanation.
#[derive(Default)]
struct Sightings(Vec<Sighting>);

impl Witness for Sightings {
    fn sees(&mut self, part: Part, start: usize, end: usize, weights: Weights) {
        self.0.push(Sighting { part, start, end, weights });
    }
}
