//! What holds for every text, of any size, script or malice.
#![cfg(feature = "bundled")]

mod support;

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use deskhand::{Classifier, Inquiry, ReviewReason, Scratch, Triage};
use proptest::prelude::*;
use support::bodies::laws::{self, Laws, PIECES};
use support::run_corpus;

static BUNDLED: LazyLock<Laws> = LazyLock::new(|| Laws::of(Classifier::bundled().clone()));

fn clerk() -> &'static Classifier {
    Classifier::bundled()
}

/// Any characters, pieces of mails, and both mixed.
fn texts() -> impl Strategy<Value = String> {
    let pieces = prop::collection::vec(any::<u8>(), 0..60).prop_map(|bytes| laws::assemble(&bytes));
    let zalgo = prop::collection::vec(prop_oneof!["[a-z ]", "[\u{300}-\u{36f}]{1,9}"], 0..40)
        .prop_map(|letters| letters.concat());
    let part = prop_oneof![piece(), markup(), "\\PC{0,4}", "[a-zA-Z']{1,9}"];
    let mixed = prop::collection::vec(part, 0..30).prop_map(|parts| parts.concat());
    prop_oneof![
        4 => pieces,
        3 => mixed,
        1 => "\\PC{0,200}",
        1 => any::<String>(),
        1 => prop::collection::vec(any::<char>(), 0..80).prop_map(String::from_iter),
        1 => zalgo,
    ]
}

fn piece() -> impl Strategy<Value = String> {
    (0..PIECES.len()).prop_map(|at| PIECES[at].to_owned())
}

/// Tags and entities.
fn markup() -> impl Strategy<Value = String> {
    let markup = vec![
        "<blockquote>",
        "<blockquote type=\"cite\">",
        "</blockquote>",
        "<b>",
        "</b>",
        "<br>",
        "<p>",
        "&#39;",
        "&rsquo;",
        "&eacute;",
        "&#x4E2D;",
        "&nbsp;",
        "&gt; ",
        "<!--",
        "-->",
        "&#0;",
        "&",
    ];
    prop::sample::select(markup).prop_map(str::to_owned)
}

/// Ordinary words: nothing that cleaning has a rule for.
fn words() -> impl Strategy<Value = Vec<String>> {
    let known = prop::sample::select(vec![
        "screen", "refund", "invoice", "crashes", "update", "parcel", "router", "password", "my",
        "is", "the", "not", "blue", "twice", "since", "printer", "order", "booking", "slow",
    ]);
    prop::collection::vec(prop_oneof![known.prop_map(str::to_owned), "[a-z]{3,12}"], 1..30)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..<_>::default() })]

    #[test]
    fn all_laws_hold(subject in texts(), body in texts(), before in texts()) {
        let mut scratch = Scratch::new();
        let _ = clerk().triage_with(&before, &mut scratch);
        BUNDLED.hold(Inquiry::new(&body).subject(&subject), &mut scratch);
    }

    /// A message that is all quotation is read as if it were not quoted.
    #[test]
    fn quoting_everything_empties_nothing(body in texts()) {
        BUNDLED.hold(Inquiry::new(&laws::quoted(&body)), &mut Scratch::new());
    }

    /// A plain word goes the fast path, the same word in back-ticks the general one. Pairs need
    /// words with nothing between, so a bar stands between both.
    #[test]
    fn the_fast_path_answers_as_the_general_one(words in words()) {
        let fast: String = words.iter().map(|word| format!(" , {word}")).collect();
        let general: String = words.iter().map(|word| format!(" , `{word}`")).collect();
        prop_assert_eq!(clerk().triage(&format!("see{fast}")), clerk().triage(&format!("see{general}")));
    }

    /// The mark-up of a web form or a mail program changes nothing.
    #[test]
    fn a_message_in_html_is_answered_as_in_plain_text(words in words()) {
        let text = format!("see the thing here, I can't {}.", words.join(" "));
        let tagged = format!(
            "<p>see the&nbsp;thing <i>here</i>,&#160;I can&#39;t <b>{}</b>.</p>", words.join("</b>&nbsp;<b>")
        );
        prop_assert_eq!(clerk().triage(&text), clerk().triage(&tagged));
    }

    /// What programs put below a message changes nothing.
    #[test]
    fn an_answered_mail_below_changes_nothing(words in words(), old in words()) {
        let text = format!("see the thing here, {}.", words.join(" "));
        let answered = format!(
            "{text}\n\nOn Mon, 5 Jan 2026 at 10:12, Ann <ann@a.example> wrote:\n> {}", old.join("\n> ")
        );
        prop_assert_eq!(clerk().triage(&text), clerk().triage(&answered));
        let tagged = format!(
            "<div>{text}</div><blockquote type=\"cite\">{}</blockquote>", old.join("<blockquote></blockquote>")
        );
        prop_assert_eq!(clerk().triage(&text), clerk().triage(&tagged));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..<_>::default() })]

    #[test]
    fn a_batch_is_answered_as_one_by_one(bodies in prop::collection::vec(texts(), 0..40)) {
        let inquiries: Vec<_> = bodies.iter().map(Inquiry::from).collect();
        let one_by_one: Vec<Triage> = inquiries.iter().map(|&one| clerk().triage(one)).collect();
        prop_assert_eq!(clerk().triage_all(&inquiries), one_by_one);
    }
}

