//! Rows that can't be read: told with line and cause, kept in their place, never labelled.

use crate::support::Folder;
use crate::support::{column, csv, expected, jsonl, records, run};

#[test]
fn a_row_with_too_few_fields_is_filled_up() {
    let ran = csv(&[], "id,body,x\n1,refund,a\n2,\"lost, \"\"parcel\"\"\"\n3,printer,b\n");
    let rows = records(ran.text());
    assert_eq!(rows[2][..3], ["2", "lost, \"parcel\"", ""]);
    assert_eq!(column(ran.text(), "review")[1], "bad-row: 2 fields where the header has 3");
    assert_eq!(column(ran.text(), "desk"), ["service", "", &expected("", "printer")[0]]);
    assert!(ran.err.contains("line 3: bad row: 2 fields where the header has 3\n"), "{}", ran.err);
    assert!(ran.err.contains("rows    3 in, 3 out"), "{}", ran.err);
    assert!(ran.err.contains("bad     1 kept without labels"), "{}", ran.err);
}

#[test]
fn fields_too_many_go_behind_the_labels() {
    let ran = csv(&[], "id,body\n1,refund,\"my, order\",x\n");
    let row = &records(ran.text())[1];
    assert_eq!(row[..2], ["1", "refund"]);
    assert_eq!(column(ran.text(), "review"), ["bad-row: 4 fields where the header has 2"]);
    assert_eq!(row[11..], ["my, order", "x"]);
}

#[test]
fn broken_utf8_is_kept_byte_for_byte() {
    let ran = csv(&[], b"id,body\n1,caf\xE9 refund\n2,\"printer\"\n");
    assert_eq!(ran.code, Some(0));
    let line =
        b"\n1,caf\xE9 refund,,,,,,,,bad-row: broken UTF-8 at byte 6 of the row,\n2,\"printer\",";
    assert!(ran.out.windows(line.len()).any(|part| part == line), "{:?}", ran.out.escape_ascii());
    assert!(ran.err.contains("line 2: bad row: broken UTF-8 at byte 6"), "{}", ran.err);
    assert!(ran.err.contains("iconv -f WINDOWS-1252"), "{}", ran.err);
}

#[test]
fn lines_are_counted_as_an_editor_does() {
    let ran = csv(&[], "id,body\r\n1,\"two\r\nlines\"\r\n\r\n2\r\n");
    assert!(ran.err.contains("line 5: bad row: 1 fields where"), "{}", ran.err);
    let ran = jsonl(&[], "{\"body\":\"a\"}\n\n[1]\n");
    assert!(ran.err.contains("line 3: bad row: JSON, but not an object"), "{}", ran.err);
}

#[test]
fn a_quote_that_is_never_closed_spoils_one_line_only() {
    let ran = csv(&[], "id,body\n1,refund\n2,\"the printer, again\n3,order\n4,where, is\n");
    assert_eq!(column(ran.text(), "id"), ["1", "2", "3", "4"]);
    let review = column(ran.text(), "review");
    assert_eq!(review[1], "bad-row: a quote is opened and never closed");
    assert_eq!(review[3], "bad-row: 3 fields where the header has 2");
    assert_eq!(records(ran.text())[2][1], "\"the printer");
    assert_eq!(records(ran.text())[2][11], " again");
    assert_eq!(column(ran.text(), "desk")[2], expected("", "order")[0]);
    assert!(ran.err.contains("line 3: bad row: a quote"), "{}", ran.err);
    assert!(ran.err.contains("line 5: bad row: 3 fields"), "{}", ran.err);
    assert!(ran.err.contains("rows    4 in, 4 out"), "{}", ran.err);
}

#[test]
fn each_fault_of_a_json_line_has_its_cause() {
    let cases: [(&[u8], &str); 11] = [
        (b"{\"body\":", "not JSON: EOF while parsing a value at column 8"),
        (b"{\"body\":\"a\"} x", "not JSON: trailing characters at column 14"),
        (b"refund please", "not JSON: expected value at column 1"),
        (b"[1,2]", "JSON, but not an object"),
        (b"\"refund\"", "JSON, but not an object"),
        (b"{\"id\":1}", "the key for the body is missing"),
        (b"{}", "the key for the body is missing"),
        (b"{\"body\":null}", "the text is null, not a string"),
        (b"{\"body\":[\"a\"]}", "the text is a list, not a string"),
        (b"{\"body\":\"caf\xE9\"}", "broken UTF-8 at byte 13 of the row"),
        (b"{\"body\":7}", "the text is a number, not a string"),
    ];
    for (line, cause) in cases {
        let input = [b"{\"body\":\"refund\"}\n", line, b"\n{\"body\":\"order\"}\n"].concat();
        let ran = jsonl(&[], input);
        let lines: Vec<&str> = ran.text().lines().collect();
        assert_eq!(lines.len(), 3);
        let object: serde_json::Value = serde_json::from_str(lines[1]).expect("still an object");
        assert_eq!(object["review"], format!("bad-row: {cause}"));
        assert!(
            object["desk"].is_null() && object["tier"].is_null() && object["because"].is_null()
        );
        assert!(ran.err.contains(&format!("line 2: bad row: {cause}\n")), "{}", ran.err);
    }
}

