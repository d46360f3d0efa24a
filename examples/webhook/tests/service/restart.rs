//! Stopping half way: what is under way is finished, or asked for again, or kept.

use std::time::{Duration, Instant};

use axum::http::StatusCode;
use serde_json::json;
use tempfile::TempDir;

use crate::help_desk::{TOKEN, stub};
use crate::payloads::{MONEY, chatwoot, freescout, plain, zammad};
use crate::program::{start, until, writing};

#[tokio::test(flavor = "multi_thread")]
async fn a_write_back_under_way_is_finished_before_the_end() {
    let stub = stub().await;
    for post in [zammad(1, MONEY), freescout(2, MONEY)] {
        stub.desk.hold().await;
        let mut program = start(writing(&stub));
        let calls = stub.desk.calls().len();
        let asked = tokio::spawn(program.request(&post).send());
        until("a call", || stub.desk.calls().len() > calls).await;
        program.signal("-TERM");
        tokio::time::sleep(Duration::from_millis(300)).await;
        let late = program.request(&plain(MONEY)).timeout(Duration::from_secs(1)).send().await;
        assert!(late.is_err(), "nobody new is let in");
        assert_eq!(program.get("/health").await.0, 503);
        stub.desk.release();
        assert_eq!(asked.await.unwrap().unwrap().status(), 200);
        assert_eq!(program.ended().await.code(), Some(0));
    }
    assert_eq!(stub.desk.tags("1"), ["desk-service", "tier-2"]);
    assert_eq!(stub.desk.tags("2"), ["desk-service", "tier-2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_finished_is_not_acknowledged() {
    let stub = stub().await;
    stub.desk.always_answers(Some((StatusCode::BAD_GATEWAY, "")));
    let mut command = writing(&stub);
    command.args(["--pause", "30", "--answer-within", "60"]);
    let mut program = start(command);
    let asked = tokio::spawn(program.request(&zammad(1, MONEY)).send());
    program.logs("tries again").await;
    let begun = Instant::now();
    program.signal("-TERM");
    assert_eq!(asked.await.unwrap().unwrap().status(), 503, "Zammad comes again");
    assert_eq!(program.ended().await.code(), Some(0));
    assert!(begun.elapsed() < Duration::from_secs(5), "pauses end: {:?}", begun.elapsed());
    assert_eq!(stub.desk.calls().len(), 2, "one last try");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_is_killed_has_acknowledged_nothing() {
    let stub = stub().await;
    stub.desk.hold().await;
    let mut program = start(writing(&stub));
    let asked = tokio::spawn(program.request(&zammad(1, MONEY)).send());
    until("a call", || !stub.desk.calls().is_empty()).await;
    program.signal("-KILL");
    program.ended().await;
    assert!(asked.await.unwrap().is_err());
    stub.desk.release();
    let again = start(writing(&stub));
    assert_eq!(again.post_ok(&zammad(1, MONEY)).await["write_back"], "set");
}

#[tokio::test(flavor = "multi_thread")]
async fn chatwoots_write_back_is_finished_after_the_answer() {
    let stub = stub().await;
    stub.desk.takes(Duration::from_millis(200));
    let mut program = start(writing(&stub));
    assert_eq!(program.post(&chatwoot(1, MONEY)).await.0, 202);
    assert_eq!(program.stopped().await.code(), Some(0));
    assert_eq!(stub.desk.tags("1"), ["desk-service", "tier-2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_chatwoot_will_not_send_again_outlives_a_kill() {
    let (stub, spool) = (stub().await, TempDir::new().unwrap());
    let command = || {
        let mut command = writing(&stub);
        command.arg("--spool").arg(spool.path());
        command
    };
    stub.desk.hold().await;
    let mut program = start(command());
    for ticket in 1..=20 {
        assert_eq!(program.post(&chatwoot(ticket, MONEY)).await.0, 202);
    }
    let kept = std::fs::read_to_string(spool.path().join("chatwoot-7-20.json")).unwrap();
    assert!(kept.contains("service") && !kept.contains("charged"), "{kept}");
    program.signal("-KILL");
    program.ended().await;
    assert_eq!(stub.desk.changes(), []);

    stub.desk.release();
    let mut program = start(command());
    let done = || (1..=20).all(|ticket| stub.desk.tags(&format!("{ticket}")).len() == 2);
    until("all tickets", done).await;
    assert_eq!(program.stopped().await.code(), Some(0));
    assert_eq!(std::fs::read_dir(spool.path()).unwrap().count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_set_now_waits_in_the_spool() {
    let (stub, spool) = (stub().await, TempDir::new().unwrap());
    stub.desk.always_answers(Some((StatusCode::BAD_GATEWAY, "")));
    let mut command = writing(&stub);
    command.arg("--spool").arg(spool.path());
    let mut program = start(command);
    assert_eq!(program.post(&chatwoot(1, MONEY)).await.0, 202);
    until("a round of tries", || stub.desk.calls().len() >= 4).await;
    assert_eq!(program.metric("deskhand_write_backs_waiting").await, 1.0);
    program.answers_others().await;
    assert_eq!(program.stopped().await.code(), Some(0));
    program.logs("kept in the spool for the next start").await;
    assert_eq!(std::fs::read_dir(spool.path()).unwrap().count(), 1);
}

/// The token was wrong; it is put right, and the service started anew.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_refused_waits_in_the_spool_too() {
    let (stub, spool) = (stub().await, TempDir::new().unwrap());
    for (token, tags) in [("an-old-token", 0), (TOKEN, 2)] {
        let mut command = writing(&stub);
        command.env("CHATWOOT_TOKEN", token).arg("--spool").arg(spool.path());
        let mut program = start(command);
        if token != TOKEN {
            assert_eq!(program.post(&chatwoot(1, MONEY)).await.0, 202);
            program.logs("kept in the spool for the next start").await;
        }
        until("tags", || stub.desk.tags("1").len() == tags).await;
        assert_eq!(program.stopped().await.code(), Some(0));
    }
    assert_eq!(std::fs::read_dir(spool.path()).unwrap().count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_lost_without_a_spool_is_said() {
    let stub = stub().await;
    stub.desk.always_answers(Some((StatusCode::BAD_GATEWAY, "")));
    let mut program = start(writing(&stub));
    assert_eq!(program.post(&chatwoot(1, MONEY)).await.0, 202);
    until("a call", || !stub.desk.calls().is_empty()).await;
    assert_eq!(program.stopped().await.code(), Some(1));
    let log = program.log();
    assert!(log.contains("1 write-backs were lost; --spool DIR keeps them"), "{log}");
    assert!(log.contains("given up") && log.contains("ticket=1"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_duplicate_after_a_restart_is_known_by_its_tags() {
    let stub = stub().await;
    for post in [zammad(1, MONEY), freescout(2, MONEY)] {
        assert_eq!(start(writing(&stub)).post_ok(&post).await["write_back"], "set");
        let changes = stub.desk.changes().len();
        assert_eq!(start(writing(&stub)).post_ok(&post).await["write_back"], "already-set");
        assert_eq!(stub.desk.changes().len(), changes);
    }
}

/// A write-back was cut off between its calls: the next one completes it.
#[tokio::test(flavor = "multi_thread")]
async fn half_a_write_back_is_completed() {
    let stub = stub().await;
    stub.desk.has_tags("1", &["vip", "desk-service"]);
    let program = start(writing(&stub));
    assert_eq!(program.post_ok(&zammad(1, MONEY)).await["write_back"], "set");
    assert_eq!(stub.desk.tags("1"), ["vip", "desk-service", "tier-2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spool_file_that_cannot_be_read_is_named_and_left() {
    let (stub, spool) = (stub().await, TempDir::new().unwrap());
    let path = spool.path().join("chatwoot-7-1.json");
    std::fs::write(&path, "{").unwrap();
    let foreign = json!({
        "product": "chatwoot", "at": { "account": 7, "ticket": 2, "message": 5005 },
        "choice": { "desk": "service", "tier": 1, "review": true }
    });
    std::fs::write(spool.path().join("chatwoot-7-2.json"), foreign.to_string()).unwrap();
    let mut command = writing(&stub);
    command.arg("--spool").arg(spool.path());
    let program = start(command);
    until("the sound one", || stub.desk.tags("2") == ["needs-a-look"]).await;
    program.logs("not resumed").await;
    assert!(path.exists());
}
