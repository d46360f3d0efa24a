//! The module behind the page: `deskhand` for one inquiry as it is typed, and for a file of them.
//!
//! [`bindings`] is what the page's script sees; all else is plain Rust. Rows are read, labelled and
//! written by the modules of the example `label`, so that a file labelled here is the one labelled
//! there.

mod args;
pub mod bindings;
mod header;
mod inquiry;
mod table;

/// The modules of the example find each other at the root of their crate.
use label::{answer, chunk, columns, delimited, input, rows, tally};

#[path = "../../label"]
#[expect(dead_code, reason = "the page needs no files of the system, JSON lines or terminal")]
mod label {
    pub(crate) mod answer;
    pub(crate) mod chunk;
    pub(crate) mod columns;
    pub(crate) mod delimited;
    pub(crate) mod input;
    pub(crate) mod rows;
    pub(crate) mod tally;
}
