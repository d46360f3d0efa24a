//! For those who use the page without a mouse, without sight, in the dark, or on a phone.

use std::env;
use std::fs;

use fantoccini::Locator;
use fantoccini::key::Key;
use serde_json::json;

use crate::driver::Page;
use crate::site::skip;

const INQUIRY: &str =
    "You charged me twice for March. And since the update the app crashes on start. 😡";
const FILE: &[u8] = b"id,text\n1,The app crashes on start\n2,Please refund one payment\n3\n";

/// The page with everything on it.
async fn full() -> Option<Page> {
    let page = Page::open().await?;
    page.type_inquiry(INQUIRY).await;
    page.choose("tickets.csv", FILE).await;
    page.until("return !document.getElementById('result').hidden").await;
    Some(page)
}

#[tokio::test]
async fn all_text_stands_out_in_light_and_dark() {
    let Some(page) = full().await else { return };
    for scheme in ["light", "dark"] {
        page.look(1200, 900, scheme).await;
        let found = page.run(include_str!("contrast.js")).await;
        assert!(found["measured"].as_u64().is_some_and(|count| count > 60), "{found}");
        assert_eq!(found["poor"], json!([]), "{scheme}");
    }
    page.close().await;
}

#[tokio::test]
async fn a_narrow_window_needs_no_scrolling_sideways() {
    let Some(page) = full().await else { return };
    page.look(320, 900, "light").await;
    let widths = "const { scrollWidth, clientWidth } = document.documentElement;
        return [scrollWidth, clientWidth, innerWidth]";
    let widths = page.run(widths).await;
    assert_eq!((&widths[0], widths[2].as_u64()), (&widths[1], Some(320)));
    page.close().await;
}

/// What has the focus, and whether that is seen.
const FOCUS: &str = "const at = document.activeElement;
    const ring = (element) => getComputedStyle(element).outlineStyle !== 'none';
    return [at.id || at.className || at.textContent, ring(at) || ring(at.parentElement)]";

/// Everything that can be used is reached with the tab key, and is seen to be.
#[tokio::test]
async fn the_keyboard_reaches_everything() {
    let Some(page) = full().await else { return };
    page.run("document.activeElement.blur(); scrollTo(0, 0)").await;
    page.client.find(Locator::Css("h1")).await.unwrap().click().await.unwrap();
    let mut reached = Vec::new();
    while reached.len() < 40 && reached.last().is_none_or(|last| last != "wide") {
        page.press(Key::Tab).await;
        let at = page.run(FOCUS).await;
        assert_eq!(at[1], true, "{at} shows no focus");
        reached.push(at[0].as_str().unwrap().to_owned());
    }
    for wanted in ["inquiry", "plain", "file", "sample", "body", "subject", "download", "wide"] {
        assert!(reached.iter().any(|at| at == wanted), "{wanted} is not among {reached:?}");
    }
    page.close().await;
}

/// From an empty page to the labelled sample without a mouse.
#[tokio::test]
async fn a_file_is_labelled_by_keyboard_alone() {
    let Some(page) = Page::open().await else { return };
    page.client.find(Locator::Css("h1")).await.unwrap().click().await.unwrap();
    while page.run(FOCUS).await[0] != "sample" {
        page.press(Key::Tab).await;
    }
    page.press(Key::Enter).await;
    page.until("return !document.getElementById('result').hidden").await;
    assert_eq!(page.text("state").await, "tickets.csv: 24 rows labelled.");
    page.close().await;
}

#[tokio::test]
async fn nothing_moves_for_those_who_ask_for_that() {
    let Some(page) = full().await else { return };
    let moving = "return getComputedStyle(document.getElementById('needle')).transitionDuration";
    let ask =
        |value: &str| json!({ "features": [{ "name": "prefers-reduced-motion", "value": value }] });
    page.cdp("Emulation.setEmulatedMedia", ask("no-preference")).await;
    assert_ne!(page.run(moving).await, "0s");
    page.cdp("Emulation.setEmulatedMedia", ask("reduce")).await;
    assert_eq!(page.run(moving).await, "0s");
    page.close().await;
}

/// The rules of axe-core, where `AXE` names it.
#[tokio::test]
async fn axe_finds_nothing() {
    let Some(axe) = env::var_os("AXE") else {
        return skip("AXE does not name axe.min.js (npm install axe-core)");
    };
    let axe = fs::read_to_string(axe).expect("AXE names a file");
    let Some(page) = full().await else { return };
    for scheme in ["light", "dark"] {
        page.look(1200, 900, scheme).await;
        let found = page
            .run_async(&format!(
                "const done = arguments[0]; {axe}; window.axe.run().then(({{ violations, passes }}) => done({{ passes: passes.length, violations: violations.map(v => [v.id, v.help, v.nodes.map(n => n.html)]) }}))"
            ))
            .await;
        println!("axe, {scheme}: {} rules passed", found["passes"]);
        assert_eq!(found["violations"], json!([]));
    }
    page.close().await;
}

/// Leaves pictures where `SHOTS` says; there is nothing to fail.
#[tokio::test]
async fn pictures() {
    if env::var_os("SHOTS").is_none() {
        return;
    }
    let Some(page) = Page::open().await else { return };
    page.shot("empty", 1200, "light").await;
    page.type_inquiry(INQUIRY).await;
    page.shot("light", 1200, "light").await;
    page.shot("dark", 1200, "dark").await;
    page.shot("phone", 360, "light").await;
    page.id("sample").await.click().await.unwrap();
    page.until("return !document.getElementById('result').hidden").await;
    page.shot("file-light", 1200, "light").await;
    page.shot("file-dark", 1200, "dark").await;
    page.shot("file-phone", 360, "dark").await;
    page.choose("damaged.csv", FILE).await;
    page.until("return !document.getElementById('bad').hidden").await;
    page.shot("file-bad", 1200, "light").await;
    page.choose("unclear.csv", b"a,b\n1,My phone is dead\n").await;
    page.until("return !document.getElementById('unclear').hidden").await;
    page.shot("file-unclear", 1200, "light").await;
    page.close().await;
}
