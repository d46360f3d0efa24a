//! fastText, one model for the desk and one for the tier.

use std::fmt::Write;
use std::fs;

use anyhow::{Context, Result};
use deskhand::train::corpus::{Row, Source};
use deskhand::train::evaluation::Verdict;
use fasttext::FastText;
use fasttext::args::Args;

use crate::{Verdicts, desk_name, is_trained_on, text_of, tier_from};

/// What a fastText model looks at.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Words,
    Subwords,
}

pub(crate) struct Peer {
    desk: FastText,
    tier: FastText,
}

/// Trains with the settings of fastText's own tutorial: 25 epochs, learning rate 0.5, bigrams.
pub(crate) fn train(data: &[Source], kind: Kind) -> Result<Peer> {
    let desk = |row: &Row| Some(desk_name(row.desk).to_owned());
    let tier = |row: &Row| {
        let was_read = row.by != deskhand::train::corpus::Annotator::Intent;
        row.tier.filter(|_| was_read).map(|tier| tier.to_string())
    };
    Ok(Peer { desk: fit(data, kind, desk)?, tier: fit(data, kind, tier)? })
}

fn fit(data: &[Source], kind: Kind, label: impl Fn(&Row) -> Option<String>) -> Result<FastText> {
    let mut lines = String::new();
    for source in data {
        for (number, row) in source.rows.iter().enumerate() {
            let Some(label) = label(row).filter(|_| is_trained_on(source, number)) else {
                continue;
            };
            writeln!(lines, "__label__{label} {}", text_of(row))?;
        }
    }
    let folder = tempfile::tempdir()?;
    let input = folder.path().join("train.txt");
    fs::write(&input, lines)?;
    let mut args = Args { word_ngrams: 2, ..Args::default() };
    args.apply_supervised_defaults();
    args.input = input;
    (args.epoch, args.lr, args.bucket, args.thread, args.verbose) = (25, 0.5, 200_000, 1, 0);
    if let Kind::Subwords = kind {
        (args.minn, args.maxn) = (3, 6);
    }
    FastText::train(args).map_err(|e| anyhow::anyhow!("{e:?}")).context("fastText did not train")
}

impl Peer {
    pub(crate) fn verdicts(&self, company: &Source) -> Verdicts {
        company.rows.iter().map(|row| self.verdict(row)).collect()
    }

    fn verdict(&self, row: &Row) -> Verdict {
        let text = text_of(row);
        let probability = |label: &str| {
            let known = self.desk.predict(&text, 3, 0.0);
            let found = known.iter().find(|p| p.label == format!("__label__{label}"));
            found.map_or(0.0, |p| f64::from(p.prob))
        };
        let (service, technical) = (probability("service"), probability("technical"));
        let tier = self.tier.predict(&text, 1, 0.0);
        let number = tier.first().and_then(|p| p.label.chars().last()?.to_digit(10));
        let sum = (service + technical).max(f64::MIN_POSITIVE);
        Verdict::new(technical / sum, tier_from(number.unwrap_or(1) as usize), None)
    }
}
