//! Which columns are taken for the text, and what the new ones are called.

use crate::support::{column, csv, expected, jsonl};

#[test]
fn texts_are_found_by_their_usual_names() {
    let cases = [
        ("id,subject,body", "\"subject\"", "\"body\""),
        ("ID,SUBJECT,Body", "\"SUBJECT\"", "\"Body\""),
        ("Title,Description,x", "\"Title\"", "\"Description\""),
        ("summary,subject,text", "\"subject\"", "\"text\""),
        ("Subject Line,message,id", "\"Subject Line\"", "\"message\""),
        ("ticket_subject,ticket-body,z", "\"ticket_subject\"", "\"ticket-body\""),
        ("comment,description,body", "none", "\"body\""),
        ("a,b,content", "none", "\"content\""),
        ("a,question,b", "none", "\"question\""),
        ("ticket,b,c", "none", "\"ticket\""),
        ("ticket,b,text", "none", "\"text\""),
        ("summary,b,c", "\"summary\"", "none"),
        (" body , subject ,c", "\"subject\"", "\"body\""),
    ];
    for (header, subject, body) in cases {
        let ran = csv(&[], format!("{header}\n1,2,3\n"));
        let note = format!("columns subject: {subject}, body: {body}\n");
        assert!(ran.err.starts_with(&note), "{header}: {}", ran.err);
    }
}

#[test]
fn both_texts_decide() {
    let ran = csv(&[], "Summary,Comments\nprinter error,please refund\n");
    assert_eq!(column(ran.text(), "desk"), [expected("printer error", "please refund")[0].clone()]);
    assert_eq!(column(ran.text(), "probability")[0], expected("printer error", "please refund")[1]);
}

#[test]
fn columns_may_be_named_or_numbered() {
    let input = "Betreff,nummer,Anliegen,2\nRefund,7,my parcel is lost,x\n";
    let cases = [
        (["Betreff", "Anliegen"], ["\"Betreff\"", "\"Anliegen\""]),
        (["betreff", "ANLIEGEN"], ["\"Betreff\"", "\"Anliegen\""]),
        (["1", "3"], ["\"Betreff\"", "\"Anliegen\""]),
        (["-", "3"], ["none", "\"Anliegen\""]),
        // A column of that name comes before the column of that number.
        (["1", "2"], ["\"Betreff\"", "\"2\""]),
    ];
    for ([subject, body], found) in cases {
        let ran = csv(&["--subject-column", subject, "--body-column", body], input);
        let note = format!("columns subject: {}, body: {}\n", found[0], found[1]);
        assert!(ran.err.starts_with(&note), "{subject} {body}: {}", ran.err);
    }
    let ran = csv(&["--subject-column", "1", "--body-column", "3"], input);
    assert_eq!(column(ran.text(), "probability")[0], expected("Refund", "my parcel is lost")[1]);
}

#[test]
fn a_column_named_for_one_text_is_not_guessed_for_the_other() {
    let ran = csv(&["--body-column", "subject"], "id,subject,title\n1,a,b\n");
    assert!(ran.err.starts_with("columns subject: \"title\", body: \"subject\""), "{}", ran.err);
}

#[test]
fn an_unknown_column_is_refused_with_those_there_are() {
    let ran = csv(&["--body-column", "boddy"], "id,body\n1,x\n");
    let wanted =
        "there is no column \"boddy\"; the columns are \"id\", \"body\"; correct --body-column";
    assert_eq!(ran.refusal(), wanted);
    let ran = csv(&["--subject-column", "3"], "id,body\n1,x\n");
    assert!(ran.refusal().starts_with("there is no column \"3\""));
    let ran = csv(&["--body-column", "0"], "id,body\n1,x\n");
    assert!(ran.refusal().starts_with("there is no column \"0\""));
    let ran = jsonl(&["--body-column", "boddy"], "{\"id\":1,\"body\":\"x\"}\n");
    assert!(ran.refusal().starts_with("there is no column \"boddy\""), "{}", ran.err);
    assert!(ran.err.contains("\"id\"") && ran.err.contains("\"body\""), "{}", ran.err);
}

