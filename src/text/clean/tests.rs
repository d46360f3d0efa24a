use proptest::prelude::*;

use super::*;

/// What is kept of `text`, ranges set off by "|", blanks at both ends left out.
fn read(text: &str) -> String {
    let mut out = Vec::new();
    out.push(0..99);
    kept(text, &mut out);
    out.iter().map(|range| text[range.clone()].trim()).collect::<Vec<_>>().join("|")
}

fn check(table: &[(&str, &str)]) {
    for (text, expected) in table {
        assert_eq!(read(text), *expected, "{text:?}");
    }
}

const OWN: &str = "My printer prints nothing but black pages since the update";

#[test]
fn ordinary_text_is_one_range() {
    for text in [
        "",
        "x",
        OWN,
        "a\nb\n\nc",
        "- one\n- two\n",
        "At 10:12: error\n* again",
        "----\nx",
        "a > b, R&D, <3",
        "?!",
        "日本語\n",
    ] {
        let mut out = Vec::new();
        kept(text, &mut out);
        let whole: Vec<_> = (!text.is_empty()).then_some(0..text.len()).into_iter().collect();
        assert_eq!(out, whole, "{text:?}");
    }
}

#[test]
fn quoted_replies_are_skipped() {
    check(&[
        ("It works\n\n> Did you restart it?\n>> Which one?\n", "It works"),
        ("&Eacute;&#39;s\n> Did you?", "&Eacute;&#39;s"),
        (
            "On Mon, 5 Jan 2026 at 10:12, Ann <ann@a.example> wrote:\n> Did you?\n\nYes, twice",
            "Yes, twice",
        ),
        (
            "It works\nOn Mon, 5 Jan 2026 at 10:12, Ann Lee\n<ann@a.example> wrote:\n\nDid you?\nThanks",
            "It works",
        ),
        ("Danke\nAm 05.01.2026 um 10:12 schrieb Ann:\n> Und jetzt?", "Danke"),
        ("> Did you restart?\nYes\n> Which one?\nThe blue one", "Yes|The blue one"),
        ("Ann wrote:\nit is broken", "Ann wrote:\nit is broken"),
    ]);
}

#[test]
fn what_tags_quote_is_skipped() {
    check(&[
        ("<p>It works</p><blockquote>Did you?<br>Thanks</blockquote>", "It works"),
        ("<blockquote class=\"gmail_quote\">Did you?</blockquote>Yes<br/>twice", "Yes|twice"),
        ("It <BLOCKQUOTE>a<blockquote>b</blockquote>c</BLOCKQUOTE> works", "It|works"),
        (
            "<div>It works</div><div>On Mon, 5 Jan 2026 at 10:12, Ann wrote:<br></div>\
             <blockquote type=\"cite\"><div>Did you?</div></blockquote><div>Ever yours</div>",
            "It works|Ever yours",
        ),
        ("It works<blockquote>Ann wrote:<br>&gt; hm</blockquote>\n> Did you?\n", "It works"),
        ("It is black\n-- \nAnn<blockquote>Did you?</blockquote>Yes", "It is black|Yes"),
        // Nothing but quotation, or a mail that was passed on: read.
        ("<blockquote>It is black</blockquote>", "It is black"),
        ("<blockquote>&gt; It is black</blockquote>", "It is black"),
        ("<p><br></p><blockquote>It is<blockquote>black</blockquote></blockquote>", "It is|black"),
        (
            "see below<br>Begin forwarded message:<br><blockquote type=\"cite\">From: Ann<br>\
             Date: Mon<br><br>It is black</blockquote>",
            "see below|It is black",
        ),
    ]);
}

