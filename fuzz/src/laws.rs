//! What holds for every text.

use deskhand::{Classifier, Explanation, Inquiry, Part, Policy, ReviewReason, Scratch, Triage};

/// Clerks under policies of rising strictness, the first being the default.
pub struct Laws {
    clerk: Classifier,
    pickier: Vec<Classifier>,
    dearer: Vec<Classifier>,
}

impl Laws {
    /// The laws for this clerk's model.
    pub fn of(clerk: Classifier) -> Self {
        let under = |policy: Result<Policy, deskhand::PolicyError>| {
            clerk.with_policy(policy.expect("a sound policy")).expect("no target accuracy")
        };
        let sure = |p: f64| under(Policy::default().min_probability(p));
        let dear = |cost: f64| {
            let policy = Policy::default().missed_tier_2_cost(cost);
            under(policy.and_then(|policy| policy.missed_tier_3_cost(2.0 * cost)))
        };
        let pickier = [0.5, 0.65, 0.8, 0.99, 0.999_999].map(sure).into();
        let dearer = [0.01, 0.3, 1.0, 3.0, 30.0, 500.0].map(dear).into();
        Self { clerk, pickier, dearer }
    }

    /// Panics where a law is broken. `scratch` may hold what it likes.
    pub fn hold(&self, inquiry: Inquiry<'_>, scratch: &mut Scratch) {
        let triage = self.clerk.triage(inquiry);
        assert_eq!(self.clerk.triage_with(inquiry, scratch), triage, "the scratch left a trace");
        numbers_are_sound(&triage);
        never_emptied(inquiry, &triage);
        let why = self.clerk.explain(inquiry);
        assert_eq!(why.triage(), triage, "the explanation is of another answer");
        explanation_adds_up(&why);
        spans_are_the_callers(inquiry, &why);
        self.stricter_is_stricter(inquiry, scratch);
    }

    /// A higher threshold never takes a review back, a dearer miss never lowers a tier.
    fn stricter_is_stricter(&self, inquiry: Inquiry<'_>, scratch: &mut Scratch) {
        let mut ask = |clerk: &Classifier| clerk.triage_with(inquiry, scratch);
        let reviews: Vec<_> = self.pickier.iter().map(|c| ask(c).review().is_some()).collect();
        assert!(reviews.is_sorted(), "a higher threshold took a review back: {reviews:?}");
        let tiers: Vec<_> = self.dearer.iter().map(|clerk| ask(clerk).tier()).collect();
        assert!(tiers.is_sorted(), "a dearer miss lowered the tier: {tiers:?}");
    }
}

fn numbers_are_sound(triage: &Triage) {
    let chance = 0.0..=1.0;
    let tiers = triage.tier_probabilities();
    assert!((0.5..=1.0).contains(&triage.probability()), "{triage:?}");
    assert!(tiers.iter().all(|p| chance.contains(p)), "{tiers:?}");
    assert!((tiers.iter().sum::<f32>() - 1.0).abs() < 1e-5, "{tiers:?}");
    let desk = triage.desk();
    assert!(
        chance.contains(&triage.asks_for(desk)) && chance.contains(&triage.asks_for(desk.other()))
    );
    assert!(triage.also().is_none_or(|also| also == desk.other()));
    assert_eq!(triage.margin() > 0, desk == deskhand::Desk::Technical);
}

/// Where a letter or digit stands, something is read.
fn never_emptied(inquiry: Inquiry<'_>, triage: &Triage) {
    let says = |text: &str| text.contains(char::is_alphanumeric);
    if says(inquiry.body()) || says(inquiry.subject_line()) {
        assert_ne!(triage.review(), Some(ReviewReason::Empty), "{inquiry:?} was emptied");
    }
}

fn explanation_adds_up(why: &Explanation) {
    let triage = why.triage();
    let sum = |of: fn(&deskhand::Evidence) -> i32| why.evidence().iter().map(of).sum::<i32>();
    assert_eq!(sum(|word| word.desk()) + why.desk_bias(), triage.margin());
    let [two, three] = why.tier_biases();
    let tiers = [sum(|word| word.tier_2()) + two, sum(|word| word.tier_3()) + three];
    assert_eq!(tiers, triage.tier_margins());
    assert!(why.because(3).len() <= 3);
}

/// Spans lie inside the caller's own strings, on char boundaries, and are not empty.
fn spans_are_the_callers(inquiry: Inquiry<'_>, why: &Explanation) {
    for word in why.evidence() {
        let text = match word.part() {
            Part::Subject => inquiry.subject_line(),
            Part::Body => inquiry.body(),
        };
        let seen = text.get(word.span());
        assert!(seen.is_some_and(|seen| !seen.is_empty()), "{:?} of {text:?}", word.span());
    }
}

/// The text as a mail program quotes it.
pub fn quoted(text: &str) -> String {
    text.lines().map(|line| format!("> {line}\n")).collect()
}

/// A text of pieces, one a byte; the bytes left over are line feeds.
pub fn assemble(data: &[u8]) -> String {
    data.iter().map(|&byte| PIECES.get(usize::from(byte)).copied().unwrap_or("\n")).collect()
}

const _: () = assert!(PIECES.len() < 240, "line feeds must stay frequent");

