//! Mistakes with their words highlighted, and texts with two labels.

use deskhand::Desk;
use deskhand::train::report::{Conflict, Mistake, Piece};
use maud::{Markup, html};

use super::visible;

/// The mistakes, the surest first.
pub(super) fn list(mistakes: &[Mistake], weighed: bool) -> Markup {
    html! {
        @if mistakes.is_empty() { p { "No inquiry went to the wrong desk." } }
        @else if weighed {
            p.legend {
                mark.wrong style="--strength:60%" { "Underlined red" }
                " pulled towards the desk that was chosen wrongly, "
                mark.right style="--strength:60%" { "dotted green" }
                " towards the right one; the stronger the colour, the harder. A pair of words \
                 counts on both."
            }
        }
        ol.mistakes { @for mistake in mistakes { li { (one(mistake)) } } }
    }
}

fn one(mistake: &Mistake) -> Markup {
    let pieces = mistake.subject.iter().chain(&mistake.body);
    let most = pieces.map(|piece| piece.weight.unsigned_abs()).max().unwrap_or(0).max(1);
    let show = |pieces: &[Piece]| {
        html! {
            @for piece in pieces { (highlighted(piece, mistake.truth, most)) }
        }
    };
    html! {
        article {
            h3 {
                (mistake.chosen) " instead of " (mistake.truth) ", "
                (format!("{:.1} % sure", 100.0 * mistake.probability))
            }
            p.about {
                (visible(&mistake.company))
                @if !mistake.id.is_empty() { " · " code { (visible(&mistake.id)) } }
                @if let Some(reason) = mistake.review { " · sent to review: " (reason) }
                @if let Some(tier) = mistake.tier {
                    " · tier " (tier) ", suggested " (mistake.suggested)
                }
                @if !mistake.clear { " · label uncertain, or both desks asked for" }
            }
            @if !mistake.because.is_empty() {
                p.about {
                    "because of "
                    @for (at, reason) in mistake.because.iter().enumerate() {
                        @if at > 0 { ", " }
                        bdi { "“" (visible(&reason.text)) "”" }
                        (format!(" {:.2}", f64::from(reason.weight.abs()) / 1000.0))
                    }
                }
            }
            @if !mistake.subject.is_empty() { p.text.subject dir="auto" { (show(&mistake.subject)) } }
            p.text dir="auto" { (show(&mistake.body)) }
        }
    }
}

fn highlighted(piece: &Piece, truth: Desk, most: u32) -> Markup {
    let text = visible(&piece.text);
    let towards_truth = (piece.weight > 0) == (truth == Desk::Technical);
    let strength = 100 * u64::from(piece.weight.unsigned_abs()) / u64::from(most);
    // What weighs next to nothing, and the gap inside a pair, would only be noise.
    if strength < 8 || !text.contains(char::is_alphanumeric) {
        return html! { (text) };
    }
    let class = if towards_truth { "right" } else { "wrong" };
    let weight = format!("{:+.2}", f64::from(piece.weight) / 1000.0);
    html! {
        mark class=(class) title={ (weight) " towards technical" }
            style={ "--strength:" (10 + strength * 6 / 10) "%" } { (text) }
    }
}

/// Texts that stand with two labels, folded away.
pub(super) fn conflicts(conflicts: &[Conflict]) -> Markup {
    html! {
        @if !conflicts.is_empty() {
            details {
                summary { "Texts with more than one label (" (conflicts.len()) ")" }
                ul {
                    @for conflict in conflicts {
                        li {
                            p.text dir="auto" { (visible(&conflict.text)) }
                            @for (company, id, desk) in &conflict.rows {
                                p.about {
                                    (desk.map_or("none", Desk::as_str)) ": " (visible(company))
                                    " · " code { (visible(id)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
