//! Shows the words that decided, marked in the caller's own text.
//!
//! Run with `cargo run --release --example explain -- "your text"`; without a text it explains one
//! that needs two desks.

use deskhand::{Classifier, Desk};

fn main() {
    let given: Vec<_> = std::env::args().skip(1).collect();
    let text = if given.is_empty() {
        "You charged me twice for March. And since the update the app crashes on start.".to_owned()
    } else {
        given.join(" ")
    };
    let why = Classifier::bundled().explain(&text);
    let triage = why.triage();

    println!("{text}\n");
    println!(
        "{} desk, probability {:.2}, tier {}",
        triage.desk(),
        triage.probability(),
        triage.tier()
    );
    println!("margin {:+}: a bias of {:+} and", triage.margin(), why.desk_bias());
    for evidence in why.evidence().iter().filter(|evidence| evidence.desk() != 0) {
        let towards = if evidence.desk() > 0 { Desk::Technical } else { Desk::Service };
        println!("  {:+6}  {towards:9}  {}", evidence.desk(), &text[evidence.span()]);
    }
}