/// A scratch that has seen another model leaves no trace either.
#[test]
fn a_scratch_may_go_from_model_to_model() {
    let other = support::bodies::small_clerk();
    let mut scratch = Scratch::new();
    for text in ["qzxvlorp crashes", "grumblefutz refunds", "qzxvlorp crashes", ""] {
        for clerk in [clerk(), &other, clerk()] {
            assert_eq!(clerk.triage_with(text, &mut scratch), clerk.triage(text), "{text}");
        }
    }
}

/// Texts that a rule might read again and again, for a size in bytes. Each is of one kind all
/// through, so that time squared would show.
fn hostile_texts(size: usize) -> Vec<(&'static str, String)> {
    let fill = |unit: &str| unit.repeat(size / unit.len() + 1);
    let words = "the app stops since update 10.0.19045, error 0x80070005, see https://a.example. ";
    let mut texts = vec![
        ("ordinary words", fill(words)),
        ("unknown words", (0..size / 8).map(|n| format!("w{}x ", letters(n))).collect()),
        ("one letter", fill("a")),
        ("one letter in capitals", fill("A")),
        ("NUL", fill("\0")),
        ("combining marks", fill("\u{301}")),
        ("zalgo", fill("Z\u{341}\u{35c}\u{322}\u{489}\u{331} a\u{301}\u{300}\u{316} ")),
        ("right to left", fill("\u{202e}שלום مرحبا ")),
        ("emoji sequences", fill("👩\u{200d}👩\u{200d}👧👍🏽🇩🇪")),
        ("escaped surrogates", fill("\\ud83d\\ud800 ")),
        ("replacement characters", fill("\u{fffd}")),
        ("apostrophes", fill("a'")),
        ("opening brackets", fill("(")),
        ("one number", fill("1")),
        ("one address", fill("a@")),
        ("one path", fill("/a")),
        ("one domain", fill("a.com.")),
        ("nested quotation marks", fill("> ")),
        ("nested quotation marks and a word", fill("> ") + "refund"),
        ("quoted lines", fill("> a\n")),
        ("nested tables", fill("<table><tr><td>")),
        ("open comments", fill("<!-- ")),
        ("open style sheets", fill("<style>\n")),
        ("open scripts", fill("<script>x\n")),
        ("open tags", fill("<a href=")),
        ("entities", fill("&nbsp;")),
        ("letters by entity", fill("&eacute;")),
        ("words with entities", fill("caf&eacute;&#39;s ")),
        ("apostrophes by entity", fill("a&#39;")),
        ("inline tags", fill("<b>a</b> ")),
        ("open quotations", fill("<blockquote>")),
        ("open quotations on lines", fill("a b c d\n<blockquote>\n")),
        ("closed quotations", fill("<blockquote>a</blockquote>b ")),
        ("nested quotations", fill("<blockquote>a ") + &fill("</blockquote>b ")),
        ("attributions of open quotations", fill("On 10:12\n<blockquote>")),
        ("half entities", fill("&a")),
        ("half tags", fill("<")),
        ("line feeds", fill("\n")),
        ("carriage returns", fill("\r")),
        ("attributions", fill("On 10:12 a@b\n")),
        ("attributions with their verb", fill("On a wrote\n")),
        ("headers", fill("From: a\n")),
        ("header blocks", fill("From: a\nSent: b\nTo: c,\n")),
        ("markers", fill("-----Original Message-----\n")),
        ("forwards", fill("---------- Forwarded message ---------\n")),
        ("closings", fill("Thanks\nAnn\n")),
        ("signatures", fill("-- \n")),
        ("bare dashes", fill("--\n")),
        ("disclaimers", fill("This e-mail is confidential information\n")),
        ("gateways", fill("[EXTERNAL] ")),
        ("warnings", fill("CAUTION: from outside\n")),
        ("device lines", fill("Sent from my iPhone\n")),
        ("colons", fill("a:\n")),
    ];
    texts.push((
        "look-ahead over long lines",
        format!("On 1\n{}", fill("From: a\u{a0}x")).repeat(2),
    ));
    texts
}

