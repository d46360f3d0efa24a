//! The report: sound HTML whatever the texts hold, and the same numbers as the JSON.

use std::path::Path;
use std::sync::LazyLock;

use deskhand::train::corpus::{Row, Source};
use deskhand::train::report::{Answered, Metrics, Report};
use deskhand::train::settings::Settings;
use deskhand::train::trainer;
use deskhand::train::vectors::Vectors;
use deskhand::{Classifier, Desk, Tier};

#[path = "../examples/evaluate"]
mod evaluate {
    pub(crate) mod columns;
    pub(crate) mod html;
}
use evaluate::columns::BLOCKS;
use evaluate::html::{Heading, page};

/// The first rows of two sources of the repository.
static CORPUS: LazyLock<[Source; 2]> = LazyLock::new(|| {
    ["written-ordinary-chat", "written-ordinary-email"].map(|name| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/corpus");
        let mut source = Source::open(&folder.join(name).with_extension("jsonl")).unwrap();
        source.rows.truncate(300);
        source
    })
});

/// Trained on the first source only: the second one has mistakes to show.
static CLASSIFIER: LazyLock<Classifier> = LazyLock::new(|| {
    let (none, settings) = (Vectors::none(), Settings::default());
    let trained = trainer::train(&CORPUS[..1], &none, &settings, |_, _| ()).unwrap();
    Classifier::from_bytes(&trained.bytes).unwrap()
});

const HOSTILE: &str = "<script>alert(1)</script> my </p> refund \" ' & &lt; invoice \u{202E}gpj\0";

fn hostile() -> Row {
    let mut row = Row::labelled(HOSTILE, Some(Desk::Technical), Some(Tier::Two));
    row.id = "<i>id</i>".to_owned();
    row.subject = "<b>refund</b>".to_owned();
    row
}

fn answered() -> Vec<Answered<'static>> {
    static HOSTILE_ROWS: LazyLock<[Row; 1]> = LazyLock::new(|| [hostile()]);
    let companies = CORPUS.iter().map(|source| (source.name.as_str(), &source.rows[..]));
    let companies = companies.chain([("<img src=x>", &HOSTILE_ROWS[..])]);
    companies.map(|(name, rows)| Answered::by(&CLASSIFIER, name, rows)).collect()
}

fn html_of(report: &Report) -> String {
    page(&Heading { title: "Report", lead: "A lead", line: "company" }, report)
}

fn report() -> Report {
    let corpus: Vec<_> = CORPUS[0].rows.iter().map(|row| row.inquiry()).collect();
    Report::of(&answered(), 0, Some(&CLASSIFIER), &corpus)
}

#[test]
fn hostile_texts_stay_text() {
    let html = html_of(&report());
    let body = &html[html.find("<body>").unwrap()..];
    for raw in ["<script", "<img", "<i>", "</p> refund", "\u{202E}", "\0"] {
        assert!(!body.contains(raw), "{raw:?} reached the page");
    }
    assert!(body.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert!(body.contains("&amp;lt;"), "an entity in a text is shown as it was written");
    assert!(body.contains("&lt;img src=x&gt;"), "names of companies are text too");
    assert!(body.contains("&lt;b&gt;"), "and subject lines");
}

#[test]
fn a_page_is_whole_and_loads_nothing() {
    let html = html_of(&report());
    assert!(html.starts_with("<!DOCTYPE html>") && html.ends_with("</html>"));
    let sections = [
        "next",
        "figures",
        "desks",
        "tiers",
        "calibration",
        "coverage",
        "review",
        "words",
        "mistakes",
    ];
    for id in sections {
        assert_eq!(html.matches(&format!("<section id=\"{id}\"")).count(), 1, "{id}");
        assert_eq!(html.matches(&format!("href=\"#{id}\"")).count(), 1, "{id}");
    }
    assert_eq!(html.matches("<svg ").count(), 2);
    for foreign in ["src=", "<link", "@import", "url("] {
        let body = html.replace("img src=x", "");
        assert!(!body.contains(foreign), "{foreign}");
    }
    for tag in ["table", "section", "figure", "mark", "ol", "div", "tr"] {
        let opened =
            html.matches(&format!("<{tag}>")).count() + html.matches(&format!("<{tag} ")).count();
        assert_eq!(opened, html.matches(&format!("</{tag}>")).count(), "{tag}");
    }
}

#[test]
fn the_numbers_of_the_page_are_those_of_the_json() {
    let report = report();
    let html = html_of(&report);
    let json = serde_json::to_string(&report.metrics).unwrap();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    for block in &BLOCKS {
        let table = part(&html, &format!("<caption>{}</caption>", block.title), "</table>");
        for company in json["companies"].as_array().unwrap().iter().chain([&json["pooled"]]) {
            let figures = &company["figures"];
            let name = company["name"].as_str().unwrap().replace('<', "&lt;").replace('>', "&gt;");
            let row = part(table, &format!("<th scope=\"row\">{name}</th>"), "</tr>");
            let mut expected = vec![figures["n"].to_string()];
            expected.extend(block.columns.iter().map(|column| shown(&figures[column.figure])));
            assert_eq!(cells(row), expected, "{name}, {}", block.title);
        }
        let mean = part(table, "<th scope=\"row\">mean</th>", "</tr>");
        let expected: Vec<_> =
            block.columns.iter().map(|column| shown(&json["mean"][column.figure])).collect();
        assert_eq!(cells(mean)[1..], expected);
    }
    let tiers = part(&html, "<caption>Tiers</caption>", "</table>");
    for (tier, counts) in (1..).zip(json["tier"].as_array().unwrap()) {
        let row = part(tiers, &format!("<th scope=\"row\">tier {tier}</th>"), "</tr>");
        let counts = counts.as_array().unwrap().iter().map(ToString::to_string);
        let first = |cell: String| cell.split(' ').next().unwrap().to_owned();
        assert!(cells(row).into_iter().map(first).eq(counts));
    }
}

/// What stands between two markers.
fn part<'h>(html: &'h str, from: &str, to: &str) -> &'h str {
    let start = html.find(from).unwrap_or_else(|| panic!("no {from}")) + from.len();
    &html[start..start + html[start..].find(to).unwrap()]
}

