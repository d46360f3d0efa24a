//! A model taken apart so that it can be changed.

use crate::ModelError;
use crate::features;
use crate::hash::hash;
use crate::model::Model;
use crate::model::calibration::{Curve, Output, Outputs, SLOPE_BITS};
use crate::model::format::{self, CURVE, GRAMS, INFO, OUTPUTS, PAIRS, Sections, WORDS};
use crate::model::info::ModelInfo;
use crate::model::weights::{Codes, Entry, Grams, HEADS, Table, Weights, decode, encode, put};
use crate::scoring::gram_weights;
use crate::train::adapt::Options;
use crate::train::drift::Profile;

/// The sections of a model, each on its own.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    info: String,
    old: ModelInfo,
    pub(crate) outputs: [Output; HEADS],
    pub(crate) curve: Curve,
    words: Vec<u8>,
    pairs: Vec<u8>,
    grams: Vec<u8>,
    /// Words and pairs that were not stored before.
    pub(crate) added: usize,
}

impl Draft {
    pub(crate) fn open(bytes: &[u8]) -> Result<Self, ModelError> {
        let model = Model::from_slice(bytes)?;
        let sections = Sections::find(bytes)?;
        let info = String::from_utf8_lossy(&bytes[sections.info.clone()]).into_owned();
        Ok(Self {
            info,
            old: (*model.info).clone(),
            outputs: model.outputs.all(),
            curve: model.curve.clone(),
            words: bytes[sections.words].to_vec(),
            pairs: bytes[sections.pairs].to_vec(),
            grams: bytes[sections.grams].to_vec(),
            added: 0,
        })
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        format::write(&[
            (INFO, self.info.as_bytes()),
            (OUTPUTS, &Outputs::of(self.outputs).to_bytes()),
            (CURVE, &self.curve.to_bytes()),
            (WORDS, &self.words),
            (PAIRS, &self.pairs),
            (GRAMS, &self.grams),
        ])
    }

    /// The model as scoring reads it.
    pub(crate) fn model(&self) -> Result<Model, ModelError> {
        Model::from_slice(&self.to_bytes())
    }

    /// What a weight of one adds to the log-odds of a text with a length factor of one.
    pub(crate) fn unit(&self, head: usize) -> f64 {
        self.outputs[head].slope as f64 / (1u64 << SLOPE_BITS) as f64 / 1000.0
    }

    /// Whether a word is stored as it is spelled, with this stem.
    pub(crate) fn knows(&self, word: &str, stem: u16) -> bool {
        Place { hash: hash(word.as_bytes()), tag: stem }.entry(&self.words).is_some()
    }

    /// Adds to the weights of a word; one that is not stored begins with those of its n-grams.
    pub(crate) fn add_word(&mut self, word: &str, stem: u16, difference: &[f64; HEADS]) {
        let place = Place { hash: hash(word.as_bytes()), tag: stem };
        let grams = || gram_weights(word.as_bytes(), Grams::new(&self.grams));
        let start = place.entry(&self.words).map_or_else(grams, |entry| decode(entry.codes));
        let codes = self.changed(start, difference);
        self.added += usize::from(place.store(&mut self.words, codes));
    }

    /// Adds to the weights of a pair.
    pub(crate) fn add_pair(&mut self, pair: features::Pair, difference: &[f64; HEADS]) {
        let place = Place { hash: pair.hash(), tag: features::Pair::tag(pair.hash()) };
        let start = place.entry(&self.pairs).map_or([0; HEADS], |entry| decode(entry.codes));
        let codes = self.changed(start, difference);
        self.added += usize::from(place.store(&mut self.pairs, codes));
    }

    /// `difference` is in log-odds, under the present outputs.
    fn changed(&self, start: Weights, difference: &[f64; HEADS]) -> Codes {
        let weight = |head| f64::from(start[head]) + difference[head] / self.unit(head);
        std::array::from_fn(|head| encode(weight(head)))
    }

    /// Replaces the log-odds of a head by `slope` times them plus `shift`.
    pub(crate) fn rescale(&mut self, head: usize, slope: f64, shift: f64) {
        let output = &mut self.outputs[head];
        let within = |value: f64, most: f64| value.round().clamp(-most, most) as i64;
        output.slope = within(output.slope as f64 * slope, (1u64 << 50) as f64).max(1);
        output.bias = within(output.bias as f64 * slope + 1000.0 * shift, 100_000.0);
    }

    /// Rewrites what the model says about itself.
    pub(crate) fn describe(
        &mut self,
        options: &Options,
        tickets: usize,
        metrics: &[(String, f64)],
        profile: &Profile,
    ) {
        let line = |text: &str| text.replace(['\n', '\r'], " ");
        let mut text = format!(
            "name = {}\nversion = {}\nlanguages = {}\n",
            line(&options.name),
            line(&options.version),
            self.old.languages()
        );
        let (name, version) = (self.old.name(), self.old.version());
        text += &format!("base = {name} {version}, checksum {:016x}\n", self.old.checksum());
        for data in self.old.training_data() {
            text += &format!("data = {data}\n");
        }
        text += &format!("data = {}, {} rows\n", line(&options.source), tickets);
        if !options.weights.is_empty() {
            text += &format!("weights = {}\n", line(&options.weights.to_string()));
        }
        for (name, value) in metrics {
            text += &format!("metric.own.{name} = {value:.4}\n");
        }
        text += &profile.to_lines();
        self.info = text;
    }
}

/// What a feature is stored under.
#[derive(Clone, Copy)]
struct Place {
    hash: u64,
    tag: u16,
}

impl Place {
    fn entry(self, table: &[u8]) -> Option<Entry> {
        Table::new(table).get(self.hash).filter(|entry| entry.tag == self.tag)
    }

    /// Stores codes, but not over a function word, nor over another feature that cannot be told
    /// apart from this one; whether the feature is new.
    fn store(self, table: &mut [u8], codes: Codes) -> bool {
        let old = Table::new(table).get(self.hash);
        if old.is_some_and(|old| old.tag != self.tag || old.is_function_word()) {
            return false;
        }
        let entry = Entry { tag: self.tag, codes, is_learned: true };
        let is_worth = old.is_some() || codes != [0; HEADS];
        is_worth && put(table, self.hash, entry) && old.is_none()
    }
}

impl Outputs {
    fn of(
        [desk, service, technical, tier_2_service, tier_2_technical, tier_3]: [Output; HEADS],
    ) -> Self {
        Self { desk, service, technical, tier_2_service, tier_2_technical, tier_3 }
    }
}