/// A number in letters, so that every word is another one.
fn letters(mut number: usize) -> String {
    let mut word = String::new();
    while number > 0 {
        word.push(char::from(b'a' + (number % 26) as u8));
        number /= 26;
    }
    word
}

fn timed(work: impl FnOnce()) -> Duration {
    let started = Instant::now();
    work();
    started.elapsed()
}

/// How much longer the long text is.
const TIMES: usize = 16;

/// A text sixteen times as long takes about as long as sixteen short ones; were anything squared,
/// it would take sixteen times that.
fn is_linear(size: usize, mut ask: impl FnMut(&str)) {
    let mut too_slow = Vec::new();
    for ((kind, small), (_, large)) in hostile_texts(size).iter().zip(&hostile_texts(TIMES * size))
    {
        let ratio = || {
            let short = timed(|| (0..TIMES).for_each(|_| ask(small)));
            timed(|| ask(large)).as_secs_f64() / short.max(Duration::from_millis(3)).as_secs_f64()
        };
        // What else runs on the machine may delay the long one alone; not time after time.
        let ratios: Vec<_> =
            std::iter::repeat_with(ratio).take(12).take_while(|r| *r > 4.0).collect();
        if ratios.len() == 12 {
            too_slow.push(format!("{kind}: {ratios:.1?} times as long"));
        }
    }
    assert!(too_slow.is_empty(), "{too_slow:#?}");
}

#[test]
fn time_is_linear_in_the_length() {
    is_linear(32 << 10, |text| {
        let _ = clerk().triage(Inquiry::new(text).subject(text));
    });
}

#[test]
fn explaining_is_linear_too() {
    is_linear(16 << 10, |text| drop(clerk().explain(text)));
}

#[test]
fn hostile_texts_keep_the_laws() {
    for (kind, text) in hostile_texts(20_000) {
        println!("{kind}");
        BUNDLED.hold(Inquiry::new(&text), &mut Scratch::new());
        BUNDLED.hold(Inquiry::new("see above").subject(&text), &mut Scratch::new());
    }
}

/// 10 MB of each kind, 1 MB in a debug build, at no less than 1 MB a second.
#[test]
fn big_texts_are_answered() {
    const SIZE: usize = if cfg!(debug_assertions) { 1_000_000 } else { 10_000_000 };
    for (kind, text) in hostile_texts(SIZE) {
        let started = Instant::now();
        let triage = clerk().triage(&text);
        let limit = Duration::from_secs(5 + (text.len() / 1_000_000) as u64);
        assert!(started.elapsed() < limit, "{kind}: {:?}", started.elapsed());
        let says = text.contains(char::is_alphanumeric);
        assert!(!says || triage.review() != Some(ReviewReason::Empty), "{kind}");
    }
}

#[test]
fn a_huge_text_is_answered_as_its_words() {
    const SIZE: usize = if cfg!(debug_assertions) { 20_000_000 } else { 100_000_000 };
    let line = "The scanner app crashes on start since the update, error 0x80070005.\n";
    let text = line.repeat(SIZE / line.len());
    let started = Instant::now();
    assert_eq!(clerk().triage(&text).desk(), deskhand::Desk::Technical);
    assert!(started.elapsed() < Duration::from_secs(60), "{:?}", started.elapsed());
}

#[test]
fn a_hundred_thousand_nested_quotation_marks() {
    for mark in [">", "> ", "&gt;", ">\n"] {
        let text = format!("{} please refund my order", mark.repeat(100_000));
        let why = clerk().explain(&text);
        assert_eq!(&text[why.because(1)[0].span()], "refund", "{mark:?}");
    }
}

#[test]
fn the_fuzz_corpora_hold() {
    run_corpus("triage", support::bodies::triage);
    run_corpus("cleaner", support::bodies::cleaner);
}

#[cfg(feature = "train")]
#[test]
fn the_fuzz_corpus_of_lines_holds() {
    run_corpus("corpus_lines", support::bodies::corpus_lines);
}
