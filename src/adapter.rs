//! Corrections taken at run time: remembered, not learned.

use std::collections::BTreeSet;

use thiserror::Error;
use xxhash_rust::xxh3::xxh3_64;

use crate::classifier::Classifier;
use crate::features::{self, PIPELINE};
use crate::inquiry::Inquiry;
use crate::model::format::Cursor;
use crate::scoring::Scratch;
use crate::triage::{Desk, Margins, Tier, Triage};

/// A classifier that remembers corrections: an inquiry with the words of a corrected one gets the
/// corrected answer, one that shares more than half of them leans towards it, and any other is
/// answered as before.
///
/// For the time between a mistake and the next training: nothing is retrained, at most
/// [`CAPACITY`](Adapter::CAPACITY) corrections are kept (the oldest goes first), each can be taken
/// back, and all of them go into bytes and back. What is kept of an inquiry are hashes of its words,
/// never its text; they outlive a change of the model, but not of the crate's way of reading text.
///
/// # Complexity
/// An answer costs what the classifier costs, and up to some 50 us more at full capacity.
///
/// # Examples
/// ```
/// use deskhand::{Adapter, Classifier, Desk, Tier};
///
/// let mut clerk = Adapter::new(Classifier::bundled());
/// let text = "my blue box is in the wrong state";
/// clerk.correct(text, Desk::Technical, Tier::Two);
/// let triage = clerk.triage(text);
/// assert_eq!((triage.desk(), triage.tier()), (Desk::Technical, Tier::Two));
/// assert!(triage.probability() >= 0.89);
///
/// // Anything else is answered as before, and so is this text once the correction is undone.
/// let other = "Where is my parcel?";
/// assert_eq!(clerk.triage(other), Classifier::bundled().triage(other));
/// assert!(clerk.undo());
/// assert_eq!(clerk.triage(text), Classifier::bundled().triage(text));
/// ```
#[derive(Clone, Debug)]
pub struct Adapter {
    classifier: Classifier,
    corrections: Vec<Correction>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Correction {
    desk: Desk,
    tier: Tier,
    /// Hashes of the different words, ascending.
    words: Vec<u64>,
}

/// Why remembered corrections were refused.
///
/// # Examples
/// ```
/// use deskhand::{Adapter, AdapterError, Classifier};
///
/// let error = Adapter::from_bytes(Classifier::bundled(), b"no corrections").unwrap_err();
/// assert_eq!(error, AdapterError::NotCorrections);
/// ```
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum AdapterError {
    /// The bytes do not begin as corrections do.
    #[error("these are not corrections: give what `Adapter::to_bytes` gave")]
    NotCorrections,
    /// They were remembered with another way of cutting text into words.
    #[error(
        "the corrections are for text pipeline {found}, this program has {supported}: correct the inquiries again"
    )]
    OtherPipeline {
        /// The pipeline of the corrections.
        found: u32,
        /// The pipeline of this crate.
        supported: u32,
    },
    /// The bytes are not the ones that were written.
    #[error("the corrections are damaged: copy them again, whole")]
    Damaged,
}

const MAGIC: &[u8; 16] = b"deskhand fixes\n\0";

/// Different words kept of an inquiry, so that no correction takes more than a kilobyte.
const MOST_WORDS: usize = 128;

/// Thousandths of words in common from which on a correction speaks.
const ALIKE: i64 = 500;

/// The margin of a corrected answer: a probability of 0.9.
const CERTAIN: i32 = 2197;
/// The margin of "asks for the desk" at the corrected desk, and at most at the other.
const ASKED: i32 = 500;

impl Adapter {
    /// Corrections kept at most.
    pub const CAPACITY: usize = 256;

    /// The classifier without any correction; it shares the model.
    ///
    /// # Examples
    /// See [`Adapter`].
    #[must_use]
    pub fn new(classifier: &Classifier) -> Self {
        Self { classifier: classifier.clone(), corrections: Vec::new() }
    }

