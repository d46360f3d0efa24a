//! scikit-learn, in a process of its own.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde::Deserialize;

use crate::texts::Texts;

/// Seconds for all texts.
#[derive(Deserialize)]
pub struct Seconds {
    pub version: String,
    pub batch: f64,
    pub one_by_one: f64,
}

/// What `peers.py` measured; `Err` says why there is nothing.
pub fn measure(texts: &Texts, workshop: &Path) -> Result<Seconds, String> {
    let input = workshop.join("texts.json");
    let json = serde_json::json!({ "training": texts.training, "texts": texts.joined });
    fs::write(&input, json.to_string()).map_err(|error| error.to_string())?;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers.py");
    let output = Command::new("python3").arg(script).arg(input).output();
    let output = output.map_err(|_| "python3 is not installed".to_owned())?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).trim().to_owned());
    }
    serde_json::from_slice(&output.stdout).map_err(|error| error.to_string())
}