#[test]
fn a_quotation_without_an_end_swallows_no_message() {
    check(&[
        ("<blockquote>It is black", "It is black"),
        ("<blockquote type=\"cite\">\nIt is black", "It is black"),
        ("Hi<blockquote>It is black", "Hi|It is black"),
        ("</blockquote>It is black</blockquote>", "It is black"),
        ("It is black<!-- </blockquote> --><p><blockquote>hm", "It is black|hm"),
        ("My <blockquote> tags are lost", "My|tags are lost"),
        ("<blockquote>Hi<blockquote>Did you?</blockquote>It is black", "Hi|Did you?|It is black"),
    ]);
    let below = "Did you restart it?<br>And what then?";
    for tag in ["<blockquote class=\"gmail_quote\">", "<br><blockquote>", "<p>\n<blockquote>\n<p>"]
    {
        assert_eq!(read(&format!("<p>{OWN}</p>{tag}{below}")), OWN, "{tag}");
        assert_eq!(read(&format!("{OWN}{tag}{below}<blockquote>x")), OWN, "{tag}");
        let two = "Did you restart it?|And what then?";
        assert_eq!(read(&format!("Hi all{tag}{below}")), format!("Hi all|{two}"), "{tag}");
    }
    let spoken_of = format!("{OWN} the <blockquote> tag");
    assert_eq!(read(&spoken_of), format!("{OWN} the|tag"));
}

#[test]
fn answered_mail_is_skipped_below_a_message() {
    let block = "From: Ann\nSent: Monday\nTo: Bob\nSubject: Printer\n\nDid you restart?";
    for marker in ["-----Original Message-----\n", "________________________________\n", ""] {
        let text = read(&format!("{OWN}\n\n{marker}{block}"));
        assert_eq!(text.trim_end_matches(['_', '\n']), OWN, "{marker}");
        assert_eq!(
            read(&format!("{marker}{block}")).trim_start_matches(['_', '|']),
            "Did you restart?",
            "{marker}"
        );
    }
    check(&[(
        "From: Ann\nSubject: Printer\nMessage: black",
        "From: Ann\nSubject: Printer\nMessage: black",
    )]);
}

#[test]
fn forwarded_mail_counts_where_nothing_else_stands() {
    let gmail = "---------- Forwarded message ---------\nFrom: Ann\nDate: Mon\nSubject: Hi\nTo: Bob,\n Carl\n\nIt is black";
    assert_eq!(read(gmail), "It is black");
    assert_eq!(read(&format!("FYI\n\n{gmail}")), "FYI|It is black");
    assert_eq!(
        read(&format!("FYI\n\nKind regards,\nBob Lee\nHead of Sales\n{gmail}")),
        "FYI|It is black"
    );
    assert_eq!(read(&format!("{OWN}\n\n{gmail}")), OWN);
    check(&[
        ("Begin forwarded message:\n\nFrom: Ann\nDate: Mon\n\nIt is black", "It is black"),
        ("Begin forwarded message:\nFrom: Ann\nSubject: Hi,\nIt is black", "It is black"),
        (
            "see below\nBegin forwarded message:\n\n> From: Ann\n> Date: Mon\n>\n> It is black",
            "see below|It is black",
        ),
    ]);
}

#[test]
fn signatures_are_skipped() {
    check(&[
        ("It is black\n-- \nAnn Lee\nACME\nDo you like trees?", "It is black"),
        ("It is black\n--\nAnn Lee", "It is black"),
        (
            "It is black\n--\nAnd the other one is white, what now?",
            "It is black\n--\nAnd the other one is white, what now?",
        ),
        ("-- \nIt is black", "It is black"),
        ("It is black\n\nSent from my iPhone", "It is black"),
        ("Sent via courier, lost", "Sent via courier, lost"),
        (
            "It is black\n\nThis e-mail and any attachments\nare confidential.\n\nAnd loud",
            "It is black|And loud",
        ),
    ]);
}

