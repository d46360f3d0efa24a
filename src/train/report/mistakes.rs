//! The most confident mistakes, with the words that decided, and texts that have two labels.

use std::collections::BTreeMap;

use super::Answered;
use crate::train::corpus::Row;
use crate::train::evaluation::Verdict;
use crate::{Classifier, Desk, Evidence, Explanation, Part, ReviewReason, Tier, features};

/// An inquiry that went to the wrong desk.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Mistake {
    /// The company.
    pub company: String,
    /// The row.
    pub id: String,
    /// Where it belongs.
    pub truth: Desk,
    /// Where it went.
    pub chosen: Desk,
    /// How sure that was, 0.5 to 1.0.
    pub probability: f64,
    /// Why a person was asked to look, if one was.
    pub review: Option<ReviewReason>,
    /// The tier that it was labelled with.
    pub tier: Option<Tier>,
    /// The tier that was suggested.
    pub suggested: Tier,
    /// Whether whoever labelled it was sure, and no other desk is asked for too.
    pub clear: bool,
    /// The heaviest words and pairs of words for the desk that was chosen, heaviest first.
    pub because: Vec<Piece>,
    /// The subject line in pieces.
    pub subject: Vec<Piece>,
    /// The message in pieces.
    pub body: Vec<Piece>,
}

/// A stretch of a text whose bytes all had the same say.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Piece {
    /// The pieces of a text, one after the other, are the text.
    pub text: String,
    /// Thousandths of log-odds towards the technical desk; below zero towards service.
    pub weight: i32,
}

/// The `n` most confident mistakes, the surest first. Without a classifier a text is one piece.
///
/// # Examples
/// ```
/// use deskhand::{Classifier, Desk, train::corpus::Row};
/// use deskhand::train::report::{Answered, mistakes};
///
/// let rows = [Row::labelled("a refund, please", Some(Desk::Technical), None)];
/// let clerk = Classifier::bundled();
/// let wrong = &mistakes(&[Answered::by(clerk, "mine", &rows)], Some(clerk), 50)[0];
/// let text: String = wrong.body.iter().map(|piece| piece.text.as_str()).collect();
/// assert_eq!(text, "a refund, please");
/// assert!(wrong.body.iter().any(|piece| piece.text == "refund" && piece.weight < 0));
/// ```
#[must_use]
pub fn mistakes(
    companies: &[Answered<'_>],
    classifier: Option<&Classifier>,
    n: usize,
) -> Vec<Mistake> {
    let mut wrong: Vec<_> = companies
        .iter()
        .flat_map(|company| company.pairs().map(|(row, verdict)| (company.name, row, verdict)))
        .filter_map(|(company, row, verdict)| Some((company, row, verdict, row.desk?)))
        .filter(|(_, _, verdict, truth)| verdict.desk() != *truth)
        .collect();
    wrong.sort_by(|a, b| b.2.confidence().total_cmp(&a.2.confidence()));
    wrong.truncate(n);
    wrong
        .into_iter()
        .map(|(name, row, v, truth)| mistake(name, row, v, truth, classifier))
        .collect()
}

fn mistake(
    company: &str,
    row: &Row,
    verdict: &Verdict,
    truth: Desk,
    classifier: Option<&Classifier>,
) -> Mistake {
    let why = classifier.map(|classifier| classifier.explain(row.inquiry()));
    Mistake {
        company: company.to_owned(),
        id: row.id.clone(),
        truth,
        chosen: verdict.desk(),
        probability: verdict.confidence(),
        review: verdict.review,
        tier: row.tier,
        suggested: verdict.tier,
        clear: row.sure && row.also.is_none(),
        because: why.as_ref().map_or_else(Vec::new, |why| because(row, why)),
        subject: pieces(&row.subject, Part::Subject, why.as_ref()),
        body: pieces(&row.body, Part::Body, why.as_ref()),
    }
}

/// How many words a mistake is explained by.
const REASONS: usize = 5;

fn because(row: &Row, why: &Explanation) -> Vec<Piece> {
    let reason = |evidence: &Evidence| {
        let text = match evidence.part() {
            Part::Subject => &row.subject,
            Part::Body => &row.body,
        };
        Piece { text: text[evidence.span()].to_owned(), weight: evidence.desk() }
    };
    why.because(REASONS).into_iter().map(reason).collect()
}

/// Cuts a text wherever the evidence about it changes. A pair of words counts on both of them and
/// on what stands between them.
fn pieces(text: &str, part: Part, why: Option<&Explanation>) -> Vec<Piece> {
    let evidence = why.map_or(&[][..], Explanation::evidence);
    let mut changes: BTreeMap<usize, i32> = BTreeMap::from([(0, 0), (text.len(), 0)]);
    for evidence in evidence.iter().filter(|evidence| evidence.part() == part) {
        let span = evidence.span();
        *changes.entry(span.start).or_default() += evidence.desk();
        *changes.entry(span.end).or_default() -= evidence.desk();
    }
    let ends = changes.keys().skip(1);
    let mut weight = 0;
    let cut = changes.iter().zip(ends).map(|((&start, &change), &end)| {
        weight += change;
        Piece { text: text[start..end].to_owned(), weight }
    });
    cut.filter(|piece| !piece.text.is_empty()).collect()
}

/// A text that stands with more than one desk, punctuation and case aside.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Conflict {
    /// As it stands in the first of the rows.
    pub text: String,
    /// Company, row and label of each.
    pub rows: Vec<(String, String, Option<Desk>)>,
}

