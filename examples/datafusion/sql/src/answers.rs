//! Answers as a column of structs.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, Float32Builder, Int8Builder, NullBufferBuilder, StringBuilder, StructArray,
};
use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::error::Result;
use deskhand::Triage;

/// The fields of an answer.
///
/// All may be null, because `['field']` reads a field without looking at the struct's own nulls.
/// The tier is signed: SQL has no other small integer, and every reader of Parquet knows this one.
pub fn fields() -> Fields {
    let field = |name, data_type| Field::new(name, data_type, true);
    Fields::from(vec![
        field("desk", DataType::Utf8),
        field("probability", DataType::Float32),
        field("tier", DataType::Int8),
        field("tier_1", DataType::Float32),
        field("tier_2", DataType::Float32),
        field("tier_3", DataType::Float32),
        field("also", DataType::Utf8),
        field("review", DataType::Utf8),
    ])
}

/// Collects the answers of one record batch.
pub(crate) struct Answers {
    desk: StringBuilder,
    probability: Float32Builder,
    tier: Int8Builder,
    tiers: [Float32Builder; 3],
    also: StringBuilder,
    review: StringBuilder,
    nulls: NullBufferBuilder,
}

impl Answers {
    pub(crate) fn with_capacity(rows: usize) -> Self {
        let numbers = || Float32Builder::with_capacity(rows);
        let names = || StringBuilder::with_capacity(rows, rows * "technical".len());
        Self {
            desk: names(),
            probability: numbers(),
            tier: Int8Builder::with_capacity(rows),
            tiers: [numbers(), numbers(), numbers()],
            also: names(),
            review: names(),
            nulls: NullBufferBuilder::new(rows),
        }
    }

    /// Appends an answer; none where there was no text.
    pub(crate) fn push(&mut self, answer: Option<Triage>) {
        self.desk.append_option(answer.map(|triage| triage.desk().as_str()));
        self.probability.append_option(answer.map(|triage| triage.probability()));
        self.tier.append_option(answer.map(|triage| triage.tier().number().cast_signed()));
        for (place, tier) in self.tiers.iter_mut().enumerate() {
            tier.append_option(answer.map(|triage| triage.tier_probabilities()[place]));
        }
        let also = answer.and_then(|triage| triage.also());
        self.also.append_option(also.map(|desk| desk.as_str()));
        let review = answer.and_then(|triage| triage.review());
        self.review.append_option(review.map(|reason| reason.as_str()));
        self.nulls.append(answer.is_some());
    }

    pub(crate) fn finish(mut self) -> Result<StructArray> {
        let [one, two, three] = self.tiers.each_mut().map(|tier| column(tier.finish()));
        let columns = vec![
            column(self.desk.finish()),
            column(self.probability.finish()),
            column(self.tier.finish()),
            one,
            two,
            three,
            column(self.also.finish()),
            column(self.review.finish()),
        ];
        Ok(StructArray::try_new(fields(), columns, self.nulls.finish())?)
    }
}

fn column(array: impl Array + 'static) -> ArrayRef {
    Arc::new(array)
}
