//! A picture of 800 by 800 points, and how shapes are put onto it.

use std::f32::consts::TAU;

use anyhow::Context;
use tiny_skia::{
    Color, FillRule, GradientStop, LineCap, LineJoin, LinearGradient, Paint, Path, PathBuilder, Pixmap, Point, Rect,
    Shader, SpreadMode, Stroke, Transform,
};

use super::tint::Tint;

/// Width and height of a picture.
const SIDE: u32 = 800;
/// A circle as four Bézier curves: how far their handles reach, in radii.
const HANDLE: f32 = 0.552_284_8;

/// A point of the picture: from the left, from the top.
pub(super) type At = (f32, f32);

/// What is drawn on.
pub(super) struct Canvas {
    pixels: Pixmap,
    place: Transform,
}

/// The edge of a shape; nothing if it has no extent.
pub(super) struct Outline(Option<Path>);

impl Outline {
    /// Whatever the pen draws.
    pub(super) fn drawn(draw: impl FnOnce(&mut PathBuilder)) -> Self {
        let mut pen = PathBuilder::new();
        draw(&mut pen);
        Self(pen.finish())
    }

    pub(super) fn oval((x, y): At, (rx, ry): (f32, f32)) -> Self {
        Self(Rect::from_ltrb(x - rx, y - ry, x + rx, y + ry).and_then(PathBuilder::from_oval))
    }

    /// A closed shape with straight sides.
    pub(super) fn polygon(corners: &[At]) -> Self {
        Self::drawn(|pen| {
            for (number, &(x, y)) in corners.iter().enumerate() {
                if number == 0 { pen.move_to(x, y) } else { pen.line_to(x, y) }
            }
            pen.close();
        })
    }

    /// From point to point, left open.
    pub(super) fn line(points: &[At]) -> Self {
        Self::drawn(|pen| {
            for (number, &(x, y)) in points.iter().enumerate() {
                if number == 0 { pen.move_to(x, y) } else { pen.line_to(x, y) }
            }
        })
    }

    /// A box with round corners: from `(left, top)` to `(right, bottom)`.
    pub(super) fn rounded((left, top): At, (right, bottom): At, radius: f32) -> Self {
        let radius = radius.min((right - left) / 2.0).min((bottom - top) / 2.0).max(0.0);
        let (near, far) = (radius * (1.0 - HANDLE), radius);
        Self::drawn(|pen| {
            pen.move_to(left + far, top);
            pen.line_to(right - far, top);
            pen.cubic_to(right - near, top, right, top + near, right, top + far);
            pen.line_to(right, bottom - far);
            pen.cubic_to(right, bottom - near, right - near, bottom, right - far, bottom);
            pen.line_to(left + far, bottom);
            pen.cubic_to(left + near, bottom, left, bottom - near, left, bottom - far);
            pen.line_to(left, top + far);
            pen.cubic_to(left, top + near, left + near, top, left + far, top);
            pen.close();
        })
    }

    /// A leaf or a drop: pointed at `tip`, round around `heart`, as wide as `width`.
    pub(super) fn petal(tip: At, heart: At, width: f32) -> Self {
        let (dx, dy) = (heart.0 - tip.0, heart.1 - tip.1);
        let length = dx.hypot(dy).max(0.1);
        let (side_x, side_y) = (-dy / length * width, dx / length * width);
        Self::drawn(|pen| {
            pen.move_to(tip.0, tip.1);
            pen.quad_to(heart.0 + side_x, heart.1 + side_y, heart.0 + dx, heart.1 + dy);
            pen.quad_to(heart.0 - side_x, heart.1 - side_y, tip.0, tip.1);
            pen.close();
        })
    }
}

impl Canvas {
    /// A picture that is all `background`.
    pub(super) fn new(background: Tint) -> anyhow::Result<Self> {
        let mut pixels = Pixmap::new(SIDE, SIDE).context("a picture of no size")?;
        pixels.fill(background.color());
        Ok(Self { pixels, place: Transform::identity() })
    }

    /// Everything after this is so much larger, as seen from the middle of the ground.
    pub(super) fn scale(&mut self, factor: f32) {
        let (x, y) = (400.0, 650.0);
        self.place = Transform::from_row(factor, 0.0, 0.0, factor, x * (1.0 - factor), y * (1.0 - factor));
    }

    /// Fills a shape with one colour.
    pub(super) fn fill(&mut self, outline: &Outline, tint: Tint) {
        self.paint(outline, Shader::SolidColor(tint.color()));
    }

    /// Fills a shape as if it were round: light on its left, shade on its right.
    pub(super) fn round(&mut self, outline: &Outline, tint: Tint) {
        let Some(bounds) = outline.0.as_ref().map(Path::bounds) else { return };
        let stop = |at, tint: Tint| GradientStop::new(at, tint.color());
        let stops = vec![
            stop(0.0, tint.darker(0.05)),
            stop(0.28, tint.lighter(0.09)),
            stop(0.62, tint),
            stop(1.0, tint.darker(0.13)),
        ];
        let (from, to) = (Point::from_xy(bounds.left(), 0.0), Point::from_xy(bounds.right(), 0.0));
        let flat = Shader::SolidColor(tint.color());
        let shader = LinearGradient::new(from, to, stops, SpreadMode::Pad, Transform::identity());
        self.paint(outline, shader.unwrap_or(flat));
    }

    /// Draws the edge of a shape with a round brush.
    pub(super) fn stroke(&mut self, outline: &Outline, width: f32, tint: Tint) {
        let brush = Stroke { width, line_cap: LineCap::Round, line_join: LineJoin::Round, ..Stroke::default() };
        if let Some(path) = &outline.0 {
            self.pixels.stroke_path(path, &paint(Shader::SolidColor(tint.color())), &brush, self.place, None);
        }
    }

    fn paint(&mut self, outline: &Outline, shader: Shader<'_>) {
        if let Some(path) = &outline.0 {
            self.pixels.fill_path(path, &paint(shader), FillRule::Winding, self.place, None);
        }
    }

    /// The picture as a file.
    pub(super) fn png(&self) -> anyhow::Result<Vec<u8>> {
        self.pixels.encode_png().context("the picture cannot be written as PNG")
    }
}

fn paint(shader: Shader<'_>) -> Paint<'_> {
    Paint { shader, anti_alias: true, ..Paint::default() }
}

/// `count` points on a circle, the first of them at the top.
pub(super) fn around(centre: At, radius: f32, count: u16) -> impl Iterator<Item = At> {
    (0..count).map(move |number| {
        let turn = f32::from(number) / f32::from(count.max(1)) * TAU;
        (centre.0 + radius * turn.sin(), centre.1 - radius * turn.cos())
    })
}

impl Tint {
    fn color(self) -> Color {
        let [red, green, blue] = self.rgb();
        Color::from_rgba(red, green, blue, self.opacity).unwrap_or(Color::WHITE)
    }
}
