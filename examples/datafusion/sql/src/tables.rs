//! Files as tables.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use datafusion::arrow::csv::reader::Format;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Schema};
use datafusion::common::DataFusionError;
use datafusion::error::Result;
use datafusion::prelude::{CsvReadOptions, JsonReadOptions, ParquetReadOptions, SessionContext};

const KINDS: [&str; 6] = ["csv", "tsv", "jsonl", "ndjson", "json", "parquet"];

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
            "csv" => self.register_csv(ctx, &path, &suffix, b',').await,
            "tsv" => self.register_csv(ctx, &path, &suffix, b'\t').await,
            "jsonl" | "ndjson" | "json" => {
                let options = JsonReadOptions::default().file_extension(&suffix);
                ctx.register_json(&self.name, location, options).await
            }
            "parquet" => {
                ctx.register_parquet(&self.name, location, ParquetReadOptions::default()).await
            }
            other => {
                Err(self.wrong(format!("'{other}' is no kind of table: give one of {KINDS:?}")))
            }
        }
    }

    /// Every column is text: guessing types would read a subject line such as `4411` as a number.
    /// And a message may hold line breaks, so a file is not cut at any line break.
    async fn register_csv(
        &self,
        ctx: &SessionContext,
        path: &Path,
        suffix: &str,
        delimiter: u8,
    ) -> Result<()> {
        let columns = header(path, delimiter).map_err(|error| self.wrong(error))?;
        let options = CsvReadOptions::new()
            .delimiter(delimiter)
            .newlines_in_values(true)
            .file_extension(suffix)
            .schema(&columns);
        ctx.register_csv(&self.name, path.to_string_lossy(), options).await
    }

    fn wrong(&self, error: impl std::fmt::Display) -> DataFusionError {
        let message = format!("table {} ({}): {error}", self.name, self.path.display());
        DataFusionError::Configuration(message)
    }
}

/// The columns that the first line names.
fn header(path: &Path, delimiter: u8) -> Result<Schema> {
    let file = File::open(first_file(path)?)?;
    let format = Format::default().with_header(true).with_delimiter(delimiter);
    let (columns, _) = format.infer_schema(file, Some(0))?;
    // Spreadsheets mark UTF-8 with a byte order mark, which is no part of the first name.
    let name = |field: &FieldRef| field.name().trim_start_matches('\u{feff}').to_owned();
    let text = |field: &FieldRef| Field::new(name(field), DataType::Utf8, true);
    Ok(Schema::new(columns.fields().iter().map(text).collect::<Vec<_>>()))
}

fn extension(path: &Path) -> std::io::Result<String> {
    let file = first_file(path)?;
    Ok(file.extension().unwrap_or_default().to_string_lossy().into_owned())
}

fn is_table(file: &Path) -> bool {
    file.extension().is_some_and(|extension| KINDS.iter().any(|kind| extension == *kind))
}

/// The file itself, or the first by name of those in a folder that may be a table.
fn first_file(path: &Path) -> std::io::Result<PathBuf> {
    if !path.is_dir() {
        return Ok(path.to_owned());
    }
    let files = path.read_dir()?.map(|entry| Ok(entry?.path()));
    let files = files.collect::<std::io::Result<Vec<_>>>()?;
    let first = files.into_iter().filter(|file| file.is_file() && is_table(file)).min();
    first.ok_or_else(|| std::io::Error::other(format!("no file in it is one of {KINDS:?}")))
}
