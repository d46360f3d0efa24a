//! From fitted heads to the bytes of a model.

use crate::features::{GRAM_BUCKETS, Pair, function_words, stem_id};
use crate::hash::hash;
use crate::model::calibration::{Output, Outputs, SLOPE_BITS};
use crate::model::format::{self, CURVE, GRAMS, INFO, OUTPUTS, PAIRS, WORDS};
use crate::model::weights::{
    DESK, Entry, HEADS, SERVICE, SLOTS, TECHNICAL, TIER_2_SERVICE, TIER_2_TECHNICAL, TIER_3,
    build_table, encode,
};
use crate::text::stemmer::EnglishStemmer;
use crate::train::TrainError;
use crate::train::calibrate::Calibration;
use crate::train::corpus::Source;
use crate::train::drift::Profile;
use crate::train::matrices::{Fitted, HeadWeights};
use crate::train::settings::Settings;

/// How full a table may be at most. One that does not hold its entries so is made larger by steps.
const LOAD: f64 = 0.85;

/// The largest weight that a code stands for.
const LARGEST_CODE: f64 = 127.0 * 127.0;

/// Builds the bytes of a model. `about` is what it says about itself, see [`describe`].
pub(crate) fn model(
    fitted: &Fitted<'_>,
    intercepts: [f64; HEADS],
    calibration: &Calibration,
    settings: &Settings,
    about: &str,
) -> Result<Vec<u8>, TrainError> {
    let weights = Exported::collect(fitted, settings);
    let units = weights.units();
    let words = build(&weights.word_entries(&units)).ok_or(TrainError::TableOverflow)?;
    let pairs = build(&weights.pair_entries(&units)).ok_or(TrainError::TableOverflow)?;
    let grams: Vec<u8> = (0..GRAM_BUCKETS)
        .flat_map(|bucket| codes(fitted.gram(bucket), &units).map(|code| code as u8))
        .collect();
    Ok(format::write(&[
        (INFO, about.as_bytes()),
        (OUTPUTS, &outputs(intercepts, calibration, &units).to_bytes()),
        (CURVE, &calibration.curve.to_bytes()),
        (WORDS, &words),
        (PAIRS, &pairs),
        (GRAMS, &grams),
    ]))
}

/// A word with its weights, and whether any training text holds it.
struct Word {
    spelling: String,
    weights: HeadWeights,
    is_learned: bool,
}

/// Weights of all words and pairs that go into the tables, the most important first.
struct Exported {
    words: Vec<Word>,
    pairs: Vec<(Pair, HeadWeights)>,
}

impl Exported {
    fn collect(fitted: &Fitted<'_>, settings: &Settings) -> Self {
        let seen = fitted.vocabulary.words.iter().filter(|word| !word.neighbour.is_function_word);
        // Any other word's weight is that of its n-grams, which scoring adds up by itself.
        let mut words: Vec<_> = seen.filter(|word| fitted.says_more_than_grams(word)).collect();
        words.sort_by(|a, b| {
            b.inquiries.cmp(&a.inquiries).then_with(|| a.spelling.cmp(&b.spelling))
        });
        let learned = words.iter().map(|word| (word.spelling.as_str(), true));
        let unseen = fitted.vectors.words().filter(|word| {
            !fitted.vocabulary.contains(word) && !function_words::contains(word.as_bytes())
        });
        let from_vectors = unseen.take(settings.max_vector_words).map(|word| (word, false));
        let word = |(spelling, is_learned): (&str, bool)| Word {
            spelling: spelling.to_owned(),
            weights: fitted.word(spelling),
            is_learned,
        };
        let words = learned.chain(from_vectors).map(word).collect();
        let mut pairs: Vec<_> = fitted.pairs().collect();
        pairs.sort_by(|a, b| heaviest(&b.1).total_cmp(&heaviest(&a.1)).then(a.0.cmp(&b.0)));
        pairs.truncate(settings.max_pairs);
        Self { words, pairs }
    }