/// Pieces of mails, of the kinds that cleaning and tokens have rules for, and of kinds that nobody
/// thought of.
pub const PIECES: &[&str] = &[
    " ",
    "\r\n",
    "\r",
    "\t",
    "> ",
    ">",
    ">> > ",
    "&gt; ",
    "&gt;",
    "-- ",
    "--",
    "---",
    "- ",
    "*",
    "**",
    "On Mon, 5 Jan 2026 at 10:12, Ann Lee <ann@a.example> wrote:",
    "On ",
    " wrote:",
    "Am 05.01.2026 um 10:12 schrieb Ann:",
    "Le ",
    " a écrit :",
    "Ann wrote:",
    ">:",
    ":",
    "10:12",
    "@",
    "-----Original Message-----",
    "---------- Forwarded message ---------",
    "Begin forwarded message:",
    "From: Ann <ann@a.example>",
    "Sent: Monday",
    "Date: 2026-01-05",
    "To: Bob,",
    "Subject: Re: it",
    "Cc: ",
    "*From:* ",
    "Reply-To: x;",
    "Sent from my iPhone",
    "Get Outlook for iOS",
    "Sent via the website",
    "Von meinem iPhone gesendet",
    "This e-mail and any attachments are confidential, intended for the addressee only. ",
    "Please consider the environment before printing",
    "If you have received this in error, notify the sender",
    "Best regards,",
    "Thanks",
    "Kind regards, Ann Lee",
    "Mit freundlichen Grüßen",
    "Cheers",
    "Ann Lee",
    "Head of Sales",
    "Tel: +1 555 0100",
    "PS: ",
    "Order 12",
    "[EXTERNAL] ",
    "[Ticket #123] ",
    "[",
    "]",
    "CAUTION: This email originated from outside of the organization. ",
    "Do not click links. ",
    "content is safe. ",
    "*** ",
    "You don't often get email from x. ",
    "WARNING: external sender ",
    "Re: ",
    "RE[2]: ",
    "Fwd: ",
    "AW: ",
    "<p>",
    "</p>",
    "<br>",
    "<br/>",
    "<div class=x>",
    "</div>",
    "<b>",
    "</b>",
    "<a href=\"https://a.example\">",
    "<style>",
    "</style>",
    "<script>",
    "</script>",
    "<!--",
    "-->",
    "<!DOCTYPE html>",
    "<![endif]>",
    "<?xml ",
    "<",
    "</",
    "<style",
    "<blockquote>",
    "<td>",
    "&nbsp;",
    "&amp;",
    "&#39;",
    "&#x27;",
    "&",
    "&;",
    "<3",
    "a < b",
    "my",
    " screen",
    " is",
    " black",
    " refund",
    " the",
    " app",
    " crashes",
    " please",
    " x",
    " invoice",
    "don't",
    " can\u{2019}t",
    "PASSWORD",
    " McDonald",
    "£12.50",
    "$5",
    "40€",
    "1,000",
    "12/05/2021",
    "5pm",
    "v2.1",
    "10.0.19045",
    "0x80070005",
    "ERR_TIMED_OUT",
    "INV-20871",
    "std::io::Error",
    "com.example.Main",
    "render()",
    "https://a.example/x",
    "www.a",
    "jo@example.org",
    "@shop",
    "#fail",
    "#1042",
    "#",
    "C:\\a\\b",
    "/var/log/app",
    "~/a",
    "report.pdf",
    "NullPointerException",
    "Error",
    "e.g.",
    "500rs",
    "rs",
    "+-~$1",
    "0",
    "123",
    "AB12345678",
    "'",
    "''",
    "\"",
    "(",
    ")",
    "...",
    "?!",
    "_",
    "`",
    "|",
    "=",
    ",",
    ";",
    "~",
    "/",
    "é",
    "e\u{301}",
    "Z\u{341}\u{35c}\u{322}\u{489}\u{331}a\u{301}\u{300}\u{316}",
    "ß",
    "İ",
    "ǅ",
    "ﬁ",
    "Ⅷ",
    "½",
    "٣",
    "٤٢",
    "二",
    "日本語",
    "日本",
    "한국어",
    "שלום",
    "مرحبا",
    "\u{202e}",
    "\u{202d}abc\u{202c}",
    "\u{200f}",
    "हिन्दी",
    "ไทย",
    "ក្",
    "Заказ",
    "Ελλάδα",
    "😀",
    "👩\u{200d}👩\u{200d}👧",
    "👍🏽",
    "🇩🇪",
    "❤\u{fe0f}",
    "1\u{fe0f}\u{20e3}",
    "\u{1f3f4}\u{e0067}\u{e0062}\u{e007f}",
    "❶",
    "\0",
    "\u{1}",
    "\u{7f}",
    "\u{85}",
    "\u{a0}",
    "\u{ad}",
    "\u{200b}",
    "\u{200d}",
    "\u{2028}",
    "\u{3000}",
    "\u{feff}",
    "\u{fffd}",
    "\u{fffe}",
    "\u{10ffff}",
    "\u{e000}",
    "\\ud800",
    "\u{300}",
    "“",
    "”",
    "‘",
    "’",
    "«",
    "»",
    "¿",
    "…",
    "•",
    "–",
    "—",
    "\u{a0}\u{a0}",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab",
    "ääääääääääääääääääää",
    "qzxvlorp",
    "grumblefutz's",
];
