//! The reader of the batch example, CSV, TSV and JSON lines: the example's own modules.

#![no_main]
#![allow(dead_code, unreachable_pub, unused_imports)]

/// The modules find each other at the root of their crate.
use label::{answer, args, chunk, columns, delimited, format, input, jsonl, rows, tally};

#[path = "../../examples/label"]
mod label {
    pub(crate) mod answer;
    pub(crate) mod args;
    pub(crate) mod chunk;
    pub(crate) mod columns;
    pub(crate) mod delimited;
    pub(crate) mod format;
    pub(crate) mod input;
    pub(crate) mod jsonl;
    pub(crate) mod rows;
    pub(crate) mod tally;
}

use std::io::Cursor;

use clap::Parser;
use deskhand::Classifier;

use crate::args::Args;
use crate::chunk::Chunk;
use crate::input::Source;
use crate::rows::{Labels, Plan};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some((kind, data)) = data.split_first() else { return };
    let args = Args::parse_from(["label"]);
    let mut source = Source::new(Cursor::new(data.to_vec()), None);
    let plan = match kind % 4 {
        0 => delimited::plan(&mut source, b',', &args),
        1 => delimited::plan(&mut source, b';', &args),
        2 => delimited::plan(&mut source, b'\t', &args),
        _ => jsonl::plan(&mut source, &args),
    };
    if let Ok(plan) = plan {
        read(plan, source, data.len());
    }
});

/// Reads to the end: rows lie one behind the other in the input, no row is empty-handed, and every
/// row can be written, labelled and as a bad one.
fn read(mut plan: Plan, mut source: Source, length: usize) {
    let mut chunk = Chunk::default();
    chunk.restart(0);
    while plan.splitter.next_row(&mut source, &mut chunk).expect("memory can be read") {
        let row = chunk.rows.last().expect("a row was found").clone();
        assert!(row.raw.start <= row.raw.end && row.raw.end <= chunk.raw.len());
        assert!(chunk.raw.len() <= length + 1, "more bytes than came in");
        let mut out = Vec::new();
        match plan.rows.texts(&chunk, &row) {
            Ok(texts) => {
                let triage = Classifier::bundled().triage(&*texts.body);
                plan.rows.write(&chunk, &row, &Labels::Given(triage, &texts.subject), &mut out);
            }
            Err(cause) => plan.rows.write(&chunk, &row, &Labels::Bad(&cause), &mut out),
        }
        assert!(out.ends_with(b"\n") || out.ends_with(b"\r"), "a row is a line");
        if chunk.is_full() {
            chunk.restart(0);
        }
    }
}
