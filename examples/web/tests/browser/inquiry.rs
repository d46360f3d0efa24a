//! One inquiry, answered as it is typed.

use deskhand::Classifier;
use serde_json::Value;

use crate::driver::Page;

/// The marks as the page has them: their texts and their classes.
const MARKS: &str =
    "return [...document.querySelectorAll('#ink mark')].map(m => [m.textContent, m.className])";

#[tokio::test]
async fn the_answer_is_the_library_s_and_follows_each_key() {
    let Some(page) = Page::open().await else { return };
    assert_eq!(page.text("waiting").await, "The answer appears here as you type.");
    let text = "Please refund the second payment";
    page.type_inquiry(text).await;
    let expected = Classifier::bundled().triage(text);
    assert_eq!(page.text("desk").await, "Customer service");
    let percent = (100.0 * expected.probability()).floor().min(99.0);
    assert_eq!(page.text("sure").await, format!("{percent}% sure"));
    assert_eq!(page.text("tier").await, format!("tier {}", expected.tier()));
    assert!(page.text("words").await.contains("refund"), "{}", page.text("words").await);

    page.id("inquiry")
        .await
        .send_keys(". The app crashes, error 500, app crashes, app crashes")
        .await
        .unwrap();
    assert_eq!(page.text("desk").await, "Technical support");

    page.type_inquiry(" ").await;
    assert_eq!(page.text("waiting").await, "The answer appears here as you type.");
    page.close().await;
}

#[tokio::test]
async fn marks_lie_on_the_words_whatever_stands_before_them() {
    let Some(page) = Page::open().await else { return };
    let text = "😡😡 Größe übel 👩‍👩‍👧 — refund now,\nthe app crashes";
    page.run(&format!("const f = document.getElementById('inquiry'); f.value = {text:?}; f.dispatchEvent(new Event('input'))")).await;
    let marks = page.run(MARKS).await;
    let marks: Vec<(&str, &str)> = marks.as_array().unwrap().iter().map(pair).collect();
    let class = |word: &str| marks.iter().find(|mark| mark.0 == word).map(|mark| mark.1);
    assert!(class("refund").is_some_and(|class| class.starts_with("service")), "{marks:?}");
    assert!(class("crashes").is_some_and(|class| class.starts_with("technical")), "{marks:?}");
    let layer = page.run("return document.getElementById('ink').textContent").await;
    assert_eq!(layer, format!("{text}\u{200B}"), "the layer is the text, to the letter");
    page.close().await;
}

fn pair(mark: &Value) -> (&str, &str) {
    (mark[0].as_str().unwrap(), mark[1].as_str().unwrap())
}

/// Where the field and its layer lie, and how high their lines are if nothing stretches them.
const BOXES: &str = "const layers = ['inquiry', 'ink'].map((id) => document.getElementById(id));
    const bare = { alignSelf: 'start', minHeight: 0, height: 0, overflow: 'hidden' };
    layers.forEach((layer) => Object.assign(layer.style, bare));
    return layers.map((layer) => {
        const { x, y, width } = layer.getBoundingClientRect();
        return [x, y, width, layer.clientWidth, layer.scrollHeight];
    })";

/// A mark is in the right place only if both layers break lines alike.
#[tokio::test]
async fn the_marked_layer_lies_under_the_text() {
    let Some(page) = Page::open().await else { return };
    for width in [320, 1200] {
        page.look(width, 900, "light").await;
        page.load().await;
        page.type_inquiry(&"The scanner app crashes; a refund, please! ".repeat(30)).await;
        let boxes = page.run(BOXES).await;
        assert_eq!(boxes[0], boxes[1], "at {width} pixels");
    }
    page.close().await;
}

#[tokio::test]
async fn what_is_seen_is_also_said() {
    let Some(page) = Page::open().await else { return };
    page.type_inquiry(
        "I want a refund for the second charge on my invoice, and the app crashes on log in.",
    )
    .await;
    page.until("return document.getElementById('spoken').textContent !== ''").await;
    let spoken = page.run("return document.getElementById('spoken').textContent").await;
    let spoken = spoken.as_str().unwrap();
    for part in ["% sure, tier ", "A person should look: both desks are asked for.", "towards "] {
        assert!(spoken.contains(part), "{spoken}");
    }
    page.close().await;
}

#[tokio::test]
async fn a_text_of_a_megabyte_is_answered() {
    let Some(page) = Page::open().await else { return };
    let script = "const f = document.getElementById('inquiry');
        const letters = 'aeioulnrstkmpdgbcfhw';
        const word = (i) => [1, 20, 400, 8000].map((n) => letters[Math.floor(i / n) % 20]).join('');
        f.value = Array.from({ length: 160000 }, (_, i) => word(7 * i) + word(i)).join(' ');
        const begin = performance.now();
        f.dispatchEvent(new Event('input'));
        document.body.getBoundingClientRect();
        return [f.value.length, performance.now() - begin]";
    let done = page.run(script).await;
    println!("{} characters marked and laid out in {:.0} ms", done[0], done[1].as_f64().unwrap());
    assert!(page.text("sure").await.ends_with("% sure"));
    let marks = page.run("return document.querySelectorAll('#ink mark').length").await;
    assert!(marks.as_u64().is_some_and(|count| count > 1_000), "{marks}");
    page.close().await;
}
