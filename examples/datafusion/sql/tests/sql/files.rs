//! Files of every kind, read and written.

use std::path::Path;

use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::arrow::datatypes::FieldRef;
use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::prelude::SessionContext;
use deskhand_sql::Table;

use crate::helpers::{TestResult, assert_answers, expected, rows, session, session_with_corpus};

const COUNTS: &str =
    "SELECT triage(subject, body)['desk'] AS desk, triage(subject, body)['tier'] AS tier,
    triage(subject, body)['review'] AS review, count(*) AS n
    FROM tickets GROUP BY 1, 2, 3 ORDER BY 1, 2, 3";

fn shown(batches: &[RecordBatch]) -> TestResult<String> {
    Ok(pretty_format_batches(batches)?.to_string())
}

async fn session_with(path: &Path) -> TestResult<SessionContext> {
    let ctx = session();
    Table::new("tickets", path).register(&ctx).await?;
    Ok(ctx)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_row_of_the_corpus_gets_the_answer_of_the_library() -> TestResult {
    let ctx = session_with_corpus().await?;
    let sql = "SELECT subject, body, triage(subject, body) FROM corpus";
    let mut seen = 0;
    for batch in rows(&ctx, sql).await? {
        let text = |column: usize| batch.column(column).as_string_view_opt();
        let owned = |column: usize| batch.column(column).as_string_opt::<i32>();
        let get = |column: usize, row: usize| match (text(column), owned(column)) {
            (Some(texts), _) => texts.is_valid(row).then(|| texts.value(row).to_owned()),
            (_, Some(texts)) => texts.is_valid(row).then(|| texts.value(row).to_owned()),
            _ => panic!("column {column} is no text"),
        };
        let expected: Vec<_> = (0..batch.num_rows())
            .map(|row| expected(get(0, row).as_deref(), get(1, row).as_deref()))
            .collect();
        assert_answers(batch.column(2).as_struct(), &expected);
        seen += batch.num_rows();
    }
    assert!(seen > 20_000, "only {seen} rows read");
    Ok(())
}

/// The messages of the corpora hold line breaks, quotes and commas.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn csv_json_lines_and_parquet_give_the_same_counts() -> TestResult {
    let folder = tempfile::tempdir()?;
    let corpus = session_with_corpus().await?;
    let whole = rows(&corpus, &COUNTS.replace("tickets", "corpus")).await?;
    let whole = shown(&whole)?;
    assert!(whole.lines().count() > 20, "{whole}");
    for kind in ["csv", "jsonl", "parquet"] {
        let path = folder.path().join(format!("tickets.{kind}"));
        let tickets = corpus.sql("SELECT id, subject, body FROM corpus").await?;
        deskhand_sql::write(tickets, &path).await?;
        let counts = rows(&session_with(&path).await?, COUNTS).await?;
        assert_eq!(shown(&counts)?, whole, "{kind}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn written_answers_read_back_as_they_were() -> TestResult {
    let folder = tempfile::tempdir()?;
    let corpus = session_with_corpus().await?;
    // JSON has no order of fields and but one kind of number: fields are named, and have their type
    // given back.
    let name = |field: &FieldRef| {
        format!("arrow_cast(answer.{0}, '{1}') AS {0}", field.name(), field.data_type())
    };
    let names: Vec<_> = deskhand_sql::fields().iter().map(name).collect();
    let fields = names.join(", ");
    let labelled = "SELECT id, triage(subject, body) AS answer FROM corpus";
    let direct = format!("SELECT id, {fields} FROM ({labelled}) AS labelled ORDER BY id");
    let direct = shown(&rows(&corpus, &direct).await?)?;
    for kind in ["parquet", "jsonl"] {
        let path = folder.path().join(format!("labelled.{kind}"));
        deskhand_sql::write(corpus.sql(labelled).await?, &path).await?;
        let sql = format!("SELECT id, {fields} FROM tickets ORDER BY id");
        let back = shown(&rows(&session_with(&path).await?, &sql).await?)?;
        let differing = back.lines().skip(3).zip(direct.lines().skip(3)).find(|(a, b)| a != b);
        assert_eq!(differing, None, "{kind}");
        assert_eq!(back.lines().count(), direct.lines().count(), "{kind}");
    }
    Ok(())
}

#[tokio::test]
async fn csv_refuses_a_struct_and_says_what_to_do() -> TestResult {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("answers.csv");
    let answers = session().sql("SELECT triage('no signal') AS answer").await?;
    let refusal = deskhand_sql::write(answers, &path).await.expect_err("no struct fits");
    assert!(refusal.to_string().contains("name its fields"), "{refusal}");
    assert!(!path.exists());
    Ok(())
}

#[tokio::test]
async fn a_file_is_read_by_its_extension() -> TestResult {
    let folder = tempfile::tempdir()?;
    let files = [
        ("a.tsv", "subject\tbody\nScanner\tThe app crashes\n"),
        ("a.csv", "\u{feff}subject,body\nScanner,\"The app\ncrashes\"\n"),
        ("a.ndjson", "{\"subject\": \"Scanner\", \"body\": \"The app crashes\"}\n"),
        ("a.json", "{\"subject\": null, \"body\": \"The app crashes\"}\n"),
    ];
    for (name, content) in files {
        let path = folder.path().join(name);
        std::fs::write(&path, content)?;
        let ctx = session_with(&path).await?;
        let sql = "SELECT triage(subject, body)['desk'] FROM tickets";
        let answer = shown(&rows(&ctx, sql).await?)?;
        assert_eq!(answer.matches("technical").count(), 1, "{name}: {answer}");
    }
    Ok(())
}

/// A subject line may be a number in every row that is looked at, and a word in the next.
#[tokio::test]
async fn a_column_of_csv_is_text_whatever_it_holds() -> TestResult {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("tickets.csv");
    let numbers: String = (1..2000).map(|number| format!("{number},no signal\n")).collect();
    std::fs::write(&path, format!("subject,body\n{numbers}Refund,where is it\n"))?;
    let sql = "SELECT count(*) AS n FROM tickets WHERE triage(subject, body)['desk'] = 'service'";
    let shown = shown(&rows(&session_with(&path).await?, sql).await?)?;
    assert!(shown.contains("| 1 "), "{shown}");
    Ok(())
}

/// Programs that write folders of Parquet leave marks such as `_SUCCESS` among the files.
#[tokio::test]
async fn a_folder_is_a_table_whatever_else_lies_in_it() -> TestResult {
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("_SUCCESS"), "")?;
    assert!(session_with(folder.path()).await.is_err());
    for name in ["part-1.csv", "part-2.csv"] {
        std::fs::write(folder.path().join(name), "body\nno signal\n")?;
    }
    let ctx = session_with(folder.path()).await?;
    let shown = shown(&rows(&ctx, "SELECT count(triage(body)['tier']) AS n FROM tickets").await?)?;
    assert!(shown.contains("| 2 "), "{shown}");
    Ok(())
}

#[tokio::test]
async fn what_is_no_table_is_refused_by_name() -> TestResult {
    let folder = tempfile::tempdir()?;
    let odd = folder.path().join("tickets.xlsx");
    std::fs::write(&odd, "")?;
    let missing = folder.path().join("missing.csv");
    for (path, message) in [(odd, "no kind of table"), (missing, "No such file")] {
        let refusal = session_with(&path).await.map(drop).expect_err("refused").to_string();
        assert!(refusal.contains(message), "{refusal}");
        assert!(refusal.contains("table tickets"), "{refusal}");
    }
    Ok(())
}
