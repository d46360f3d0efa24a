//! A help desk's own names for desks and tiers, and what they mean here.
//!
//! ```
//! use deskhand::train::mapping::{Label, Mapping};
//! use deskhand::{Desk, Tier};
//!
//! # fn main() -> Result<(), deskhand::train::mapping::MappingError> {
//! let mapping = Mapping::parse(r#"
//!     [desk]
//!     "Tech Support" = "technical"
//!     "Billing" = "service"
//!     "Spam" = "none"
//!     "Internal" = "skip"
//!
//!     [tier]
//!     "P1" = 3
//!     "P2" = 2
//!     "P3" = 1
//! "#)?;
//! assert_eq!(mapping.desk("tech support")?, Label::Is(Some(Desk::Technical)));
//! assert_eq!(mapping.desk("Internal")?, Label::Skip);
//! assert_eq!(mapping.tier("P1")?, Label::Is(Some(Tier::Three)));
//! assert!(mapping.desk("Sales").unwrap_err().to_string().contains("\"Sales\""));
//! # Ok(())
//! # }
//! ```

mod suggest;

use std::collections::BTreeMap;

use serde::Deserialize;
use thiserror::Error;

pub use self::suggest::{Suggestion, Value, suggest};
use crate::{Desk, Tier};

/// What a value of an export means for training.
///
/// # Examples
/// See the [module](self).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label<T> {
    /// This label.
    Is(T),
    /// The ticket is not trained on.
    Skip,
}

/// Why a mapping was refused. Each message names the remedy.
///
/// # Examples
/// ```
/// use deskhand::train::mapping::Mapping;
///
/// let twice = Mapping::parse("[desk]\nBilling = \"service\"\n\"billing \" = \"technical\"");
/// assert_eq!(
///     twice.unwrap_err().to_string(),
///     "the mapping contradicts itself: \"Billing\" is service and \"billing \" is technical, and \
///      they differ in case and spaces only; leave one of them"
/// );
/// ```
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum MappingError {
    /// It is no TOML, or holds something else than a mapping.
    #[error("this is not a mapping: {0}; let --suggest-mapping draft one")]
    Unreadable(String),
    /// A value is none of those allowed.
    #[error("{value:?} is mapped to {found:?}, and must be mapped to {allowed}")]
    BadTarget {
        /// The value of the export.
        value: String,
        /// What it is mapped to.
        found: String,
        /// What it may be mapped to.
        allowed: &'static str,
    },
    /// Two names that are the same mean different things.
    #[error(
        "the mapping contradicts itself: {first:?} is {first_is} and {second:?} is {second_is}, and they differ in case and spaces only; leave one of them"
    )]
    Contradiction {
        /// A value.
        first: String,
        /// What it means.
        first_is: String,
        /// The same value, written differently.
        second: String,
        /// What that means.
        second_is: String,
    },
    /// A value of the export is not in the mapping.
    #[error(
        "the {column} {value:?} is not in the mapping: add a line for it, {value:?} = {example} (\"skip\" leaves such tickets out)"
    )]
    Unknown {
        /// `desk` or `tier`.
        column: &'static str,
        /// The value.
        value: String,
        /// What a line may say.
        example: &'static str,
    },
}

/// What the values of an export mean. Case and spaces do not count.
///
/// # Examples
/// See the [module](self).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapping {
    desks: BTreeMap<String, Label<Option<Desk>>>,
    tiers: BTreeMap<String, Label<Option<Tier>>>,
}

/// A mapping as it is written down.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    desk: BTreeMap<String, toml::Value>,
    #[serde(default)]
    tier: BTreeMap<String, toml::Value>,
}

impl Mapping {
    /// Values that are the labels themselves: `service`, `technical`, `none`; `1`, `2`, `3`.
    ///
    /// # Examples
    /// ```
    /// use deskhand::train::mapping::{Label, Mapping};
    /// assert_eq!(Mapping::plain().desk("none"), Ok(Label::Is(None)));
    /// ```
    #[must_use]
    pub fn plain() -> Self {
        let desk = |name: &str| (key(name), desk_of(name).expect("a desk"));
        let tier = |name: &str| (key(name), tier_of(name).expect("a tier"));
        Self {
            desks: ["service", "technical", "none"].map(desk).into(),
            tiers: ["1", "2", "3"].map(tier).into(),
        }
    }

    /// Reads a mapping in TOML: tables `desk` and `tier` of value = label. A desk is `"service"`,
    /// `"technical"`, `"none"` (no inquiry) or `"skip"`; a tier 1, 2, 3 or `"skip"`.
    ///
    /// # Errors
    /// [`MappingError`]
    ///
    /// # Examples
    /// See the [module](self).
    pub fn parse(text: &str) -> Result<Self, MappingError> {
        let unreadable = |error: toml::de::Error| {
            MappingError::Unreadable(error.message().trim_end_matches('.').to_owned())
        };
        let written: Written = toml::from_str(text).map_err(unreadable)?;
        Ok(Self {
            desks: read(&written.desk, DESKS, desk_of)?,
            tiers: read(&written.tier, TIERS, tier_of)?,
        })
    }

