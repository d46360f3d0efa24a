//! Tells which desk a customer inquiry belongs to: in-process, offline, in microseconds.
//!
//! The text of an inquiry goes in. Out come the [`Desk`] it belongs to (customer service or
//! technical support), a calibrated probability, a suggested escalation [`Tier`], a
//! [`ReviewReason`] where a person should look, and the very words that decided.
//!
//! ```
//! use deskhand::{Classifier, Desk};
//!
//! let clerk = Classifier::bundled();
//! let triage = clerk.triage("Since the update the scanner app crashes on start");
//! assert_eq!(triage.desk(), Desk::Technical);
//! ```
//!
//! # Overview
//! - [`Classifier`] holds a model: [`bundled`](Classifier::bundled) or
//!   [`from_bytes`](Classifier::from_bytes). [`triage`](Classifier::triage) answers,
//!   [`explain`](Classifier::explain) names the words behind the answer.
//! - [`Inquiry`] is a body with or without a subject line; a `&str` will do.
//! - [`Triage`] is the answer, small and `Copy`.
//! - [`Adapter`] remembers a few corrections at run time.
//! - [`Policy`] says when a person should look and how dear a missed tier is.
//!
//! # Features
//! | feature | default | what it adds |
//! |---|---|---|
//! | `bundled` | yes | the English model, about a megabyte, compiled in |
//! | `serde` | no | `Serialize` for answers; `Deserialize` for desks, tiers, reasons, policies |
//! | `parallel` | no | [`triage_all`](Classifier::triage_all) uses every core |
//! | `train` | no | the module `train`: fitting, calibrating and measuring models |
//!
//! # Untrusted input
//! Any text is answered: empty, huge, binary turned into text, any script. Time is linear in its
//! length, memory is a few words per skipped passage. Models may come from anywhere: every offset
//! is checked once, in [`from_bytes`](Classifier::from_bytes), and a model that loads cannot fail
//! later. A hostile model can give wrong answers, never a panic or a hang.
//!
//! # What this is not
//! It reads English. It does not read attachments or pictures, knows nothing of the customer, and
//! a probability of 0.9 means that one of ten such answers is wrong.

// No table or byte is read that safe code cannot read as fast; lifting this would take a measured
// gain of more than a tenth.
#![forbid(unsafe_code)]
#![deny(missing_docs, rustdoc::broken_intra_doc_links)]

mod adapter;
mod classifier;
mod error;
mod explain;
mod features;
mod hash;
mod inquiry;
mod model;
mod policy;
mod scoring;
mod text;
#[cfg(feature = "train")]
pub mod train;
mod triage;

pub use crate::adapter::{Adapter, AdapterError};
pub use crate::classifier::Classifier;
pub use crate::error::{ModelError, PolicyError};
pub use crate::explain::{Evidence, Explanation};
pub use crate::inquiry::{Inquiry, Part};
pub use crate::model::info::ModelInfo;
pub use crate::policy::Policy;
pub use crate::scoring::Scratch;
pub use crate::triage::{Desk, ReviewReason, Tier, Triage};

#[cfg(all(doctest, feature = "bundled"))]
#[doc = include_str!("../README.md")]
struct ReadmeDoctests;
