//! The help desk's API is down, slow, wrong; requests come twice.

use std::time::{Duration, Instant};

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use tokio::net::TcpListener;

use crate::help_desk::stub;
use crate::payloads::{MONEY, chatwoot, freescout, zammad};
use crate::program::{Program, QUICKLY, start, until, writing};

fn fails(status: StatusCode, times: usize) -> Vec<Response> {
    (0..times).map(|_| status.into_response()).collect()
}

async fn outcome(program: &Program, help_desk: &str, outcome: &str) -> f64 {
    let labels = format!(r#"help_desk="{help_desk}",outcome="{outcome}""#);
    program.metric(&format!("deskhand_write_backs_total{{{labels}}}")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passing_failure_is_tried_again() {
    let stub = stub().await;
    let program = start(writing(&stub));
    stub.desk.fails_next(fails(StatusCode::BAD_GATEWAY, 2));
    assert_eq!(program.post_ok(&zammad(1, MONEY)).await["write_back"], "set");
    assert_eq!(stub.desk.tags("1"), ["desk-service", "tier-2"]);
    assert_eq!(program.metric(r#"deskhand_api_retries_total{help_desk="zammad"}"#).await, 2.0);
    program.logs("tries again: the help desk answered 502").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_help_desks_own_wish_to_wait_is_granted() {
    let stub = stub().await;
    let program = start(writing(&stub));
    stub.desk.fails_next([(StatusCode::TOO_MANY_REQUESTS, [("retry-after", "1")]).into_response()]);
    let begun = Instant::now();
    assert_eq!(program.post_ok(&freescout(1, MONEY)).await["write_back"], "set");
    assert!(begun.elapsed() >= Duration::from_secs(1), "{:?}", begun.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_help_desk_that_is_down_asks_again_and_is_then_served() {
    let stub = stub().await;
    let program = start(writing(&stub));
    stub.desk.always_answers(Some((StatusCode::INTERNAL_SERVER_ERROR, "")));
    for post in [zammad(1, MONEY), freescout(2, MONEY)] {
        let response = program.request(&post).send().await.unwrap();
        assert_eq!(response.status(), 503);
        assert_eq!(response.headers()["retry-after"], "10");
    }
    assert_eq!(stub.desk.calls().len(), 8, "each call is tried four times");
    assert_eq!(outcome(&program, "zammad", "failed").await, 1.0);
    program.logs(r#"help_desk="zammad" ticket=1 outcome="failed""#).await;
    program.answers_others().await;

    stub.desk.always_answers(None);
    assert_eq!(program.post_ok(&zammad(1, MONEY)).await["write_back"], "set");
    assert_eq!(program.post_ok(&freescout(2, MONEY)).await["write_back"], "set");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_at_the_help_desks_address_is_the_same() {
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let stub = stub().await;
    let mut command = writing(&stub);
    command.env("ZAMMAD_URL", format!("http://{nobody}"));
    let program = start(command);
    let (status, answer) = program.post(&zammad(1, MONEY)).await;
    assert_eq!(status, 503, "{answer}");
    program.logs("cannot be reached: Connection refused").await;
    assert_eq!(program.post_ok(&freescout(1, MONEY)).await["write_back"], "set");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_help_desk_that_hangs_keeps_only_itself_waiting() {
    let (slow, quick) = (stub().await, stub().await);
    slow.desk.takes(Duration::from_secs(60));
    let mut command = writing(&slow);
    command.env("FREESCOUT_URL", &quick.url);
    command.args(["--answer-within", "1", "--call-timeout", "0.8", "--under-way", "4"]);
    let program = start(command);
    let begun = Instant::now();
    let asked = (0..20).map(|ticket| {
        let request = program.request(&zammad(ticket, MONEY));
        tokio::spawn(async move { request.send().await.unwrap().status().as_u16() })
    });
    let asked: Vec<_> = asked.collect();
    tokio::time::sleep(Duration::from_millis(200)).await;
    program.answers_others().await;
    let others = Instant::now();
    assert_eq!(program.post_ok(&freescout(1, MONEY)).await["write_back"], "set");
    assert!(others.elapsed() < QUICKLY, "{:?}", others.elapsed());
    for task in asked {
        assert_eq!(task.await.unwrap(), 503);
    }
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    assert!(slow.desk.calls().len() <= 4 * 4, "{} calls", slow.desk.calls().len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_is_refused_is_not_tried_again_at_once() {
    let stub = stub().await;
    let program = start(writing(&stub));
    let refusal = r#"{"error":"No such group"}"#;
    stub.desk.always_answers(Some((StatusCode::UNPROCESSABLE_ENTITY, refusal)));
    let (status, answer) = program.post(&zammad(1, MONEY)).await;
    assert_eq!(status, 502, "{answer}");
    assert_eq!(stub.desk.calls().len(), 1);
    assert_eq!(outcome(&program, "zammad", "refused").await, 1.0);
    program.logs("No such group").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_token_is_named_in_the_log() {
    let stub = stub().await;
    let mut command = writing(&stub);
    command.env("ZAMMAD_TOKEN", "an-old-token");
    let program = start(command);
    assert_eq!(program.post(&zammad(1, MONEY)).await.0, 502);
    program.logs("401 Unauthorized").await;
    assert!(!program.log().contains("an-old-token"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_that_is_gone_is_done() {
    let stub = stub().await;
    let program = start(writing(&stub));
    stub.desk.always_answers(Some((StatusCode::NOT_FOUND, "")));
    assert_eq!(program.post_ok(&zammad(1, MONEY)).await["write_back"], "gone");
    assert_eq!(stub.desk.calls().len(), 1);
}

/// Chatwoot and FreeScout replace all tags: a list that is not understood must not count as empty.
#[tokio::test(flavor = "multi_thread")]
async fn tags_are_not_replaced_where_those_there_are_unknown() {
    let stub = stub().await;
    let program = start(writing(&stub));
    for page in ["<html>Please sign in</html>", r#"{"id":5,"_embedded":{}}"#, r#"{"tags":null}"#] {
        stub.desk.always_answers(Some((StatusCode::OK, page)));
        let (status, answer) = program.post(&freescout(1, MONEY)).await;
        assert_eq!(status, 502, "{page}: {answer}");
        assert_eq!(program.post(&zammad(1, MONEY)).await.0, 502, "{page}");
    }
    program.post(&chatwoot(1, MONEY)).await;
    program.logs("holds no messages").await;
    assert_eq!(stub.desk.changes(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_does_not_carry_the_token_away() {
    let (stub, stranger) = (stub().await, stub().await);
    let to_stranger = [("location", stranger.url.clone())];
    stub.desk.fails_next([(StatusCode::FOUND, to_stranger).into_response()]);
    let program = start(writing(&stub));
    assert_eq!(program.post(&freescout(1, MONEY)).await.0, 502);
    assert!(stranger.desk.calls().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_comes_twice_sets_the_ticket_once() {
    let stub = stub().await;
    let program = start(writing(&stub));
    for (post, ticket) in [(zammad(1, MONEY), "1"), (freescout(2, MONEY), "2")] {
        assert_eq!(program.post_ok(&post).await["write_back"], "set");
        let calls = stub.desk.calls().len();
        // A person puts it right; the help desk sends the request once more.
        stub.desk.has_tags(ticket, &["moved-by-hand"]);
        assert_eq!(program.post_ok(&post).await["write_back"], "duplicate");
        assert_eq!(stub.desk.calls().len(), calls);
        assert_eq!(stub.desk.tags(ticket), ["moved-by-hand"]);
    }
    assert_eq!(program.post(&chatwoot(3, MONEY)).await.0, 202);
    until("labels", || !stub.desk.tags("3").is_empty()).await;
    let changes = stub.desk.changes().len();
    let second = chatwoot(3, "And where is my parcel?").changed("/id", json!(5006));
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(program.post_ok(&second).await["write_back"], "duplicate");
    assert_eq!(stub.desk.changes().len(), changes);
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_come_at_the_same_time_set_the_ticket_once() {
    let stub = stub().await;
    stub.desk.takes(Duration::from_millis(100));
    let program = start(writing(&stub));
    for post in [zammad(1, MONEY), chatwoot(1, MONEY), freescout(1, MONEY)] {
        let before = stub.desk.changes().len();
        stub.desk.has_tags("1", &[]);
        let tasks: Vec<_> = (0..10).map(|_| tokio::spawn(program.request(&post).send())).collect();
        for task in tasks {
            assert!(task.await.unwrap().unwrap().status().is_success());
        }
        until("tags", || stub.desk.tags("1").len() == 2).await;
        let expected = if post.path == "/hooks/zammad" { 2 } else { 1 };
        assert_eq!(stub.desk.changes().len() - before, expected, "{}", post.path);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_already_waits_for_chatwoot_is_not_tried_for_each_request() {
    let stub = stub().await;
    stub.desk.always_answers(Some((StatusCode::BAD_GATEWAY, "")));
    let mut command = writing(&stub);
    command.args(["--attempts", "1", "--pause", "30"]);
    let program = start(command);
    for _ in 0..5 {
        assert_eq!(program.post(&chatwoot(1, MONEY)).await.0, 202);
    }
    until("a call", || !stub.desk.calls().is_empty()).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(stub.desk.calls().len(), 1);
}

/// The client is gone, the ticket is set all the same.
#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_hangs_up_does_not_leave_half_a_ticket() {
    let stub = stub().await;
    stub.desk.takes(Duration::from_millis(200));
    let program = start(writing(&stub));
    let request = program.request(&zammad(1, MONEY)).timeout(Duration::from_millis(100));
    assert!(request.send().await.unwrap_err().is_timeout());
    until("tags", || stub.desk.tags("1").len() == 2).await;
    assert_eq!(program.post_ok(&zammad(1, MONEY)).await["write_back"], "duplicate");
}
