//! The ten lines to copy. Run with `cargo run --release --example quickstart`.

use deskhand::{Classifier, Inquiry};

fn main() {
    let clerk = Classifier::bundled();
    let mail = Inquiry::new("It stops at 80 % with error 0x80070005, third try today.")
        .subject("Re: installation of the scanner");
    let triage = clerk.triage(mail);
    println!("desk        {} ({:.0} %)", triage.desk(), 100.0 * triage.probability());
    println!("tier        {} {:.2?}", triage.tier(), triage.tier_probabilities());
    match triage.review() {
        Some(reason) => println!("a person should look: {reason}"),
        None => println!("can be routed as it is"),
    }
}
