//! Diagrams as SVG inside the page. Their colours are overridden by the style sheet, so that they
//! follow light and dark.

use deskhand::train::report::{Coverage, ReliabilityBin};
use maud::{Markup, PreEscaped};
use plotters::coord::Shift;
use plotters::prelude::*;

/// Wide enough for a phone held upright, and for letters that can be read there.
const SIZE: (u32, u32) = (460, 400);
const FONT: (&str, u32) = ("sans-serif", 16);

/// The style sheet knows these by their values.
const INK: RGBColor = RGBColor(0, 0, 0);
const GRID: RGBColor = RGBColor(204, 204, 204);
const SERIES: RGBColor = RGBColor(0, 114, 178);

type Drawn = Result<(), Box<dyn std::error::Error>>;

/// Stated against found, with the diagonal.
pub(super) fn reliability(bins: &[ReliabilityBin]) -> Markup {
    svg("Reliability diagram; its numbers stand in the table", |area| {
        let mut chart = ChartBuilder::on(area)
            .margin(12)
            .margin_right(32)
            .x_label_area_size(44)
            .y_label_area_size(56)
            .build_cartesian_2d(0.0..1.0, 0.0..1.0)?;
        mesh(&mut chart, "stated probability", "share that is technical")?;
        chart.draw_series([PathElement::new(vec![(0.0, 0.0), (1.0, 1.0)], INK.stroke_width(1))])?;
        chart.draw_series(bins.iter().map(|bin| {
            let ends = bin.interval.map(|end| (bin.stated, end));
            PathElement::new(ends.to_vec(), SERIES.stroke_width(2))
        }))?;
        chart.draw_series(
            bins.iter().map(|bin| Circle::new((bin.stated, bin.found), 5, SERIES.filled())),
        )?;
        Ok(())
    })
}

/// Accuracy over coverage.
pub(super) fn coverage(curve: &[Coverage]) -> Markup {
    svg("Curve of accuracy over coverage; its numbers stand in the table", |area| {
        let least = curve.iter().fold(1.0_f64, |least, point| least.min(point.accuracy));
        // A round number below everything, and never a flat picture.
        let floor = ((least * 20.0).floor() / 20.0).min(0.95);
        let mut chart = ChartBuilder::on(area)
            .margin(12)
            .margin_right(32)
            .x_label_area_size(44)
            .y_label_area_size(56)
            .build_cartesian_2d(0.0..1.0, floor..1.0)?;
        mesh(&mut chart, "coverage", "accuracy")?;
        let points = curve.iter().map(|point| (point.coverage, point.accuracy));
        chart.draw_series(LineSeries::new(points, SERIES.stroke_width(3)))?;
        Ok(())
    })
}

type Chart<'a, 'b> = ChartContext<
    'a,
    SVGBackend<'b>,
    Cartesian2d<plotters::coord::types::RangedCoordf64, plotters::coord::types::RangedCoordf64>,
>;

fn mesh(chart: &mut Chart<'_, '_>, x: &str, y: &str) -> Drawn {
    chart
        .configure_mesh()
        .x_labels(6)
        .y_labels(6)
        .x_label_formatter(&|share| format!("{:.0} %", 100.0 * share))
        .y_label_formatter(&|share| format!("{:.0} %", 100.0 * share))
        .x_desc(x)
        .y_desc(y)
        .label_style(FONT.into_font().color(&INK))
        .axis_desc_style(FONT.into_font().color(&INK))
        .axis_style(INK.stroke_width(1))
        .bold_line_style(GRID.stroke_width(1))
        .light_line_style(TRANSPARENT)
        .draw()?;
    Ok(())
}

fn svg(says: &str, draw: impl Fn(&DrawingArea<SVGBackend<'_>, Shift>) -> Drawn) -> Markup {
    let mut text = String::new();
    let drawn = {
        let area = SVGBackend::with_string(&mut text, SIZE).into_drawing_area();
        draw(&area).and_then(|()| Ok(area.present()?))
    };
    // Writing into a string cannot fail.
    drawn.expect("a diagram can be drawn into memory");
    PreEscaped(text.replacen("<svg ", &format!("<svg role=\"img\" aria-label=\"{says}\" "), 1))
}
