//! What is answered and what is set, for each help desk.

use std::io::Write;

use serde_json::{Value, json};
use tempfile::NamedTempFile;

use crate::help_desk::stub;
use crate::payloads::{FAULT, LAWYER, MONEY, Post, chatwoot, freescout, plain, zammad};
use crate::program::{Program, command, refusal, start, until, writing};

const NAMES: &str = r#"
[zammad]
service = { group = "Customer Service", tags = ["money"] }
technical = { group = "Hotline", tags = ["fault"] }
[chatwoot]
service = { group = 1, tags = ["money"] }
technical = { group = 2, tags = ["fault"] }
[freescout]
service = { group = 21, tags = ["money"] }
technical = { group = 22, tags = ["fault"] }
by-user = 9
"#;

fn names(text: &str) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file
}

async fn waiting(program: &Program, post: &Post) -> Value {
    let (status, answer) = program.post(post).await;
    assert_eq!((status, &answer["write_back"]), (202, &json!("waiting")), "{answer}");
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn the_program_serves_and_ends_with_success() {
    let mut program = start(command());
    let answer = program.post_ok(&plain(FAULT)).await;
    let verdict = &answer["verdict"];
    assert_eq!(answer["status"], "answered");
    assert_eq!(verdict["desk"], "technical");
    assert!(verdict["probability"].as_f64().unwrap() > 0.9);
    assert_eq!(verdict["review"], Value::Null);
    assert_eq!(verdict["tier_probabilities"].as_array().unwrap().len(), 3);
    assert!(verdict["because"].as_array().unwrap().contains(&json!("crashes")), "{verdict}");
    assert_eq!(program.get("/health").await, (200, "ok\n".to_owned()));
    assert_eq!(program.stopped().await.code(), Some(0));
}

/// But for the numbers, which are the model's.
#[tokio::test(flavor = "multi_thread")]
async fn the_answer_in_the_readme_is_the_real_one() {
    let readme = include_str!("../../README.md");
    let asked = readme.split("-d '").nth(1).and_then(|rest| rest.split('\'').next()).unwrap();
    let printed = readme.lines().find(|line| line.starts_with("{\"status\"")).unwrap();
    let printed: Value = serde_json::from_str(printed).unwrap();
    let answer = start(command()).post_ok(&plain("").with_body(asked)).await;
    let shape = |answer: &Value| {
        let verdict = answer["verdict"].as_object().unwrap();
        let keys: Vec<String> = verdict.keys().cloned().collect();
        (answer["status"].clone(), answer["write_back"].clone(), verdict["desk"].clone(), keys)
    };
    assert_eq!(shape(&answer), shape(&printed));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_write_back_nothing_is_called() {
    let stub = stub().await;
    let mut command = command();
    command.env("ZAMMAD_URL", &stub.url).env("ZAMMAD_TOKEN", "t");
    let program = start(command);
    for post in [zammad(1, MONEY), chatwoot(1, MONEY), freescout(1, MONEY)] {
        let answer = program.post_ok(&post).await;
        assert_eq!(
            (&answer["verdict"]["desk"], &answer["write_back"]),
            (&json!("service"), &json!("off"))
        );
    }
    assert!(stub.desk.calls().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn zammad_gets_group_priority_and_tags() {
    let (stub, names) = (stub().await, names(NAMES));
    let mut command = writing(&stub);
    command.arg("--names").arg(names.path());
    let program = start(command);
    let html = format!("<div>Hello,<br></div><p>{FAULT}</p><style>p {{ color: red }}</style>");
    let answer = program.post_ok(&zammad(81, &html)).await;
    assert_eq!(answer["write_back"], "set");
    assert_eq!(answer["verdict"]["desk"], "technical");
    let changes = stub.desk.changes();
    assert_eq!(changes[0].0, "PUT /api/v1/tickets/81");
    assert_eq!(changes[0].1["group"], "Hotline");
    let tags = &changes[1..];
    assert!(tags.iter().all(|(call, _)| call == "POST /api/v1/tags/add"), "{tags:?}");
    assert_eq!(tags[0].1, json!({ "item": "fault", "object": "Ticket", "o_id": 81 }));

    program.post_ok(&zammad(82, LAWYER)).await;
    let put = stub.desk.changes().into_iter().find(|(call, _)| call.ends_with("tickets/82"));
    assert_eq!(put.unwrap().1, json!({ "group": "Customer Service", "priority": "3 high" }));
    assert_eq!(stub.desk.tags("82"), ["money", "tier-3"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn chatwoot_gets_team_priority_and_labels_and_keeps_its_own() {
    let (stub, names) = (stub().await, names(NAMES));
    stub.desk.has_tags("12", &["vip"]);
    let mut command = writing(&stub);
    command.arg("--names").arg(names.path());
    let program = start(command);
    let answer = waiting(&program, &chatwoot(12, LAWYER)).await;
    assert_eq!(answer["verdict"]["tier"], 3);
    until("labels", || stub.desk.tags("12").len() > 1).await;
    assert_eq!(stub.desk.tags("12"), ["vip", "money", "tier-3"]);
    let conversation = "POST /api/v1/accounts/7/conversations/12";
    let changes = stub.desk.changes();
    assert_eq!(changes[0], (format!("{conversation}/assignments"), json!({ "team_id": 1 })));
    let priority = (format!("{conversation}/toggle_priority"), json!({ "priority": "high" }));
    assert_eq!(changes[1], priority);
    assert_eq!(changes.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn freescout_gets_mailbox_and_tags_and_keeps_its_own() {
    let (stub, names) = (stub().await, names(NAMES));
    stub.desk.has_tags("5", &["vip"]);
    let mut command = writing(&stub);
    command.arg("--names").arg(names.path());
    let program = start(command);
    let answer = program.post_ok(&freescout(5, MONEY)).await;
    assert_eq!(answer["write_back"], "set");
    assert_eq!(stub.desk.tags("5"), ["vip", "money", "tier-2"]);
    let changes = stub.desk.changes();
    let moved = ("PUT /api/conversations/5".to_owned(), json!({ "byUser": 9, "mailboxId": 21 }));
    assert_eq!(changes[0], moved);
    assert_eq!(changes.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_should_look_at_is_marked_and_not_moved() {
    let (stub, names) = (stub().await, names(NAMES));
    let mut command = writing(&stub);
    command.arg("--names").arg(names.path());
    let program = start(command);
    let unclear = "thanks a lot!!";
    let zammad = zammad(1, unclear).changed("/ticket/title", json!(""));
    let freescout = freescout(2, unclear).changed("/subject", Value::Null);
    for post in [zammad, freescout] {
        let answer = program.post_ok(&post).await;
        assert_eq!(answer["verdict"]["review"], "no-inquiry", "{answer}");
    }
    waiting(&program, &chatwoot(3, unclear)).await;
    until("labels", || !stub.desk.tags("3").is_empty()).await;
    for ticket in ["1", "2", "3"] {
        assert_eq!(stub.desk.tags(ticket), ["needs-a-look"], "ticket {ticket}");
    }
    assert_eq!(stub.desk.changes().len(), 3, "{:?}", stub.desk.changes());
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_first_message_of_a_customer_counts() {
    let stub = stub().await;
    let program = start(writing(&stub));
    let (zammad, chatwoot, freescout) = (zammad(1, MONEY), chatwoot(1, MONEY), freescout(1, MONEY));
    let cases = [
        (zammad.changed("/article/sender", json!("Agent")), "not from a customer"),
        (zammad.changed("/article/sender", json!("System")), "not from a customer"),
        (zammad.changed("/article/internal", json!(true)), "an internal note"),
        (zammad.changed("/ticket/article_ids", json!([98, 104])), "not the first message"),
        (zammad.changed("/article", Value::Null), "no article"),
        (chatwoot.changed("/message_type", json!("outgoing")), "not from a customer"),
        (chatwoot.changed("/message_type", json!("template")), "not from a customer"),
        (chatwoot.changed("/message_type", json!("activity")), "not from a customer"),
        (chatwoot.changed("/private", json!(true)), "an internal note"),
        (chatwoot.changed("/event", json!("message_updated")), "not message_created"),
        (chatwoot.with_body(r#"{"event":"conversation_updated","id":1}"#), "not message_created"),
        (
            chatwoot.changed("/conversation/first_reply_created_at", json!("2026-03-03")),
            "not the first message",
        ),
        (freescout.with_header("x-freescout-event", "convo.moved"), "not convo.created"),
        (
            freescout.with_header("x-freescout-event", "convo.customer.reply.created"),
            "not convo.created",
        ),
        (freescout.changed("/createdBy/type", json!("user")), "not from a customer"),
        (freescout.changed("/status", json!("spam")), "spam, a draft or deleted"),
        (freescout.changed("/state", json!("draft")), "spam, a draft or deleted"),
        (freescout.changed("/_embedded/threads/1/type", json!("note")), "no message of a customer"),
    ];
    for (post, reason) in cases {
        let answer = program.post_ok(&post).await;
        assert_eq!(answer, json!({ "status": "ignored", "reason": reason }), "{}", post.path);
    }
    assert!(stub.desk.calls().is_empty(), "{:?}", stub.desk.calls());
}

/// Its webhook does not tell; its API does.
#[tokio::test(flavor = "multi_thread")]
async fn chatwoot_is_asked_whether_the_customer_had_written_before() {
    let stub = stub().await;
    stub.desk.has_earlier(json!([{ "id": 5000, "message_type": 0, "content": "Hello?" }]));
    let program = start(writing(&stub));
    waiting(&program, &chatwoot(1, MONEY)).await;
    let metric = r#"deskhand_write_backs_total{help_desk="chatwoot",outcome="not-first"}"#;
    let end = std::time::Instant::now() + std::time::Duration::from_secs(5);
    while program.metric(metric).await < 1.0 {
        assert!(std::time::Instant::now() < end);
    }
    assert_eq!(stub.desk.calls(), ["GET /api/v1/accounts/7/conversations/1/messages?before=5005"]);

    stub.desk.has_earlier(json!([{ "id": 5000, "message_type": 2, "content": "Emily came" }]));
    waiting(&program, &chatwoot(2, MONEY)).await;
    until("labels", || !stub.desk.tags("2").is_empty()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_of_ones_own_holds() {
    let names = names("[policy]\nmin_probability = 0.9999");
    let mut command = command();
    command.arg("--names").arg(names.path());
    let answer = start(command).post_ok(&plain("my invoice looks odd")).await;
    assert_eq!(answer["verdict"]["review"], "too-close", "{answer}");
}

#[test]
fn names_that_cannot_work_are_refused_before_the_first_request() {
    let names = names("[zammad]\nservice = { group = 7, tags = ['a'] }");
    let mut command = command();
    command.arg("--names").arg(names.path());
    let said = refusal(command);
    assert!(said.contains("[zammad]: at `service`: give the group's name, in quotes"), "{said}");
}

#[test]
fn the_names_that_are_printed_are_those_that_hold() {
    let output = command().arg("--print-names").output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), include_str!("../../names.toml"));
}
