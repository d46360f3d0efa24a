//! The page in a real browser: Chromium, driven through ChromeDriver, on the page as `cargo run`
//! builds and serves it. Where the compiler has no WebAssembly, or the machine no Chromium, a line
//! says so and the tests are skipped.
//!
//! `SHOTS=FOLDER` leaves pictures of the page there; `AXE=axe.min.js` runs that checker on it too.

mod accessible;
mod driver;
mod file;
mod inquiry;
mod net_log;
mod private;
mod site;