#[test]
fn closings_go_with_the_card_below() {
    check(&[
        ("It is black.\n\nBest regards,\nAnn Lee\nHead of Sales\n+1 555 0100\n", "It is black."),
        ("It is black.\nThanks\nAnn\n\nOn 5 Jan at 10:12 Bob wrote:\n> hm", "It is black."),
        (
            "It is black.\nThanks\nAnn\nWhen will you come?",
            "It is black.\nThanks\nAnn\nWhen will you come?",
        ),
        ("It is black.\nThanks\nit is also loud", "It is black.\nThanks\nit is also loud"),
        ("Thanks\nPrinter Black", "Thanks\nPrinter Black"),
        ("Black.\nRegards\nA\nB\nC\nD\nE\nF\nG", "Black.\nRegards\nA\nB\nC\nD\nE\nF\nG"),
    ]);
}

#[test]
fn markup_separates_text() {
    check(&[
        ("<p>It is <b>black</b></p><p>Why?</p>", "It is|black|Why?"),
        ("It&nbsp;is &#39;black&#39;", "It|is|black"),
        ("It isn&#39;t &Uuml;ber&nbsp;caf&eacute;", "It isn&#39;t &Uuml;ber|caf&eacute;"),
        ("isn<b></b>&#39;t, isn&#39;<b>t</b>", "isn|t, isn|t"),
        ("&eacute;&#39;s&#39; &#39;&eacute;", "&eacute;&#39;s|&eacute;"),
        ("<style>p { color: red }</style>Black<script>let a = 1 < 2;</script>", "Black"),
        ("<style>It is black", "It is black"),
        ("<!-- hidden -->Black<!-- open", "Black<!-- open"),
        (
            "I <3 it, a < b, x<y and z>w, <ann@a.example>",
            "I <3 it, a < b, x<y and z>w, <ann@a.example>",
        ),
        ("Black<br>Regards,<br>Ann Lee<br>", "Black"),
        ("<div>Black</div><div>&gt; Did you?</div>", "Black"),
    ]);
}

#[test]
fn gateway_tags_are_skipped() {
    check(&[
        ("[EXTERNAL] It is black", "It is black"),
        (
            "CAUTION: This email originated from outside the company.\nDo not click links.\n\nBlack",
            "Black",
        ),
        ("CAUTION: This email originated from outside.\nBlack", "Black"),
        ("Caution: it is hot", "Caution: it is hot"),
    ]);
}

#[test]
fn a_message_is_never_emptied() {
    check(&[
        ("> It is black\n> and loud", "It is black|and loud"),
        ("On Mon, 5 Jan 2026 at 10:12, Ann wrote:\n> It is black", "It is black"),
        ("Sent from my iPhone", "Sent from my iPhone"),
        ("[EXTERNAL]", "[EXTERNAL]"),
        ("<p></p>", "<p></p>"),
        (">", ">"),
        (" \n", ""),
    ]);
}

#[test]
fn subjects_lose_their_prefixes() {
    let table = [
        ("Re: black", "black"),
        ("RE: Fwd: AW: black", "black"),
        ("Re[2]: FW : [EXTERNAL] [Ticket #123] Re: black", "black"),
        ("  re: black ", "black "),
        ("Rebate: black", "Rebate: black"),
        ("Re 5: black", "Re 5: black"),
        ("[urgent] black", "[urgent] black"),
        ("Re:", "Re:"),
        ("Re: ?", "Re: ?"),
        ("re", "re"),
        ("", ""),
    ];
    for (text, expected) in table {
        assert_eq!(&text[clean_subject(text)], expected, "{text:?}");
    }
}

