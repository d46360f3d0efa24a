//! Runs the guide's commands as a reader would who stands in the repository.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::pasted::What;

/// The guide's short names, and `cargo run` without the cargo.
const NAMES: &str = r#"
train() { "$EXAMPLES/train" "$@"; }
label() { "$EXAMPLES/label" "$@"; }
inspect() { "$EXAMPLES/inspect" "$@"; }
evaluate() { "$EXAMPLES/evaluate" "$@"; }
cargo() {
    local example=
    while [ $# -gt 0 ] && [ "$1" != -- ]; do
        [ "$1" = --example ] && example=$2
        shift
    done
    [ $# -eq 0 ] || shift
    "$EXAMPLES/$example" "$@"
}
"#;

/// A folder in which the repository seems to be, and where in it the reader stands.
pub(crate) struct Shell {
    _home: TempDir,
    folder: PathBuf,
    examples: PathBuf,
}

impl Shell {
    pub(crate) fn new() -> Self {
        let home = TempDir::new().unwrap();
        let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
        std::os::unix::fs::symlink(models, home.path().join("models")).unwrap();
        let test = std::env::current_exe().unwrap();
        let examples = test.parent().and_then(Path::parent).unwrap().join("examples");
        for name in ["train", "label", "inspect", "evaluate", "learning_curve"] {
            assert!(examples.join(name).is_file(), "{name} is not built: run this by .ci/guide");
        }
        Self { folder: home.path().to_owned(), examples, _home: home }
    }

    /// What a command prints, or a file holds.
    pub(crate) fn show(&mut self, what: &What) -> Vec<String> {
        let text = match what {
            What::Command(command) => self.run(command),
            What::File(name) => fs::read_to_string(self.folder.join(name))
                .unwrap_or_else(|error| format!("{name} cannot be read: {error}")),
        };
        text.trim_end().lines().map(|line| line.trim_end().to_owned()).collect()
    }

    fn run(&mut self, command: &str) -> String {
        let left = self.folder.join(".left");
        let script = format!("{NAMES}\nexec 2>&1\n{command}\npwd > '{}'\n", left.display());
        let ran = Command::new("bash")
            .args(["-c", &script])
            .current_dir(&self.folder)
            .env("EXAMPLES", &self.examples)
            .env_remove("RUST_BACKTRACE")
            .output()
            .expect("bash is there");
        let folder = fs::read_to_string(&left).expect("the shell says where it went");
        fs::remove_file(left).unwrap();
        self.folder = PathBuf::from(folder.trim_end());
        String::from_utf8_lossy(&ran.stdout).into_owned()
    }
}
