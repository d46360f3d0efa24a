//! The report as one HTML page that loads nothing: no script, no font, no picture from elsewhere.

mod charts;
mod mistakes;
mod numbers;

use deskhand::train::report::{HeavyWord, HeavyWords, Report};
use maud::{DOCTYPE, Markup, PreEscaped, html};

const STYLE: &str = include_str!("html/style.css");

/// What the page says of itself.
pub(crate) struct Heading<'h> {
    /// What was measured, in a few words.
    pub(crate) title: &'h str,
    /// How, in a sentence.
    pub(crate) lead: &'h str,
    /// What a line of the tables is: "company", "source left out".
    pub(crate) line: &'h str,
}

/// The whole page.
pub(crate) fn page(heading: &Heading<'_>, report: &Report) -> String {
    let metrics = &report.metrics;
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta http-equiv="Content-Security-Policy"
                    content="default-src 'none'; style-src 'unsafe-inline'";
                title { (heading.title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header {
                    h1 { (heading.title) }
                    p { (heading.lead) }
                    p.warning { "This page quotes inquiries. Keep it where they may lie." }
                }
                nav aria-label="Contents" { (contents(report)) }
                main {
                    section #next {
                        h2 { "What to do next" }
                        @for sentence in &report.advice { p { (visible(sentence)) } }
                        (mistakes::conflicts(&report.conflicts))
                    }
                    section #figures { h2 { "Figures" } (numbers::figures(heading.line, metrics)) }
                    section #desks { h2 { "Desks" } (numbers::desks(metrics)) }
                    section #tiers { h2 { "Tiers" } (numbers::tiers(&metrics.tier)) }
                    section #calibration { h2 { "Calibration" } (numbers::reliability(metrics)) }
                    section #coverage { h2 { "Coverage" } (numbers::coverage(metrics)) }
                    section #review { h2 { "Reasons to review" } (numbers::reviews(metrics)) }
                    @if !report.heaviest.is_empty() {
                        section #words { h2 { "Heaviest words" } (words(&report.heaviest)) }
                    }
                    section #mistakes {
                        h2 { "Most confident mistakes" }
                        (mistakes::list(&report.mistakes, !report.heaviest.is_empty()))
                    }
                }
            }
        }
    }
    .into_string()
}

fn contents(report: &Report) -> Markup {
    let sections = [
        ("next", "What to do next"),
        ("figures", "Figures"),
        ("desks", "Desks"),
        ("tiers", "Tiers"),
        ("calibration", "Calibration"),
        ("coverage", "Coverage"),
        ("review", "Reasons to review"),
        ("words", "Heaviest words"),
        ("mistakes", "Most confident mistakes"),
    ];
    let shown = sections.into_iter().filter(|s| s.0 != "words" || !report.heaviest.is_empty());
    html! { ul { @for (id, name) in shown { li { a href={ "#" (id) } { (name) } } } } }
}

fn words(heads: &[HeavyWords]) -> Markup {
    html! {
        p {
            "A model holds hashes, not words: these are taken from the texts that were evaluated, \
             and from the corpus where one was given. The weight is what the words add to the \
             log-odds of a text that holds nothing else."
        }
        @for head in heads {
            h3 { (head.towards) " or " (head.away) }
            div.pair {
                (heavy(head.towards, &head.positive))
                (heavy(head.away, &head.negative))
            }
        }
    }
}

fn heavy(towards: &str, words: &[HeavyWord]) -> Markup {
    let most = words.iter().fold(f64::MIN_POSITIVE, |most, word| most.max(word.weight.abs()));
    html! {
        div.scroll {
            table {
                caption { "Towards “" (towards) "”" }
                thead {
                    tr { th scope="col" { "words" } th.n scope="col" { "weight" } th.n scope="col" { "texts" } }
                }
                tbody {
                    @for word in words {
                        tr {
                            th.word scope="row" { bdi { (visible(&word.words)) } }
                            td.n.bar style={ "--share:" (format!("{:.0}%", 100.0 * word.weight.abs() / most)) } {
                                (format!("{:+.2}", word.weight))
                            }
                            td.n { (word.texts) }
                        }
                    }
                }
            }
        }
    }
}

/// Text in which characters that steer the display are made visible; maud escapes the rest.
fn visible(text: &str) -> String {
    let steers = |c: char| match c {
        '\n' | '\t' => false,
        // Marks and overrides of the direction of writing.
        '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => true,
        c => c.is_control(),
    };
    let show = |c: char| if steers(c) { '\u{FFFD}' } else { c };
    text.replace("\r\n", "\n").chars().map(show).collect()
}
