//! What a model says about itself.

use crate::error::ModelError;
use crate::model::format::INFO;

/// Describes a model: its name and version, the language it reads, the data it was trained on and
/// how well it did on companies it had never seen.
///
/// Stored inside the model file as lines of `key = value`.
///
/// # Examples
/// ```
/// let info = deskhand::Classifier::bundled().model();
/// assert_eq!(info.name(), "english");
/// assert_eq!(info.languages(), "en");
/// assert!(info.training_data().count() > 10);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelInfo {
    /// One string rather than a list, so that no description takes more room than it has bytes.
    text: String,
    bytes: usize,
    checksum: u64,
}

/// More than any description needs.
const MAX_LENGTH: usize = 1 << 20;
const CHECKSUM: std::ops::Range<usize> = 32..40;

impl ModelInfo {
    pub(crate) fn parse(section: &[u8], file: &[u8]) -> Result<Self, ModelError> {
        let wrong = |problem| ModelError::section(INFO, problem);
        if section.len() > MAX_LENGTH {
            return Err(wrong("is too long"));
        }
        let text = std::str::from_utf8(section).map_err(|_| wrong("is not UTF-8"))?;
        if text.lines().any(|line| !line.contains(" = ")) {
            return Err(wrong("has a line without \" = \""));
        }
        let checksum = file.get(CHECKSUM).and_then(|b| b.try_into().ok()).map(u64::from_le_bytes);
        let checksum = checksum.unwrap_or_default();
        Ok(Self { text: text.to_owned(), bytes: file.len(), checksum })
    }

    fn lines(&self) -> impl Iterator<Item = (&str, &str)> {
        self.text.lines().filter_map(|line| line.split_once(" = "))
    }

    /// The model's name, such as `english`; empty where it has none.
    ///
    /// # Examples
    /// ```
    /// assert_eq!(deskhand::Classifier::bundled().model().name(), "english");
    /// ```
    #[must_use]
    pub fn name(&self) -> &str {
        self.get("name").unwrap_or_default()
    }

    /// The model's own version; it changes whenever its answers may.
    ///
    /// # Examples
    /// ```
    /// assert!(!deskhand::Classifier::bundled().model().version().is_empty());
    /// ```
    #[must_use]
    pub fn version(&self) -> &str {
        self.get("version").unwrap_or_default()
    }

    /// The languages it reads, as ISO 639-1 codes separated by commas.
    ///
    /// # Examples
    /// ```
    /// assert_eq!(deskhand::Classifier::bundled().model().languages(), "en");
    /// ```
    #[must_use]
    pub fn languages(&self) -> &str {
        self.get("languages").unwrap_or_default()
    }

    /// The data sets it was trained on, each as a line of name, rows and licence.
    ///
    /// # Examples
    /// ```
    /// let info = deskhand::Classifier::bundled().model();
    /// assert!(info.training_data().any(|set| set.starts_with("written-ordinary")));
    /// ```
    pub fn training_data(&self) -> impl Iterator<Item = &str> {
        self.lines().filter(|(key, _)| *key == "data").map(|(_, value)| value)
    }

    /// Figures measured while training, by name. Those beginning with `cv.` come from
    /// cross-validation in which whole sources were left out.
    ///
    /// # Examples
    /// ```
    /// let info = deskhand::Classifier::bundled().model();
    /// let (_, f1) = info.metrics().find(|(name, _)| *name == "cv.desk_macro_f1").unwrap();
    /// assert!(f1 > 0.5 && f1 < 1.0);
    /// ```
    pub fn metrics(&self) -> impl Iterator<Item = (&str, f64)> {
        let metrics = self
            .lines()
            .filter_map(|(key, value)| Some((key.strip_prefix("metric.")?, value.parse().ok()?)));
        metrics.filter(|(_, value): &(&str, f64)| value.is_finite())
    }

    /// Any line of the description by its key; the first, where there are several.
    ///
    /// # Examples
    /// ```
    /// assert_eq!(deskhand::Classifier::bundled().model().get("no such key"), None);
    /// ```
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        self.lines().find(|(known, _)| *known == key).map(|(_, value)| value)
    }

    /// The size of the whole model in bytes.
    ///
    /// # Examples
    /// ```
    /// assert!(deskhand::Classifier::bundled().model().size() < 1_500_000);
    /// ```
    #[must_use]
    pub fn size(&self) -> usize {
        self.bytes
    }

    /// The checksum (xxh3-64) of the model, which tells two models apart.
    ///
    /// # Examples
    /// ```
    /// assert_ne!(deskhand::Classifier::bundled().model().checksum(), 0);
    /// ```
    #[must_use]
    pub fn checksum(&self) -> u64 {
        self.checksum
    }
}