/// Texts of the cells of a row, without tags.
fn cells(row: &str) -> Vec<String> {
    let cell = |cell: &str| {
        let text = &cell[cell.find('>').unwrap() + 1..cell.find("</td>").unwrap()];
        text.split('<').map(|t| t.rsplit('>').next().unwrap()).collect::<String>()
    };
    row.split("<td").skip(1).map(cell).collect()
}

fn shown(value: &serde_json::Value) -> String {
    value.as_f64().map_or_else(|| "–".to_owned(), |value| format!("{value:.3}"))
}

#[test]
fn every_company_has_a_matrix_of_all_its_rows() {
    let metrics = Metrics::of(&answered(), 0);
    for company in &metrics.companies {
        let rows: u64 = company.desk.chosen.iter().flatten().sum();
        assert_eq!(rows, company.figures.n as u64, "{}", company.name);
    }
    let reviewed: u64 = metrics.reviews.iter().flat_map(|count| count.rows).sum();
    assert_eq!(reviewed, metrics.pooled.figures.n as u64);
    let binned: usize = metrics.reliability.iter().map(|bin| bin.n).sum();
    let inquiries: u64 = metrics.pooled.desk.chosen[..2].iter().flatten().sum();
    assert_eq!(binned as u64, inquiries);
}

#[test]
fn mistakes_are_whole_texts_the_surest_first() {
    let report = report();
    let sure: Vec<_> = report.mistakes.iter().map(|mistake| mistake.probability).collect();
    assert!(!sure.is_empty() && sure.is_sorted_by(|a, b| a >= b));
    let one = report.mistakes.iter().find(|mistake| mistake.id == "<i>id</i>").unwrap();
    assert_eq!(one.body.iter().map(|piece| piece.text.as_str()).collect::<String>(), HOSTILE);
    assert!(report.mistakes.iter().all(|mistake| mistake.truth != mistake.chosen));
}

#[test]
fn the_heaviest_words_are_those_that_an_explanation_gives() {
    let report = report();
    let desk = &report.heaviest[0];
    assert!(desk.positive.len() > 5 && desk.negative.len() > 5);
    let word = desk.positive.iter().find(|word| !word.words.contains([' ', '<'])).unwrap();
    let why = CLASSIFIER.explain(word.words.as_str());
    assert_eq!((1000.0 * word.weight).round() as i32, why.evidence()[0].desk());
    assert!(desk.positive.is_sorted_by(|a, b| a.weight >= b.weight));
    assert!(desk.negative.iter().all(|word| word.weight < 0.0));
}

#[test]
fn a_report_without_a_model_or_without_rows_is_still_a_page() {
    let rows: Vec<&Row> = CORPUS[1].rows.iter().collect();
    let verdicts = answered()[1].verdicts.clone();
    let report = Report::of(&[Answered::new("left out", rows, verdicts)], 20, None, &[]);
    assert!(report.heaviest.is_empty());
    let html = html_of(&report);
    assert!(!html.contains("id=\"words\"") && html.contains("id=\"mistakes\""));

    let nothing = Report::of(&[], 0, None, &[]);
    assert!(nothing.advice.is_empty());
    assert!(html_of(&nothing).contains("No inquiry went to the wrong desk."));
}