    /// Remembers the right answer for an inquiry. A later correction of the same words replaces the
    /// earlier one. A text without a word cannot be remembered and changes nothing.
    ///
    /// # Examples
    /// ```
    /// use deskhand::{Adapter, Classifier, Desk, Tier};
    ///
    /// let mut clerk = Adapter::new(Classifier::bundled());
    /// clerk.correct("", Desk::Service, Tier::One);
    /// assert_eq!(clerk.corrections(), 0);
    /// ```
    pub fn correct<'a>(&mut self, inquiry: impl Into<Inquiry<'a>>, desk: Desk, tier: Tier) {
        let words = self.words(inquiry.into());
        if words.is_empty() {
            return;
        }
        self.corrections.retain(|known| known.words != words);
        if self.corrections.len() == Self::CAPACITY {
            self.corrections.remove(0);
        }
        self.corrections.push(Correction { desk, tier, words });
    }

    /// Takes the latest correction back; `false` if there is none.
    ///
    /// # Examples
    /// See [`Adapter`].
    pub fn undo(&mut self) -> bool {
        self.corrections.pop().is_some()
    }

    /// How many corrections are remembered.
    ///
    /// # Examples
    /// ```
    /// let clerk = deskhand::Adapter::new(deskhand::Classifier::bundled());
    /// assert_eq!(clerk.corrections(), 0);
    /// ```
    #[must_use]
    pub fn corrections(&self) -> usize {
        self.corrections.len()
    }

    /// What the inquiry needs, in the light of the correction that it is most like; of several, the
    /// latest.
    ///
    /// # Examples
    /// See [`Adapter`].
    #[must_use]
    pub fn triage<'a>(&self, inquiry: impl Into<Inquiry<'a>>) -> Triage {
        let inquiry = inquiry.into();
        let words = if self.corrections.is_empty() { Vec::new() } else { self.words(inquiry) };
        let likeness = |correction: &Correction| likeness(&correction.words, &words);
        let nearest = self.corrections.iter().max_by_key(|correction| likeness(correction));
        let nearest = nearest.map(|correction| (correction, likeness(correction)));
        self.classifier.triage_moved(inquiry, &mut Scratch::new(), |margins| match nearest {
            Some((correction, alike)) if alike > ALIKE => correction.pull(margins, alike),
            _ => margins,
        })
    }

    /// The corrections as bytes, to be kept and given to [`from_bytes`](Adapter::from_bytes).
    ///
    /// # Examples
    /// ```
    /// use deskhand::{Adapter, Classifier, Desk, Tier};
    ///
    /// # fn main() -> Result<(), deskhand::AdapterError> {
    /// let mut clerk = Adapter::new(Classifier::bundled());
    /// clerk.correct("my blue box is wrong", Desk::Technical, Tier::Two);
    /// let again = Adapter::from_bytes(Classifier::bundled(), &clerk.to_bytes())?;
    /// assert_eq!(again.to_bytes(), clerk.to_bytes());
    /// assert_eq!(again.triage("my blue box is wrong").desk(), Desk::Technical);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend_from_slice(&PIPELINE.to_le_bytes());
        bytes.extend_from_slice(&(self.corrections.len() as u32).to_le_bytes());
        for Correction { desk, tier, words } in &self.corrections {
            let desk = u8::from(*desk == Desk::Technical);
            bytes.extend_from_slice(&[desk, tier.number(), words.len() as u8, 0]);
            words.iter().for_each(|word| bytes.extend_from_slice(&word.to_le_bytes()));
        }
        let checksum = xxh3_64(&bytes);
        bytes.extend_from_slice(&checksum.to_le_bytes());
        bytes
    }

    /// A classifier with corrections that were kept; the model may be a newer one.
    ///
    /// # Errors
    /// [`AdapterError`] says what is wrong with the bytes and what to do.
    ///
    /// # Examples
    /// See [`to_bytes`](Adapter::to_bytes).
    pub fn from_bytes(classifier: &Classifier, bytes: &[u8]) -> Result<Self, AdapterError> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(AdapterError::NotCorrections)?;
        let (checked, checksum) = bytes.split_last_chunk().ok_or(AdapterError::Damaged)?;
        if checked.len() < MAGIC.len() || xxh3_64(checked) != u64::from_le_bytes(*checksum) {
            return Err(AdapterError::Damaged);
        }
        let mut cursor = Cursor(rest);
        let found = cursor.u32().ok_or(AdapterError::Damaged)?;
        if found != PIPELINE {
            return Err(AdapterError::OtherPipeline { found, supported: PIPELINE });
        }
        let corrections = read(&mut cursor).ok_or(AdapterError::Damaged)?;
        Ok(Self { classifier: classifier.clone(), corrections })
    }

    /// Hashes of the first different words but for function words, ascending.
    fn words(&self, inquiry: Inquiry<'_>) -> Vec<u64> {
        let mut words = BTreeSet::new();
        features::read(inquiry, &mut Vec::new(), |_, token| {
            let hash = token.hash;
            if words.len() < MOST_WORDS && !self.classifier.is_function_word(hash) {
                words.insert(hash);
            }
        });
        words.into_iter().collect()
    }
}

