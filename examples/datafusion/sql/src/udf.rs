//! The function itself.

use std::cell::RefCell;
use std::hash::{Hash, Hasher};
use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::StructArray;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{DataFusionError, exec_err, plan_err};
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use datafusion::prelude::SessionConfig;
use datafusion::scalar::ScalarValue;
use deskhand::{Classifier, Inquiry, Scratch};

use crate::answers::{Answers, fields};
use crate::text::{Text, readable};

thread_local! {
    /// One a thread: DataFusion hands record batches to a fixed pool of threads, and a scratch that
    /// has grown to the size of the texts allocates nothing more.
    static SCRATCH: RefCell<Scratch> = RefCell::new(Scratch::new());
}

/// The function `triage(subject, body)`, or `triage(body)`, that answers with this classifier.
///
/// Register it with `SessionContext::register_udf`.
#[must_use]
pub fn triage(classifier: Classifier) -> ScalarUDF {
    // The same text has the same answer: calls that are alike are made once.
    let signature = Signature::user_defined(Volatility::Immutable);
    ScalarUDF::new_from_impl(TriageFunction { signature, classifier })
}

/// The same configuration, set so that a call of `triage` is made once a row, also where several
/// fields of it are read.
///
/// DataFusion 55 finds the common call, and then pushes a copy of it towards the file for each
/// field ([#23655](https://github.com/apache/datafusion/issues/23655)). Plain columns lose nothing
/// by this setting.
#[must_use]
pub fn called_once(config: SessionConfig) -> SessionConfig {
    config.set_bool("datafusion.optimizer.enable_leaf_expression_pushdown", false)
}

/// The classifier in a model file, or else the bundled one.
///
/// # Errors
/// What is wrong with the file, and its name.
pub fn classifier(model: Option<&Path>) -> Result<Classifier> {
    let Some(path) = model else {
        return Ok(Classifier::bundled().clone());
    };
    let wrong = |error: &dyn std::error::Error| {
        DataFusionError::Configuration(format!("model {}: {error}", path.display()))
    };
    let bytes = std::fs::read(path).map_err(|error| wrong(&error))?;
    Classifier::from_bytes(&bytes).map_err(|error| wrong(&error))
}

#[derive(Debug)]
struct TriageFunction {
    signature: Signature,
    classifier: Classifier,
}

impl TriageFunction {
    fn answer(&self, args: &[ColumnarValue], rows: usize) -> Result<StructArray> {
        let texts = args.iter().map(Text::new).collect::<Result<Vec<_>>>()?;
        let (subjects, bodies) = match texts.as_slice() {
            [bodies] => (&Text::Literal(None), bodies),
            [subjects, bodies] => (subjects, bodies),
            other => return exec_err!("triage was handed {} arguments", other.len()),
        };
        let mut answers = Answers::with_capacity(rows);
        SCRATCH.with_borrow_mut(|scratch| {
            for row in 0..rows {
                let inquiry = inquiry(subjects.get(row), bodies.get(row));
                answers.push(inquiry.map(|it| self.classifier.triage_with(it, scratch)));
            }
        });
        answers.finish()
    }
}

/// None where there is neither subject nor body.
fn inquiry<'a>(subject: Option<&'a str>, body: Option<&'a str>) -> Option<Inquiry<'a>> {
    subject.or(body)?;
    Some(Inquiry::new(body.unwrap_or_default()).subject(subject.unwrap_or_default()))
}

impl ScalarUDFImpl for TriageFunction {
    fn name(&self) -> &str {
        "triage"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        if !matches!(arg_types.len(), 1 | 2) {
            return plan_err!(
                "triage takes a body, or a subject and a body, not {} arguments: \
                 write triage(body) or triage(subject, body)",
                arg_types.len()
            );
        }
        arg_types.iter().map(readable).collect()
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Struct(fields()))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let is_literal = |arg: &ColumnarValue| matches!(arg, ColumnarValue::Scalar(_));
        if args.args.iter().all(is_literal) {
            let answer = self.answer(&args.args, 1)?;
            return Ok(ColumnarValue::Scalar(ScalarValue::Struct(Arc::new(answer))));
        }
        Ok(ColumnarValue::Array(Arc::new(self.answer(&args.args, args.number_rows)?)))
    }
}

/// Two functions are one where they answer alike: the same model under the same policy.
impl PartialEq for TriageFunction {
    fn eq(&self, other: &Self) -> bool {
        let (one, two) = (&self.classifier, &other.classifier);
        one.model().checksum() == two.model().checksum() && one.policy() == two.policy()
    }
}

// A policy holds no NaN: it refuses whatever is out of range.
impl Eq for TriageFunction {}

impl Hash for TriageFunction {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.classifier.model().checksum().hash(state);
    }
}
