use proptest::prelude::*;

use super::*;

fn place(token: &Token<'_>) -> Place {
    Place { start: token.start, end: token.end, shape: token.shape }
}

fn keys(text: &str) -> Vec<String> {
    let mut keys = Vec::new();
    tokenize(text, 0..text.len(), false, &mut |t: Token<'_>| {
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
        (at, is_open) = any_chunk(text, at..text.len(), is_open, &mut word, &mut |t| {
            tokens.push((t.key.to_vec(), place(&t), t.follows));
        });
    }
    tokens
}

fn tokens(text: &str) -> Vec<(Vec<u8>, Place, bool)> {
    let mut tokens = Vec::new();
    tokenize(text, 0..text.len(), false, &mut |t: Token<'_>| {
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
    tokenize(text, 0..text.len(), false, &mut |t: Token<'_>| words.push(&text[t.start..t.end]));
    assert_eq!(words, ["The", "scanner", "app", "since", "2.1.0"]);
}

#[test]
fn entities_in_words_are_part_of_them() {
    let text = "(I can&#39;t open l&rsquo;&eacute;t&eacute;.&apos; &#39;Caf&eacute;&#39; o&#x27;b@a.example";
    let found: Vec<_> = tokens(text)
        .into_iter()
        .map(|(key, Place { start, end, .. }, follows)| {
            (String::from_utf8(key).unwrap(), &text[start..end], follows)
        })
        .collect();
    let expected = [
        ("i", "I", false),
        ("can't", "can&#39;t", true),
        ("open", "open", true),
        ("l'été", "l&rsquo;&eacute;t&eacute;", true),
        ("apos", "apos", false),
        ("<email>", "o&#x27;b@a.example", false),
    ];
    let expected = expected.map(|(key, span, follows)| (key.to_owned(), span, follows));
    assert_eq!(found[..5], expected[..5]);
    assert_eq!(found.last(), expected.last());
}

/// A chunk that is too long for one piece is read in several, to its end.
#[test]
fn a_long_chunk_of_entities_is_read_to_its_end() {
    let text = "&#20320;&#22909;,".repeat(1_000);
    let found = tokens(&text);
    assert!(
        found.iter().all(|(key, ..)| "你好".as_bytes().starts_with(key) || key == "好".as_bytes())
    );
    assert!(found.len() >= 1_000);
    assert_eq!(found.last().unwrap().1.end, text.len() - 1);
}

#[test]
fn entities_at_the_end_of_a_long_chunk_are_not_looked_for() {
    let found = tokens(&format!("{}caf&eacute;", "-".repeat(300)));
    let found: Vec<_> = found.iter().map(|(key, ..)| key.as_slice()).collect();
    assert_eq!(found, [&b"caf"[..], b"eacute"]);
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
    tokenize(text, 4..7, false, &mut |t: Token<'_>| words.push(&text[t.start..t.end]));
    assert_eq!(words, ["two"]);
}

#[test]
fn a_range_goes_on_where_another_left_off() {
    let text = "one two, (three) four";
    let follows = |range: Range<usize>, is_open| {
        let mut follows = Vec::new();
        let is_open = tokenize(text, range, is_open, &mut |t: Token<'_>| follows.push(t.follows));
        (follows, is_open)
    };
    assert_eq!(follows(0..3, false), (vec![false], true));
    assert_eq!(follows(3..8, true), (vec![true], false));
    assert_eq!(follows(3..7, false), (vec![false], true));
    assert_eq!(follows(8..16, true), (vec![false], false));
    assert_eq!(follows(3..4, true), (vec![], true));
    assert_eq!(follows(3..4, false), (vec![], false));
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
        "['(]?[a-zA-Z']{1,6}([-/][a-zA-Z']{1,6}){1,3}[.,')]{0,2}",
        "[a-z]{1,3}-[a-z]{1,4}(Error|Exception)",
        "[a-z]{38,42}(-[a-z]{38,42})?",
        "[a-zA-Z0-9]{1,10}",
        "[(\"]?[$]?[0-9]{1,6}([.,][0-9]{0,3}){0,3}[%']?[.,!?;:)]{0,2}",
        "\\PC{1,6}",
        "([a-zA-Z]{1,3}|&(#39|rsquo|eacute|#xfc|amp|#39);|[ -/]){1,6}",
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
        tokenize(&text, 0..text.len(), false, &mut |t: Token<'_>| {
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

/// A sentence, and the same one with the apostrophes and letters in `entities` in their place.
fn spelled_both_ways() -> impl Strategy<Value = (String, String)> {
    let letter = prop_oneof![
        8 => "[a-zA-Z0-9]".prop_map(|letter| (letter.clone(), letter)),
        2 => "[.,!?@/:-]".prop_map(|sign| (sign.clone(), sign)),
        2 => Just((" ".to_owned(), " ".to_owned())),
        1 => prop::sample::select(vec![("é", "&eacute;"), ("Ü", "&#xDC;"), ("ж", "&#1078;")])
            .prop_map(|(letter, entity)| (letter.to_owned(), entity.to_owned())),
        1 => "[a-z][a-z]".prop_map(|pair| {
            let (first, second) = pair.split_at(1);
            (format!("{first}'{second}"), format!("{first}&#39;{second}"))
        }),
    ];
    prop::collection::vec(letter, 0..80).prop_map(|letters| letters.into_iter().unzip())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn entities_are_read_as_what_they_stand_for((plain, spelled) in spelled_both_ways()) {
        let read = |text: &str| -> Vec<_> {
            tokens(text).into_iter().map(|(key, place, follows)| (key, place.shape, follows)).collect()
        };
        prop_assert_eq!(read(&spelled), read(&plain));
    }
}
