//! From sums of weights to margins, from margins to probabilities.
//!
//! A margin is a calibrated log-odds in thousandths: 0 is an even chance, 1000 odds of e to 1. The
//! scaling of Platt (1999), `a * score + b`, is folded into two integers an output, so that margins
//! are the same on every machine; floating point begins at [`probability`].

use crate::error::ModelError;
use crate::features::FACTOR_BITS;
use crate::model::format::{CURVE, Cursor, OUTPUTS};
use crate::model::weights::HEADS;

/// Margins stay within this, about a probability of 1 - 10^-434.
pub(crate) const MAX_MARGIN: i64 = 1_000_000;

/// The probability that belongs to a margin, from 0 to 1.
///
/// For display: decisions compare margins. The last digit may differ between platforms, as the
/// standard library's `exp` does.
pub(crate) fn probability(margin: i32) -> f64 {
    1.0 / (1.0 + (f64::from(margin) / -1000.0).exp())
}

/// The margin that belongs to a probability strictly between 0 and 1: the inverse of
/// [`probability`], rounded to a whole number.
pub(crate) fn margin_at(probability: f64) -> i32 {
    let margin = 1000.0 * (probability / (1.0 - probability)).ln();
    margin.round().clamp(-MAX_MARGIN as f64, MAX_MARGIN as f64) as i32
}

/// Turns a scaled sum of weights into a margin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Output {
    /// Thousandths of log-odds a unit of weight, with [`SLOPE_BITS`] binary places.
    pub(crate) slope: i64,
    pub(crate) bias: i64,
}

/// Binary places of [`Output::slope`].
pub(crate) const SLOPE_BITS: u32 = 40;
/// Binary places kept between the two multiplications.
const KEPT_BITS: u32 = 8;

impl Output {
    /// The margin of a sum of weights under this length factor.
    #[inline]
    pub(crate) fn margin(&self, sum: i64, factor: i64) -> i32 {
        let scaled = (i128::from(sum) * i128::from(factor)) >> (FACTOR_BITS - KEPT_BITS);
        let margin = (scaled * i128::from(self.slope)) >> (SLOPE_BITS + KEPT_BITS);
        let margin = margin.saturating_add(i128::from(self.bias));
        margin.clamp(-i128::from(MAX_MARGIN), i128::from(MAX_MARGIN)) as i32
    }

    fn read(cursor: &mut Cursor<'_>) -> Option<Self> {
        Some(Self { slope: cursor.i64()?, bias: cursor.i64()? })
    }

    fn is_sound(&self) -> bool {
        (1..=1i64 << 52).contains(&self.slope) && (-MAX_MARGIN..=MAX_MARGIN).contains(&self.bias)
    }
}

/// The margins that a model gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Outputs {
    /// Technical against service.
    pub(crate) desk: Output,
    pub(crate) service: Output,
    pub(crate) technical: Output,
    pub(crate) tier_2_service: Output,
    pub(crate) tier_2_technical: Output,
    pub(crate) tier_3: Output,
}

const OUTPUTS_LENGTH: usize = HEADS * 16;

impl Outputs {
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, ModelError> {
        let wrong = |problem| ModelError::section(OUTPUTS, problem);
        if bytes.len() != OUTPUTS_LENGTH {
            return Err(wrong("has the wrong length"));
        }
        let outputs = Self::read(&mut Cursor(bytes)).ok_or_else(|| wrong("is cut short"))?;
        let sound = outputs.all().iter().all(Output::is_sound);
        if sound { Ok(outputs) } else { Err(wrong("holds a number out of range")) }
    }

    fn read(cursor: &mut Cursor<'_>) -> Option<Self> {
        let mut next = || Output::read(cursor);
        Some(Self {
            desk: next()?,
            service: next()?,
            technical: next()?,
            tier_2_service: next()?,
            tier_2_technical: next()?,
            tier_3: next()?,
        })
    }

    /// In the order of the heads.
    pub(crate) fn all(&self) -> [Output; HEADS] {
        [
            self.desk,
            self.service,
            self.technical,
            self.tier_2_service,
            self.tier_2_technical,
            self.tier_3,
        ]
    }

    #[cfg(feature = "train")]
    pub(crate) fn to_bytes(self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(OUTPUTS_LENGTH);
        for output in self.all() {
            bytes.extend_from_slice(&output.slope.to_le_bytes());
            bytes.extend_from_slice(&output.bias.to_le_bytes());
        }
        bytes
    }
}

