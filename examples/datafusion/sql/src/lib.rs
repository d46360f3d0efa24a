//! deskhand as a function of SQL: `triage(subject, body)` for [DataFusion](datafusion).
//!
//! ```
//! use datafusion::prelude::SessionContext;
//! use deskhand::Classifier;
//!
//! # fn main() -> datafusion::error::Result<()> {
//! let ctx = SessionContext::new();
//! ctx.register_udf(deskhand_sql::triage(Classifier::bundled().clone()));
//! # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
//! let answer = ctx.sql("SELECT triage('The app crashes on start')['desk'] AS desk").await?;
//! assert!(answer.to_string().await?.contains("technical"));
//! # Ok(())
//! # })
//! # }
//! ```
//!
//! # The answer
//! A struct: `desk`, `probability`, `tier`, `tier_1`, `tier_2`, `tier_3`, `also`, `review`; the
//! same names as the columns of deskhand's example `label`. A field is
//! `triage(subject, body)['desk']`.
//!
//! # Nulls
//! A null subject or body is one that is not there. Where there is neither, the answer is null;
//! a text that is there and empty is answered, with `review = 'empty'`.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod answers;
mod output;
mod tables;
mod text;
mod udf;

pub use answers::fields;
pub use output::write;
pub use tables::Table;
pub use udf::{called_once, classifier, triage};
