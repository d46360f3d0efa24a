//! Settings from a file, and the combinations that a sweep asks for.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use deskhand::train::corpus::Source;
use deskhand::train::settings::Settings;
use toml::{Table, Value};

/// More runs than this are a mistake: each takes minutes.
const MOST_RUNS: usize = 64;

/// One combination of a sweep.
#[derive(Clone)]
pub(crate) struct Variant {
    /// What was set, as it is written down: name and value.
    pub(crate) changes: Vec<(String, String)>,
    pub(crate) settings: Settings,
}

/// The settings of a file, or the defaults.
pub(crate) fn read(path: Option<&Path>) -> Result<Settings> {
    let Some(path) = path else { return Ok(Settings::default()) };
    let text =
        fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    toml::from_str(&text).with_context(|| format!("{} is not a settings file", path.display()))
}

/// All combinations of `SETTING=VALUE,VALUE…`; the settings themselves where there is none.
pub(crate) fn combinations(base: &Settings, sweeps: &[String]) -> Result<Vec<Variant>> {
    let mut variants = vec![Vec::new()];
    for sweep in sweeps {
        let (name, values) = sweep
            .split_once('=')
            .with_context(|| format!("{sweep:?} is not SETTING=VALUE,VALUE"))?;
        variants = variants
            .iter()
            .flat_map(|so_far: &Vec<(String, String)>| {
                values.split(',').map(|value| {
                    let change = (name.trim().to_owned(), value.trim().to_owned());
                    so_far.iter().cloned().chain([change]).collect()
                })
            })
            .collect();
        ensure!(
            variants.len() <= MOST_RUNS,
            "{} combinations are more than {MOST_RUNS}",
            variants.len()
        );
    }
    variants.into_iter().map(|changes| variant(base, changes)).collect()
}

fn variant(base: &Settings, changes: Vec<(String, String)>) -> Result<Variant> {
    let mut table = Table::try_from(base)?;
    for (name, value) in &changes {
        set(&mut table, name, parse(value)).with_context(|| format!("cannot set {name}"))?;
    }
    let settings = table.try_into();
    let settings = settings.with_context(|| format!("these are no settings: {changes:?}"))?;
    Ok(Variant { changes, settings })
}

/// A weight of a group that is not there is a slip of the pen.
pub(crate) fn check_groups(variants: &[Variant], sources: &[Source]) -> Result<()> {
    for (name, _) in variants.iter().flat_map(|variant| &variant.changes) {
        let Some(group) = name.strip_prefix("group_weights.") else { continue };
        let is_known = sources.iter().any(|source| source.group() == group);
        ensure!(is_known, "no source belongs to a group {group:?}");
    }
    Ok(())
}

/// A value as TOML reads it; a bare word is text.
fn parse(value: &str) -> Value {
    let read = toml::from_str::<Table>(&format!("value = {value}"));
    let read = read.ok().and_then(|mut table| table.remove("value"));
    read.unwrap_or_else(|| Value::String(value.to_owned()))
}

/// Sets `name`, or `table.name` in a table of the settings.
fn set(settings: &mut Table, name: &str, value: Value) -> Result<()> {
    let (table, key) = match name.split_once('.') {
        None => (settings, name),
        Some((outer, key)) => match settings.get_mut(outer) {
            Some(Value::Table(table)) => (table, key),
            _ => bail!("the settings have no table {outer:?}"),
        },
    };
    table.insert(key.to_owned(), value);
    Ok(())
}
