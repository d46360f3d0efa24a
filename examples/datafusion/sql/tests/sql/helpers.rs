//! What several tests need.

use std::path::PathBuf;

use datafusion::arrow::array::{Array, AsArray, RecordBatch, StructArray};
use datafusion::arrow::datatypes::{Float32Type, Int8Type};
use datafusion::prelude::{SessionConfig, SessionContext};
use deskhand::{Classifier, Inquiry, Triage};
use deskhand_sql::Table;

pub(crate) type TestResult<T = ()> = Result<T, Box<dyn std::error::Error>>;

pub(crate) fn corpus_folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../models/corpus")
}

/// A session that knows the function, on as many threads as parts.
pub(crate) fn session() -> SessionContext {
    let config = SessionConfig::new().with_target_partitions(3);
    let ctx = SessionContext::new_with_config(deskhand_sql::called_once(config));
    ctx.register_udf(deskhand_sql::triage(Classifier::bundled().clone()));
    ctx
}

/// A session with the corpora of this repository as the table `corpus`.
pub(crate) async fn session_with_corpus() -> TestResult<SessionContext> {
    let ctx = session();
    Table::new("corpus", corpus_folder()).register(&ctx).await?;
    Ok(ctx)
}

pub(crate) async fn rows(ctx: &SessionContext, sql: &str) -> TestResult<Vec<RecordBatch>> {
    Ok(ctx.sql(sql).await?.collect().await?)
}

/// What the library itself says of these parts.
pub(crate) fn expected(subject: Option<&str>, body: Option<&str>) -> Option<Triage> {
    subject.or(body)?;
    let inquiry = Inquiry::new(body.unwrap_or_default()).subject(subject.unwrap_or_default());
    Some(Classifier::bundled().triage(inquiry))
}

/// Every field of every answer is what the library says, bit by bit.
pub(crate) fn assert_answers(answers: &StructArray, expected: &[Option<Triage>]) {
    assert_eq!(answers.len(), expected.len());
    for (row, expected) in expected.iter().enumerate() {
        assert_eq!(answers.is_null(row), expected.is_none(), "row {row}");
        assert_eq!(text(answers, "desk", row), expected.map(|it| it.desk().as_str()));
        assert_eq!(number(answers, "probability", row), expected.map(|it| it.probability()));
        assert_eq!(tier(answers, row), expected.map(|it| it.tier().number().cast_signed()));
        for (place, name) in ["tier_1", "tier_2", "tier_3"].into_iter().enumerate() {
            let probability = expected.map(|it| it.tier_probabilities()[place]);
            assert_eq!(number(answers, name, row), probability, "{name} of row {row}");
        }
        let also = expected.and_then(|it| it.also()).map(|desk| desk.as_str());
        assert_eq!(text(answers, "also", row), also, "row {row}");
        let review = expected.and_then(|it| it.review()).map(|reason| reason.as_str());
        assert_eq!(text(answers, "review", row), review, "row {row}");
    }
}

fn text<'a>(answers: &'a StructArray, field: &str, row: usize) -> Option<&'a str> {
    let column = answers.column_by_name(field).expect(field).as_string::<i32>();
    column.is_valid(row).then(|| column.value(row))
}

fn number(answers: &StructArray, field: &str, row: usize) -> Option<f32> {
    let column = answers.column_by_name(field).expect(field).as_primitive::<Float32Type>();
    column.is_valid(row).then(|| column.value(row))
}

fn tier(answers: &StructArray, row: usize) -> Option<i8> {
    let column = answers.column_by_name("tier").expect("tier").as_primitive::<Int8Type>();
    column.is_valid(row).then(|| column.value(row))
}