    /// What a weight of one is worth, a head.
    fn units(&self) -> HeadWeights {
        let words = self.words.iter().map(|word| &word.weights);
        let all = words.chain(self.pairs.iter().map(|(_, weights)| weights));
        let mut largest = [f64::MIN_POSITIVE; HEADS];
        for weights in all {
            largest.iter_mut().zip(weights).for_each(|(most, w)| *most = most.max(w.abs()));
        }
        largest.map(|most| most / LARGEST_CODE)
    }

    fn word_entries(&self, units: &HeadWeights) -> Vec<(u64, Entry)> {
        let stemmer = EnglishStemmer::new();
        let tag = |word: &str| stem_id(stemmer.stem(word).as_bytes());
        let function_words = function_words::all().map(|word| {
            let entry = Entry { tag: tag(word), codes: Entry::FUNCTION_WORD, is_learned: true };
            (hash(word.as_bytes()), entry)
        });
        let words = self.words.iter().map(|word| {
            let hash = hash(word.spelling.as_bytes());
            let (tag, codes) = (tag(&word.spelling), codes(word.weights, units));
            (hash, Entry { tag, codes, is_learned: word.is_learned })
        });
        function_words.chain(words).collect()
    }

    fn pair_entries(&self, units: &HeadWeights) -> Vec<(u64, Entry)> {
        let entry = |(pair, weights): &(Pair, HeadWeights)| {
            let tag = Pair::tag(pair.hash());
            (pair.hash(), Entry { tag, codes: codes(*weights, units), is_learned: true })
        };
        self.pairs.iter().map(entry).collect()
    }
}

fn heaviest(weights: &HeadWeights) -> f64 {
    weights.iter().fold(0.0, |most, weight| weight.abs().max(most))
}

fn codes(weights: HeadWeights, units: &HeadWeights) -> [i8; HEADS] {
    let mut codes = [0; HEADS];
    for (code, (weight, unit)) in codes.iter_mut().zip(weights.iter().zip(units)) {
        *code = encode(weight / unit);
    }
    codes
}

/// The smallest table, within a few steps, that holds the entries.
fn build(entries: &[(u64, Entry)]) -> Option<Vec<u8>> {
    let least = (entries.len() as f64 / (SLOTS as f64 * LOAD)).ceil() as usize;
    let sizes = (0..64).map(|step| least.max(1) * (64 + step) / 64 + step);
    sizes.into_iter().find_map(|blocks| build_table(entries, blocks))
}

/// Folds intercept, calibration and the unit of weights into two integers an output.
fn outputs(intercepts: [f64; HEADS], calibration: &Calibration, units: &HeadWeights) -> Outputs {
    let output = |head: usize| {
        let scaling = calibration.scalings[head];
        let slope = 1000.0 * scaling.slope * units[head] * (1u64 << SLOPE_BITS) as f64;
        let bias = 1000.0 * scaling.log_odds(intercepts[head]);
        Output { slope: (slope.round() as i64).max(1), bias: bias.round() as i64 }
    };
    Outputs {
        desk: output(DESK),
        service: output(SERVICE),
        technical: output(TECHNICAL),
        tier_2_service: output(TIER_2_SERVICE),
        tier_2_technical: output(TIER_2_TECHNICAL),
        tier_3: output(TIER_3),
    }
}

pub(crate) fn describe(
    sources: &[Source],
    settings: &Settings,
    metrics: &[(String, f64)],
    profile: &Profile,
) -> String {
    let mut text = format!(
        "name = {}\nversion = {}\nlanguages = en\n",
        settings.name.replace('\n', " "),
        settings.version.replace('\n', " ")
    );
    for source in sources {
        text += &format!("data = {}, {} rows\n", source.name, source.rows.len());
    }
    for (name, value) in metrics {
        text += &format!("metric.{name} = {value:.4}\n");
    }
    text + &profile.to_lines()
}
