//! Which format the rows have: asked for, or told by the ending of the name.

use anyhow::{Result, bail};
use clap::ValueEnum;

use crate::args::Args;

/// A format as it is named on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FormatName {
    /// Fields between commas, quoted where needed, names in the first row
    Csv,
    /// The same between tabs
    Tsv,
    /// One JSON object a line
    #[value(alias = "ndjson", alias = "json")]
    Jsonl,
}

/// How the rows are told apart and read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// Fields between this byte.
    Delimited(u8),
    /// One JSON object a line.
    Json,
}

impl Format {
    /// The format of the input called `name`.
    pub(crate) fn choose(args: &Args, name: &str) -> Result<Format> {
        let chosen = match args.format {
            Some(chosen) => chosen,
            None => by_ending(name)?,
        };
        if args.format.is_none() {
            refuse_conversion(chosen, name, args.output())?;
        }
        Ok(match chosen {
            FormatName::Csv => Format::Delimited(args.delimiter.unwrap_or(b',')),
            FormatName::Tsv => Format::Delimited(args.delimiter.unwrap_or(b'\t')),
            FormatName::Jsonl => Format::Json,
        })
    }
}

fn by_ending(name: &str) -> Result<FormatName> {
    if name == "-" {
        bail!("standard input has no name to tell its format by; add --format csv, tsv or jsonl");
    }
    let Some(ending) = ending(name) else {
        bail!("{name} has no ending to tell its format by; add --format csv, tsv or jsonl");
    };
    known(&ending).map_or_else(|| unknown(name, &ending), Ok)
}

fn ending(name: &str) -> Option<String> {
    Some(std::path::Path::new(name).extension()?.to_str()?.to_ascii_lowercase())
}

fn known(ending: &str) -> Option<FormatName> {
    match ending {
        "csv" => Some(FormatName::Csv),
        "tsv" | "tab" => Some(FormatName::Tsv),
        "jsonl" | "ndjson" | "json" => Some(FormatName::Jsonl),
        _ => None,
    }
}

fn unknown(name: &str, ending: &str) -> Result<FormatName> {
    match ending {
        "gz" => bail!(
            "{name} is compressed; unpack it on the way: gzip -dc {name} | label - --format csv"
        ),
        "zst" => bail!(
            "{name} is compressed; unpack it on the way: zstd -dc {name} | label - --format csv"
        ),
        "xlsx" | "xls" | "ods" => {
            bail!("{name} is a spreadsheet; save it as `CSV UTF-8` and label that")
        }
        _ => bail!(
            "the ending .{ending} of {name} is of no known format; add --format csv, tsv or jsonl"
        ),
    }
}

/// Rows come back in the format they came in; an output named otherwise would mislead.
fn refuse_conversion(chosen: FormatName, name: &str, output: &str) -> Result<()> {
    let asked = ending(output).and_then(|ending| known(&ending));
    if asked.is_some_and(|asked| asked != chosen) {
        bail!("rows come out in the format they came in; give {output} the ending of {name}");
    }
    Ok(())
}
