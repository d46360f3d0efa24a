//! A file, labelled in the page as the example `label` labels it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::json;
use tempfile::TempDir;

use crate::driver::Page;

/// What goes wrong in files: a byte order mark, ends of line of Windows, too few and too many
/// fields, bytes that are no UTF-8, blank lines, a quote that is never closed.
const DAMAGED: &[u8] = b"\xEF\xBB\xBFid,Subject,Body\r\n\
    1,Refund,\"Please refund, \"\"at once\"\"\r\nor I leave\"\r\n\
    2,short\r\n\
    3,long,The app crashes,and,more\r\n\
    4,Gr\xFC\xDFe,not UTF-8\r\n\
    \r\n\
    5,,\xF0\x9F\x98\xA1 \xC3\xBCbel: the screen stays black\r\n\
    6,open,\"never closed\r\n\
    7,,How do I reset my password?\r\n";

/// The example `label`, which is built beside the tests.
fn labelled(name: &str, bytes: &[u8], options: &[&str]) -> Vec<u8> {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join(name);
    fs::write(&file, bytes).unwrap();
    let mut command = Command::new(label());
    let done = command
        .arg(&file)
        .args(options)
        .output()
        .expect("the example runs; `cargo test` builds it where no test is named");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    done.stdout
}

fn label() -> PathBuf {
    let here = std::env::current_exe().unwrap();
    let target = here.ancestors().nth(2).unwrap();
    target.join("examples").join(format!("label{}", std::env::consts::EXE_SUFFIX))
}

fn tickets() -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/tickets.csv")).unwrap()
}

#[track_caller]
fn same(page: &[u8], example: &[u8]) {
    assert_eq!(String::from_utf8_lossy(page), String::from_utf8_lossy(example));
    assert_eq!(page, example);
}

#[tokio::test]
async fn a_file_comes_back_as_the_example_labels_it() {
    let Some(page) = Page::open().await else { return };
    page.choose("tickets.csv", &tickets()).await;
    same(&page.download().await, &labelled("tickets.csv", &tickets(), &[]));
    assert_eq!(page.text("state").await, "tickets.csv: 24 rows labelled.");
    page.close().await;
}

#[tokio::test]
async fn damaged_rows_are_kept_and_named() {
    let Some(page) = Page::open().await else { return };
    page.choose("damaged.csv", DAMAGED).await;
    same(&page.download().await, &labelled("damaged.csv", DAMAGED, &[]));
    let bad = page.text("bad").await;
    for cause in ["Line 4: 2 fields", "Line 5: 5 fields", "Line 6: broken UTF-8", "never closed"] {
        assert!(bad.contains(cause), "{cause} is not in {bad}");
    }
    page.close().await;
}

#[tokio::test]
async fn semicolons_and_columns_already_there_are_found_out() {
    let Some(page) = Page::open().await else { return };
    let text = b"Nr;Betreff;Text;Desk\n1;Rechnung;I was charged twice;?\n2;;The \xC3\xBCber app crashes;x\n";
    page.choose("export.csv", text).await;
    let options = ["--delimiter", ";", "--prefix", "deskhand_"];
    same(&page.download().await, &labelled("export.csv", text, &options));
    page.close().await;
}

#[tokio::test]
async fn a_person_chooses_where_names_do_not_tell() {
    let Some(page) = Page::open().await else { return };
    let text = b"a,b,c\n1,Scanner,The app crashes on start\n2,Bill,Charged twice\n";
    page.choose("unclear.csv", text).await;
    page.until("return document.activeElement.id === 'body'").await;
    assert_eq!(page.text("unclear").await, "Which column holds the text? Its name does not tell.");
    page.id("body").await.send_keys("c").await.unwrap();
    page.id("subject").await.send_keys("b").await.unwrap();
    assert!(page.text("body").await.contains("c – “The app crashes on start”"));
    page.run("document.getElementById('columns').requestSubmit()").await;
    let options = ["--subject-column", "b", "--body-column", "c"];
    same(&page.download().await, &labelled("unclear.csv", text, &options));
    page.close().await;
}

#[tokio::test]
async fn a_dropped_file_is_taken() {
    let Some(page) = Page::open().await else { return };
    let drop = "const data = new DataTransfer();
        data.items.add(new File(['id,text\\n1,The app crashes on start\\n'], 'dropped.csv'));
        document.querySelector('h1').dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }))";
    page.run(drop).await;
    page.until("return !document.getElementById('result').hidden").await;
    assert_eq!(page.text("state").await, "dropped.csv: 1 row labelled.");
    page.close().await;
}

#[tokio::test]
async fn what_is_no_text_is_refused_with_the_remedy() {
    let Some(page) = Page::open().await else { return };
    for (name, bytes, remedy) in [
        ("book.xlsx", &b"PK\x03\x04rest"[..], "book.xlsx: This is a spreadsheet"),
        ("empty.csv", b"", "empty.csv: The file is empty"),
        ("head.csv", b"text\n", ""),
    ] {
        page.choose(name, bytes).await;
        let done = "const shown = id => !document.getElementById(id).hidden; return shown('refused') || shown('result')";
        page.until(done).await;
        assert!(page.text("refused").await.starts_with(remedy), "{}", page.text("refused").await);
    }
    assert_eq!(page.text("state").await, "head.csv: 0 rows labelled.");
    page.close().await;
}

/// Fifty megabytes: the page answers meanwhile, the file can be cancelled and labelled after all,
/// and no row is lost.
#[tokio::test]
async fn a_large_file_is_labelled_while_the_page_goes_on() {
    let Some(page) = Page::open().await else { return };
    let row = format!("1,{}\n", "Since the update the scanner app crashes on start. ".repeat(20));
    let rows = 50_000_000 / row.len();
    let text = format!("id,text\n{}", row.repeat(rows));
    page.choose("large.csv", text.as_bytes()).await;
    page.until("return document.getElementById('bar').value > 0").await;
    let meanwhile = "const field = document.getElementById('inquiry');
        field.value = 'Please refund the second payment';
        field.dispatchEvent(new Event('input'));
        const running = !document.getElementById('progress').hidden;
        document.getElementById('cancel').click();
        return [running, document.getElementById('desk').textContent]";
    assert_eq!(page.run(meanwhile).await, json!([true, "Customer service"]));
    assert!(page.text("state").await.starts_with("Cancelled"));
    page.until("return !document.getElementById('columns').hidden").await;
    // Longer than it would have taken.
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(page.run("return document.getElementById('result').hidden").await, true);

    page.run("document.getElementById('columns').requestSubmit()").await;
    let begin = Instant::now();
    let labelled = page.download().await;
    println!("{} bytes labelled and downloaded in {:.1?}", text.len(), begin.elapsed());
    assert_eq!(labelled.iter().filter(|byte| **byte == b'\n').count(), rows + 1);
    let last = String::from_utf8_lossy(&labelled[labelled.len() - 200..]).into_owned();
    assert!(last.contains(",technical,"), "{last}");
    page.close().await;
}
