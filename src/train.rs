//! Fitting, calibrating and measuring models. Feature `train`.
//!
//! Data flows one way: [`corpus`] and [`vectors`] read files, [`trainer`] fits, calibrates and
//! writes a model, [`metrics`] and [`evaluation`] say how good it is. Features come from the same
//! code that scores.

pub mod adapt;
mod agreement;
mod calibrate;
pub mod corpus;
pub mod cross_validation;
pub mod drift;
pub mod evaluation;
mod export;
mod heads;
pub mod inspect;
pub mod mapping;
mod matrices;
pub mod matrix;
pub mod metrics;
pub mod report;
pub mod settings;
pub mod solver;
pub mod trainer;
pub mod vectors;
mod vocabulary;

use std::path::PathBuf;

use thiserror::Error;

/// Why a model was not trained.
///
/// # Examples
/// ```
/// use deskhand::train::{TrainError, corpus};
///
/// let error = corpus::read(&[]).unwrap_err();
/// assert_eq!(error, TrainError::NoRows);
/// assert_eq!(error.to_string(), "there is no labelled inquiry to train on: name a .jsonl file with rows");
/// ```
#[derive(Clone, Debug, Error, PartialEq)]
#[non_exhaustive]
pub enum TrainError {
    /// A file or folder cannot be read.
    #[error("cannot read {}: {cause}", path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system says.
        cause: String,
    },
    /// A line is not a labelled inquiry.
    #[error("{source_name}, line {line}: {cause}")]
    BadRow {
        /// The file.
        source_name: String,
        /// Counted from one.
        line: usize,
        /// What is wrong with it.
        cause: String,
    },
    /// There is nothing to train on.
    #[error("there is no labelled inquiry to train on: name a .jsonl file with rows")]
    NoRows,
    /// A head has rows of one kind only.
    #[error(
        "every inquiry has the same answer for \"{head}\": add rows of the other kind, at least a few dozen"
    )]
    OneSided {
        /// What the head tells.
        head: &'static str,
    },
    /// The solver refused its input.
    #[error("the solver stopped: {0}")]
    Solver(#[from] solver::SolverError),
    /// The words and pairs do not fit into a table.
    #[error("the model's table overflowed: ask for fewer pairs")]
    TableOverflow,
    /// The model that was built does not load.
    #[error("the model that was built does not load: {0}")]
    Model(#[from] crate::ModelError),
}
