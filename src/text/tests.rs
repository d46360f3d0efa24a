//! A message in HTML is read as the same message in plain text.

use proptest::prelude::*;

use crate::features;
use crate::inquiry::Inquiry;

/// Each token of a body as it is read, and whether it makes a pair with the one before.
fn tokens(body: &str) -> Vec<(String, bool)> {
    let mut tokens = Vec::new();
    features::read(Inquiry::new(body), &mut Vec::new(), |_, token| {
        assert!(body.get(token.start..token.end).is_some_and(|span| !span.is_empty()));
        tokens.push((String::from_utf8_lossy(token.key).into_owned(), token.follows));
    });
    tokens
}

#[test]
fn pairs_go_over_markup() {
    for (html, plain) in [
        ("<b>not</b> working", "not working"),
        ("not <b>working</b>", "not working"),
        ("not<b> </b>working", "not working"),
        ("not&nbsp;<i></i>&#160;working", "not working"),
        ("<p>not</p><p>working</p>", "not\nworking"),
        ("not<br>working", "not\nworking"),
        ("not<!-- > --> working", "not working"),
        ("not<style>p {}</style>working", "not\nworking"),
        ("<b>not</b>, working", "not, working"),
        ("not <b>(working)</b> now", "not (working) now"),
        ("black &amp; white", "black & white"),
        ("say &quot;no&quot; now", "say \"no\" now"),
        ("users&rsquo; data", "users\u{2019} data"),
        ("no<blockquote>yes</blockquote>signal", "no\n> yes\nsignal"),
        ("no\n&gt; yes\nsignal", "no\n> yes\nsignal"),
        ("I&nbsp;can&#39;t <i>log&#45;in</i>", "I can\'t log, in"),
    ] {
        assert_eq!(tokens(html), tokens(plain), "{html}");
    }
    let split = tokens("wor<b>king</b>").into_iter().map(|(_, follows)| follows);
    assert!(split.eq([false, false]), "no white space, no pair");
}

/// One of several ways to write the same in HTML.
fn one_of(ways: &[&'static str]) -> impl Strategy<Value = &'static str> + use<> {
    proptest::sample::select(ways.to_vec())
}

/// A chunk in plain text and in HTML.
fn chunk() -> impl Strategy<Value = (String, String)> {
    let known = ["can't", "I'm", "not", "working", "(again)", "log-in", "£12.50", "2.1.0", "PS5"];
    let word = prop_oneof![one_of(&known).prop_map(str::to_owned), "[a-z]{3,9}"];
    let apostrophe = one_of(&["'", "&#39;", "&#039;", "&#x27;", "&apos;", "&rsquo;", "&#8217;"]);
    let tail = one_of(&["", "", "", ",", ".", "!"]);
    let opening = ["", "<b>", "<span style=\"color: red\">", "<a href='x'><i>", "<!-- b --><u>"];
    let closing = one_of(&["", "</b>", "</i></a>", "</span><!-- ' -->"]);
    (word, apostrophe, tail, one_of(&opening), closing, any::<bool>()).prop_map(
        |(word, apostrophe, tail, opening, closing, is_inside)| {
            let html = word.replace('\'', apostrophe);
            let ends = if is_inside { [tail, closing] } else { [closing, tail] }.concat();
            (format!("{word}{tail}"), format!("{opening}{html}{ends}"))
        },
    )
}

fn separator() -> impl Strategy<Value = (&'static str, &'static str)> {
    let space = one_of(&[" ", "  ", "&nbsp;", "&#160; ", "<b> </b>", "<i></i> <wbr>", " <!-- -->"]);
    let newline =
        one_of(&["\n", "<br>", "<br/>\r\n", "</p><p>", "</div>\n<DIV class=a>", "<hr />"]);
    prop_oneof![4 => space.prop_map(|html| (" ", html)), 1 => newline.prop_map(|html| ("\n", html))]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn html_is_read_as_plain_text(parts in proptest::collection::vec((separator(), chunk()), 0..16)) {
        let (mut plain, mut html) = ("see".to_owned(), "see".to_owned());
        for ((space, markup_space), (chunk, markup_chunk)) in parts {
            plain.extend([space, &chunk]);
            html.extend([markup_space, &markup_chunk]);
        }
        prop_assert_eq!(tokens(&html), tokens(&plain), "{}", html);
    }

    /// What is kept of a text with entities is read: none is left as a word of its name or number.
    #[test]
    fn no_entity_is_read_by_its_name(parts in proptest::collection::vec(one_of(&[
        "a", "b", "x", " ", "\n", "&#39;", "&rsquo;", "&eacute;", "&#xe9;", "&nbsp;", "&amp;", "<b>", "<br>", "'", ",",
    ]), 0..40)) {
        let html = format!("a {}", parts.concat());
        for (key, _) in tokens(&html) {
            prop_assert!(key.chars().all(|c| "abxé'".contains(c)), "{key} of {html}");
        }
    }
}
