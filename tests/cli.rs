//! The batch example `label` from outside: the real program, its streams, its files and its words.

#[path = "cli/bad_rows.rs"]
mod bad_rows;
#[path = "cli/columns.rs"]
mod columns;
#[path = "cli/formats.rs"]
mod formats;
#[path = "cli/fuzzed.rs"]
mod fuzzed;
#[path = "cli/labels.rs"]
mod labels;
#[path = "cli/refusals.rs"]
mod refusals;
#[path = "cli/sample.rs"]
mod sample;
#[path = "cli/streams.rs"]
mod streams;
#[path = "cli/support.rs"]
mod support;
