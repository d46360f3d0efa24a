//! What comes along with the crate: how much, under which licences, and what runs while building.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

/// The most that the default build may bring along, all the way down.
const MOST_DEPENDENCIES: usize = 13;

/// Licences that ask for no more than to be named. `deny.toml` lists the same.
const ALLOWED: [&str; 9] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "MIT",
    "Unicode-3.0",
    "Zlib",
];

/// Crates of the default build that have a build script: they ask the compiler for its version or
/// set a flag, nothing else. A new one is looked at before it comes in.
const BUILD_SCRIPTS: [&str; 6] =
    ["memchr", "proc-macro2", "quote", "serde", "serde_core", "thiserror"];

/// What `cargo metadata` says of the crate and of all it may use, tests included.
fn metadata(extra: &[&str]) -> Value {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let host = said("rustc", &["-vV"]);
    let host = host.lines().find_map(|line| line.strip_prefix("host: ")).expect("a host");
    let fixed = ["metadata", "--format-version=1", "--manifest-path", manifest];
    let platform = ["--filter-platform", host];
    let json = said("cargo", &[&fixed[..], &platform[..], extra].concat());
    serde_json::from_str(&json).expect("JSON")
}

/// What a tool of the running toolchain prints.
fn said(tool: &str, arguments: &[&str]) -> String {
    let tool = std::env::var_os(tool.to_uppercase()).unwrap_or_else(|| tool.into());
    let output = Command::new(tool).args(arguments).output().expect("the tool runs");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaint}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

/// The packages that a build with the default features uses, this crate left out.
fn default_build(metadata: &Value) -> Vec<&Value> {
    let nodes: BTreeMap<_, _> =
        list(&metadata["resolve"], "nodes").iter().map(|node| (text(node, "id"), node)).collect();
    let root = text(&metadata["resolve"], "root");
    let (mut reached, mut open) = (BTreeSet::new(), vec![root]);
    while let Some(id) = open.pop() {
        let used = list(nodes[id], "deps").iter().filter(|dep| is_built(dep));
        let fresh = used.map(|dep| text(dep, "pkg")).filter(|id| reached.insert(*id));
        open.extend(fresh.collect::<Vec<_>>());
    }
    list(metadata, "packages").iter().filter(|p| reached.contains(text(p, "id"))).collect()
}

/// Whether a dependency is one for more than tests.
fn is_built(dependency: &Value) -> bool {
    list(dependency, "dep_kinds").iter().any(|kind| text(kind, "kind") != "dev")
}

/// Without optional features: `cargo metadata` would else count what examples and tests turn on.
fn default_metadata() -> Value {
    metadata(&[])
}

#[test]
fn the_default_build_is_small() {
    let metadata = default_metadata();
    let names: Vec<_> = default_build(&metadata).iter().map(|p| text(p, "name")).collect();
    println!("{} crates: {names:?}", names.len());
    assert!((1..=MOST_DEPENDENCIES).contains(&names.len()), "{} crates: {names:?}", names.len());
    for heavy in ["linfa", "ndarray", "sprs", "rayon", "serde_json", "clap", "csv"] {
        assert!(!names.contains(&heavy), "{heavy} is in the default build");
    }
}

/// Of all crates, those for training and for tests included: each has a licence that allows use
/// without conditions but to be named.
#[test]
fn every_licence_is_an_allowed_one() {
    let metadata = metadata(&["--all-features"]);
    let packages = list(&metadata, "packages");
    assert!(packages.len() > 30);
    for package in packages {
        let licence = text(package, "license");
        assert!(is_allowed(licence), "{} comes under {licence:?}", text(package, "name"));
    }
}

/// Reads the customary forms: `A OR B`, `A/B`, `(A OR B) AND C`.
fn is_allowed(licence: &str) -> bool {
    let either = |group: &str| {
        let group = group.trim_matches(['(', ')', ' ']).replace('/', " OR ");
        group.split(" OR ").any(|name| ALLOWED.contains(&name.trim()))
    };
    !licence.is_empty() && licence.split(" AND ").all(either)
}

#[test]
fn licences_are_read_as_they_are_written() {
    for sound in
        ["MIT", "MIT/Apache-2.0", "Apache-2.0 / MIT", "Unlicense OR MIT", "(MIT OR X) AND Zlib"]
    {
        assert!(is_allowed(sound), "{sound}");
    }
    for foul in ["", "GPL-3.0", "AGPL-3.0-only OR GPL-2.0", "(MIT OR Apache-2.0) AND GPL-2.0"] {
        assert!(!is_allowed(foul), "{foul}");
    }
}

#[test]
fn nothing_of_ours_runs_while_building() {
    let metadata = default_metadata();
    let root = text(&metadata["resolve"], "root");
    let ours = list(&metadata, "packages").iter().find(|p| text(p, "id") == root).unwrap();
    assert!(!has_build_script(ours), "this crate has a build script");
    assert!(ours["links"].is_null());
    for package in default_build(&metadata).into_iter().filter(|p| has_build_script(p)) {
        let name = text(package, "name");
        assert!(BUILD_SCRIPTS.contains(&name), "{name} has a build script that nobody looked at");
    }
}

fn has_build_script(package: &Value) -> bool {
    let kinds = list(package, "targets").iter().flat_map(|target| list(target, "kind"));
    kinds.into_iter().any(|kind| kind == "custom-build")
}

/// The sources name no socket, no process and no environment: nothing to reach a network with.
#[test]
fn the_sources_reach_for_nothing_outside() {
    let mut checked = 0;
    visit("src".as_ref(), &mut |path, source| {
        checked += 1;
        for outside in ["std::net", "std::process", "std::env", "unsafe ", "extern \"C\""] {
            assert!(!source.contains(outside), "{} names {outside}", path.display());
        }
        let reads_files = source.contains("std::fs") || source.contains("File::open");
        let is_training = path.starts_with("src/train");
        assert!(!reads_files || is_training, "{} reads files", path.display());
    });
    assert!(checked > 15, "{checked} files");
}

fn visit(folder: &std::path::Path, look: &mut impl FnMut(&std::path::Path, &str)) {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    for entry in std::fs::read_dir(root.join(folder)).unwrap() {
        let path = folder.join(entry.unwrap().file_name());
        if root.join(&path).is_dir() {
            visit(&path, look);
        } else {
            look(&path, &std::fs::read_to_string(root.join(&path)).unwrap());
        }
    }
}
