//! The crate `fasttext`, trained here on the same labels.

use std::fs;
use std::path::Path;

use anyhow::Result;
use fasttext::FastText;
use fasttext::args::Args;

use crate::texts::Texts;

/// What the model looks at.
#[derive(Clone, Copy, PartialEq)]
pub enum Words {
    Pairs,
    PairsAndSubwords,
}

pub struct Rival {
    model: FastText,
    stored: Vec<u8>,
    /// Size of the stored model.
    pub bytes: usize,
}

impl Rival {
    /// Trains with the crate's default dimension of 100, and 80,000 buckets for pairs and subwords.
    pub fn train(texts: &Texts, workshop: &Path, words: Words) -> Result<Self> {
        let input = workshop.join("fasttext.txt");
        let line = |(text, desk, _): &(String, String, u8)| {
            format!("__label__{desk} {}\n", prepared(text))
        };
        fs::write(&input, texts.training.iter().map(line).collect::<String>())?;
        let mut args = Args { input, word_ngrams: 2, ..Args::default() };
        args.apply_supervised_defaults();
        (args.bucket, args.thread, args.verbose) = (80_000, 1, 0);
        if words == Words::PairsAndSubwords {
            (args.minn, args.maxn) = (3, 6);
        }
        let model = FastText::train(args)?;
        let mut stored = Vec::new();
        model.save(&mut stored)?;
        Ok(Self { bytes: stored.len(), model, stored })
    }

    /// The sum of something about all answers.
    pub fn answer(&self, texts: &Texts) -> i64 {
        let is_technical = |text: &String| {
            let best = self.model.predict(text, 1, 0.0);
            i64::from(best.first().is_some_and(|best| best.label.ends_with("technical")))
        };
        texts.joined.iter().map(is_technical).sum()
    }

    /// Reads the model from memory.
    pub fn load(&self) -> i64 {
        FastText::load(&mut self.stored.as_slice()).map_or(0, |model| model.get_dimension().into())
    }
}

/// One line: a line is a text.
fn prepared(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}
