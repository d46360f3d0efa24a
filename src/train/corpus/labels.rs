//! Labels that stand apart from the texts.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;

use super::{Annotator, Labels, Source, bad, lines, sha256, unreadable};
use crate::train::TrainError;

/// The labels that somebody who read it gave the inquiry with this id.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    id: String,
    desk: String,
    #[serde(default)]
    also: Option<crate::Desk>,
    #[serde(default)]
    tier: Option<crate::Tier>,
    #[serde(default)]
    sure: Option<bool>,
}

/// A line with its place, for messages.
pub(super) struct Reading {
    id: String,
    labels: Labels,
    file: String,
    line: usize,
}

/// A file of labels, as a source without rows and as what it says.
pub(super) fn open(path: &Path) -> Result<(Source, Vec<Reading>), TrainError> {
    let bytes = fs::read(path).map_err(|error| unreadable(path, &error))?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let reading = |(line, text)| {
        let Line { id, desk, also, tier, sure } =
            serde_json::from_slice(text).map_err(|error| bad(&name, line, &error))?;
        let labels = Labels { desk, also, tier, sure };
        labels.desk().map_err(|error| bad(&name, line, &error))?;
        Ok(Reading { id, labels, file: name.clone(), line })
    };
    let readings = lines(&bytes).map(reading).collect::<Result<_, TrainError>>()?;
    Ok((Source { name: name.clone(), sha256: sha256(&bytes), rows: Vec::new() }, readings))
}

/// Gives each inquiry the labels of its reading.
pub(super) fn apply(readings: Vec<Reading>, sources: &mut [Source]) -> Result<(), TrainError> {
    let mut by_id: HashMap<String, Reading> = HashMap::new();
    for reading in readings {
        if let Some(Reading { file, line, .. }) = by_id.get(&reading.id) {
            let place = format!("{file}, line {}", line + 1);
            let twice = format!("{:?} was labelled in {place} already", reading.id);
            return Err(bad(&reading.file, reading.line, &twice));
        }
        by_id.insert(reading.id.clone(), reading);
    }
    for row in sources.iter_mut().flat_map(|source| &mut source.rows) {
        if let Some(reading) = by_id.get(&row.id) {
            let give = reading.labels.give_to(row);
            give.map_err(|error| bad(&reading.file, reading.line, &error))?;
            row.by = Annotator::Annotator;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::train::corpus::{Annotator, Row, read};
    use crate::{Desk, Tier};

    const TEXTS: &str = r#"{"id": "a/1", "body": "card gone", "desk": "technical", "by": "intent"}
{"id": "a/2", "body": "no signal", "desk": "technical", "tier": 1}
"#;

    fn rows(labels: &str) -> Result<Vec<Row>, String> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.jsonl"), TEXTS).unwrap();
        std::fs::write(folder.path().join("again.labels"), labels).unwrap();
        let sources = read(&[folder.path().to_owned()]).map_err(|error| error.to_string())?;
        assert_eq!(sources[1].name, "again");
        assert!(sources[1].rows.is_empty() && !sources[1].sha256.is_empty());
        Ok(sources[0].rows.clone())
    }

    #[test]
    fn an_inquiry_gets_the_labels_of_its_reading() {
        let again = r#"{"id": "a/1", "desk": "service", "tier": 2, "sure": false}
{"id": "not/here", "desk": "none"}"#;
        let rows = rows(again).unwrap();
        assert_eq!((rows[0].desk, rows[0].tier), (Some(Desk::Service), Some(Tier::Two)));
        assert_eq!((rows[0].by, rows[0].sure), (Annotator::Annotator, false));
        assert_eq!((rows[1].desk, rows[1].tier), (Some(Desk::Technical), Some(Tier::One)));
    }

    #[test]
    fn doubtful_labels_are_refused_with_their_place() {
        for (labels, message) in [
            (
                "{\"id\": \"a/1\", \"desk\": \"none\"}\n\n{\"id\": \"a/1\", \"desk\": \"none\"}",
                "again, line 3: \"a/1\" was labelled in again, line 1 already",
            ),
            ("{\"id\": \"a/1\", \"desk\": \"sales\"}", "again, line 1: desk is service"),
            (
                "{\"id\": \"a/1\", \"desk\": \"none\", \"body\": \"\"}",
                "again, line 1: unknown field",
            ),
        ] {
            let found = rows(labels).unwrap_err();
            assert!(found.starts_with(message), "{found}");
        }
    }
}
