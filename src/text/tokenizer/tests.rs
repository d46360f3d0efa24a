use proptest::prelude::*;

use super::*;

fn place(token: &Token<'_>) -> Place {
    Place { start: token.start, end: token.end, shape: token.shape }
}

fn keys(text: &str) -> Vec<String> {
    let mut keys = Vec::new();
    tokenize(text, 0..text.len(), &mut |t: Token<'_>| {
        keys.push(String::from_utf8(t.key.to_vec()).unwrap())
    });
    keys
}

/// Every token by the general path alone.
fn general_tokens(text: &str) -> Vec<(Vec<u8>, Place, bool)> {
    let mut tokens = Vec::new();
    let mut word = WordBuffer::new();
    let (mut at, mut is_open) = (0, false);
    while at < text.len() {
        if is_space(text.as_bytes()[at]) {
            at += 1;
            continue;
        }
        let start = at;
        at = chunk_end(text.as_bytes(), start);
        is_open = general(text, start..at, is_open, &mut word, &mut |t: Token<'_>| {
            tokens.push((t.key.to_vec(), place(&t), t.follows));
        });
    }
    tokens
}

fn tokens(text: &str) -> Vec<(Vec<u8>, Place, bool)> {
    let mut tokens = Vec::new();
    tokenize(text, 0..text.len(), &mut |t: Token<'_>| {
        tokens.push((t.key.to_vec(), place(&t), t.follows))
    });
    tokens
}

#[test]
fn words_and_shapes_of_ordinary_text() {
    for (text, expected) in [
        ("I can't log-in!", vec!["i", "can't", "log", "in"]),
        ("It\u{2019}s broken", vec!["it's", "broken"]),
        ("(users' \"data\")", vec!["users", "data"]),
        ("paid £12.50 at 10:30am", vec!["paid", "<money>", "at", "<time>"]),
        ("@shop #fail order #1042", vec!["<handle>", "<hashtag>", "fail", "order", "<number>"]),
        ("see https://a.example/x.", vec!["see", "<url>"]),
        ("my PS5 and mp3", vec!["my", "ps0", "and", "mp0"]),
        ("thanks👍🏽👍", vec!["thanks", "<emoji>"]),
        ("NullPointerException at Main", vec!["<trace>", "at", "main"]),
        ("Größe cafe\u{301}", vec!["größe", "cafe\u{301}"]),
        ("", vec![]),
        ("?! ... --", vec![]),
    ] {
        assert_eq!(keys(text), expected, "tokens of {text:?}");
    }
}

#[test]
fn spans_point_at_the_words() {
    let text = "The \u{201C}scanner\u{201D} app, since 2.1.0";
    let mut words = Vec::new();
    tokenize(text, 0..text.len(), &mut |t: Token<'_>| words.push(&text[t.start..t.end]));
    assert_eq!(words, ["The", "scanner", "app", "since", "2.1.0"]);
}

#[test]
fn a_token_follows_across_white_space_only() {
    let follows: Vec<_> =
        tokens("it stops, then (again) log-in 5 GB\nnow").iter().map(|t| t.2).collect();
    assert_eq!(follows, [false, true, false, false, false, false, true, true, true]);
}

#[test]
fn a_range_limits_what_is_read() {
    let text = "one two three";
    let mut words = Vec::new();
    tokenize(text, 4..7, &mut |t: Token<'_>| words.push(&text[t.start..t.end]));
    assert_eq!(words, ["two"]);
}

#[test]
fn an_endless_word_is_one_long_token() {
    assert_eq!(keys(&"a".repeat(1_000_000)), ["<long>"]);
    assert_eq!(keys(&"ä".repeat(1_000_000)), ["<long>"]);
}

fn chunky_text() -> impl Strategy<Value = String> {
    let chunk = prop_oneof![
        "[a-zA-Z]{1,12}",
        "[a-zA-Z']{1,8}",
        "[a-zA-Z]{7,18}[.,']?",
        "[(\\[\"'*]{0,2}[a-zA-Z]{1,9}[.,!?;:)\\]\"'*]{0,3}",
        "[ -~]{1,12}",
        "[a-zA-Z]{1,6}(Error|Exception)",
        "\\PC{1,6}",
    ];
    prop::collection::vec((chunk, "[ \t\r\n]{1,2}"), 0..12)
        .prop_map(|chunks| chunks.into_iter().flat_map(|(c, s)| [c, s]).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn the_fast_path_equals_the_general_path(text in chunky_text()) {
        prop_assert_eq!(tokens(&text), general_tokens(&text));
    }

    #[test]
    fn keys_can_be_read_again(text in chunky_text()) {
        let mut word = WordBuffer::new();
        tokenize(&text, 0..text.len(), &mut |t: Token<'_>| {
            assert_eq!(t.key, place(&t).key(&text, &mut word));
            assert_eq!(t.hash, hash(t.key));
        });
    }

    #[test]
    fn spans_are_ascending_and_on_boundaries(text in "\\PC{0,200}") {
        let mut last = 0;
        for (key, Place { start, end, .. }, _) in tokens(&text) {
            prop_assert!(last <= start && start < end && end <= text.len());
            prop_assert!(text.is_char_boundary(start) && text.is_char_boundary(end));
            prop_assert!(!key.is_empty() && key.len() <= MAX_WORD);
            last = end;
        }
    }
}
