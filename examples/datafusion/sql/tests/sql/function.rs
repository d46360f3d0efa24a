//! The function on arrays of every kind, without SQL around it.

use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, AsArray, DictionaryArray, Int32Array, LargeStringArray, StringArray, StringViewArray,
    StructArray,
};
use datafusion::arrow::datatypes::{DataType, Field, Int32Type};
use datafusion::common::config::ConfigOptions;
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF};
use datafusion::scalar::ScalarValue;
use deskhand::{Classifier, Policy};

use crate::helpers::{TestResult, assert_answers, expected, session};

/// With both nulls, an empty text, a short and a long one (string views keep short texts in place).
const SUBJECTS: [Option<&str>; 7] =
    [None, Some("Router"), None, Some(""), Some("Invoice 4411"), Some(""), Some("Parcel")];
const BODIES: [Option<&str>; 7] = [
    Some("It restarts every night since the last update, what can I do?"),
    Some("no light"),
    None,
    Some("I was charged twice this month and want one payment back, please"),
    None,
    Some(""),
    Some("Where is it? The tracking page shows nothing and the app crashes when I open it"),
];

fn function() -> ScalarUDF {
    deskhand_sql::triage(Classifier::bundled().clone())
}

fn call(function: &ScalarUDF, args: Vec<ColumnarValue>, rows: usize) -> TestResult<ColumnarValue> {
    let field = |data_type| Arc::new(Field::new("text", data_type, true));
    let return_type = function.return_type(&[])?;
    Ok(function.invoke_with_args(ScalarFunctionArgs {
        arg_fields: args.iter().map(|arg| field(arg.data_type())).collect(),
        args,
        number_rows: rows,
        return_field: Arc::new(Field::new("triage", return_type, true)),
        config_options: Arc::new(ConfigOptions::default()),
    })?)
}

fn answers(args: Vec<ColumnarValue>, rows: usize) -> TestResult<StructArray> {
    match call(&function(), args, rows)? {
        ColumnarValue::Array(array) => Ok(array.as_struct().clone()),
        ColumnarValue::Scalar(scalar) => Err(format!("one answer for all rows: {scalar}").into()),
    }
}

/// The same texts in each layout that a column of text can have.
fn layouts(texts: &[Option<&str>]) -> Vec<ArrayRef> {
    let utf8 = || texts.iter().copied().collect::<StringArray>();
    vec![
        Arc::new(utf8()),
        Arc::new(texts.iter().copied().collect::<LargeStringArray>()),
        Arc::new(texts.iter().copied().collect::<StringViewArray>()),
        Arc::new(texts.iter().copied().collect::<DictionaryArray<Int32Type>>()),
        Arc::new(dictionary_with_null_value(texts)),
    ]
}

/// A dictionary whose nulls are among its values, not among its keys.
fn dictionary_with_null_value(texts: &[Option<&str>]) -> DictionaryArray<Int32Type> {
    let keys = Int32Array::from_iter_values(0..i32::try_from(texts.len()).expect("few texts"));
    DictionaryArray::new(keys, Arc::new(texts.iter().copied().collect::<StringArray>()))
}

#[test]
fn each_layout_of_subject_and_body_gets_the_answers_of_the_library() -> TestResult {
    let expected: Vec<_> = SUBJECTS.into_iter().zip(BODIES).map(|(s, b)| expected(s, b)).collect();
    for subjects in layouts(&SUBJECTS) {
        for bodies in layouts(&BODIES) {
            let args = vec![Arc::clone(&subjects).into(), bodies.into()];
            assert_answers(&answers(args, SUBJECTS.len())?, &expected);
        }
    }
    Ok(())
}

#[test]
fn one_argument_is_a_body() -> TestResult {
    let expected: Vec<_> = BODIES.into_iter().map(|body| expected(None, body)).collect();
    for bodies in layouts(&BODIES) {
        assert_answers(&answers(vec![bodies.into()], BODIES.len())?, &expected);
    }
    Ok(())
}

#[test]
fn a_slice_is_read_where_it_begins() -> TestResult {
    for (subjects, bodies) in layouts(&SUBJECTS).into_iter().zip(layouts(&BODIES)) {
        for start in 0..SUBJECTS.len() {
            for length in 0..=SUBJECTS.len() - start {
                let args = [&subjects, &bodies].map(|column| column.slice(start, length).into());
                let rows = start..start + length;
                let expected: Vec<_> =
                    rows.map(|row| expected(SUBJECTS[row], BODIES[row])).collect();
                assert_answers(&answers(args.to_vec(), length)?, &expected);
            }
        }
    }
    Ok(())
}

