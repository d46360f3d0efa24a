//! Columns of text, in each of the layouts that Arrow has for them.

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, LargeStringArray, StringArray, StringViewArray,
};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{exec_err, plan_err};
use datafusion::error::Result;
use datafusion::logical_expr::ColumnarValue;
use datafusion::scalar::ScalarValue;

/// A column of text that is read row by row, in place.
pub(crate) enum Text<'a> {
    Utf8(&'a StringArray),
    LargeUtf8(&'a LargeStringArray),
    Utf8View(&'a StringViewArray),
    Dictionary {
        keys: Vec<usize>,
        nulls: Option<NullBuffer>,
        values: Box<Text<'a>>,
    },
    /// The same in every row: a literal.
    Literal(Option<&'a str>),
}

impl<'a> Text<'a> {
    pub(crate) fn new(value: &'a ColumnarValue) -> Result<Self> {
        match value {
            ColumnarValue::Array(array) => Self::of_array(array),
            ColumnarValue::Scalar(scalar) => Self::of_literal(scalar),
        }
    }

    fn of_array(array: &'a ArrayRef) -> Result<Self> {
        match array.data_type() {
            DataType::Utf8 => Ok(Text::Utf8(array.as_string())),
            DataType::LargeUtf8 => Ok(Text::LargeUtf8(array.as_string())),
            DataType::Utf8View => Ok(Text::Utf8View(array.as_string_view())),
            DataType::Dictionary(_, _) => Self::of_dictionary(array),
            other => exec_err!("triage was handed {other} in place of text"),
        }
    }

    fn of_dictionary(array: &'a ArrayRef) -> Result<Self> {
        let dictionary = array.as_any_dictionary();
        if dictionary.values().is_empty() {
            return Ok(Text::Literal(None));
        }
        Ok(Text::Dictionary {
            keys: dictionary.normalized_keys(),
            nulls: dictionary.keys().nulls().cloned(),
            values: Box::new(Self::of_array(dictionary.values())?),
        })
    }

    fn of_literal(scalar: &'a ScalarValue) -> Result<Self> {
        match scalar.try_as_str() {
            Some(text) => Ok(Text::Literal(text)),
            None => exec_err!("triage was handed {} in place of text", scalar.data_type()),
        }
    }

    /// The text of a row; `None` where it is null.
    pub(crate) fn get(&self, row: usize) -> Option<&'a str> {
        match self {
            Text::Utf8(array) => array.is_valid(row).then(|| array.value(row)),
            Text::LargeUtf8(array) => array.is_valid(row).then(|| array.value(row)),
            Text::Utf8View(array) => array.is_valid(row).then(|| array.value(row)),
            Text::Dictionary { keys, nulls, values } => {
                let is_null = nulls.as_ref().is_some_and(|nulls| nulls.is_null(row));
                if is_null { None } else { values.get(keys[row]) }
            }
            Text::Literal(text) => *text,
        }
    }
}

/// The type that an argument of this type is read as: text stays as it is, so that no column is
/// copied, and the type of a bare `NULL` becomes text.
pub(crate) fn readable(data_type: &DataType) -> Result<DataType> {
    match data_type {
        DataType::Null => Ok(DataType::Utf8),
        text if is_text(text) => Ok(text.clone()),
        DataType::Dictionary(_, values) if is_text(values) => Ok(data_type.clone()),
        other => plan_err!("triage reads text, not {other}: cast it, as in triage(body::text)"),
    }
}

fn is_text(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
}
