//! Embeds the crate without the bundled model: reads one from a file.

use std::error::Error;

use deskhand::{Classifier, Policy, Scratch};

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("name a .deskhand file")?;
    let policy = Policy::default().min_probability(0.7)?;
    let clerk = Classifier::from_bytes(&std::fs::read(path)?)?.with_policy(policy)?;
    let triage = clerk.triage_with("The screen stays black", &mut Scratch::new());
    println!("{} {}", triage.desk(), triage.tier());
    Ok(())
}
