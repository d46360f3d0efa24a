//! Bytes to weights. Knows nothing of text.
//!
//! [`format`] checks a model file once, from the first byte to the last; [`weights`] looks features
//! up in it; [`calibration`] turns sums of weights into margins and margins into probabilities;
//! [`info`] says what the model is.

pub(crate) mod calibration;
pub(crate) mod format;
pub(crate) mod info;
mod lanes;
pub(crate) mod weights;

use std::sync::Arc;

use self::calibration::{Curve, Outputs};
use self::format::{PAIRS, Sections, WORDS};
use self::info::ModelInfo;
use self::weights::{Grams, Table};
use crate::error::ModelError;

/// A model whose every section has been checked: from here on nothing can fail.
#[derive(Clone, Debug)]
pub(crate) struct Model {
    bytes: Bytes,
    sections: Sections,
    pub(crate) outputs: Outputs,
    pub(crate) curve: Curve,
    pub(crate) info: Arc<ModelInfo>,
}

impl Model {
    /// Checks the bytes of a model that is compiled into the program.
    #[cfg(feature = "bundled")]
    pub(crate) fn from_static(bytes: &'static [u8]) -> Result<Self, ModelError> {
        let sections = Sections::find(bytes)?;
        Self::assemble(Bytes::Static(bytes), sections)
    }

    /// Checks and keeps a copy of the bytes of a model.
    pub(crate) fn from_slice(bytes: &[u8]) -> Result<Self, ModelError> {
        let sections = Sections::find(bytes)?;
        Self::assemble(Bytes::Shared(Arc::from(bytes)), sections)
    }

    fn assemble(bytes: Bytes, sections: Sections) -> Result<Self, ModelError> {
        let all = bytes.as_slice();
        let outputs = Outputs::parse(&all[sections.outputs.clone()])?;
        let curve = Curve::parse(&all[sections.curve.clone()])?;
        let info = ModelInfo::parse(&all[sections.info.clone()], all)?;
        Table::check(WORDS, &all[sections.words.clone()])?;
        Table::check(PAIRS, &all[sections.pairs.clone()])?;
        Grams::check(&all[sections.grams.clone()])?;
        Ok(Self { outputs, curve, info: Arc::new(info), sections, bytes })
    }

    /// Weights of words.
    #[inline]
    pub(crate) fn words(&self) -> Table<'_> {
        Table::new(&self.bytes.as_slice()[self.sections.words.clone()])
    }

    /// Weights of pairs of words: in a small table of their own, because most look-ups of a pair find
    /// nothing, and each of those would push a word out of the processor's caches.
    #[inline]
    pub(crate) fn pairs(&self) -> Table<'_> {
        Table::new(&self.bytes.as_slice()[self.sections.pairs.clone()])
    }

    /// Weights of character n-grams.
    #[inline]
    pub(crate) fn grams(&self) -> Grams<'_> {
        Grams::new(&self.bytes.as_slice()[self.sections.grams.clone()])
    }
}

/// The bytes of a model: compiled in, or read by the caller. Cloning copies nothing.
#[derive(Clone)]
enum Bytes {
    #[cfg(feature = "bundled")]
    Static(&'static [u8]),
    Shared(Arc<[u8]>),
}

impl Bytes {
    #[inline]
    fn as_slice(&self) -> &[u8] {
        match self {
            #[cfg(feature = "bundled")]
            Bytes::Static(bytes) => bytes,
            Bytes::Shared(bytes) => bytes,
        }
    }
}

impl std::fmt::Debug for Bytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} bytes", self.as_slice().len())
    }
}