/// Texts made of markers, words, and anything.
fn mixed() -> impl Strategy<Value = String> {
    let parts = vec![
        "\n",
        "\n",
        "\n\n",
        "\r\n",
        "\r",
        " ",
        "\0",
        "\u{a0}",
        "ü",
        "word ",
        "It is black. ",
        "> ",
        "&gt; ",
        "-- \n",
        "--\n",
        "<p>",
        "</p>",
        "<br>",
        "<blockquote>",
        "<blockquote type=cite>",
        "</blockquote>",
        "<style>",
        "</style>",
        "<script>",
        "</script>",
        "<!--",
        "-->",
        "<3",
        "&nbsp;",
        "&#39;",
        "&eacute;",
        "&",
        "<a href=",
        ">",
        "<",
        "[EXTERNAL]",
        "[EXTERNAL <!-- ] ",
        "[Ticket #1]",
        "Re: ",
        "On Mon 10:12, Ann\n",
        "Ann wrote:\n",
        "From: Ann\n",
        "Sent: Monday\n",
        "To: Bob,\n",
        "Subject: x\n",
        "-----Original Message-----\n",
        "---------- Forwarded message ---------\n",
        "Begin forwarded message:\n",
        "Sent from my iPhone\n",
        "Best regards,\n",
        "Thanks\n",
        "Ann Lee\n",
        "This e-mail and any attachments are confidential\n",
        "CAUTION: This email originated from outside.\n",
        "Do not click links\n",
    ];
    let part = prop_oneof![4 => proptest::sample::select(parts).prop_map(str::to_owned), 1 => any::<String>()];
    proptest::collection::vec(part, 0..24).prop_map(|parts| parts.concat())
}

fn has_word(text: &str) -> bool {
    text.contains(char::is_alphanumeric)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn ranges_are_valid_and_never_emptied(text in mixed()) {
        let mut out = Vec::new();
        kept(&text, &mut out);
        let mut last = 0;
        for range in &out {
            prop_assert!(range.start >= last && range.start < range.end, "{:?}", out);
            prop_assert!(text.get(range.clone()).is_some(), "{:?}", out);
            last = range.end;
        }
        prop_assert_eq!(out.is_empty(), text.is_empty());
        prop_assert_eq!(out.iter().any(|range| has_word(&text[range.clone()])), has_word(&text));
    }

    #[test]
    fn subjects_are_never_emptied(text in mixed()) {
        let range = clean_subject(&text);
        prop_assert!(text.get(range.clone()).is_some());
        prop_assert_eq!(has_word(&text[range]), has_word(&text));
    }
}

/// Ten times the text may take at most forty times as long, the best of five runs each.
#[test]
fn time_is_linear() {
    let seconds = |text: &str| {
        let mut out = Vec::new();
        let run = |_| {
            // The processor time of this thread: other programs and tests do not count.
            let start = cpu_time::ThreadTime::now();
            kept(text, &mut out);
            clean_subject(text);
            start.elapsed().as_secs_f64()
        };
        (0..5).map(run).fold(f64::MAX, f64::min)
    };
    let hostile = [
        ">",
        "<",
        "&",
        "\n",
        "-- \n",
        "<style",
        "<style>",
        "<style>\n",
        "<!--",
        "<a b=\"",
        "On ",
        "On 10:12\n",
        "From:\n",
        "a:\n",
        "any views\n",
        "***\n",
        "x\nThanks\n",
        "> a\nx\n",
        "[EXTERNAL]",
        "Re: ",
        "<p>On 10:12\n<style>",
        "---------- Forwarded message\n",
        "<blockquote>",
        "<blockquote>\n",
        "</blockquote>",
        "<blockquote>a</blockquote>b",
        "On 10:12\n<blockquote>",
        "x\nThanks\n<blockquote type=cite>a</blockquote>\n",
        "<!--<blockquote>",
        "<style><blockquote>",
        "caf&eacute;",
        "a&#39;",
    ];
    for part in hostile {
        let (short, long) = (part.repeat(20_000 / part.len()), part.repeat(200_000 / part.len()));
        // Noise may spoil a measurement, hardly five in a row.
        let is_linear = |_| seconds(&long) < seconds(&short) * 40.0 + 0.002;
        assert!((0..5).any(is_linear), "{part:?}: ten times the text, over forty times the time");
    }
}