fn read(cursor: &mut Cursor<'_>) -> Option<Vec<Correction>> {
    let count = cursor.u32()? as usize;
    if count > Adapter::CAPACITY {
        return None;
    }
    let corrections = (0..count).map(|_| Correction::read(cursor)).collect::<Option<_>>()?;
    // Nothing but the checksum is left.
    (cursor.0.len() == 8).then_some(corrections)
}

impl Correction {
    fn read(cursor: &mut Cursor<'_>) -> Option<Self> {
        let [desk, tier, count, _] = cursor.take()?;
        let desk = if desk == 0 { Desk::Service } else { Desk::Technical };
        let tier = match tier {
            1 => Tier::One,
            2 => Tier::Two,
            3 => Tier::Three,
            _ => return None,
        };
        let words: Vec<u64> = (0..count).map(|_| cursor.u64()).collect::<Option<_>>()?;
        let ascending = words.windows(2).all(|pair| pair[0] < pair[1]);
        (ascending && !words.is_empty()).then_some(Self { desk, tier, words })
    }

    /// The margins between what they are and what they should be for the corrected inquiry: the
    /// more, the more alike.
    fn pull(&self, margins: Margins, alike: i64) -> Margins {
        let share = (alike - ALIKE) * 1000 / (1000 - ALIKE);
        let pull = |margin: i32, wanted: i32| {
            let way = i64::from(wanted) - i64::from(margin);
            (i64::from(margin) + way * share / 1000) as i32
        };
        let up = |margin: i32, least: i32| pull(margin, margin.max(least));
        let down = |margin: i32, most: i32| pull(margin, margin.min(most));
        let is = |margin: i32, yes: bool| {
            if yes { up(margin, CERTAIN) } else { down(margin, -CERTAIN) }
        };
        let asked = |margin: i32, yes: bool| {
            if yes { up(margin, ASKED) } else { down(margin, ASKED) }
        };
        Margins {
            desk: is(margins.desk, self.desk == Desk::Technical),
            service: asked(margins.service, self.desk == Desk::Service),
            technical: asked(margins.technical, self.desk == Desk::Technical),
            tier_2: is(margins.tier_2, self.tier >= Tier::Two),
            tier_3: is(margins.tier_3, self.tier == Tier::Three),
        }
    }
}

/// Thousandths of the words of both that both have. Both ascending.
fn likeness(a: &[u64], b: &[u64]) -> i64 {
    let (mut at, mut common) = (0, 0);
    for word in a {
        while at < b.len() && b[at] < *word {
            at += 1;
        }
        common += usize::from(b.get(at) == Some(word));
    }
    let all = a.len() + b.len() - common;
    (1000 * common / all.max(1)) as i64
}

#[cfg(all(test, feature = "bundled"))]
mod tests {
    use super::*;

    fn clerk() -> Adapter {
        Adapter::new(Classifier::bundled())
    }

    #[test]
    fn a_like_inquiry_leans_towards_the_correction() {
        let mut clerk = clerk();
        let before = clerk.triage("cancel my gold plan subscription today because moving").margin();
        clerk.correct("cancel my gold plan subscription today", Desk::Technical, Tier::Three);
        let after = clerk.triage("cancel my gold plan subscription today because moving").margin();
        assert!(after > before, "{after} {before}");
        let same = clerk.triage("Cancel my gold plan subscription, today!");
        assert_eq!((same.desk(), same.tier()), (Desk::Technical, Tier::Three));
    }

    #[test]
    fn the_oldest_goes_first_and_the_latest_counts() {
        let mut clerk = clerk();
        for number in 0..=Adapter::CAPACITY {
            let word: String = number.to_string().bytes().map(|b| char::from(b + 49)).collect();
            clerk.correct(&format!("widget {word}x"), Desk::Technical, Tier::One);
        }
        assert_eq!(clerk.corrections(), Adapter::CAPACITY);
        clerk.correct("refund", Desk::Technical, Tier::One);
        clerk.correct("Refund!", Desk::Service, Tier::Two);
        assert_eq!(clerk.triage("refund").desk(), Desk::Service);
        let again = Adapter::from_bytes(Classifier::bundled(), &clerk.to_bytes()).unwrap();
        assert_eq!(again.corrections, clerk.corrections);
    }

    #[test]
    fn damaged_bytes_are_refused() {
        let mut clerk = clerk();
        clerk.correct("no signal at home", Desk::Service, Tier::Two);
        let bytes = clerk.to_bytes();
        let load = |bytes: &[u8]| Adapter::from_bytes(Classifier::bundled(), bytes);
        for cut in 0..bytes.len() {
            assert!(load(&bytes[..cut]).is_err(), "cut at {cut}");
        }
        for at in 0..bytes.len() {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1;
            assert!(load(&flipped).is_err(), "flipped at {at}");
        }
    }
}
