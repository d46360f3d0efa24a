//! What can go wrong, and what to do about it. Only loading and configuring can fail; answering
//! about a text cannot.
//!
//! Written out rather than derived: two crates less for whoever embeds this one.

use std::fmt;

/// Why a model file was refused.
///
/// The message names what is wrong and the remedy. A model that loads cannot fail later.
///
/// # Examples
/// ```
/// use deskhand::{Classifier, ModelError};
///
/// let error = Classifier::from_bytes(b"not a model").unwrap_err();
/// assert_eq!(error, ModelError::NotAModel);
/// assert_eq!(
///     error.to_string(),
///     "this is not a deskhand model: it does not begin with \"deskhand model\"; \
///      check that the path names a .deskhand file"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ModelError {
    /// The bytes do not begin as a model does.
    NotAModel,
    /// The file was written by a later version of the crate.
    TooNew {
        /// The version in the file.
        found: u32,
        /// The latest version that this crate reads.
        supported: u32,
    },
    /// The model was fitted with another way of cutting text into features.
    OtherPipeline {
        /// The pipeline the model was fitted with.
        found: u32,
        /// The pipeline of this crate.
        supported: u32,
    },
    /// The file is shorter or longer than it says.
    WrongLength {
        /// Bytes that the header announces.
        expected: u64,
        /// Bytes that are there.
        found: u64,
    },
    /// The bytes are not the ones that were written.
    Damaged {
        /// The checksum in the header.
        expected: u64,
        /// The checksum of the bytes.
        found: u64,
    },
    /// A section cannot be what it should be, though the checksum is right.
    BadSection {
        /// The four letters of the section.
        section: String,
        /// What is wrong with it.
        problem: &'static str,
    },
}

impl fmt::Display for ModelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAModel => f.write_str(
                "this is not a deskhand model: it does not begin with \"deskhand model\"; \
                 check that the path names a .deskhand file",
            ),
            Self::TooNew { found, supported } => write!(
                f,
                "the model has format version {found}, this program reads up to {supported}: \
                 update deskhand"
            ),
            Self::OtherPipeline { found, supported } => write!(
                f,
                "the model was fitted for text pipeline {found}, this program has {supported}: \
                 train it again with this version of deskhand"
            ),
            Self::WrongLength { expected, found } => write!(
                f,
                "the model should have {expected} bytes and has {found}: copy the file again, whole"
            ),
            Self::Damaged { expected, found } => write!(
                f,
                "the model is damaged: its checksum is {found:016x} instead of {expected:016x}; \
                 copy the file again"
            ),
            Self::BadSection { section, problem } => write!(
                f,
                "section \"{section}\" of the model {problem}: train or download the model again"
            ),
        }
    }
}

impl std::error::Error for ModelError {}

impl ModelError {
    /// Escaped, so that a hostile file writes no control characters to anybody's terminal.
    pub(crate) fn section(tag: [u8; 4], problem: &'static str) -> Self {
        Self::BadSection { section: tag.escape_ascii().to_string(), problem }
    }
}

/// Why a [`Policy`](crate::Policy) was refused.
///
/// # Examples
/// ```
/// use deskhand::Policy;
///
/// let error = Policy::default().min_probability(1.5).unwrap_err();
/// assert_eq!(error.to_string(), "min_probability must be from 0.5 up to but not including 1, not 1.5");
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum PolicyError {
    /// A setting lies outside its range.
    OutOfRange {
        /// The setting's name.
        setting: &'static str,
        /// The allowed range in words.
        range: &'static str,
        /// What was given.
        value: f64,
    },
    /// No threshold of the model held this accuracy on its calibration data.
    AccuracyOutOfReach {
        /// The accuracy asked for.
        wanted: f64,
        /// The highest accuracy that some share of the calibration data had.
        best: f64,
    },
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfRange { setting, range, value } => {
                write!(f, "{setting} must be {range}, not {value}")
            }
            Self::AccuracyOutOfReach { wanted, best } => write!(
                f,
                "the model never reached an accuracy of {wanted} on its calibration data, at best \
                 {best}: ask for less"
            ),
        }
    }
}

impl std::error::Error for PolicyError {}
