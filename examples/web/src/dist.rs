//! Makes the folder that is the page: the module, its script, and what lies in `page`.
//!
//! `BUILD_STD=1` compiles the standard library from its source (the component `rust-src`), for a
//! compiler that comes without one for WebAssembly.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use wasm_bindgen_cli_support::Bindgen;

const HERE: &str = env!("CARGO_MANIFEST_DIR");
const TARGET: &str = "wasm32-unknown-unknown";
/// A file to try, for whoever has none at hand.
const SAMPLE: &str = "../data/tickets.csv";

/// Whether the compiler has what it needs; if not, the remedy.
pub(crate) fn can_compile() -> Result<Result<(), String>> {
    if build_std() {
        return Ok(Ok(()));
    }
    let rustc = env::var_os("RUSTC").unwrap_or("rustc".into());
    let told = Command::new(&rustc)
        .args(["--print", "target-libdir", "--target", TARGET])
        .output()
        .with_context(|| format!("cannot run {}", rustc.display()))?;
    let folder = PathBuf::from(String::from_utf8_lossy(&told.stdout).trim());
    Ok(if told.status.success() && folder.is_dir() {
        Ok(())
    } else {
        Err(format!("the compiler has no {TARGET}; add it: rustup target add {TARGET}"))
    })
}

/// Builds the page in `folder`.
pub(crate) fn build(folder: &Path) -> Result<()> {
    let module = compile()?;
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let mut bindgen = Bindgen::new();
    bindgen.input_path(&module).web(true)?.typescript(false).remove_name_section(true);
    bindgen.generate(folder).context("the module's script cannot be made")?;
    for file in fs::read_dir(Path::new(HERE).join("page"))? {
        copy(&file?.path(), folder)?;
    }
    copy(&Path::new(HERE).join(SAMPLE), folder)
}

fn copy(file: &Path, folder: &Path) -> Result<()> {
    let to = folder.join(file.file_name().unwrap_or_default());
    fs::copy(file, &to)
        .with_context(|| format!("cannot copy {} to {}", file.display(), to.display()))?;
    Ok(())
}

/// Compiles the library beside this program and says where the module is.
fn compile() -> Result<PathBuf> {
    let cargo = env::var_os("CARGO").unwrap_or("cargo".into());
    let mut command = Command::new(cargo);
    command
        .args(["build", "--release", "--lib", "--target", TARGET])
        .args(["--message-format", "json-render-diagnostics"])
        .args([OsString::from("--manifest-path"), Path::new(HERE).join("Cargo.toml").into()])
        .stderr(Stdio::inherit());
    if build_std() {
        command.env("RUSTC_BOOTSTRAP", "1").arg("-Zbuild-std=std,panic_abort");
    }
    let built = command.output().context("cannot run cargo")?;
    ensure!(built.status.success(), "the module was not compiled; cargo says why above");
    String::from_utf8_lossy(&built.stdout)
        .lines()
        .filter_map(module_of)
        .next_back()
        .context("cargo names no module")
}

/// The module that a message of cargo's names.
fn module_of(message: &str) -> Option<PathBuf> {
    let message: Value = serde_json::from_str(message).ok()?;
    let mut files = message["filenames"].as_array()?.iter().filter_map(Value::as_str);
    files.find(|file| file.ends_with("deskhand_web.wasm")).map(PathBuf::from)
}

fn build_std() -> bool {
    env::var_os("BUILD_STD").is_some_and(|value| !value.is_empty())
}