#[test]
fn an_empty_batch_has_no_answers() -> TestResult {
    for bodies in layouts(&[]) {
        assert_answers(&answers(vec![bodies.into()], 0)?, &[]);
    }
    Ok(())
}

/// A dictionary whose keys are all null may have no values at all.
#[test]
fn a_dictionary_without_values_is_all_null() -> TestResult {
    let column: DictionaryArray<Int32Type> = [None::<&str>, None].into_iter().collect();
    let column: ArrayRef = Arc::new(column);
    assert_answers(&answers(vec![column.into()], 2)?, &[None, None]);
    Ok(())
}

#[test]
fn a_literal_stands_for_every_row() -> TestResult {
    let literals = [
        ScalarValue::Utf8(Some("Refund".into())),
        ScalarValue::LargeUtf8(Some("Refund".into())),
        ScalarValue::Utf8View(Some("Refund".into())),
    ];
    let expected: Vec<_> = BODIES.into_iter().map(|body| expected(Some("Refund"), body)).collect();
    for literal in literals {
        let bodies: ArrayRef = Arc::new(BODIES.into_iter().collect::<StringArray>());
        let args = vec![literal.into(), bodies.into()];
        assert_answers(&answers(args, BODIES.len())?, &expected);
    }
    Ok(())
}

#[test]
fn literals_alone_have_one_answer() -> TestResult {
    let args = vec![ScalarValue::Utf8(None).into(), ScalarValue::from("no signal").into()];
    let ColumnarValue::Scalar(ScalarValue::Struct(answer)) = call(&function(), args, 1000)? else {
        return Err("an answer for each of the rows".into());
    };
    assert_answers(&answer, &[expected(None, Some("no signal"))]);
    Ok(())
}

/// A scratch of its own would allocate several times for each row.
#[test]
fn rows_share_the_scratch_of_their_thread() -> TestResult {
    let texts = vec!["The scanner app crashes on start since the update"; 4096];
    let bodies: ArrayRef = Arc::new(StringArray::from(texts));
    let function = function();
    call(&function, vec![Arc::clone(&bodies).into()], 4096)?;
    let mut result = Ok(());
    let used = allocation_counter::measure(|| {
        result = call(&function, vec![bodies.into()], 4096).map(drop);
    });
    result?;
    assert!(used.count_total < 500, "{} allocations for 4096 rows", used.count_total);
    Ok(())
}

#[test]
fn two_models_on_one_thread_do_not_disturb_each_other() -> TestResult {
    let careful = Policy::default().min_probability(0.999)?;
    let careful = deskhand_sql::triage(Classifier::bundled().with_policy(careful)?);
    let function = function();
    assert_ne!(careful, function);
    assert_eq!(function, self::function());
    for _ in 0..2 {
        let text = || vec![ScalarValue::from("no signal").into()];
        let reviews = [call(&function, text(), 1)?, call(&careful, text(), 1)?];
        let reviews = reviews.map(|answer| answer.to_string());
        assert_ne!(reviews[0], reviews[1]);
    }
    Ok(())
}

#[test]
fn text_is_read_as_it_is_and_a_bare_null_as_text() -> TestResult {
    let dictionary = DataType::Dictionary(Box::new(DataType::Int8), Box::new(DataType::Utf8View));
    let function = function();
    for text in [DataType::Utf8, DataType::LargeUtf8, DataType::Utf8View, dictionary] {
        let types = function.coerce_types(&[DataType::Null, text.clone()])?;
        assert_eq!(types, [DataType::Utf8, text]);
    }
    Ok(())
}

#[tokio::test]
async fn what_is_no_text_is_refused_with_the_remedy() -> TestResult {
    let refusals = [
        ("triage(42)", "triage reads text, not Int64: cast it, as in triage(body::text)"),
        ("triage()", "write triage(body) or triage(subject, body)"),
        ("triage('a', 'b', 'c')", "not 3 arguments: write triage(body) or triage(subject, body)"),
    ];
    for (sql, message) in refusals {
        let refusal = session().sql(&format!("SELECT {sql}")).await.map(drop);
        let refusal = refusal.expect_err(sql).to_string();
        assert!(refusal.contains(message), "{refusal}");
    }
    Ok(())
}
