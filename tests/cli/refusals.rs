//! What cannot be done is said in one sentence, with what to do instead.

use std::fs;

use crate::support::{Folder, csv, jsonl, pipe, run};

#[test]
fn inputs_that_cannot_be_read() {
    let folder = Folder::new();
    let sub = folder.path("");
    let missing = folder.path("missing.csv");
    let empty = folder.write("empty.csv", "");
    let blank = folder.write("blank.csv", "\u{feff}\n \n");
    let no_ending = folder.write("tickets", "body\nx\n");
    let odd_ending = folder.write("tickets.dat", "body\nx\n");
    let packed = folder.write("tickets.csv.gz", "");
    let sheet = folder.write("tickets.xlsx", "");
    let cases = [
        (vec![missing.as_str()], "check the name"),
        (vec![&sub, "--format", "csv"], "is a folder; name a file in it"),
        (vec![&empty], "is empty; there is nothing to label"),
        (vec![&blank], "is empty; there is nothing to label"),
        (vec![&no_ending], "has no ending to tell its format by; add --format csv, tsv or jsonl"),
        (vec![&odd_ending], "is of no known format; add --format csv, tsv or jsonl"),
        (vec!["-"], "standard input has no name to tell its format by; add --format"),
        (vec!["-", "--format", "csv"], "standard input is empty"),
        (vec![&packed], "| label - --format csv"),
        (vec![&sheet], "save it as `CSV UTF-8`"),
    ];
    for (args, wanted) in cases {
        let ran = run(&args);
        assert!(ran.refusal().contains(wanted), "{args:?}: {}", ran.err);
    }
}

#[test]
fn inputs_that_are_no_utf8_text() {
    let text = "id,body\n1,my printer shows an error\n";
    let wide = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    let (little, big) = (wide(u16::to_le_bytes), wide(u16::to_be_bytes));
    let cases: [(Vec<u8>, &str); 7] = [
        (
            [b"\xFF\xFE", &little[..]].concat(),
            "is UTF-16LE, not UTF-8; convert it: iconv -f UTF-16LE",
        ),
        ([b"\xFE\xFF", &big[..]].concat(), "is UTF-16BE, not UTF-8; convert it: iconv -f UTF-16BE"),
        (little, "is UTF-16LE"),
        (big, "is UTF-16BE"),
        (b"PK\x03\x04rest".to_vec(), "is a zip archive or a spreadsheet; save it as `CSV UTF-8`"),
        (b"\x1F\x8B\x08rest".to_vec(), "is compressed; unpack it"),
        (b"id,body\n1,a\0b and much more text\n".to_vec(), "holds zero bytes; export it as UTF-8"),
    ];
    for (bytes, wanted) in cases {
        let ran = csv(&[], bytes);
        assert!(ran.refusal().contains(wanted), "{}", ran.err);
    }
}

#[test]
fn json_that_is_not_one_object_a_line() {
    let list = jsonl(&[], "[{\"body\":\"a\"},\n{\"body\":\"b\"}]");
    assert!(list.refusal().contains("jq -c '.[]'"), "{}", list.err);
    let spread = jsonl(&[], "{\n  \"body\": \"a\"\n}\n");
    assert!(spread.refusal().contains("jq -c ."), "{}", spread.err);
}

#[test]
fn a_row_longer_than_memory_allows_is_refused() {
    let folder = Folder::new();
    let long = "x".repeat(65 << 20);
    let rows = format!("{{\"body\":\"a\"}}\n{{\"body\":\"{long}\"}}\n");
    let output = folder.path("out.jsonl");
    let ran = pipe(&["-", "--format", "jsonl", "-o", &output], rows.as_bytes());
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("label: line 2 is longer than 64 MiB"), "{}", ran.err);
    assert!(folder.names().is_empty(), "{:?} is left", folder.names());
}

#[test]
fn an_output_that_exists_needs_force() {
    let folder = Folder::new();
    let input = folder.write("in.csv", "body\nrefund\n");
    let output = folder.write("out.csv", "precious");
    let ran = run(&[&input, "-o", &output]);
    assert!(ran.refusal().ends_with("exists; choose another name, or add --force to replace it"));
    assert_eq!(folder.read("out.csv"), "precious");
    run(&[&input, "-o", &output, "--force"]).text();
    assert!(folder.read("out.csv").starts_with("body,desk"));
    assert_eq!(folder.names().len(), 2);
}

#[test]
fn the_input_cannot_be_the_output() {
    let folder = Folder::new();
    let input = folder.write("in.csv", "body\nrefund\n");
    let other_name = folder.path("./in.csv");
    let wanted = "the input and the output are the same file; write to another name with -o";
    assert_eq!(run(&[&input, "-o", &input, "--force"]).refusal(), wanted);
    assert_eq!(run(&[&input, "-o", &other_name]).refusal(), wanted);
    assert_eq!(folder.read("in.csv"), "body\nrefund\n");
}

#[test]
fn rows_appended_to_their_own_input_are_refused() {
    let folder = Folder::new();
    let input = folder.write("in.csv", "body\nrefund\n");
    let end = fs::OpenOptions::new().append(true).open(&input).expect("opens");
    let ran = crate::support::label(&[&input]).stdout(end).output().expect("runs");
    assert_eq!(ran.status.code(), Some(1));
    assert_eq!(folder.read("in.csv"), "body\nrefund\n");
}

#[test]
fn outputs_that_cannot_be_written() {
    let folder = Folder::new();
    let input = folder.write("in.csv", "body\nrefund\n");
    let nowhere = folder.path("no/such/folder/out.csv");
    let ran = run(&[&input, "-o", &nowhere]);
    assert!(ran.refusal().contains("choose another place with -o"), "{}", ran.err);
    let ran = run(&[&input, "-o", &folder.path("")]);
    assert!(ran.refusal().contains("is a folder; add the name of a file"), "{}", ran.err);
    let ran = run(&[&input, "-o", &folder.path("out.jsonl")]);
    assert!(ran.refusal().contains("rows come out in the format they came in"), "{}", ran.err);
}

#[test]
fn wrong_usage_has_a_status_of_its_own() {
    for args in [&["-o", "x.csv"][..], &["in.csv", "--threads", "0"], &["--nonsense"]] {
        assert_eq!(run(args).code, Some(2), "{args:?}");
    }
}
