//! How many of the golden answers this machine gives otherwise.

#[allow(dead_code)]
#[path = "../../../support/golden.rs"]
pub mod golden;

/// The number of golden answers; what WebAssembly is asked.
#[unsafe(no_mangle)]
pub extern "C" fn golden_answers() -> u32 {
    golden::answered().count() as u32
}

/// The number of those that are not the stored ones.
#[unsafe(no_mangle)]
pub extern "C" fn golden_mismatches() -> u32 {
    golden::mismatches().len() as u32
}
