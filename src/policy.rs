//! What a caller may decide: when a person should look, and how dear a missed tier is.

use crate::error::PolicyError;
use crate::features::length_factor;
use crate::model::calibration::{Curve, margin_at};
use crate::triage::{Margins, ReviewReason, Tier, Triage};

/// Thresholds and costs that a caller may change. The default suits a help desk that wants about
/// four of five inquiries routed without a person.
///
/// Stricter never sends fewer inquiries to review, and a dearer miss never lowers a tier.
///
/// # Examples
/// ```
/// use deskhand::{Classifier, Policy};
///
/// # fn main() -> Result<(), deskhand::PolicyError> {
/// let careful = Policy::default().min_probability(0.9)?.missed_tier_3_cost(10.0)?;
/// let clerk = Classifier::bundled().with_policy(careful)?;
/// assert!(clerk.triage("my thing is odd").review().is_some());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default, deny_unknown_fields, try_from = "Settings"))]
pub struct Policy {
    min_probability: f64,
    target_accuracy: Option<f64>,
    missed_tier_2_cost: f64,
    missed_tier_3_cost: f64,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            min_probability: 0.7,
            target_accuracy: None,
            missed_tier_2_cost: 1.0,
            missed_tier_3_cost: 3.0,
        }
    }
}

impl Policy {
    /// Asks for review where the desk's probability is below this. From 0.5 (never) up to but not
    /// including 1; the default is 0.7.
    ///
    /// # Errors
    /// [`PolicyError::OutOfRange`] for any other number.
    ///
    /// # Examples
    /// ```
    /// # use deskhand::Policy;
    /// assert!(Policy::default().min_probability(0.8).is_ok());
    /// assert!(Policy::default().min_probability(0.2).is_err());
    /// ```
    pub fn min_probability(self, probability: f64) -> Result<Self, PolicyError> {
        let range = "from 0.5 up to but not including 1";
        let sound = (0.5..1.0).contains(&probability);
        check("min_probability", range, probability, sound)?;
        Ok(Self { min_probability: probability, ..self })
    }

    /// Asks for review as often as it takes for the remaining inquiries to go to the right desk
    /// with this accuracy, going by the model's calibration data (companies left out of training).
    /// From 0.5 up to 1; by default not set.
    ///
    /// # Errors
    /// [`PolicyError::OutOfRange`] for any other number. Whether the model can reach it shows when
    /// the policy meets a model, in [`Classifier::with_policy`](crate::Classifier::with_policy).
    ///
    /// # Examples
    /// ```
    /// # use deskhand::{Classifier, Policy};
    /// # fn main() -> Result<(), deskhand::PolicyError> {
    /// let clerk = Classifier::bundled().with_policy(Policy::default().target_accuracy(0.95)?)?;
    /// assert!(clerk.triage("my thing").review().is_some());
    /// # Ok(())
    /// # }
    /// ```
    pub fn target_accuracy(self, accuracy: f64) -> Result<Self, PolicyError> {
        let sound = (0.5..=1.0).contains(&accuracy);
        check("target_accuracy", "from 0.5 to 1", accuracy, sound)?;
        Ok(Self { target_accuracy: Some(accuracy), ..self })
    }

    /// How dear it is to give tier 1 to an inquiry that needs tier 2 or above, where the opposite
    /// mistake costs 1. Tier 2 is suggested from a probability of `1 / (1 + cost)` on. From 0.01
    /// to 1000; the default is 1.
    ///
    /// # Errors
    /// [`PolicyError::OutOfRange`] for any other number.
    ///
    /// # Examples
    /// ```
    /// # use deskhand::Policy;
    /// assert!(Policy::default().missed_tier_2_cost(3.0).is_ok());
    /// assert!(Policy::default().missed_tier_2_cost(0.0).is_err());
    /// ```
    pub fn missed_tier_2_cost(self, cost: f64) -> Result<Self, PolicyError> {
        check_cost("missed_tier_2_cost", cost)?;
        Ok(Self { missed_tier_2_cost: cost, ..self })
    }

    /// How dear it is to give a lower tier to an inquiry that needs tier 3, where the opposite
    /// mistake costs 1. Tier 3 is suggested from a probability of `1 / (1 + cost)` on. From 0.01
    /// to 1000; the default is 3.
    ///
    /// # Errors
    /// [`PolicyError::OutOfRange`] for any other number.
    ///
    /// # Examples
    /// ```
    /// # use deskhand::Policy;
    /// assert!(Policy::default().missed_tier_3_cost(10.0).is_ok());
    /// assert!(Policy::default().missed_tier_3_cost(f64::NAN).is_err());
    /// ```
    pub fn missed_tier_3_cost(self, cost: f64) -> Result<Self, PolicyError> {
        check_cost("missed_tier_3_cost", cost)?;
        Ok(Self { missed_tier_3_cost: cost, ..self })
    }
}

