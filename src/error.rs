//! What can go wrong, and what to do about it. Only loading and configuring can fail; answering
//! about a text cannot.

use thiserror::Error;

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
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum ModelError {
    /// The bytes do not begin as a model does.
    #[error(
        "this is not a deskhand model: it does not begin with \"deskhand model\"; check that the path names a .deskhand file"
    )]
    NotAModel,
    /// The file was written by a later version of the crate.
    #[error(
        "the model has format version {found}, this program reads up to {supported}: update deskhand"
    )]
    TooNew {
        /// The version in the file.
        found: u32,
        /// The latest version that this crate reads.
        supported: u32,
    },
    /// The model was fitted with another way of cutting text into features.
    #[error(
        "the model was fitted for text pipeline {found}, this program has {supported}: train it again with this version of deskhand"
    )]
    OtherPipeline {
        /// The pipeline the model was fitted with.
        found: u32,
        /// The pipeline of this crate.
        supported: u32,
    },
    /// The file is shorter or longer than it says.
    #[error("the model should have {expected} bytes and has {found}: copy the file again, whole")]
    WrongLength {
        /// Bytes that the header announces.
        expected: u64,
        /// Bytes that are there.
        found: u64,
    },
    /// The bytes are not the ones that were written.
    #[error(
        "the model is damaged: its checksum is {found:016x} instead of {expected:016x}; copy the file again"
    )]
    Damaged {
        /// The checksum in the header.
        expected: u64,
        /// The checksum of the bytes.
        found: u64,
    },
    /// A section cannot be what it should be, though the checksum is right.
    #[error("section \"{section}\" of the model {problem}: train or download the model again")]
    BadSection {
        /// The four letters of the section.
        section: String,
        /// What is wrong with it.
        problem: &'static str,
    },
}

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
#[derive(Clone, Debug, Error, PartialEq)]
#[non_exhaustive]
pub enum PolicyError {
    /// A setting lies outside its range.
    #[error("{setting} must be {range}, not {value}")]
    OutOfRange {
        /// The setting's name.
        setting: &'static str,
        /// The allowed range in words.
        range: &'static str,
        /// What was given.
        value: f64,
    },
    /// No threshold of the model held this accuracy on its calibration data.
    #[error(
        "the model never reached an accuracy of {wanted} on its calibration data, at best {best}: ask for less"
    )]
    AccuracyOutOfReach {
        /// The accuracy asked for.
        wanted: f64,
        /// The highest accuracy that some share of the calibration data had.
        best: f64,
    },
}
