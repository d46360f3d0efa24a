//! Files as tables.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use datafusion::common::DataFusionError;
use datafusion::error::Result;
use datafusion::prelude::{CsvReadOptions, JsonReadOptions, ParquetReadOptions, SessionContext};

/// A table of SQL that is a file, or a folder of files of one kind: `NAME=PATH`.
///
/// The kind shows in the extension: `.csv`, `.tsv`, `.jsonl`, `.ndjson`, `.json` (one object a
/// line), `.parquet`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    name: String,
    path: PathBuf,
}

impl FromStr for Table {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            Some((name, path)) if !name.is_empty() && !path.is_empty() => {
                Ok(Self { name: name.to_owned(), path: PathBuf::from(path) })
            }
            _ => Err("give a table as NAME=PATH, for example tickets=tickets.csv".to_owned()),
        }
    }
}

impl Table {
    /// A table of this name.
    pub fn new(name: impl Into<String>, path: impl Into<PathBuf>) -> Self {
        Self { name: name.into(), path: path.into() }
    }

    /// Makes the table known. Its path becomes absolute: whoever runs the plan may have another
    /// working directory.
    ///
    /// # Errors
    /// The file is not there, cannot be read or is of no known kind.
    pub async fn register(&self, ctx: &SessionContext) -> Result<()> {
        let path = self.path.canonicalize().map_err(|error| self.wrong(error))?;
        let extension = extension(&path).map_err(|error| self.wrong(error))?;
        let suffix = format!(".{extension}");
        let location = path.to_string_lossy();
        match extension.as_str() {
            "csv" => ctx.register_csv(&self.name, location, csv(&suffix, b',')).await,
            "tsv" => ctx.register_csv(&self.name, location, csv(&suffix, b'\t')).await,
            "jsonl" | "ndjson" | "json" => {
                let options = JsonReadOptions::default().file_extension(&suffix);
                ctx.register_json(&self.name, location, options).await
            }
            "parquet" => {
                ctx.register_parquet(&self.name, location, ParquetReadOptions::default()).await
            }
            other => Err(self.wrong(format!(
                "'{other}' is no kind of table: give .csv, .tsv, .jsonl, .ndjson, .json or .parquet"
            ))),
        }
    }

    fn wrong(&self, error: impl std::fmt::Display) -> DataFusionError {
        let message = format!("table {} ({}): {error}", self.name, self.path.display());
        DataFusionError::Configuration(message)
    }
}

/// A message may hold line breaks, so a file of them cannot be cut at any line break.
fn csv(suffix: &str, delimiter: u8) -> CsvReadOptions<'_> {
    CsvReadOptions::new().delimiter(delimiter).newlines_in_values(true).file_extension(suffix)
}

/// The extension of a file, or of the first file by name in a folder.
fn extension(path: &Path) -> std::io::Result<String> {
    if !path.is_dir() {
        return Ok(of_name(path));
    }
    let files = path.read_dir()?.map(|entry| Ok(entry?.path()));
    let files = files.collect::<std::io::Result<Vec<_>>>()?;
    Ok(files
        .iter()
        .filter(|file| file.is_file())
        .min()
        .map(|file| of_name(file))
        .unwrap_or_default())
}

fn of_name(file: &Path) -> String {
    file.extension().unwrap_or_default().to_string_lossy().into_owned()
}
