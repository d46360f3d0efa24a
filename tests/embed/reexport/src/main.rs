//! A help desk's own library that shows our types to its callers, stores them and sends them to
//! threads. All it names is ours: no type of a dependency of ours is needed.
#![deny(missing_docs)]

use std::sync::Arc;

pub use deskhand::{
    Classifier, Desk, Evidence, Explanation, Inquiry, ModelError, ModelInfo, Part, Policy,
    PolicyError, ReviewReason, Scratch, Tier, Triage,
};

/// What went wrong, in this library's words.
#[derive(Debug)]
pub enum Error {
    /// The model.
    Model(ModelError),
    /// The settings.
    Policy(PolicyError),
}

impl From<PolicyError> for Error {
    fn from(error: PolicyError) -> Self {
        Self::Policy(error)
    }
}

/// A queue behind each desk.
#[derive(serde::Serialize, serde::Deserialize)]
pub struct Routing {
    policy: Policy,
    queues: Vec<(Desk, Tier, String)>,
}

impl Routing {
    /// The queue for a triage. Both enums are closed: the compiler sees every case.
    pub fn queue(&self, triage: Triage) -> Option<&str> {
        let (desk, tier) = match (triage.desk(), triage.tier()) {
            (Desk::Service, tier) => (Desk::Service, tier),
            (Desk::Technical, Tier::One | Tier::Two) => (Desk::Technical, Tier::One),
            (Desk::Technical, Tier::Three) => (Desk::Technical, Tier::Three),
        };
        let fits = |queue: &&(Desk, Tier, String)| queue.0 == desk && queue.1 == tier;
        self.queues.iter().find(fits).map(|queue| queue.2.as_str())
    }
}

fn main() -> Result<(), Error> {
    let json = r#"{"policy": {"min_probability": 0.7}, "queues": [["technical", 1, "IT"]]}"#;
    let routing: Routing = serde_json::from_str(json).expect("sound JSON");
    let clerk = Arc::new(Classifier::bundled().with_policy(routing.policy)?);
    let answer = {
        let clerk = Arc::clone(&clerk);
        std::thread::spawn(move || clerk.triage("The screen stays black since the update"))
    };
    let triage = answer.join().expect("no panic");
    assert_eq!(
        triage,
        clerk.triage_all(&[Inquiry::new("The screen stays black since the update")])[0]
    );
    println!("{:?} {}", routing.queue(triage), serde_json::to_string(&triage).expect("JSON"));
    Ok(())
}
