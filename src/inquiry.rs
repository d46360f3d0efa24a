//! What a caller hands in.

/// One inbound inquiry: the first message of a customer, with its subject line if there is one.
///
/// Borrowed text; building one costs nothing. Any text of any size, language or shape is fine.
/// Give the message as it arrived: quoted replies, signatures and HTML remnants are found and
/// skipped inside.
///
/// # Examples
/// ```
/// use deskhand::Inquiry;
///
/// let plain = Inquiry::from("Where is my parcel?");
/// let mail = Inquiry::new("It shows error 0x80070005 and stops.").subject("Re: installation");
/// assert_eq!(plain.body(), "Where is my parcel?");
/// assert_eq!(mail.subject_line(), "Re: installation");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Inquiry<'a> {
    subject: &'a str,
    body: &'a str,
}

impl<'a> Inquiry<'a> {
    /// An inquiry with this body and no subject line.
    ///
    /// # Examples
    /// ```
    /// assert_eq!(deskhand::Inquiry::new("hello").subject_line(), "");
    /// ```
    #[must_use]
    pub const fn new(body: &'a str) -> Self {
        Self { subject: "", body }
    }

    /// The same inquiry with this subject line. A reply or forward prefix ("Re:", "Fwd:") is skipped
    /// later, and so is a subject line that the body repeats.
    ///
    /// # Examples
    /// ```
    /// let mail = deskhand::Inquiry::new("It is a week late.").subject("Order 1041");
    /// assert_eq!(mail.subject_line(), "Order 1041");
    /// ```
    #[must_use]
    pub const fn subject(self, subject: &'a str) -> Self {
        Self { subject, ..self }
    }

    /// The body as handed in.
    ///
    /// # Examples
    /// ```
    /// assert_eq!(deskhand::Inquiry::new("hello").body(), "hello");
    /// ```
    #[must_use]
    pub const fn body(&self) -> &'a str {
        self.body
    }

    /// The subject line as handed in; empty where there is none.
    ///
    /// # Examples
    /// ```
    /// assert_eq!(deskhand::Inquiry::new("hello").subject("hi").subject_line(), "hi");
    /// ```
    #[must_use]
    pub const fn subject_line(&self) -> &'a str {
        self.subject
    }
}

impl<'a> From<&'a str> for Inquiry<'a> {
    fn from(body: &'a str) -> Self {
        Self::new(body)
    }
}

impl<'a> From<&'a String> for Inquiry<'a> {
    fn from(body: &'a String) -> Self {
        Self::new(body)
    }
}

/// The part of an [`Inquiry`] that a byte span points into.
///
/// # Examples
/// ```
/// let clerk = deskhand::Classifier::bundled();
/// let why = clerk.explain("I want a refund");
/// assert_eq!(why.evidence()[0].part(), deskhand::Part::Body);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Part {
    /// The subject line.
    Subject,
    /// The body.
    Body,
}
