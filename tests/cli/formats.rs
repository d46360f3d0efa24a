//! Each format: every byte of a row comes back, with the labels behind it.

use std::fmt::Write;

use crate::support::{Folder, column};
use crate::support::{LABELS, csv, expected, jsonl, many, pipe, records, run};

const ROWS: [(&str, &str); 3] = [
    ("Refund", "Please refund the \"premium\" plan, I was charged twice."),
    ("", "the app crashes\nwith error 17"),
    ("Größe", "where is my order? 📦"),
];

#[test]
fn csv_keeps_each_row_and_adds_the_labels() {
    let lines = [
        r#"7,Refund,"Please refund the ""premium"" plan, I was charged twice.",007"#,
        "8,,\"the app crashes\nwith error 17\",\"\"",
        "9,\"Größe\",where is my order? 📦, x ",
    ];
    let input = format!("id,subject,body,note\n{}\n", lines.join("\n"));
    let ran = csv(&[], &input);
    let out = ran.text();

    let header = format!("id,subject,body,note,{}\n", LABELS.join(","));
    assert!(out.starts_with(&header), "{out}");
    for (line, (subject, body)) in lines.iter().zip(ROWS) {
        let row = format!("\n{line},{},", expected(subject, body).join(","));
        assert!(out.contains(&row), "{row} is not in {out}");
    }
    assert_eq!(records(out).len(), 4);
    assert!(ran.err.contains("rows    3 in, 3 out"), "{}", ran.err);
}

#[test]
fn tsv_keeps_each_row_and_adds_the_labels() {
    let folder = Folder::new();
    let input = folder.write("in.tsv", "id\tSubject\tBody\n1\tRefund\tmy order, please\n");
    let ran = run(&[&input]);
    let row = ["1", "Refund", "my order, please"].join("\t");
    let labels = expected("Refund", "my order, please").join("\t");
    let header = format!("id\tSubject\tBody\t{}\n", LABELS.join("\t"));
    assert!(ran.text().starts_with(&format!("{header}{row}\t{labels}\t")), "{}", ran.text());
}

#[test]
fn jsonl_keeps_each_object_and_adds_the_labels() {
    let line = r#"{ "id": 1.00, "big":12345678901234567890, "body": "refund \u00e9\n\"now\"","subject":null , "t":{"a":[1]} }"#;
    let ran = jsonl(&[], format!("{line}\n{{\"body\":\"printer error\",\"subject\":\"Hi\"}}"));
    let lines: Vec<&str> = ran.text().lines().collect();
    assert_eq!(lines.len(), 2);
    let kept = line.trim_end_matches(" }");
    assert!(lines[0].starts_with(&format!("{kept},\"desk\":")), "{}", lines[0]);
    check_object(lines[0], "", "refund é\n\"now\"", &["id", "big", "body", "subject", "t"]);
    check_object(lines[1], "Hi", "printer error", &["body", "subject"]);
}

/// The labels are typed: words are strings, numbers are numbers, what is absent is null.
#[track_caller]
fn check_object(line: &str, subject: &str, body: &str, keys: &[&str]) {
    let object: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(line).expect("an object");
    let mut seen: Vec<&str> = object.keys().map(String::as_str).collect();
    let mut wanted = [keys, &LABELS].concat();
    // Their order can be seen only if maps keep it, which is a matter of features.
    seen.sort_unstable();
    wanted.sort_unstable();
    assert_eq!(seen, wanted);
    for (name, wanted) in LABELS.iter().zip(expected(subject, body)) {
        let written = match &object[*name] {
            serde_json::Value::Null => String::new(),
            serde_json::Value::String(word) => word.clone(),
            number if *name == "tier" => number.to_string(),
            number => format!("{:.4}", number.as_f64().expect("a number")),
        };
        assert_eq!(written, wanted, "{name}");
    }
    assert!(object["tier"].is_number() && object["probability"].is_number());
}

#[test]
fn keys_of_labels_come_last_and_in_order() {
    let ran = jsonl(&[], "{\"body\":\"refund\"}\n");
    let places = LABELS.map(|name| ran.text().find(&format!("\"{name}\":")).expect("the key"));
    assert!(places.is_sorted() && ran.text().starts_with("{\"body\":\"refund\",\"desk\":"));
}

