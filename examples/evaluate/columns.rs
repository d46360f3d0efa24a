//! The figures in the order in which they are read, with what each says.

/// A figure by its name in the library, its column's header and what it says.
pub(crate) struct Column {
    pub(crate) figure: &'static str,
    pub(crate) header: &'static str,
    pub(crate) meaning: &'static str,
}

/// Columns that are read together.
pub(crate) struct Block {
    pub(crate) title: &'static str,
    pub(crate) columns: &'static [Column],
}

const fn column(figure: &'static str, header: &'static str, meaning: &'static str) -> Column {
    Column { figure, header, meaning }
}

/// All figures, in the order in which they are read.
pub(crate) const BLOCKS: [Block; 3] = [
    Block {
        title: "Desk",
        columns: &[
            column("desk_macro_f1", "macro-F1", "F1 of the two desks, averaged"),
            column("desk_accuracy", "accuracy", "share of inquiries sent to the right desk"),
            column("desk_auc", "AUC", "chance that a technical inquiry ranks above a service one"),
            column(
                "desk_ece",
                "ECE",
                "how far probability and accuracy lie apart; lower is better",
            ),
            column("surest_80_accuracy", "surest 80 %", "accuracy on the surest four of five"),
        ],
    },
    Block {
        title: "Review",
        columns: &[
            column("coverage", "coverage", "share of inquiries that no person need look at"),
            column(
                "covered_accuracy",
                "accuracy of those",
                "share of these sent to the right desk",
            ),
            column(
                "none_reviewed",
                "none reviewed",
                "share of texts without an inquiry sent to review",
            ),
            column(
                "none_auc",
                "none AUC",
                "chance that a text without an inquiry is told from one with",
            ),
        ],
    },
    Block {
        title: "Tier",
        columns: &[
            column("tier_qwk", "QWK", "agreement, a miss by two counting four times one by one"),
            column("tier_macro_f1", "macro-F1", "F1 of the tiers, averaged"),
            column("tier_accuracy", "accuracy", "share of inquiries given the right tier"),
            column("tier_3_recall", "tier 3 found", "share of tier 3 that was suggested as such"),
            column(
                "tier_3_precision",
                "tier 3 right",
                "share of suggested tiers 3 that were right",
            ),
        ],
    },
];
