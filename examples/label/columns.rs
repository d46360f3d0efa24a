//! Which columns hold the text, and what the added columns are called.

use anyhow::{Result, bail};

/// The added columns, in their order.
pub(crate) const LABELS: [&str; 9] =
    ["desk", "probability", "tier", "tier_1", "tier_2", "tier_3", "also", "review", "because"];

/// Names a subject line goes by, best first: lower case, letters and digits only.
const SUBJECTS: &[&str] = &[
    "subject",
    "subjectline",
    "ticketsubject",
    "emailsubject",
    "mailsubject",
    "messagesubject",
    "title",
    "tickettitle",
    "summary",
    "ticketsummary",
    "shortdescription",
    "headline",
];

/// Names the text itself goes by, best first.
const BODIES: &[&str] = &[
    "body",
    "ticketbody",
    "emailbody",
    "mailbody",
    "messagebody",
    "bodytext",
    "textbody",
    "description",
    "ticketdescription",
    "longdescription",
    "message",
    "messagetext",
    "customermessage",
    "ticketmessage",
    "firstmessage",
    "text",
    "content",
    "inquiry",
    "enquiry",
    "inquirytext",
    "enquirytext",
    "question",
    "tickettext",
    "comment",
    "comments",
    "complaint",
    "request",
    "query",
    "details",
    "narrative",
    "utterance",
    "feedback",
    "issue",
    "ticket",
];

/// The two texts of an inquiry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// The subject line.
    Subject,
    /// The text itself.
    Body,
}

impl Part {
    /// The word for it in messages and options.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Part::Subject => "subject",
            Part::Body => "body",
        }
    }
}

/// How one of the two columns is to be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// By the names such a column usually has.
    Guess,
    /// By this name, or by this number where no column is called so.
    Named(String),
    /// There is none.
    Nothing,
}

impl Choice {
    /// What an option on the command line asks for.
    pub(crate) fn from_option(option: &Option<String>) -> Choice {
        match option.as_deref() {
            None => Choice::Guess,
            Some("-") => Choice::Nothing,
            Some(name) => Choice::Named(name.to_owned()),
        }
    }
}

/// Which columns are wanted for the two texts.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    /// The subject line.
    pub(crate) subject: Choice,
    /// The text itself.
    pub(crate) body: Choice,
}

impl Wanted {
    /// The choice made for `part`.
    pub(crate) fn choice(&self, part: Part) -> &Choice {
        match part {
            Part::Subject => &self.subject,
            Part::Body => &self.body,
        }
    }

    /// Which text a column called `name` holds, and how well the name fits: 0 is best.
    pub(crate) fn fit(&self, name: &str) -> Option<(Part, usize)> {
        self.fit_named(name).or_else(|| self.fit_guessed(name))
    }

    fn fit_named(&self, name: &str) -> Option<(Part, usize)> {
        [Part::Body, Part::Subject].into_iter().find_map(|part| match self.choice(part) {
            Choice::Named(wanted) if wanted == name => Some((part, 0)),
            Choice::Named(wanted) if wanted.eq_ignore_ascii_case(name) => Some((part, 1)),
            _ => None,
        })
    }

    fn fit_guessed(&self, name: &str) -> Option<(Part, usize)> {
        let mut room = [0; 24];
        let plain = plain(name, &mut room)?;
        [(Part::Body, BODIES), (Part::Subject, SUBJECTS)].into_iter().find_map(|(part, names)| {
            let place = names.iter().position(|known| known.as_bytes() == plain)?;
            (*self.choice(part) == Choice::Guess).then_some((part, place))
        })
    }
}

/// The letters and digits of `name` in lower case; `None` if they are too many for any name we
/// know.
fn plain<'a>(name: &str, room: &'a mut [u8; 24]) -> Option<&'a [u8]> {
    let mut used = 0;
    for byte in name.bytes().filter(u8::is_ascii_alphanumeric) {
        *room.get_mut(used)? = byte.to_ascii_lowercase();
        used += 1;
    }
    Some(&room[..used])
}

