//! Nobody is let in without the secret, and the secrets stay inside.

use serde_json::json;

use crate::help_desk::{TOKEN, stub};
use crate::payloads::{FAULT, MONEY, Post, chatwoot, freescout, now, plain, zammad};
use crate::program::{SECRET, answer, command, refusal, start, writing};

fn all() -> [Post; 4] {
    [zammad(1, MONEY), chatwoot(1, MONEY), freescout(1, MONEY), plain(MONEY)]
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_right_signature_nothing_is_read_or_set() {
    let stub = stub().await;
    let program = start(writing(&stub));
    for post in all() {
        let url = format!("{}{}", program.hooks, post.path);
        let unsigned = reqwest::Client::new().post(&url).body(post.body.clone());
        let wrong = program.request(&post).headers(post.signed("another secret altogether"));
        let mut tampered = post.clone();
        tampered.body.push(b' ');
        let tampered = program.request(&tampered).headers(post.signed(SECRET));
        // A bearer token does not cover the body.
        let tampered = (post.path != "/hooks/plain").then_some(tampered);
        let not_json = program.request(&post).headers(post.signed("x")).body("{");
        for request in [Some(unsigned), Some(wrong), tampered, Some(not_json)].into_iter().flatten()
        {
            let (status, answer) = answer(request.send().await.unwrap()).await;
            assert_eq!(status, 401, "{}: {answer}", post.path);
            assert!(answer.get("verdict").is_none());
        }
        // Another product's signature is none here.
        let mut elsewhere = plain(MONEY).with_body(post.body.clone());
        elsewhere.path = post.path;
        if post.path != "/hooks/plain" {
            let headers = plain(MONEY).signed(SECRET);
            let request = reqwest::Client::new().post(&url).headers(headers).body(elsewhere.body);
            assert_eq!(request.send().await.unwrap().status(), 401);
        }
    }
    assert!(stub.desk.calls().is_empty());
    assert_eq!(
        program.metric(r#"deskhand_requests_total{help_desk="zammad",status="401"}"#).await,
        5.0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_request_of_chatwoot_is_not_taken_again() {
    let program = start(command());
    let post = chatwoot(1, MONEY);
    for (time, expected) in [(now() - 200, 200), (now() - 400, 401), (now() + 400, 401)] {
        let mut request = reqwest::Client::new().post(format!("{}{}", program.hooks, post.path));
        request = request.header("content-type", "application/json").body(post.body.clone());
        for (name, value) in post.chatwoot(SECRET, time) {
            request = request.header(name, value);
        }
        let (status, answer) = answer(request.send().await.unwrap()).await;
        assert_eq!(status, expected, "{answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_in_the_address_opens_only_if_that_was_said() {
    let post = chatwoot(1, MONEY);
    let tries = [(vec![], 404, 404), (vec!["--chatwoot-secret-in-url"], 200, 401)];
    for (args, right, wrong) in tries {
        let mut command = command();
        command.args(args).env("CHATWOOT_WEBHOOK_SECRET", "a-secret-for-an-address");
        let program = start(command);
        for (secret, expected) in
            [("a-secret-for-an-address", right), ("a-secret-for-an-addresS", wrong)]
        {
            let request = reqwest::Client::new()
                .post(format!("{}/hooks/chatwoot/{secret}", program.hooks))
                .header("content-type", "application/json")
                .body(post.body.clone());
            assert_eq!(request.send().await.unwrap().status(), expected);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_help_desk_without_a_secret_is_not_served() {
    let mut command = command();
    command.env_remove("ZAMMAD_WEBHOOK_SECRET").env("FREESCOUT_WEBHOOK_SECRET", " ");
    let program = start(command);
    assert_eq!(program.post(&zammad(1, MONEY)).await.0, 404);
    assert_eq!(program.post(&freescout(1, MONEY)).await.0, 404);
    program.answers_others().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_door_must_be_asked_for() {
    let mut closed = command();
    for name in ["ZAMMAD", "CHATWOOT", "FREESCOUT", "PLAIN"] {
        closed.env_remove(format!("{name}_WEBHOOK_SECRET"));
    }
    let said = refusal(closed);
    assert!(said.contains("--insecure-without-secret"), "{said}");

    let mut open = command();
    open.env_remove("PLAIN_WEBHOOK_SECRET").args(["--insecure-without-secret", "plain"]);
    let program = start(open);
    let request = reqwest::Client::new().post(format!("{}/hooks/plain", program.hooks));
    let request = request.json(&json!({ "body": FAULT }));
    assert_eq!(request.send().await.unwrap().status(), 200);
    assert_eq!(program.post(&zammad(1, MONEY).with_header("x", "y")).await.0, 200);
    program.logs("served to anybody").await;
}

#[test]
fn what_is_missing_is_named() {
    let mut command = command();
    command.arg("--write-back").env("ZAMMAD_URL", "https://help.example.org");
    assert!(refusal(command).contains("--write-back needs ZAMMAD_TOKEN in the environment"));

    let mut command = crate::program::command();
    command.env("PLAIN_WEBHOOK_SECRET", "short");
    assert!(refusal(command).contains("PLAIN_WEBHOOK_SECRET has 5 characters; take 16 or more"));

    let mut command = crate::program::command();
    command.args(["--write-back"]).env("ZAMMAD_URL", "help.example.org").env("ZAMMAD_TOKEN", "t");
    assert!(refusal(command).contains("ZAMMAD_URL: an address begins with https://"));

    let mut command = crate::program::command();
    command.args(["--model", "Cargo.toml"]);
    assert!(refusal(command).contains("cannot use the model Cargo.toml"));
}

/// Even where everything is logged.
#[tokio::test(flavor = "multi_thread")]
async fn secrets_and_texts_stay_out_of_the_log() {
    let stub = stub().await;
    let mut command = writing(&stub);
    command.env("RUST_LOG", "trace").arg("--chatwoot-secret-in-url");
    let mut program = start(command);
    for post in all() {
        program.post(&post).await;
        let wrong = program.request(&post).headers(post.signed("wrong-secret-of-a-stranger"));
        wrong.send().await.unwrap();
    }
    let encoded = SECRET.replace(' ', "%20");
    let in_url = format!("{}/hooks/chatwoot/{encoded}", program.hooks);
    reqwest::Client::new().post(in_url).body("{}").send().await.unwrap();
    stub.desk.fails_next([axum::response::IntoResponse::into_response(
        axum::http::StatusCode::INTERNAL_SERVER_ERROR,
    )]);
    program.post(&zammad(2, FAULT)).await;
    assert_eq!(program.stopped().await.code(), Some(0));
    let log = program.log();
    assert!(log.contains("verdict") && log.contains("TRACE"), "the log is there");
    for secret in [SECRET, &*encoded, TOKEN, "charged twice", "scanner app"] {
        let found = log.lines().find(|line| line.contains(secret));
        assert_eq!(found, None, "{secret}");
    }
    let metrics = ["correct", TOKEN];
    assert!(metrics.iter().all(|secret| !log.contains(secret)));
}
