//! How often a plan calls the function.

use crate::helpers::{TestResult, rows, session_with_corpus};

/// The calls in the physical plan.
async fn calls(sql: &str) -> TestResult<usize> {
    let ctx = session_with_corpus().await?;
    let plan = ctx.sql(sql).await?.create_physical_plan().await?;
    let plan = datafusion::physical_plan::displayable(plan.as_ref()).indent(false).to_string();
    Ok(plan.matches("triage(subject").count())
}

#[tokio::test]
async fn one_call_serves_all_fields_that_are_read() -> TestResult {
    let fields = "SELECT id, triage(subject, body)['desk'], triage(subject, body)['tier'],
        triage(subject, body)['review'] FROM corpus";
    assert_eq!(calls(fields).await?, 1);

    let dotted = "SELECT t.desk, t.tier FROM (SELECT triage(subject, body) AS t FROM corpus)";
    assert_eq!(calls(dotted).await?, 1);

    let grouped = "SELECT triage(subject, body)['desk'], triage(subject, body)['tier'], count(*)
        FROM corpus GROUP BY 1, 2";
    assert_eq!(calls(grouped).await?, 1);

    assert_eq!(calls("SELECT unnest(triage(subject, body)) FROM corpus").await?, 1);
    Ok(())
}

/// DataFusion 55 moves a condition below the projection that it reads, call and all. When this
/// fails because one call is left, the advice in the README can go.
#[tokio::test]
async fn a_condition_on_the_answer_calls_once_more() -> TestResult {
    let sql = "SELECT t.desk FROM (SELECT triage(subject, body) AS t FROM corpus) WHERE t.tier = 3";
    assert_eq!(calls(sql).await?, 2);
    Ok(())
}

#[tokio::test]
async fn fields_are_read_by_name() -> TestResult {
    let ctx = session_with_corpus().await?;
    for field in deskhand_sql::fields().iter() {
        let sql = format!("SELECT triage('no signal')['{}']", field.name());
        let batches = rows(&ctx, &sql).await?;
        assert_eq!(batches[0].column(0).data_type(), field.data_type(), "{sql}");
    }
    Ok(())
}