/// Where the two texts stand in a row of fields.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Places {
    /// The subject line, if there is one.
    pub(crate) subject: Option<usize>,
    /// The text itself, if there is one.
    pub(crate) body: Option<usize>,
}

impl Places {
    /// Finds both texts in a header.
    pub(crate) fn find(wanted: &Wanted, header: &[String]) -> Result<Places> {
        let body = place(wanted, Part::Body, header, None)?;
        let subject = place(wanted, Part::Subject, header, body)?;
        if body.is_none() && subject.is_none() {
            bail!(
                "no column looks like the text of an inquiry; the first row must name the columns, and it reads {}; \
                 name the column with --body-column",
                list(header)
            );
        }
        Ok(Places { subject, body })
    }
}

fn place(
    wanted: &Wanted,
    part: Part,
    header: &[String],
    taken: Option<usize>,
) -> Result<Option<usize>> {
    let fits = header.iter().enumerate().filter(|(index, _)| Some(*index) != taken);
    let fits: Vec<(usize, usize)> = fits
        .filter_map(|(index, name)| {
            wanted.fit(name).filter(|fit| fit.0 == part).map(|fit| (fit.1, index))
        })
        .collect();
    let Some(&(best, index)) = fits.iter().min() else {
        return by_number(wanted.choice(part), part, header);
    };
    if let Some(&(_, other)) = fits.iter().find(|fit| fit.0 == best && fit.1 != index) {
        bail!(
            "columns {} and {} could both be the {part} ({:?}, {:?}); choose one by its number with --{part}-column",
            index + 1,
            other + 1,
            header[index],
            header[other],
            part = part.as_str()
        );
    }
    Ok(Some(index))
}

/// Where no column is called what was asked for, it may be a number.
fn by_number(choice: &Choice, part: Part, header: &[String]) -> Result<Option<usize>> {
    let Choice::Named(name) = choice else { return Ok(None) };
    match name.parse::<usize>() {
        Ok(number) if (1..=header.len()).contains(&number) => Ok(Some(number - 1)),
        _ => bail!(unknown(part, name, &list(header))),
    }
}

/// The message for a column that was asked for and isn't there.
pub(crate) fn unknown(part: Part, name: &str, columns: &str) -> String {
    format!(
        "there is no column {name:?}; the columns are {columns}; correct --{}-column",
        part.as_str()
    )
}

/// The columns of a file in a sentence, cut where they are very many.
pub(crate) fn list(names: &[String]) -> String {
    const MOST: usize = 20;
    let shown: Vec<String> =
        names.iter().take(MOST).map(|name| format!("{:?}", cut(name))).collect();
    let more = names.len().saturating_sub(MOST);
    let tail = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{tail}", shown.join(", "))
}

fn cut(name: &str) -> String {
    const MOST: usize = 60;
    if name.chars().count() <= MOST {
        name.to_owned()
    } else {
        name.chars().take(MOST).chain(['…']).collect()
    }
}

/// The names of the added columns under `prefix`.
pub(crate) fn label_names(prefix: &str) -> [String; 9] {
    LABELS.map(|name| format!("{prefix}{name}"))
}

/// Refuses an input that has a column of the name of a label, in whatever case.
pub(crate) fn refuse_clash(labels: &[String], header: &[String]) -> Result<()> {
    let clash: Vec<&String> = header.iter().filter(|name| is_label(labels, name)).collect();
    if let Some(first) = clash.first() {
        let names: Vec<String> = clash.iter().map(|name| format!("{name:?}")).collect();
        bail!(
            "the input already has {} {}; add a --prefix to name the new columns apart, such as --prefix deskhand_ for \
             \"deskhand_{}\"",
            if clash.len() == 1 { "a column" } else { "columns" },
            names.join(", "),
            first.to_ascii_lowercase()
        );
    }
    Ok(())
}

/// Whether `name` is one of the labels' names, in whatever case.
pub(crate) fn is_label(labels: &[String], name: &str) -> bool {
    labels.iter().any(|label| label.eq_ignore_ascii_case(name))
}