#[test]
fn windows_line_ends_are_kept() {
    let ran = csv(&[], "id,body\r\n1,refund\r\n\r\n2,\"a\r\nb\"\r\n");
    let out = ran.text();
    assert_eq!(out.matches("\r\n").count(), 4);
    assert_eq!(out.matches('\n').count(), 4);
    assert_eq!(column(out, "body"), ["refund", "a\r\nb"]);
    assert!(ran.err.contains("rows    2 in, 2 out"), "{}", ran.err);
    assert!(ran.err.contains("skipped 1 blank line"), "{}", ran.err);
}

#[test]
fn a_byte_order_mark_is_no_part_of_a_name() {
    let ran = csv(&[], "\u{feff}body,id\nrefund,1\n");
    assert!(ran.err.contains("body: \"body\""), "{}", ran.err);
    assert!(ran.text().starts_with("\u{feff}body,id,desk,"));
    let ran = jsonl(&[], "\u{feff}{\"body\":\"refund\"}\n");
    assert!(ran.text().starts_with("{\"body\":\"refund\",\"desk\""));
}

#[test]
fn a_last_line_without_its_end_counts() {
    assert_eq!(column(csv(&[], "body\nrefund\nprinter").text(), "body"), ["refund", "printer"]);
    assert_eq!(jsonl(&[], "{\"body\":\"a\"}\n{\"body\":\"b\"}").text().lines().count(), 2);
}

#[test]
fn a_field_may_hold_ten_megabytes() {
    let long = "my printer shows an error, ".repeat(400_000);
    let ran = csv(&["--no-because"], format!("id,body\n1,\"{long}\"\n2,refund\n"));
    assert_eq!(column(ran.text(), "id"), ["1", "2"]);
    assert_eq!(column(ran.text(), "body")[0].len(), long.len());
}

#[test]
fn a_header_alone_gives_a_header() {
    let ran = csv(&[], "id,body\n");
    assert_eq!(ran.text(), format!("id,body,{}\n", LABELS.join(",")));
    assert!(ran.err.contains("rows    0 in, 0 out"));
}

#[test]
fn any_number_of_threads_gives_the_same_output() {
    let rows = many(20_000);
    let one = csv(&["--threads", "1"], &rows);
    let four = csv(&["--threads", "4"], &rows);
    assert_eq!(one.text(), four.text());
    let ids: Vec<String> = (0..20_000).map(|id| id.to_string()).collect();
    assert_eq!(column(four.text(), "id"), ids);
    assert!(four.err.contains("rows    20,000 in, 20,000 out"), "{}", four.err);
}

#[test]
fn json_lines_keep_their_order_at_any_number_of_threads() {
    let mut rows = String::new();
    for id in 0..10_000 {
        writeln!(rows, "{{\"id\":{id},\"body\":\"refund number {id} for the printer\"}}").unwrap();
    }
    let one = jsonl(&["--threads", "1"], &rows);
    let four = jsonl(&["--threads", "4"], &rows);
    assert_eq!(one.text(), four.text());
    let kept = |line: &str| line.split(",\"desk\"").next().unwrap_or_default().to_owned() + "}\n";
    assert_eq!(four.text().lines().map(kept).collect::<String>(), rows);
}

#[test]
fn another_delimiter_may_be_given() {
    let rows = "id;body\n1;refund, please; and now\n";
    let rows = rows.replacen("; and", " and", 1);
    let ran = csv(&["--delimiter", ";"], rows);
    assert!(ran.text().contains("1;refund, please and now;"), "{}", ran.text());
}

#[test]
fn the_ending_tells_the_format() {
    let folder = Folder::new();
    let cases = [
        ("a.csv", "body\nx\n"),
        ("b.TSV", "body\tid\nx\t1\n"),
        ("c.ndjson", "{\"body\":\"x\"}\n"),
        ("d.json", "{\"body\":\"x\"}\n"),
    ];
    for (name, text) in cases {
        let path = folder.write(name, text);
        assert!(run(&[&path]).text().contains("desk"), "{name}");
    }
    let path = folder.write("e.dat", "body\nx\n");
    assert!(run(&[&path, "--format", "csv"]).text().starts_with("body,desk"));
}

#[test]
fn standard_input_and_a_file_give_the_same() {
    let folder = Folder::new();
    let rows = many(100);
    let path = folder.write("in.csv", &rows);
    let from_file = run(&[&path]);
    assert_eq!(
        from_file.text(),
        pipe(&["-", "--format", "csv", "-o", "-"], rows.as_bytes()).text()
    );
}
