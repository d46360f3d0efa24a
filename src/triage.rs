//! What a caller gets back.

use std::fmt;

use crate::model::calibration::probability;

/// The desk that an inquiry belongs to.
///
/// Closed on purpose: a caller's routing should be checked by the compiler.
///
/// # Examples
/// ```
/// use deskhand::Desk;
///
/// assert_eq!(Desk::Technical.to_string(), "technical");
/// assert_eq!(Desk::Service.other(), Desk::Technical);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Desk {
    /// Make the dealings with the company right: billing, orders, returns, bookings, complaints.
    Service,
    /// Make a product or system work: faults, set-up, access, how-to.
    Technical,
}

impl Desk {
    /// `"service"` or `"technical"`.
    ///
    /// # Examples
    /// ```
    /// assert_eq!(deskhand::Desk::Service.as_str(), "service");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Desk::Service => "service",
            Desk::Technical => "technical",
        }
    }

    /// The desk that a margin points to.
    #[inline]
    pub(crate) const fn of(margin: i32) -> Self {
        if margin > 0 { Desk::Technical } else { Desk::Service }
    }

    /// The other desk.
    ///
    /// # Examples
    /// ```
    /// assert_eq!(deskhand::Desk::Technical.other(), deskhand::Desk::Service);
    /// ```
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Desk::Service => Desk::Technical,
            Desk::Technical => Desk::Service,
        }
    }
}

impl fmt::Display for Desk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Who should own an inquiry first so that it is resolved with no wasted hand-over.
///
/// Not urgency: a shouted password reset stays tier 1. Closed on purpose, and ordered.
///
/// # Examples
/// ```
/// use deskhand::Tier;
///
/// assert!(Tier::One < Tier::Three);
/// assert_eq!(Tier::Two.number(), 2);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(into = "u8", try_from = "u8"))]
pub enum Tier {
    /// The front line: a script, a help article, standard account tools.
    One,
    /// A specialist or a supervisor: diagnosis, expert knowledge, authority.
    Two,
    /// Engineering or management: a change to code, or executive, legal or safety authority.
    Three,
}

impl Tier {
    /// 1, 2 or 3.
    ///
    /// # Examples
    /// ```
    /// assert_eq!(deskhand::Tier::Three.number(), 3);
    /// ```
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Tier::One => 1,
            Tier::Two => 2,
            Tier::Three => 3,
        }
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.number(), f)
    }
}

#[cfg(feature = "serde")]
mod tier_as_number {
    use super::Tier;

    impl From<Tier> for u8 {
        fn from(tier: Tier) -> u8 {
            tier.number()
        }
    }

    impl TryFrom<u8> for Tier {
        type Error = String;

        fn try_from(number: u8) -> Result<Self, String> {
            match number {
                1 => Ok(Tier::One),
                2 => Ok(Tier::Two),
                3 => Ok(Tier::Three),
                other => Err(format!("a tier is 1, 2 or 3, not {other}")),
            }
        }
    }
}

/// Why a person should look at an inquiry before the suggestion is followed.
///
/// # Examples
/// ```
/// use deskhand::{Classifier, ReviewReason};
///
/// let triage = Classifier::bundled().triage("");
/// assert_eq!(triage.review(), Some(ReviewReason::Empty));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum ReviewReason {
    /// There is no word in the text.
    Empty,
    /// The words are not those of an English text.
    NotEnglish,
    /// The model knows too few of the words to judge.
    Unfamiliar,
    /// Nothing in the text asks for either desk: a greeting, thanks, an advertisement.
    NoInquiry,
    /// The text asks for both desks; [`Triage::desk`] is the likelier one to act first.
    BothDesks,
    /// The probability of the desk lies below [`Policy::min_probability`](crate::Policy).
    TooClose,
}

impl ReviewReason {
    /// `"empty"`, `"not-english"`, `"unfamiliar"`, `"no-inquiry"`, `"both-desks"` or `"too-close"`.
    ///
    /// # Examples
    /// ```
    /// assert_eq!(deskhand::ReviewReason::TooClose.as_str(), "too-close");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            ReviewReason::Empty => "empty",
            ReviewReason::NotEnglish => "not-english",
            ReviewReason::Unfamiliar => "unfamiliar",
            ReviewReason::NoInquiry => "no-inquiry",
            ReviewReason::BothDesks => "both-desks",
            ReviewReason::TooClose => "too-close",
        }
    }
}

impl fmt::Display for ReviewReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The answer about one inquiry.
///
/// Small and `Copy`. Margins are integers and the same on every machine; probabilities are
/// computed from them when asked for.
///
/// # Examples
/// ```
/// use deskhand::{Classifier, Desk};
///
/// let triage = Classifier::bundled().triage("Since the update the scanner app crashes on start");
/// assert_eq!(triage.desk(), Desk::Technical);
/// assert!(triage.probability() > 0.9);
/// assert_eq!(triage.also(), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Triage {
    pub(crate) margins: Margins,
    pub(crate) tier: Tier,
    pub(crate) also: Option<Desk>,
    pub(crate) review: Option<ReviewReason>,
}

/// The margins behind an answer, in thousandths of log-odds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Margins {
    /// Positive: technical; zero or below: service.
    pub(crate) desk: i32,
    pub(crate) service: i32,
    pub(crate) technical: i32,
    pub(crate) tier_2: i32,
    pub(crate) tier_3: i32,
}

