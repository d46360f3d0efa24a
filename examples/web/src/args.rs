//! What was chosen on the page, in the place of the command line of the example `label`.

use crate::columns::{Choice, Wanted};

/// The choices that a plan for the rows needs.
#[derive(Debug)]
pub(crate) struct Args {
    /// The column of the subject line.
    pub(crate) subject: Choice,
    /// The column of the text.
    pub(crate) body: Choice,
    /// Comes before the names of the added columns.
    pub(crate) prefix: String,
}

impl Args {
    /// Which columns hold the text.
    pub(crate) fn wanted(&self) -> Wanted {
        Wanted { subject: self.subject.clone(), body: self.body.clone() }
    }
}
