//! Things to write with, to play with and to wear.

use crate::seed::images::canvas::{Canvas, Outline};
use crate::seed::images::look::Look;
use crate::seed::images::tint::Tint;

pub(super) fn book(canvas: &mut Canvas, look: &mut Look) {
    look.shadow(canvas, 200.0);
    let count = 1 + look.chance.below(3);
    for number in (0..count).rev() {
        let shift = f32::from(number) * 26.0;
        let tint = look.main.turned(f32::from(number) * 70.0);
        canvas.fill(
            &Outline::rounded((246.0 + shift, 180.0 - shift), (576.0 + shift, 640.0 - shift), 10.0),
            Tint::PAPER.darker(0.08),
        );
        canvas.round(&Outline::rounded((236.0 + shift, 190.0 - shift), (566.0 + shift, 652.0 - shift), 14.0), tint);
    }
    canvas.fill(&Outline::rounded((236.0, 190.0), (276.0, 652.0), 12.0), look.second);
    look.label(canvas, (310.0, 262.0), (536.0, 470.0));
    look.ornament(canvas, (296.0, 560.0), (548.0, 612.0));
}

pub(super) fn paper(canvas: &mut Canvas, look: &mut Look) {
    look.shadow(canvas, 210.0);
    for sheet in 0..9_u8 {
        let y = 648.0 - f32::from(sheet) * 9.0;
        let tint = Tint::WHITE.darker(if sheet % 2 == 0 { 0.04 } else { 0.12 });
        canvas.fill(&Outline::polygon(&[(170.0, y), (520.0, y), (630.0, y - 120.0), (280.0, y - 120.0)]), tint);
    }
    canvas.fill(&Outline::polygon(&[(170.0, 568.0), (520.0, 568.0), (630.0, 448.0), (280.0, 448.0)]), Tint::WHITE);
    canvas.fill(&Outline::rounded((258.0, 150.0), (542.0, 508.0), 10.0), Tint::WHITE);
    canvas.stroke(&Outline::rounded((258.0, 150.0), (542.0, 508.0), 10.0), 4.0, look.background.darker(0.14));
    look.label(canvas, (290.0, 176.0), (510.0, 400.0));
    look.ornament(canvas, (290.0, 424.0), (510.0, 476.0));
}

pub(super) fn pencils(canvas: &mut Canvas, look: &mut Look) {
    look.shadow(canvas, 175.0);
    for number in 0..7_u8 {
        let x = 280.0 + f32::from(number) * 40.0;
        let top = look.chance.between(190.0, 290.0);
        let tint = look.main.turned(f32::from(number) * 51.0).lighter(0.06);
        canvas.fill(
            &Outline::polygon(&[(x - 17.0, top + 62.0), (x, top), (x + 17.0, top + 62.0)]),
            Tint::WOOD.lighter(0.24),
        );
        canvas.fill(&Outline::polygon(&[(x - 6.0, top + 22.0), (x, top), (x + 6.0, top + 22.0)]), tint.darker(0.14));
        canvas.round(&Outline::rounded((x - 17.0, top + 60.0), (x + 17.0, 600.0), 2.0), tint);
    }
    let (left, right) = (242.0, 558.0);
    let cup = [(left, 430.0), (right, 430.0), (right - 18.0, 652.0), (left + 18.0, 652.0)];
    canvas.round(&Outline::polygon(&cup), look.second);
    look.label(canvas, (296.0, 452.0), (504.0, 632.0));
}

pub(super) fn toy(canvas: &mut Canvas, look: &mut Look) {
    look.shadow(canvas, 200.0);
    canvas.round(&Outline::rounded((390.0, 190.0), (410.0, 640.0), 10.0), Tint::WOOD);
    for ring in 0..6_u8 {
        let (half, y) = (178.0 - f32::from(ring) * 22.0, 618.0 - f32::from(ring) * 62.0);
        let tint = look.main.turned(f32::from(ring) * 55.0).lighter(0.06);
        canvas.round(&Outline::rounded((400.0 - half, y - 31.0), (400.0 + half, y + 31.0), 31.0), tint);
        canvas.fill(&Outline::oval((400.0 - half * 0.62, y - 10.0), (16.0, 6.0)), Tint::WHITE.thin(0.45));
    }
    canvas.round(&Outline::oval((400.0, 212.0), (44.0, 44.0)), look.second);
}