/// How right the surest part of the calibration data was: for each threshold on the desk's margin,
/// the share of inquiries beyond it and how many of those went to the right desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Curve {
    pub(crate) points: Vec<CurvePoint>,
}

/// Inquiries with a desk margin of at least `threshold`, either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CurvePoint {
    pub(crate) threshold: i32,
    /// Share of the inquiries, in millionths.
    pub(crate) coverage: u32,
    /// Share of those that were right, in millionths.
    pub(crate) accuracy: u32,
}

const POINT: usize = 12;
const MAX_POINTS: usize = 1000;
const MILLION: u32 = 1_000_000;

impl Curve {
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, ModelError> {
        let wrong = |problem| ModelError::section(CURVE, problem);
        if !bytes.len().is_multiple_of(POINT) || bytes.len() / POINT > MAX_POINTS {
            return Err(wrong("has the wrong length"));
        }
        let points: Vec<_> = bytes.chunks_exact(POINT).filter_map(CurvePoint::parse).collect();
        let ascending = points.windows(2).all(|pair| pair[0].threshold < pair[1].threshold);
        let sound = points.iter().all(CurvePoint::is_sound);
        if ascending && sound { Ok(Self { points }) } else { Err(wrong("is not a curve")) }
    }

    /// The lowest threshold from which on the accuracy held, or the best accuracy there was.
    pub(crate) fn threshold_for(&self, accuracy: f64) -> Result<i32, f64> {
        let share = |point: &CurvePoint| f64::from(point.accuracy) / f64::from(MILLION);
        let holds = self.points.iter().find(|point| share(point) >= accuracy);
        let best = || self.points.iter().map(share).fold(0.0, f64::max);
        holds.map(|point| point.threshold).ok_or_else(best)
    }

    #[cfg(feature = "train")]
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let numbers = |p: &CurvePoint| {
            [p.threshold.to_le_bytes(), p.coverage.to_le_bytes(), p.accuracy.to_le_bytes()].concat()
        };
        self.points.iter().flat_map(numbers).collect()
    }
}

impl CurvePoint {
    fn parse(bytes: &[u8]) -> Option<Self> {
        let mut cursor = Cursor(bytes);
        let threshold = cursor.i32()?;
        Some(Self { threshold, coverage: cursor.u32()?, accuracy: cursor.u32()? })
    }

    fn is_sound(&self) -> bool {
        (0..=MAX_MARGIN).contains(&i64::from(self.threshold))
            && self.coverage <= MILLION
            && self.accuracy <= MILLION
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::length_factor;

    #[test]
    fn probability_and_margin_are_inverse() {
        assert_eq!(probability(0), 0.5);
        for margin in [-5000, -1, 0, 1, 405, 2197, 9000] {
            assert_eq!(margin_at(probability(margin)), margin);
        }
        assert_eq!(margin_at(0.9), 2197);
        assert!(probability(-1_000_000) >= 0.0 && probability(1_000_000) <= 1.0);
    }

    #[test]
    fn margin_scales_and_clamps() {
        let output = Output { slope: 1 << SLOPE_BITS, bias: 10 };
        // Six words and the offset of ten: a factor of 16^-0.75, an eighth.
        assert!((109..=110).contains(&output.margin(800, length_factor(6))));
        assert!((-91..=-90).contains(&output.margin(-800, length_factor(6))));
        assert_eq!(output.margin(i64::MAX, length_factor(6)), MAX_MARGIN as i32);
        assert_eq!(output.margin(i64::MIN, length_factor(6)), -MAX_MARGIN as i32);
    }

    #[test]
    fn curve_gives_the_lowest_threshold_that_held() {
        let point = |threshold, accuracy| CurvePoint { threshold, coverage: 0, accuracy };
        let curve = Curve { points: vec![point(0, 900_000), point(500, 950_000)] };
        assert_eq!(curve.threshold_for(0.9), Ok(0));
        assert_eq!(curve.threshold_for(0.92), Ok(500));
        assert_eq!(curve.threshold_for(0.99), Err(0.95));
    }

    #[test]
    fn numbers_out_of_range_are_refused() {
        let mut bytes = vec![0; OUTPUTS_LENGTH];
        assert!(Outputs::parse(&bytes).is_err(), "a slope of zero");
        bytes.truncate(9);
        assert!(Outputs::parse(&bytes).is_err(), "too short");
        assert!(Curve::parse(&[0; 13]).is_err(), "not a multiple");
    }
}