fn check_cost(setting: &'static str, cost: f64) -> Result<(), PolicyError> {
    check(setting, "from 0.01 to 1000", cost, (0.01..=1000.0).contains(&cost))
}

fn check(
    setting: &'static str,
    range: &'static str,
    value: f64,
    sound: bool,
) -> Result<(), PolicyError> {
    sound.then_some(()).ok_or(PolicyError::OutOfRange { setting, range, value })
}

/// A policy as it is written down; checked on the way in.
#[cfg(feature = "serde")]
#[derive(serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Settings {
    min_probability: f64,
    target_accuracy: Option<f64>,
    missed_tier_2_cost: f64,
    missed_tier_3_cost: f64,
}

#[cfg(feature = "serde")]
impl Default for Settings {
    fn default() -> Self {
        let Policy { min_probability, target_accuracy, missed_tier_2_cost, missed_tier_3_cost } =
            Policy::default();
        Self { min_probability, target_accuracy, missed_tier_2_cost, missed_tier_3_cost }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Settings> for Policy {
    type Error = PolicyError;

    fn try_from(settings: Settings) -> Result<Self, PolicyError> {
        let policy = Policy::default()
            .min_probability(settings.min_probability)?
            .missed_tier_2_cost(settings.missed_tier_2_cost)?
            .missed_tier_3_cost(settings.missed_tier_3_cost)?;
        settings.target_accuracy.map_or(Ok(policy), |accuracy| policy.target_accuracy(accuracy))
    }
}

/// What was read of a text, for the reasons to review.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Words that carry no weight ("the", "please").
    pub(crate) function: u64,
    /// Words that the model has stored.
    pub(crate) known: u64,
    /// Words that the model has not stored.
    pub(crate) unknown: u64,
    /// Shapes: numbers, addresses, codes.
    pub(crate) shapes: u64,
    /// Different words and shapes, function words left out.
    pub(crate) different: u64,
}

impl Counts {
    pub(crate) fn factor(&self) -> i64 {
        length_factor(self.different)
    }
}

/// A [`Policy`] met a [`Model`]: thresholds on integer margins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Thresholds {
    close: i32,
    tier_2: i32,
    tier_3: i32,
}

/// Both heads above this: the text asks for both desks.
const BOTH: i32 = 1000;
/// Both heads below this: the text asks for neither.
const NEITHER: i32 = -300;

impl Thresholds {
    /// Thresholds of a policy on a model with this curve.
    pub(crate) fn new(policy: Policy, curve: &Curve) -> Result<Self, PolicyError> {
        let thresholds = Self::without_target(policy);
        let Some(wanted) = policy.target_accuracy else { return Ok(thresholds) };
        let held = curve
            .threshold_for(wanted)
            .map_err(|best| PolicyError::AccuracyOutOfReach { wanted, best })?;
        Ok(Self { close: thresholds.close.max(held), ..thresholds })
    }

    /// Thresholds of a policy that asks for no target accuracy.
    pub(crate) fn without_target(policy: Policy) -> Self {
        let chance = |cost: f64| margin_at(1.0 / (1.0 + cost));
        Self {
            close: margin_at(policy.min_probability),
            tier_2: chance(policy.missed_tier_2_cost),
            tier_3: chance(policy.missed_tier_3_cost),
        }
    }

    pub(crate) fn decide(&self, margins: Margins, counts: Counts) -> Triage {
        let also = self.asks_for_both(margins).then(|| margins.desk().other());
        Triage { margins, tier: self.tier(margins), also, review: self.review(margins, counts) }
    }

    /// The higher tier wins, so that a dearer miss never lowers it.
    fn tier(&self, margins: Margins) -> Tier {
        if margins.tier_3 > self.tier_3 {
            Tier::Three
        } else if margins.tier_2 > self.tier_2 {
            Tier::Two
        } else {
            Tier::One
        }
    }

    fn review(&self, margins: Margins, counts: Counts) -> Option<ReviewReason> {
        let reasons = [
            (ReviewReason::Empty, counts == Counts::default()),
            (ReviewReason::NotEnglish, is_foreign(counts)),
            (ReviewReason::Unfamiliar, counts.known == 0),
            (ReviewReason::NoInquiry, margins.service.max(margins.technical) < NEITHER),
            (ReviewReason::BothDesks, self.asks_for_both(margins)),
            (ReviewReason::TooClose, margins.desk.abs() < self.close),
        ];
        reasons.into_iter().find_map(|(reason, applies)| applies.then_some(reason))
    }

    fn asks_for_both(&self, margins: Margins) -> bool {
        margins.service.min(margins.technical) > BOTH
    }
}

/// English of any register has function words, and the model knows most of the others.
fn is_foreign(counts: Counts) -> bool {
    let Counts { function, known, unknown, .. } = counts;
    let words = function + known + unknown;
    let mostly_unknown = unknown >= 3 && unknown * 2 > words;
    let no_grammar = words >= 8 && function * 12 < words;
    mostly_unknown || no_grammar
}
