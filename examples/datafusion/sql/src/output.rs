//! Results as files.

use std::path::Path;

use datafusion::arrow::datatypes::Schema;
use datafusion::common::config::TableParquetOptions;
use datafusion::common::{DataFusionError, config_err};
use datafusion::dataframe::{DataFrame, DataFrameWriteOptions};
use datafusion::error::Result;

/// Writes a result as one file, whose kind shows in its extension: `.parquet`, `.csv`, `.jsonl`,
/// `.ndjson` or `.json` (one object a line). A file that is there is replaced.
///
/// # Errors
/// The extension is none of these, the result has a struct and CSV cannot hold it, the query or the
/// writing fails.
pub async fn write(result: DataFrame, path: &Path) -> Result<()> {
    let options = DataFrameWriteOptions::new().with_single_file_output(true);
    let location = path.to_string_lossy();
    let extension = path.extension().unwrap_or_default().to_string_lossy();
    match &*extension {
        "parquet" => result.write_parquet(&location, options, Some(parquet())).await,
        "csv" => {
            refuse_structs(result.schema().as_arrow())?;
            result.write_csv(&location, options, None).await
        }
        "jsonl" | "ndjson" | "json" => result.write_json(&location, options, None).await,
        other => config_err!("'{other}' is no kind of output: give .parquet, .csv or .jsonl"),
    }
    .map(drop)
}

/// Row groups are what a file is cut into, for threads and executors alike: DataFusion's million of
/// rows is seconds of reading, too much for one of many tasks.
fn parquet() -> TableParquetOptions {
    let mut options = TableParquetOptions::default();
    options.global.max_row_group_size = 64 * 1024;
    options
}

fn refuse_structs(schema: &Schema) -> Result<()> {
    match schema.fields().iter().find(|field| field.data_type().is_nested()) {
        None => Ok(()),
        Some(field) => Err(DataFusionError::Configuration(format!(
            "CSV cannot hold the column {}: name its fields, as in triage(subject, body)['desk'], \
             or write .parquet or .jsonl",
            field.name()
        ))),
    }
}