#[test]
fn no_column_like_a_text_is_refused() {
    for ran in [csv(&[], "id,name\n1,x\n"), jsonl(&[], "{\"id\":1,\"name\":2}\n")] {
        assert!(ran.refusal().contains("looks like the text of an inquiry"), "{}", ran.err);
        assert!(ran.refusal().contains("\"id\", \"name\""), "{}", ran.err);
        assert!(ran.refusal().contains("--body-column"), "{}", ran.err);
    }
}

#[test]
fn a_missing_header_is_named_as_the_cause() {
    let ran = csv(&[], "17,my printer is broken\n18,refund\n");
    assert!(ran.refusal().contains("the first row must name the columns"), "{}", ran.err);
    assert!(ran.refusal().contains("my printer is broken"), "{}", ran.err);
}

#[test]
fn a_header_with_an_open_quote_is_refused() {
    let ran = csv(&[], "id,\"body\n1,refund\n");
    assert!(
        ran.refusal().starts_with("the header opens a quote and never closes it"),
        "{}",
        ran.err
    );
}

#[test]
fn another_delimiter_is_guessed_at_in_the_refusal() {
    let ran = csv(&[], "id;subject;body\n1;a;b\n");
    assert!(ran.refusal().contains("add --delimiter ';'"), "{}", ran.err);
}

#[test]
fn two_columns_of_one_name_must_be_told_apart() {
    let input = "body,id,Body\nrefund,1,printer error\n";
    let ran = csv(&[], input);
    assert!(ran.refusal().starts_with("columns 1 and 3 could both be the body"), "{}", ran.err);
    let ran = csv(&["--body-column", "3"], input);
    assert_eq!(column(ran.text(), "probability")[0], expected("", "printer error")[1]);
    // Columns that are not used may be called what they like.
    csv(&[], "id,id,body\n1,2,x\n").text();
}

#[test]
fn a_column_of_the_name_of_a_label_needs_a_prefix() {
    let ran = csv(&[], "id,body,Desk,tier\n1,refund,service,2\n");
    assert!(ran.refusal().contains("columns \"Desk\", \"tier\""), "{}", ran.err);
    assert!(ran.refusal().contains("--prefix"), "{}", ran.err);
    let ran = jsonl(&[], "{\"body\":\"x\"}\n{\"body\":\"x\",\"review\":\"\"}\n");
    assert!(ran.refusal().contains("a column \"review\""), "{}", ran.err);
}

#[test]
fn a_prefix_keeps_corrected_labels_beside_new_ones() {
    let input = "id,body,desk,tier\n1,please refund,technical,3\n";
    let ran = csv(&["--prefix", "deskhand_"], input);
    let out = ran.text();
    assert_eq!(column(out, "desk"), ["technical"]);
    assert_eq!(column(out, "tier"), ["3"]);
    assert_eq!(column(out, "deskhand_probability"), [expected("", "please refund")[1].clone()]);
    assert!(out.starts_with("id,body,desk,tier,deskhand_desk,deskhand_probability,deskhand_tier,"));

    let ran = jsonl(&["--prefix", "m_"], "{\"body\":\"please refund\",\"desk\":\"technical\"}\n");
    let object: serde_json::Value = serde_json::from_str(ran.text()).expect("an object");
    assert_eq!(object["desk"], "technical");
    assert_eq!(object["m_desk"], expected("", "please refund")[0]);
}

#[test]
fn output_labelled_again_must_be_named_apart() {
    let labelled = csv(&[], "id,body\n1,please refund\n");
    assert!(csv(&[], labelled.text()).refusal().contains("\"because\""));
    let again = csv(&["--prefix", "new_"], labelled.text());
    assert_eq!(column(again.text(), "new_desk"), column(again.text(), "desk"));
}

#[test]
fn each_object_may_have_its_own_keys() {
    let input = "{\"title\":\"Refund\",\"message\":\"now\"}\n{\"text\":\"the printer\",\"id\":2}\n";
    let ran = jsonl(&[], input);
    let lines: Vec<serde_json::Value> =
        ran.text().lines().map(|line| serde_json::from_str(line).expect("an object")).collect();
    assert_eq!(lines[0]["desk"], expected("Refund", "now")[0]);
    assert_eq!(lines[1]["desk"], expected("", "the printer")[0]);
    assert!(ran.err.contains("bad     0"), "{}", ran.err);
}
