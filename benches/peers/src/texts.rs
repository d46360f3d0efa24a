//! The texts: inquiries of our own corpora.

use std::fs;
use std::path::Path;

use anyhow::Result;
use serde::Deserialize;

/// A labelled inquiry, as far as it matters here.
#[derive(Debug, Deserialize)]
pub struct Row {
    pub subject: String,
    pub body: String,
    pub desk: Option<String>,
    pub tier: Option<u8>,
}

impl Row {
    /// What a rival without a notion of subject lines reads.
    fn joined(&self) -> String {
        let text = format!("{}\n{}", self.subject, self.body);
        text.trim_start().to_owned()
    }
}

/// What is read while measuring, and what rivals learn from.
pub struct Texts {
    /// Inquiries of 400 to 600 bytes.
    pub rows: Vec<Row>,
    /// The same, subject line and body in one text.
    pub joined: Vec<String>,
    /// Text, desk and tier of every row that has both.
    pub training: Vec<(String, String, u8)>,
    /// Bytes in `joined`.
    pub bytes: usize,
}

impl Texts {
    pub fn read() -> Result<Self> {
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/corpus");
        let mut paths: Vec<_> =
            fs::read_dir(corpus)?.map(|entry| entry.map(|e| e.path())).collect::<Result<_, _>>()?;
        paths.retain(|path| path.extension().is_some_and(|end| end == "jsonl"));
        paths.sort();
        let mut rows = Vec::new();
        for path in paths {
            for line in fs::read_to_string(path)?.lines() {
                rows.push(serde_json::from_str::<Row>(line)?);
            }
        }
        let label = |row: &Row| Some((row.joined(), row.desk.clone()?, row.tier?));
        let training = rows.iter().filter_map(label).collect();
        rows.retain(|row| (400..=600).contains(&row.joined().len()));
        let joined: Vec<_> = rows.iter().map(Row::joined).collect();
        let bytes = joined.iter().map(String::len).sum();
        Ok(Self { rows, joined, training, bytes })
    }
}