impl Margins {
    pub(crate) fn desk(&self) -> Desk {
        Desk::of(self.desk)
    }
}

impl Triage {
    /// The desk that should act first. Always given, even where a review is asked for; on a tie it
    /// is service.
    ///
    /// # Examples
    /// ```
    /// # use deskhand::{Classifier, Desk};
    /// let triage = Classifier::bundled().triage("I want my money back");
    /// assert_eq!(triage.desk(), Desk::Service);
    /// ```
    #[must_use]
    pub fn desk(&self) -> Desk {
        self.margins.desk()
    }

    /// The probability that [`desk`](Triage::desk) is right, from 0.5 to 1.0, given that the text
    /// holds an inquiry. Calibrated on companies that were left out of training.
    ///
    /// # Examples
    /// ```
    /// # use deskhand::Classifier;
    /// let sure = Classifier::bundled().triage("The app crashes when I open it");
    /// let vague = Classifier::bundled().triage("asdf");
    /// assert!(sure.probability() > vague.probability());
    /// ```
    #[must_use]
    pub fn probability(&self) -> f32 {
        probability(self.margins.desk.abs()) as f32
    }

    /// The signed distance from the border between the desks, in thousandths of log-odds: above
    /// zero technical, otherwise service. An integer, the same on every machine.
    ///
    /// # Examples
    /// ```
    /// # use deskhand::Classifier;
    /// assert!(Classifier::bundled().triage("Where is my refund?").margin() < 0);
    /// ```
    #[must_use]
    pub fn margin(&self) -> i32 {
        self.margins.desk
    }

    /// The tier that should own the inquiry first, under the costs of the policy.
    ///
    /// # Examples
    /// ```
    /// # use deskhand::{Classifier, Tier};
    /// let triage = Classifier::bundled().triage("How do I change my ringtone?");
    /// assert_eq!(triage.tier(), Tier::One);
    /// ```
    #[must_use]
    pub fn tier(&self) -> Tier {
        self.tier
    }

    /// The probabilities of tiers 1, 2 and 3, each from 0.0 to 1.0; they sum to one. The likeliest
    /// tier may differ from [`tier`](Triage::tier), because a missed tier 3 is dearer.
    ///
    /// # Examples
    /// ```
    /// # use deskhand::Classifier;
    /// let [one, two, three] = Classifier::bundled().triage("hello").tier_probabilities();
    /// assert!((one + two + three - 1.0).abs() < 1e-6);
    /// ```
    #[must_use]
    pub fn tier_probabilities(&self) -> [f32; 3] {
        let three = probability(self.margins.tier_3);
        let two_or_above = probability(self.margins.tier_2).max(three);
        [(1.0 - two_or_above) as f32, (two_or_above - three) as f32, three as f32]
    }

    /// The margins of "tier 2 or above" and "tier 3", in thousandths of log-odds. Integers, the
    /// same on every machine.
    ///
    /// # Examples
    /// ```
    /// # use deskhand::Classifier;
    /// let [two_or_above, three] = Classifier::bundled().triage("hello").tier_margins();
    /// assert!(three <= 0 && three <= two_or_above);
    /// ```
    #[must_use]
    pub fn tier_margins(&self) -> [i32; 2] {
        [self.margins.tier_2, self.margins.tier_3]
    }

    /// The probability that the text asks for this desk at all, from 0.0 to 1.0. Both are high
    /// where both desks are asked for, both low where no inquiry is in the text.
    ///
    /// # Examples
    /// ```
    /// # use deskhand::{Classifier, Desk};
    /// let triage = Classifier::bundled().triage("The app crashes when I open it");
    /// assert!(triage.asks_for(Desk::Technical) > triage.asks_for(Desk::Service));
    /// ```
    #[must_use]
    pub fn asks_for(&self, desk: Desk) -> f32 {
        let margin = match desk {
            Desk::Service => self.margins.service,
            Desk::Technical => self.margins.technical,
        };
        probability(margin) as f32
    }

    /// The other desk, where the text asks for both.
    ///
    /// # Examples
    /// ```
    /// # use deskhand::Classifier;
    /// assert_eq!(Classifier::bundled().triage("Where is my parcel?").also(), None);
    /// ```
    #[must_use]
    pub fn also(&self) -> Option<Desk> {
        self.also
    }

    /// Why a person should look, or `None` where the suggestion can be followed.
    ///
    /// # Examples
    /// ```
    /// # use deskhand::Classifier;
    /// let triage = Classifier::bundled().triage("I was charged twice, please refund one payment");
    /// assert_eq!(triage.review(), None);
    /// ```
    #[must_use]
    pub fn review(&self) -> Option<ReviewReason> {
        self.review
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Triage {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut triage = serializer.serialize_struct("Triage", 6)?;
        triage.serialize_field("desk", &self.desk())?;
        triage.serialize_field("probability", &self.probability())?;
        triage.serialize_field("tier", &self.tier())?;
        triage.serialize_field("tier_probabilities", &self.tier_probabilities())?;
        triage.serialize_field("also", &self.also())?;
        triage.serialize_field("review", &self.review())?;
        triage.end()
    }
}
