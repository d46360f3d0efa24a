//! Says how many golden answers this machine gives otherwise, and fails if it is any.

use std::process::ExitCode;

use embeds_everywhere::golden;

fn main() -> ExitCode {
    let mismatches = golden::mismatches();
    for (stored, answered) in &mismatches {
        eprintln!("stored   {stored}\nanswered {answered}");
    }
    let (bits, big) = (usize::BITS, cfg!(target_endian = "big"));
    let order = if big { "big" } else { "little" };
    let all = golden::answered().count();
    println!("{all} answers, {} differ; {bits} bits, {order}-endian", mismatches.len());
    if mismatches.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
