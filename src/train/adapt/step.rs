//! How far a model moves.

use std::fmt;

use crate::model::weights::{DESK, SERVICE, TECHNICAL};

/// How far the heads of the desk, or those of the tier, move.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Step {
    /// Not at all.
    Keep,
    /// Their slope and shift only: how often each answer is given.
    Shift,
    /// And the weights of words and pairs, this freely: the inverse strength of regularisation.
    Words(f64),
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Step::Keep => f.write_str("kept as it was"),
            Step::Shift => f.write_str("shifted, no word relearned"),
            Step::Words(c) => write!(f, "words relearned with c = {c}"),
        }
    }
}

/// How far both move.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Choice {
    pub(crate) desk: Step,
    pub(crate) tier: Step,
}

impl Choice {
    /// The same without what loses tickets.
    pub(crate) fn without(&self, desk: bool, tier: bool) -> Self {
        let keep = |is_worse: bool, step: Step| if is_worse { Step::Keep } else { step };
        Self { desk: keep(desk, self.desk), tier: keep(tier, self.tier) }
    }

    /// Whether the model stays as it is.
    pub(crate) fn is_none(&self) -> bool {
        *self == Self { desk: Step::Keep, tier: Step::Keep }
    }

    pub(crate) fn step(&self, head: usize) -> Step {
        if matches!(head, DESK | SERVICE | TECHNICAL) { self.desk } else { self.tier }
    }
}