/// Texts that stand with more than one desk, in the order in which they were met.
///
/// # Examples
/// ```
/// use deskhand::{Classifier, Desk, train::corpus::Row};
/// use deskhand::train::report::{Answered, conflicts};
///
/// let rows = [
///     Row::labelled("Card declined!", Some(Desk::Technical), None),
///     Row::labelled("card declined", Some(Desk::Service), None),
/// ];
/// let found = conflicts(&[Answered::by(Classifier::bundled(), "mine", &rows)]);
/// assert_eq!(found[0].rows.len(), 2);
/// ```
#[must_use]
pub fn conflicts(companies: &[Answered<'_>]) -> Vec<Conflict> {
    let mut order = Vec::new();
    let mut same: BTreeMap<Vec<u8>, Vec<(&str, &Row)>> = BTreeMap::new();
    for company in companies {
        for &row in &company.rows {
            let mut key = Vec::new();
            features::read(row.inquiry(), &mut Vec::new(), |_, token| {
                key.extend_from_slice(token.key);
                key.push(b' ');
            });
            let rows = same.entry(key.clone()).or_default();
            if rows.is_empty() {
                order.push(key);
            }
            rows.push((company.name, row));
        }
    }
    let differ = |key: &Vec<u8>| {
        let rows = same.get(key)?;
        rows.iter().any(|(_, row)| row.desk != rows[0].1.desk).then_some(rows)
    };
    let conflict = |rows: &Vec<(&str, &Row)>| Conflict {
        text: [rows[0].1.subject.as_str(), &rows[0].1.body].join(" ").trim().to_owned(),
        rows: rows.iter().map(|(c, row)| ((*c).to_owned(), row.id.clone(), row.desk)).collect(),
    };
    order.iter().filter(|key| !key.is_empty()).filter_map(differ).map(conflict).collect()
}

#[cfg(all(test, feature = "bundled"))]
mod tests {
    use super::*;

    #[test]
    fn pieces_make_up_the_text_and_the_margin() {
        let classifier = Classifier::bundled();
        let text = "Pèlican crash — the app crashes, refund!";
        let why = classifier.explain(text);
        let cut = pieces(text, Part::Body, Some(&why));
        assert_eq!(cut.iter().map(|piece| piece.text.as_str()).collect::<String>(), text);
        assert!(cut.iter().any(|piece| piece.weight > 0));
        assert!(cut.iter().any(|piece| piece.weight < 0));
        assert_eq!(pieces("", Part::Subject, Some(&why)), []);
        assert_eq!(pieces("plain", Part::Subject, None).len(), 1);
    }
}