pub(super) fn cloth(canvas: &mut Canvas, look: &mut Look) {
    look.shadow(canvas, 225.0);
    let count = 2 + look.chance.below(3);
    for layer in 0..count {
        let y = 640.0 - f32::from(layer) * 96.0;
        let tint = if layer % 2 == 0 { look.main } else { look.main.lighter(0.16) };
        let fold = Outline::rounded((190.0, y - 84.0), (610.0, y + 10.0), 40.0);
        canvas.round(&fold, tint);
        canvas.stroke(&Outline::line(&[(240.0, y - 36.0), (590.0, y - 36.0)]), 5.0, tint.darker(0.12));
        look.ornament(canvas, (250.0, y - 76.0), (560.0, y - 44.0));
    }
    let top = 640.0 - f32::from(count) * 96.0;
    canvas.fill(&Outline::rounded((356.0, top + 8.0), (444.0, 652.0), 6.0), look.second);
    look.sign(canvas, (400.0, f32::midpoint(top, 652.0)), 36.0);
}

pub(super) fn shirt(canvas: &mut Canvas, look: &mut Look) {
    let sleeve = look.chance.between(330.0, 400.0);
    let hem = look.chance.between(600.0, 650.0);
    look.shadow(canvas, 170.0);
    let body = Outline::drawn(|pen| {
        pen.move_to(320.0, 190.0);
        pen.quad_to(400.0, 250.0, 480.0, 190.0);
        pen.line_to(560.0, 224.0);
        pen.line_to(668.0, sleeve);
        pen.line_to(582.0, sleeve + 58.0);
        pen.line_to(534.0, 340.0);
        pen.quad_to(530.0, 500.0, 546.0, hem);
        pen.quad_to(400.0, hem + 20.0, 254.0, hem);
        pen.quad_to(270.0, 500.0, 266.0, 340.0);
        pen.line_to(218.0, sleeve + 58.0);
        pen.line_to(132.0, sleeve);
        pen.line_to(240.0, 224.0);
        pen.close();
    });
    canvas.round(&body, look.main);
    let collar = Outline::drawn(|pen| {
        pen.move_to(320.0, 190.0);
        pen.quad_to(400.0, 262.0, 480.0, 190.0);
    });
    canvas.stroke(&collar, 18.0, look.second);
    for (button, y) in (0_u8..4).zip([300.0, 360.0, 420.0, 480.0]) {
        canvas.fill(&Outline::oval((400.0, y), (8.0, 8.0)), look.second.lighter(f32::from(button) * 0.02));
    }
    canvas.stroke(&Outline::line(&[(400.0, 236.0), (400.0, hem)]), 4.0, look.main.darker(0.12));
    look.ornament(canvas, (272.0, hem - 58.0), (528.0, hem - 16.0));
    look.sign(canvas, (466.0, 330.0), 26.0);
}

pub(super) fn shoe(canvas: &mut Canvas, look: &mut Look) {
    look.shadow(canvas, 265.0);
    canvas.round(&Outline::rounded((150.0, 590.0), (656.0, 652.0), 28.0), look.second);
    let upper = Outline::drawn(|pen| {
        pen.move_to(160.0, 604.0);
        pen.cubic_to(150.0, 500.0, 168.0, 420.0, 190.0, 370.0);
        pen.quad_to(250.0, 420.0, 340.0, 372.0);
        pen.cubic_to(420.0, 470.0, 500.0, 500.0, 590.0, 520.0);
        pen.quad_to(660.0, 540.0, 652.0, 604.0);
        pen.close();
    });
    canvas.round(&upper, look.main);
    let toe = Outline::drawn(|pen| {
        pen.move_to(540.0, 604.0);
        pen.quad_to(548.0, 530.0, 590.0, 520.0);
        pen.quad_to(660.0, 540.0, 652.0, 604.0);
        pen.close();
    });
    canvas.fill(&toe, look.main.darker(0.1));
    for lace in 0..4_u8 {
        let (x, y) = (346.0 + f32::from(lace) * 38.0, 404.0 + f32::from(lace) * 26.0);
        canvas.stroke(&Outline::line(&[(x, y), (x - 42.0, y + 46.0)]), 11.0, Tint::PAPER);
    }
    look.sign(canvas, (246.0, 510.0), 40.0);
    look.ornament(canvas, (190.0, 604.0), (620.0, 640.0));
}
