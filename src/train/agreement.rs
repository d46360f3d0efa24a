//! How far sources agree on what a word or a pair says.
//!
//! A word that speaks for one answer in every source will do so at the next company; one that
//! speaks for it here and against it there is a habit of the sources. So the weight of a feature is
//! regularised by how far the groups of sources agree on its direction. (The aim of invariant risk
//! minimisation, Arjovsky et al. 2019, by the simplest means that keeps the problem convex.)

/// Rows that speak for a feature within a group, at most: a large source is one voice, too.
const MOST_ROWS: f64 = 30.0;

/// Rows of either answer that a group needs to have a say.
const FEWEST_OF_AN_ANSWER: f64 = 20.0;

/// The scale of a feature on which all groups agree, where that on which they are split has none.
const UNANIMOUS: f64 = 1.4;

/// Penalties stay finite.
const LEAST_SCALE: f64 = 0.05;

/// Rows with either answer: `false` first.
type Count = [f64; 2];

/// What the groups say about each feature.
pub(crate) struct Agreement {
    /// Evidence of all groups for and against, by feature.
    evidence: Vec<[f64; 2]>,
    /// The rows of the present group that hold a feature.
    held: Vec<Count>,
    /// Features that the present group holds.
    touched: Vec<usize>,
    rows: Count,
}

impl Agreement {
    /// Of the groups' rows, one group after the other. A row is its group, its answer and its
    /// features, each of which it names once.
    pub(crate) fn of<'r, F>(features: usize, rows: impl Iterator<Item = (usize, bool, F)>) -> Self
    where
        F: Iterator<Item = usize> + 'r,
    {
        let nothing = [0.0; 2];
        let (evidence, held) = (vec![nothing; features], vec![nothing; features]);
        let mut agreement = Self { evidence, held, touched: Vec::new(), rows: nothing };
        let mut present = None;
        for (group, answer, features) in rows {
            if present.replace(group).is_some_and(|before| before != group) {
                agreement.end_group();
            }
            agreement.rows[usize::from(answer)] += 1.0;
            features.for_each(|feature| agreement.hold(feature, answer));
        }
        agreement.end_group();
        agreement
    }

    fn hold(&mut self, feature: usize, answer: bool) {
        let held = &mut self.held[feature];
        if *held == [0.0; 2] {
            self.touched.push(feature);
        }
        held[usize::from(answer)] += 1.0;
    }

    /// Turns the counts of a group into evidence.
    fn end_group(&mut self) {
        let rows = std::mem::take(&mut self.rows);
        for feature in self.touched.drain(..) {
            let held = std::mem::take(&mut self.held[feature]);
            if rows.iter().any(|&of_an_answer| of_an_answer < FEWEST_OF_AN_ANSWER) {
                continue;
            }
            let says = evidence(held, rows);
            self.evidence[feature][usize::from(says < 0.0)] += says.abs();
        }
    }

    /// What a column of this feature is multiplied by, in effect: 1 where agreement does not count
    /// (`strength` 0), from 0 to [`UNANIMOUS`] where nothing else does (`strength` 1).
    fn scale(&self, feature: usize, strength: f64) -> f64 {
        let [up, down] = self.evidence[feature];
        // Where no group has a say, half of them might.
        let agreed = if up + down > 0.0 { (up - down).abs() / (up + down) } else { 0.5 };
        1.0 - strength + strength * UNANIMOUS * agreed
    }

    /// The factor of the feature's penalty: regularising a weight by `1 / s^2` is scaling its
    /// column by `s`.
    pub(crate) fn penalty(&self, feature: usize, strength: f64) -> f64 {
        self.scale(feature, strength).max(LEAST_SCALE).powi(-2)
    }
}

/// How far the share of `true` among the rows that hold a feature differs from that of the group,
/// in standard errors; above 0 where it is larger.
fn evidence(held: Count, rows: Count) -> f64 {
    let holding = held[0] + held[1];
    let share = rows[1] / (rows[0] + rows[1]);
    let surplus = held[1] / holding - share;
    surplus * (holding.min(MOST_ROWS) / (share * (1.0 - share))).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three groups of a hundred rows, half of them `true`. Feature 0 stands in `true` rows only,
    /// 1 so in one group and in `false` rows in the two others, 2 everywhere, 3 nowhere.
    fn agreement() -> Agreement {
        let rows = (0..300).map(|row| {
            let (group, answer) = (row / 100, row % 2 == 0);
            let holds = [answer, answer == (group == 0), true, false];
            (group, answer, (0..4).filter(move |&feature| holds[feature]))
        });
        Agreement::of(4, rows)
    }

    #[test]
    fn agreed_features_are_penalised_less_than_disputed_ones() {
        let agreement = agreement();
        let penalty = |feature| agreement.penalty(feature, 0.5);
        assert!((agreement.scale(0, 1.0) - UNANIMOUS).abs() < 1e-9);
        assert!((agreement.scale(1, 1.0) - UNANIMOUS / 3.0).abs() < 1e-9, "one against two");
        assert!(penalty(0) < 1.0 && penalty(1) > 1.0);
        assert!(penalty(0) < penalty(3) && penalty(3) < penalty(1), "nothing is known of it");
    }

    #[test]
    fn without_strength_all_are_alike() {
        let agreement = agreement();
        assert!((0..4).all(|feature| agreement.penalty(feature, 0.0) == 1.0));
        assert!(agreement.penalty(2, 1.0).is_finite());
    }

    #[test]
    fn groups_with_one_answer_have_no_say() {
        let rows = (0..100).map(|row| (0, row < 95, std::iter::once(0)));
        let agreement = Agreement::of(1, rows);
        assert_eq!(agreement.evidence[0], [0.0, 0.0]);
    }
}
