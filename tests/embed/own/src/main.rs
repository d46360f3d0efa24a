//! Embeds the crate as a help desk would that has trained a model on its own tickets: built without
//! `train`, it loads that model and must answer as `tickets.csv` beside this taught it. The tickets
//! hold nothing that tells the desks apart but two words that no other model knows.

use std::error::Error;

use deskhand::{Classifier, Desk, Inquiry};

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("name the model that was trained")?;
    let clerk = Classifier::from_bytes(&std::fs::read(&path)?)?;
    let mut wrong = Vec::new();
    for (word, desk) in [("zorbel", Desk::Technical), ("quindle", Desk::Service)] {
        let body = format!("Would you kindly write to me about a {word}?");
        let triage = clerk.triage(Inquiry::new(&body).subject(word));
        println!("{body} {} {:.2}", triage.desk(), triage.probability());
        if triage.desk() != desk {
            wrong.push(format!("\"{body}\" went to {}, not to {desk}", triage.desk()));
        }
    }
    let learned = clerk.model().training_data().any(|data| data == "tickets.csv, 60 rows");
    if !learned {
        wrong.push(format!("{path} was not trained on tickets.csv"));
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("; ").into()) }
}
