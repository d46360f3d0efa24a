//! What is asked of each row, and how the answers become the heads of a model.
//!
//! More questions are fitted than there are heads: a head is a mix of answers, which costs nothing
//! while scoring because all of them are linear. The mixes were chosen by leaving sources out, see
//! `models/README.md`.

use crate::model::weights::HEADS;
use crate::train::corpus::Row;
use crate::train::settings::Settings;
use crate::{Desk, Tier};

/// A question with two answers, fitted as a logistic regression of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Question {
    /// Technical rather than service, where there is an inquiry.
    IsTechnical,
    /// Is the service desk asked for?
    AsksService,
    /// Is the technical desk asked for?
    AsksTechnical,
    /// Is there an inquiry at all?
    IsInquiry,
    /// Tier 2 or above, over both desks.
    Tier2,
    /// Tier 2 or above, among inquiries of the service desk.
    Tier2Service,
    /// Tier 2 or above, among inquiries of the technical desk.
    Tier2Technical,
    /// Tier 3.
    Tier3,
}

pub(crate) const QUESTIONS: [Question; 8] = [
    Question::IsTechnical,
    Question::AsksService,
    Question::AsksTechnical,
    Question::IsInquiry,
    Question::Tier2,
    Question::Tier2Service,
    Question::Tier2Technical,
    Question::Tier3,
];

/// How much of each question's answer goes into each head, in the order of [`QUESTIONS`] and of
/// the heads of a model.
const MIX: [[f64; QUESTIONS.len()]; HEADS] = [
    // The direct question, steadied by the difference of the two others.
    [0.5, -0.25, 0.25, 0.0, 0.0, 0.0, 0.0, 0.0],
    // "No inquiry" is told better with a share of a question of its own; more of it would blur
    // which texts ask for both desks.
    [0.0, 1.0, 0.0, 0.25, 0.0, 0.0, 0.0, 0.0],
    [0.0, 0.0, 1.0, 0.25, 0.0, 0.0, 0.0, 0.0],
    // Tier 2 means authority at the one desk and diagnosis at the other.
    [0.0, 0.0, 0.0, 0.0, 0.5, 0.5, 0.0, 0.0],
    [0.0, 0.0, 0.0, 0.0, 0.5, 0.0, 0.5, 0.0],
    [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0],
];

/// The heads' numbers from the questions' numbers.
pub(crate) fn mix(answers: [f64; QUESTIONS.len()]) -> [f64; HEADS] {
    MIX.map(|shares| shares.iter().zip(answers).map(|(share, answer)| share * answer).sum())
}

/// Weight of a row that asks for both desks on the question which one acts first: it is nearly a
/// matter of taste.
const BOTH_WEIGHT: f64 = 0.3;

impl Question {
    /// The answer of a row's labels; `None` where the row has nothing to teach.
    pub(crate) fn answer(self, row: &Row) -> Option<bool> {
        let tier_2 = || row.tier.map(|tier| tier >= Tier::Two);
        let tier_2_at = |desk| tier_2().filter(|_| row.desk == Some(desk));
        match self {
            Question::IsTechnical => row.desk.map(|desk| desk == Desk::Technical),
            Question::AsksService => Some(row.asks_for(Desk::Service)),
            Question::AsksTechnical => Some(row.asks_for(Desk::Technical)),
            Question::IsInquiry => Some(row.desk.is_some()),
            Question::Tier2 => tier_2(),
            Question::Tier2Service => tier_2_at(Desk::Service),
            Question::Tier2Technical => tier_2_at(Desk::Technical),
            Question::Tier3 => row.tier.map(|tier| tier == Tier::Three),
        }
    }

    /// How much a row weighs on the question, besides what its source weighs.
    pub(crate) fn weight(self, row: &Row) -> f64 {
        if self == Question::IsTechnical && row.also.is_some() { BOTH_WEIGHT } else { 1.0 }
    }

    /// Whether the question is about the tier.
    pub(crate) fn is_about_tier(self) -> bool {
        use Question::{Tier2, Tier2Service, Tier2Technical, Tier3};
        matches!(self, Tier2 | Tier2Service | Tier2Technical | Tier3)
    }

    /// Inverse strength of regularisation.
    pub(crate) fn c(self, settings: &Settings) -> f64 {
        if self.is_about_tier() { settings.c_tier } else { settings.c_desk }
    }

    /// Whether a model can do without an answer: a small corpus may lack one side of it.
    pub(crate) fn is_optional(self) -> bool {
        !matches!(self, Question::IsTechnical | Question::Tier2)
    }

    /// For messages.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Question::IsTechnical => "desk",
            Question::AsksService => "service",
            Question::AsksTechnical => "technical",
            Question::IsInquiry => "inquiry",
            Question::Tier2 => "tier 2 or above",
            Question::Tier2Service => "tier 2 or above, service",
            Question::Tier2Technical => "tier 2 or above, technical",
            Question::Tier3 => "tier 3",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_answer_the_questions_they_speak_to() {
        let row = Row::labelled("x", Some(Desk::Service), Some(Tier::Two));
        let answers = QUESTIONS.map(|question| question.answer(&row));
        let expected = [
            Some(false),
            Some(true),
            Some(false),
            Some(true),
            Some(true),
            Some(true),
            None,
            Some(false),
        ];
        assert_eq!(answers, expected);
        let none = Row::labelled("x", None, None);
        assert_eq!(Question::IsTechnical.answer(&none), None);
        assert_eq!(Question::IsInquiry.answer(&none), Some(false));
    }

    #[test]
    fn the_desk_head_leans_towards_technical() {
        let mut answers = [0.0; 8];
        answers[0] = 2.0;
        answers[1] = -4.0;
        assert_eq!(mix(answers), [2.0, -4.0, 0.0, 0.0, 0.0, 0.0]);
    }
}