#[test]
fn a_line_that_is_no_object_is_kept_as_a_string() {
    let ran = jsonl(&[], "{\"body\":\"a\"}\n  {\"body\": \"b\n");
    let object: serde_json::Value =
        serde_json::from_str(ran.text().lines().nth(1).expect("two lines")).expect("an object");
    assert_eq!(object["line"], "{\"body\": \"b");
}

#[test]
fn an_object_without_text_keeps_its_keys() {
    let ran = jsonl(&[], "{\"body\":\"a\"}\n{\"id\": 7.0 , \"body\":3}\n{}\n");
    let lines: Vec<&str> = ran.text().lines().collect();
    assert!(lines[1].starts_with("{\"id\": 7.0 , \"body\":3,\"desk\":null,"), "{}", lines[1]);
    assert!(lines[2].starts_with("{\"desk\":null,"), "{}", lines[2]);
}

#[test]
fn a_late_key_of_the_name_of_a_label_spoils_its_row() {
    let mut input = "{\"body\":\"refund\"}\n".repeat(200);
    input += "{\"body\":\"order\",\"tier\":2}\n";
    let ran = jsonl(&[], input);
    let last = ran.text().lines().last().expect("a line");
    let object: serde_json::Value = serde_json::from_str(last).expect("an object");
    assert_eq!(object["line"], "{\"body\":\"order\",\"tier\":2}");
    assert!(ran.err.contains("line 201: bad row: a key has the name of a label"), "{}", ran.err);
}

#[test]
fn ten_bad_rows_are_told_and_the_others_counted() {
    let ran = csv(&[], "id,body\n".to_owned() + &"1\n".repeat(12_345));
    assert_eq!(ran.err.matches(": bad row: ").count(), 10, "{}", ran.err);
    assert!(ran.err.contains("line 11: bad row"), "{}", ran.err);
    assert!(ran.err.contains("... and 12,335 more bad rows"), "{}", ran.err);
    assert!(ran.err.contains("bad     12,345 kept"), "{}", ran.err);
    assert_eq!(column(ran.text(), "id").len(), 12_345);
}

#[test]
fn bad_rows_fail_a_strict_run_but_are_written() {
    let folder = Folder::new();
    let input = folder.write("in.csv", "id,body\n1\n2,refund\n");
    let output = folder.path("out.csv");
    let ran = run(&[&input, "-o", &output, "--strict"]);
    assert_eq!(ran.code, Some(3), "{}", ran.err);
    assert_eq!(column(folder.read("out.csv"), "id"), ["1", "2"]);
    assert_eq!(run(&[&input, "-o", &output, "--force"]).code, Some(0));
    let good = folder.write("good.csv", "id,body\n2,refund\n");
    assert_eq!(run(&[&good, "--strict"]).code, Some(0));
}

/// Whatever the bytes: no panic, as many rows out as in, and the labels under their names.
#[test]
fn random_bytes_come_out_as_whole_rows() {
    const BYTES: &[u8] = b"\"\"\",,,\n\n\r; ab{}[]:\\\xC3\xA9\xE9";
    let mut state = 88_172_645_463_325_252_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        BYTES[(state % BYTES.len() as u64) as usize]
    };
    for round in 0..40 {
        let noise: Vec<u8> = (0..50 * round).map(|_| next()).collect();
        let ran = csv(&[], [b"id,body\n", &noise[..]].concat());
        let rows = records(&ran.out).len() - 1;
        assert!(ran.err.contains(&format!("rows    {rows} in, {rows} out")), "{}", ran.err);
        for (review, desk) in column(&ran.out, "review").iter().zip(column(&ran.out, "desk")) {
            assert_eq!(review.starts_with("bad-row: "), desk.is_empty(), "{noise:?}");
        }

        let ran = jsonl(&[], [b"{\"body\":\"a\"}\n", &noise[..]].concat());
        let lines = ran.text().lines();
        assert!(ran.err.contains(&format!("rows    {0} in, {0} out", lines.clone().count())));
        for line in lines {
            serde_json::from_str::<serde_json::Value>(line).expect("every line is JSON");
        }
    }
}
