//! Requests that are too large, too slow, broken or too many: a clear status, and others are served.

use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::payloads::{MONEY, Post, chatwoot, freescout, plain, zammad};
use crate::program::{Program, SECRET, command, start};

async fn raw(program: &Program, bytes: &[u8]) -> TcpStream {
    let address = program.hooks.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    stream
}

/// What is answered until the connection is closed, which must be soon.
async fn rest(mut stream: TcpStream) -> String {
    let mut text = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut text));
    // A connection that is reset is closed too.
    let _ = read.await.expect("closed within ten seconds");
    String::from_utf8_lossy(&text).into_owned()
}

fn head(rest: &str) -> Vec<u8> {
    format!("POST /hooks/plain HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {SECRET}\r\n{rest}")
        .into_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_requests_get_a_status_that_tells() {
    let program = start(command());
    let (plain, zammad, chatwoot) = (plain(MONEY), zammad(1, MONEY), chatwoot(1, MONEY));
    let deep = format!(r#"{}1{}"#, "[".repeat(5000), "]".repeat(5000));
    let deep_type = format!(r#"{{"event":"message_created","id":1,"message_type":{deep}}}"#);
    let deep_elsewhere = format!(r#"{{"body":"x","more":{deep}}}"#);
    let cases: [(Post, u16, &str); 16] = [
        (plain.with_body(""), 400, "not JSON"),
        (plain.with_body("{"), 400, "not JSON: EOF"),
        (plain.with_body("{} {}"), 422, "`.`"),
        (plain.with_body(r#"{"body":"x"} x"#), 400, "trailing characters"),
        (chatwoot.with_body(deep_type), 400, "recursion limit"),
        (plain.with_body(r#"{"body":"\ud800"}"#), 400, "not JSON"),
        (plain.with_body(b"{\"body\":\"caf\xe9\"}".to_vec()), 400, "not UTF-8 from byte 12 on"),
        (plain.with_body(b"\x1f\x8b\x08 compressed".to_vec()), 400, "not UTF-8 from byte 1 on"),
        (plain.with_body(r#"{"text":"x"}"#), 422, "missing field `body`"),
        (plain.with_body(r#"{"body":7}"#), 422, "the field `body` does not fit"),
        (plain.with_header("content-type", "text/plain"), 415, "application/json"),
        (plain.with_header("content-type", "application/x-www-form-urlencoded"), 415, "json"),
        (zammad.changed("/ticket/id", json!("x")), 422, "the field `ticket.id` does not fit"),
        (zammad.changed("/ticket/id", json!(-1)), 422, "whole number"),
        (chatwoot.changed("/account", json!(null)), 422, "the field `account` does not fit"),
        (freescout(1, "x").changed("/_embedded", json!({})), 422, "missing field `threads`"),
    ];
    for (post, expected, says) in cases {
        let (status, answer) = program.post(&post).await;
        let said = answer["error"].as_str().unwrap_or_default();
        assert_eq!(status, expected, "{answer}");
        assert!(said.contains(says), "{says}: {said}");
    }
    for kind in ["application/json; charset=utf-8", "Application/JSON"] {
        program.post_ok(&plain.with_header("content-type", kind)).await;
    }
    program.post_ok(&plain.with_body(deep_elsewhere)).await;
    let wrong = reqwest::Client::new().get(format!("{}/hooks/plain", program.hooks));
    assert_eq!(wrong.send().await.unwrap().status(), 405);
    program.answers_others().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_null_or_a_number_as_text_is_taken_as_it_is_meant() {
    let program = start(command());
    let file_only = chatwoot(1, "").changed("/content", json!(null));
    assert_eq!(program.post_ok(&file_only).await["verdict"]["review"], "empty");
    let old = chatwoot(1, MONEY).changed("/conversation/id", json!("1"));
    assert_eq!(program.post_ok(&old).await["verdict"]["desk"], "service");
    let mail = chatwoot(1, "It is broken again.")
        .changed("/conversation/additional_attributes", json!({ "mail_subject": "Printer jam" }));
    let because = program.post_ok(&mail).await["verdict"]["because"].to_string();
    assert!(because.contains("Printer"), "{because}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_too_large_is_refused_however_it_comes() {
    let mut command = command();
    command.args(["--max-body", "10000"]);
    let program = start(command);
    let large = plain(&"word ".repeat(2000));
    let (status, answer) = program.post(&large).await;
    assert_eq!((status, answer["status"].as_str()), (413, Some("refused")), "{answer}");

    // Announced, and nothing of it ever comes.
    let said = rest(raw(&program, &head("content-length: 99999999\r\n\r\n")).await).await;
    assert!(said.starts_with("HTTP/1.1 413 "), "{said}");

    // In pieces of unknown number; the third is too much.
    let mut stream = raw(&program, &head("transfer-encoding: chunked\r\n\r\n")).await;
    let piece = format!("1000\r\n{}\r\n", "x".repeat(4096));
    stream.write_all(piece.repeat(3).as_bytes()).await.unwrap();
    let said = rest(stream).await;
    assert!(said.starts_with("HTTP/1.1 413 "), "{said}");

    let just_fits = plain(&"x".repeat(9989));
    assert_eq!(just_fits.body.len(), 10_000);
    program.post_ok(&just_fits).await;
    program.answers_others().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_clients_are_shown_the_door_and_hold_up_nobody() {
    let program = start(command());
    let mut idle = Vec::new();
    for _ in 0..100 {
        idle.push(raw(&program, b"").await);
        idle.push(raw(&program, b"POST /hooks/plain HTTP/1.1\r\nhost: ").await);
        idle.push(
            raw(
                &program,
                &head("content-length: 20\r\ncontent-type: application/json\r\n\r\n{\"bo"),
            )
            .await,
        );
    }
    program.answers_others().await;
    for (at, stream) in idle.into_iter().enumerate() {
        let said = rest(stream).await;
        // Who said nothing, or no head, is not answered.
        let answered = said.starts_with("HTTP/1.1 408 ");
        assert_eq!(answered, at % 3 == 2, "{at}: {said}");
    }
    program.answers_others().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_is_kept_open_for_nothing_is_closed() {
    let program = start(command());
    let said = rest(raw(&program, b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await).await;
    assert!(said.starts_with("HTTP/1.1 404 "), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_breaks_off_is_no_request() {
    let program = start(command());
    let mut stream = raw(
        &program,
        &head("content-type: application/json\r\ncontent-length: 50\r\n\r\n{\"body\":"),
    )
    .await;
    stream.shutdown().await.unwrap();
    let said = rest(stream).await;
    assert!(said.is_empty() || said.starts_with("HTTP/1.1 400 "), "{said}");
    program.answers_others().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_http_is_answered_or_closed() {
    let program = start(command());
    let long_header = format!("POST / HTTP/1.1\r\nx: {}\r\n\r\n", "x".repeat(1_000_000));
    let hostile: [&[u8]; 5] = [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 a TLS hello to a plain port",
        b"\0\0\0\0\0\0\0\0\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /hooks/plain HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n",
        long_header.as_bytes(),
    ];
    for bytes in hostile {
        let address = program.hooks.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(address).await.unwrap();
        let _ = stream.write_all(bytes).await;
        let said = rest(stream).await;
        assert!(said.is_empty() || said.starts_with("HTTP/1.1 4"), "{said}");
    }
    program.answers_others().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_requests_from_one_address_wait() {
    let mut command = command();
    command.args(["--rate", "1", "--burst", "5"]);
    let program = start(command);
    let mut statuses = Vec::new();
    for _ in 0..8 {
        let response = program.request(&plain(MONEY)).send().await.unwrap();
        if response.status() == 429 {
            assert_eq!(response.headers()["retry-after"], "1");
        }
        statuses.push(response.status().as_u16());
    }
    assert_eq!(statuses, [200, 200, 200, 200, 200, 429, 429, 429]);
    tokio::time::sleep(Duration::from_millis(1100)).await;
    program.post_ok(&plain(MONEY)).await;
    // Who runs the service is not held up.
    assert_eq!(program.get("/health").await.0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn more_at_once_than_may_be_is_told_to_come_again() {
    let mut command = command();
    command.args(["--concurrent", "2", "--read-timeout", "2"]);
    let program = start(command);
    let slow = head("content-length: 20\r\ncontent-type: application/json\r\n\r\n{\"bo");
    let held = [raw(&program, &slow).await, raw(&program, &slow).await];
    tokio::time::sleep(Duration::from_millis(300)).await;
    let (status, answer) = program.post(&plain(MONEY)).await;
    assert_eq!(status, 503, "{answer}");
    for stream in held {
        assert!(rest(stream).await.starts_with("HTTP/1.1 408 "));
    }
    program.answers_others().await;
}
