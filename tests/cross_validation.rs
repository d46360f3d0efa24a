//! What is left out stays unseen.

use deskhand::train::corpus::Source;
use deskhand::train::cross_validation::{Group, Grouping, cross_validate};
use deskhand::train::settings::Settings;
use deskhand::train::vectors::Vectors;

/// Three sources of eighty rows; in the last one nothing but the canary tells the desks apart.
fn sources(canary: [&str; 2]) -> Vec<Source> {
    let text = |source: usize, desk: usize, row: usize| match source {
        2 => format!("hello there {} number {row}", canary[desk]),
        _ => format!("{} today, case {row}", ["refund the invoice", "screen stays black"][desk]),
    };
    let line = |source, row: usize| {
        let desk = row % 2;
        let (label, channel) = (["service", "technical"][desk], ["chat", "email"][row / 2 % 2]);
        let (body, tier) = (text(source, desk, row), 1 + row % 3);
        format!(
            "{{\"body\": {body:?}, \"desk\": {label:?}, \"tier\": {tier}, \"channel\": {channel:?}}}\n"
        )
    };
    let source = |source: usize| {
        let lines: String = (0..80).map(|row| line(source, row)).collect();
        Source::parse(["a-1", "b", "c"][source], lines.as_bytes()).unwrap()
    };
    (0..3).map(source).collect()
}

fn left_out(sources: &[Source], grouping: &Grouping) -> Vec<Group> {
    let settings = Settings { c_desk: 10.0, ..Settings::default() };
    cross_validate(sources, &Vectors::none(), &settings, grouping, |_, _| ()).unwrap()
}

#[test]
fn a_canary_in_the_group_left_out_is_never_learned() {
    let sources = sources(["pelican", "flamingo"]);
    let seen = Grouping::by_channel(&sources);
    let when_seen = left_out(&sources, &seen);
    // Half of the third source is trained on: the canary gives every row away.
    assert!(when_seen.iter().all(|group| group.figures.desk_accuracy == Some(1.0)));

    let groups = left_out(&sources, &Grouping::by_source(&sources));
    assert_eq!(groups.iter().map(|g| g.name.as_str()).collect::<Vec<_>>(), ["a", "b", "c"]);
    assert_eq!(groups[2].figures.n, 80);
    assert_eq!(groups[2].figures.desk_accuracy, Some(0.5));
    assert!(groups[..2].iter().all(|group| group.figures.desk_accuracy == Some(1.0)));
}

#[test]
fn labels_of_the_group_left_out_change_no_margin_in_it() {
    let margins = |sources: &[Source], group: usize| -> Vec<_> {
        let groups = left_out(sources, &Grouping::by_source(sources));
        groups[group].answers.iter().map(|answer| answer.margins).collect()
    };
    let sources = sources(["pelican", "flamingo"]);
    let mut swapped = sources.clone();
    for row in &mut swapped[2].rows {
        row.desk = row.desk.map(|desk| desk.other());
        row.tier = Some(deskhand::Tier::Three);
    }
    assert!(margins(&sources, 2) == margins(&swapped, 2), "bit by bit");
    assert!(margins(&sources, 0) != margins(&swapped, 0), "others were trained on these labels");
}

#[test]
fn other_rows_of_the_group_left_out_change_no_answer_about_a_row() {
    let margins =
        |sources: &[Source]| left_out(sources, &Grouping::by_source(sources))[2].answers[0].margins;
    let whole = sources(["pelican today", "flamingo today"]);
    let mut alone = whole.clone();
    alone[2].rows.truncate(1);
    // The order of columns, and with it the rounding of sums, may differ.
    for (a, b) in margins(&whole).into_iter().zip(margins(&alone)) {
        assert!((a - b).abs() < 1e-9, "{a} is not {b}");
    }
}

#[test]
fn one_group_cannot_be_left_out() {
    let sources = sources(["pelican", "flamingo"]);
    let alone = &sources[..1];
    let grouping = Grouping::by_source(alone);
    let refused =
        cross_validate(alone, &Vectors::none(), &Settings::default(), &grouping, |_, _| ());
    assert!(refused.is_err());
}

#[test]
fn groups_too_small_for_a_figure_have_none() {
    let mut sources = sources(["pelican", "flamingo"]);
    sources[2].rows.truncate(30);
    let groups = left_out(&sources, &Grouping::by_source(&sources));
    let small = &groups[2].figures;
    assert_eq!((small.n, small.desk_macro_f1, small.tier_3_recall), (30, None, None));
    assert!(small.desk_accuracy.is_some());
}
