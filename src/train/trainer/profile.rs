//! What the training texts look like to models that have not seen them.

use crate::features::{self, function_words};
use crate::train::corpus::Annotator;
use crate::train::drift::{Profile, Tally};
use crate::train::evaluation::Verdict;
use crate::train::trainer::Problem;
use crate::train::vectors::Vectors;

/// The part or parts that a stem occurs in.
#[derive(Clone, Copy)]
enum Parts {
    None,
    One(usize),
    Several,
}

impl Parts {
    fn and(self, part: usize) -> Self {
        match self {
            Parts::None => Parts::One(part),
            Parts::One(only) if only == part => self,
            _ => Parts::Several,
        }
    }

    fn are_elsewhere(self, part: usize) -> bool {
        match self {
            Parts::None => false,
            Parts::One(only) => only != part,
            Parts::Several => true,
        }
    }
}

impl Problem<'_> {
    /// Of the rows that somebody wrote or read, not of those mapped from intents: these come by the
    /// thousand about the same few things. `verdicts` are those of models that were not trained on
    /// the row; a word is unknown if it occurs in no other part of the training texts and has no
    /// vector.
    pub(super) fn profile(&self, vectors: &Vectors, verdicts: &[Verdict]) -> Profile {
        let parts = self.parts_of_stems();
        let mut tally = Tally::default();
        for ((row, &part), verdict) in self.rows.iter().zip(&self.fold_of).zip(verdicts) {
            if row.by == Annotator::Intent {
                continue;
            }
            let (mut known, mut unknown) = (0, 0);
            features::read(row.inquiry(), &mut Vec::new(), |_, token| {
                if token.shape.is_some() || function_words::contains(token.key) {
                    return;
                }
                let stem = self.vocabulary.stem_of(token.key);
                let is_known = stem.is_some_and(|stem| parts[stem].are_elsewhere(part))
                    || std::str::from_utf8(token.key).is_ok_and(|key| vectors.get(key).is_some());
                known += u64::from(is_known);
                unknown += u64::from(!is_known);
            });
            tally.add(verdict, known, unknown);
        }
        tally.profile()
    }

    fn parts_of_stems(&self) -> Vec<Parts> {
        let mut parts = vec![Parts::None; self.vocabulary.stems.len()];
        for (row, &part) in self.rows.iter().zip(&self.fold_of) {
            features::read(row.inquiry(), &mut Vec::new(), |_, token| {
                if let Some(stem) = self.vocabulary.stem_of(token.key) {
                    parts[stem] = parts[stem].and(part);
                }
            });
        }
        parts
    }
}
