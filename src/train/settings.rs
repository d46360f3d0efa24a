//! What a training run can be told.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Settings of a training run. The defaults are those of the bundled model; they were chosen by
/// cross-validation over sources, see `models/README.md`.
///
/// # Examples
/// ```
/// use deskhand::train::settings::Settings;
///
/// let settings = Settings { c_desk: 1.0, ..Settings::default() };
/// assert!(settings.c_tier > 0.0);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The model's name.
    pub name: String,
    /// The model's version.
    pub version: String,
    /// Inverse strength of regularisation of the heads `service` and `technical`.
    pub c_desk: f64,
    /// Inverse strength of regularisation of the heads of the tier.
    pub c_tier: f64,
    /// Weight of a row whose label was mapped from an intent, on the heads of the desk; a row that
    /// somebody read weighs 1.
    pub intent_weight: f64,
    /// The same on the heads of the tier.
    pub intent_tier_weight: f64,
    /// Weight of the rows of a group of sources, on top of the above; 1 for a group not named.
    pub group_weights: BTreeMap<String, f64>,
    /// Stems that occur in fewer inquiries have no weight of their own.
    pub min_stem_inquiries: usize,
    /// Pairs that occur in fewer inquiries have no weight.
    pub min_pair_inquiries: usize,
    /// The share of word vectors beside words.
    pub vector_scale: f64,
    /// The share of character n-grams beside words.
    pub gram_scale: f64,
    /// Pairs kept in the model, the heaviest ones.
    pub max_pairs: usize,
    /// Words without a training text, known from vectors alone, kept in the model: the most
    /// frequent ones.
    pub max_vector_words: usize,
    /// How much it counts whether sources agree on what a word says: from 0, not at all, to 1.
    pub agreement: f64,
    /// Parts that the sources are dealt out to, each left out once for calibration.
    pub folds: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            name: "english".to_owned(),
            version: "1".to_owned(),
            c_desk: 4.0,
            c_tier: 4.0,
            intent_weight: 0.07,
            intent_tier_weight: 0.0,
            group_weights: BTreeMap::from([("written-varied".to_owned(), 0.25)]),
            min_stem_inquiries: 2,
            min_pair_inquiries: 3,
            vector_scale: 0.5,
            gram_scale: 0.5,
            max_pairs: 28_000,
            max_vector_words: 15_000,
            agreement: 0.9,
            folds: 8,
        }
    }
}
