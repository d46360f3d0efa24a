//! The page, built and served as the program does it, once for all tests.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{OnceLock, mpsc};
use std::thread;

#[path = "../../src/serve.rs"]
mod serve;

/// The exit status of the program where the compiler cannot make WebAssembly.
const NO_TARGET: i32 = 3;

/// The served page.
pub(crate) struct Site {
    /// Its address, with a slash behind it.
    pub(crate) address: String,
    /// The folder it is served from.
    pub(crate) folder: PathBuf,
}

/// The page, or nothing where it cannot be built here.
pub(crate) fn site() -> Option<&'static Site> {
    static SITE: OnceLock<Option<Site>> = OnceLock::new();
    SITE.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("page");
        build(&folder).then(|| Site { address: serve(folder.clone()), folder })
    })
    .as_ref()
}

fn build(folder: &Path) -> bool {
    let built = Command::new(env!("CARGO_BIN_EXE_deskhand-web"))
        .args(["--build-only", "--dist"])
        .arg(folder)
        .status()
        .expect("the program starts");
    if built.code() == Some(NO_TARGET) {
        skip("the compiler has no WebAssembly: rustup target add wasm32-unknown-unknown");
        return false;
    }
    assert!(built.success(), "the page cannot be built");
    true
}

/// Serves it for as long as the tests run.
fn serve(folder: PathBuf) -> String {
    let (say, hear) = mpsc::channel();
    thread::spawn(move || {
        let said = serve::serve(&folder, 0, |address| say.send(address).expect("it is heard"));
        panic!("the server ended: {said:?}");
    });
    format!("http://{}/", hear.recv().expect("the server has an address"))
}

/// Says why tests are skipped, past the test runner, which shows nothing of tests that pass.
pub(crate) fn skip(why: &str) {
    // In one piece, so that no other line gets into it.
    let _ = io::stderr().write_all(format!("skipped: {why}\n").as_bytes());
}