    /// What a value of the desk's column means. Nothing is skipped.
    ///
    /// # Errors
    /// [`MappingError::Unknown`]
    ///
    /// # Examples
    /// See the [module](self).
    pub fn desk(&self, value: &str) -> Result<Label<Option<Desk>>, MappingError> {
        if value.trim().is_empty() {
            return Ok(Label::Skip);
        }
        let unknown = || unknown("desk", value, "\"service\"");
        self.desks.get(&key(value)).copied().ok_or_else(unknown)
    }

    /// What a value of the tier's column means; an empty one means that it is not known.
    ///
    /// # Errors
    /// [`MappingError::Unknown`]
    ///
    /// # Examples
    /// See the [module](self).
    pub fn tier(&self, value: &str) -> Result<Label<Option<Tier>>, MappingError> {
        if value.trim().is_empty() {
            return Ok(Label::Is(None));
        }
        self.tiers.get(&key(value)).copied().ok_or_else(|| unknown("tier", value, "1"))
    }

    /// Whether it says anything about tiers.
    ///
    /// # Examples
    /// ```
    /// assert!(deskhand::train::mapping::Mapping::plain().has_tiers());
    /// ```
    #[must_use]
    pub fn has_tiers(&self) -> bool {
        !self.tiers.is_empty()
    }
}

const DESKS: &str = "\"service\", \"technical\", \"none\" or \"skip\"";
const TIERS: &str = "1, 2, 3 or \"skip\"";

fn unknown(column: &'static str, value: &str, example: &'static str) -> MappingError {
    MappingError::Unknown { column, value: value.to_owned(), example }
}

/// Letter case and the number of spaces do not tell names apart.
fn key(value: &str) -> String {
    value.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

fn desk_of(name: &str) -> Option<Label<Option<Desk>>> {
    match name {
        "service" => Some(Label::Is(Some(Desk::Service))),
        "technical" => Some(Label::Is(Some(Desk::Technical))),
        "none" => Some(Label::Is(None)),
        "skip" => Some(Label::Skip),
        _ => None,
    }
}

fn tier_of(name: &str) -> Option<Label<Option<Tier>>> {
    match name {
        "1" => Some(Label::Is(Some(Tier::One))),
        "2" => Some(Label::Is(Some(Tier::Two))),
        "3" => Some(Label::Is(Some(Tier::Three))),
        "skip" => Some(Label::Skip),
        _ => None,
    }
}

fn read<L: PartialEq>(
    written: &BTreeMap<String, toml::Value>,
    allowed: &'static str,
    label: impl Fn(&str) -> Option<L>,
) -> Result<BTreeMap<String, L>, MappingError> {
    let mut read = BTreeMap::new();
    let mut named: BTreeMap<String, (&String, String)> = BTreeMap::new();
    for (value, target) in written {
        let found = target.as_str().map_or_else(|| target.to_string(), str::to_owned);
        let bad =
            || MappingError::BadTarget { value: value.clone(), found: found.clone(), allowed };
        let label = label(&found).ok_or_else(bad)?;
        if let Some((first, first_is)) = named.get(&key(value)).filter(|(_, is)| *is != found) {
            return Err(MappingError::Contradiction {
                first: (*first).clone(),
                first_is: first_is.clone(),
                second: value.clone(),
                second_is: found,
            });
        }
        read.insert(key(value), label);
        named.insert(key(value), (value, found));
    }
    Ok(read)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        Mapping::parse(text).unwrap_err().to_string()
    }

    #[test]
    fn refusals_name_the_remedy() {
        assert_eq!(
            refusal("[desk]\nBilling = \"money\""),
            "\"Billing\" is mapped to \"money\", and must be mapped to \"service\", \"technical\", \"none\" or \"skip\""
        );
        assert_eq!(
            refusal("[tier]\nP1 = 4"),
            "\"P1\" is mapped to \"4\", and must be mapped to 1, 2, 3 or \"skip\""
        );
        assert!(refusal("[queue]\nP1 = 4").contains("unknown field `queue`"));
        let twice = "[tier]\n\"P 1\" = 1\n\"p  1\" = 2";
        assert!(refusal(twice).starts_with("the mapping contradicts itself: "));
        assert!(
            Mapping::parse("[tier]\n\"P 1\" = 1\n\"p  1\" = 1").is_ok(),
            "the same twice is no harm"
        );
    }

    #[test]
    fn empty_values_are_not_labels() {
        let mapping = Mapping::plain();
        assert_eq!(mapping.desk(" "), Ok(Label::Skip));
        assert_eq!(mapping.tier(""), Ok(Label::Is(None)));
    }
}
