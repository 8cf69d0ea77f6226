//! Things that are packed: most of a general store.

use crate::seed::images::canvas::{Canvas, Outline};
use crate::seed::images::look::Look;
use crate::seed::images::tint::Tint;

pub(super) fn pouch(canvas: &mut Canvas, look: &mut Look) {
    let half = look.chance.between(150.0, 185.0);
    look.shadow(canvas, half + 12.0);
    let (left, right, top) = (400.0 - half, 400.0 + half, look.chance.between(165.0, 215.0));
    let body = Outline::drawn(|pen| {
        pen.move_to(left + 14.0, top);
        pen.line_to(right - 14.0, top);
        pen.cubic_to(right - 22.0, top + 160.0, right + 16.0, 480.0, right, 640.0);
        pen.quad_to(400.0, 668.0, left, 640.0);
        pen.cubic_to(left - 16.0, 480.0, left + 22.0, top + 160.0, left + 14.0, top);
        pen.close();
    });
    canvas.round(&body, look.main);
    let seal = Outline::rounded((left + 10.0, top - 14.0), (right - 10.0, top + 26.0), 6.0);
    canvas.fill(&seal, look.main.darker(0.12));
    for notch in 0..9_u8 {
        let x = left + 34.0 + f32::from(notch) * (half * 2.0 - 68.0) / 8.0;
        let line = Outline::line(&[(x, top - 6.0), (x, top + 18.0)]);
        canvas.stroke(&line, 3.0, look.main.lighter(0.06));
    }
    look.label(canvas, (left + 42.0, top + 88.0), (right - 42.0, 520.0));
    look.ornament(canvas, (left + 30.0, 548.0), (right - 30.0, 606.0));
}

pub(super) fn sack(canvas: &mut Canvas, look: &mut Look) {
    look.shadow(canvas, 235.0);
    let body = Outline::drawn(|pen| {
        pen.move_to(250.0, 205.0);
        pen.cubic_to(170.0, 330.0, 160.0, 560.0, 205.0, 646.0);
        pen.quad_to(400.0, 672.0, 595.0, 646.0);
        pen.cubic_to(640.0, 560.0, 630.0, 330.0, 550.0, 205.0);
        pen.close();
    });
    let cloth = Tint::new(38.0, 0.36, look.chance.between(0.72, 0.8));
    canvas.round(&body, cloth);
    let top = Outline::drawn(|pen| {
        pen.move_to(238.0, 212.0);
        pen.cubic_to(280.0, 150.0, 330.0, 186.0, 400.0, 160.0);
        pen.cubic_to(470.0, 186.0, 520.0, 150.0, 562.0, 212.0);
        pen.quad_to(400.0, 248.0, 238.0, 212.0);
        pen.close();
    });
    canvas.round(&top, cloth.darker(0.07));
    canvas.stroke(&Outline::line(&[(256.0, 232.0), (400.0, 250.0), (544.0, 232.0)]), 9.0, look.second);
    canvas.fill(&Outline::rounded((188.0, 300.0), (612.0, 326.0), 0.0), look.main);
    canvas.fill(&Outline::rounded((186.0, 560.0), (614.0, 586.0), 0.0), look.main);
    look.label(canvas, (262.0, 340.0), (538.0, 546.0));
}

pub(super) fn jar(canvas: &mut Canvas, look: &mut Look) {
    let half = look.chance.between(140.0, 168.0);
    look.shadow(canvas, half + 16.0);
    let (left, right, top) = (400.0 - half, 400.0 + half, look.chance.between(240.0, 290.0));
    let glass = Outline::rounded((left, top), (right, 652.0), 52.0);
    let contents = look.contents();
    canvas.round(&glass, contents.lighter(0.26));
    let inside = Outline::rounded((left + 12.0, top + 44.0), (right - 12.0, 642.0), 44.0);
    canvas.round(&inside, contents);
    canvas.fill(&Outline::rounded((left + 34.0, top - 26.0), (right - 34.0, top + 12.0), 8.0), contents.lighter(0.2));
    let lid = Outline::rounded((left + 16.0, top - 84.0), (right - 16.0, top - 12.0), 16.0);
    canvas.round(&lid, look.second);
    for rib in 0..10_u8 {
        let x = left + 40.0 + f32::from(rib) * (half * 2.0 - 80.0) / 9.0;
        canvas.stroke(&Outline::line(&[(x, top - 68.0), (x, top - 26.0)]), 4.0, look.second.darker(0.1));
    }
    look.label(canvas, (left + 2.0, top + 92.0), (right - 2.0, 580.0));
    let shine = Outline::rounded((left + 20.0, top + 26.0), (left + 34.0, 600.0), 7.0);
    canvas.fill(&shine, Tint::WHITE.thin(0.5));
}

pub(super) fn bottle(canvas: &mut Canvas, look: &mut Look) {
    let half = look.chance.between(92.0, 124.0);
    look.shadow(canvas, half + 14.0);
    let (left, right) = (400.0 - half, 400.0 + half);
    let shoulder = look.chance.between(285.0, 345.0);
    let neck = look.chance.between(34.0, 46.0);
    let body = Outline::drawn(|pen| {
        pen.move_to(400.0 - neck, 170.0);
        pen.line_to(400.0 + neck, 170.0);
        pen.line_to(400.0 + neck, shoulder - 80.0);
        pen.cubic_to(400.0 + neck, shoulder - 20.0, right, shoulder - 40.0, right, shoulder + 40.0);
        pen.line_to(right, 622.0);
        pen.quad_to(right, 652.0, right - 30.0, 652.0);
        pen.line_to(left + 30.0, 652.0);
        pen.quad_to(left, 652.0, left, 622.0);
        pen.line_to(left, shoulder + 40.0);
        pen.cubic_to(left, shoulder - 40.0, 400.0 - neck, shoulder - 20.0, 400.0 - neck, shoulder - 80.0);
        pen.close();
    });
    canvas.round(&body, look.main);
    let cap = Outline::rounded((400.0 - neck - 10.0, 118.0), (400.0 + neck + 10.0, 186.0), 12.0);
    canvas.round(&cap, look.second);
    canvas.fill(
        &Outline::rounded((400.0 - neck - 4.0, 190.0), (400.0 + neck + 4.0, 202.0), 5.0),
        look.second.darker(0.1),
    );
    look.label(canvas, (left, shoulder + 62.0), (right, 590.0));
    canvas.fill(&Outline::rounded((left + 14.0, shoulder + 30.0), (left + 24.0, 630.0), 5.0), Tint::WHITE.thin(0.45));
}

pub(super) fn can(canvas: &mut Canvas, look: &mut Look) {
    look.shadow(canvas, 200.0);
    let body = Outline::drawn(|pen| {
        pen.move_to(250.0, 250.0);
        pen.line_to(450.0, 250.0);
        pen.line_to(550.0, 330.0);
        pen.line_to(586.0, 380.0);
        pen.line_to(586.0, 612.0);
        pen.quad_to(586.0, 652.0, 546.0, 652.0);
        pen.line_to(254.0, 652.0);
        pen.quad_to(214.0, 652.0, 214.0, 612.0);
        pen.line_to(214.0, 290.0);
        pen.quad_to(214.0, 250.0, 250.0, 250.0);
        pen.close();
    });
    canvas.stroke(
        &Outline::line(&[(250.0, 262.0), (262.0, 190.0), (420.0, 190.0), (470.0, 268.0)]),
        34.0,
        look.main.darker(0.08),
    );
    canvas.round(&body, look.main);
    canvas.round(&Outline::rounded((498.0, 236.0), (572.0, 330.0), 12.0), look.second);
    look.label(canvas, (252.0, 372.0), (548.0, 614.0));
}

pub(super) fn tin(canvas: &mut Canvas, look: &mut Look) {
    let half = look.chance.between(140.0, 190.0);
    let top = look.chance.between(260.0, 340.0);
    look.shadow(canvas, half + 14.0);
    let (left, right) = (400.0 - half, 400.0 + half);
    canvas.round(&Outline::oval((400.0, 632.0), (half, 24.0)), look.main.darker(0.05));
    canvas.round(&Outline::rounded((left, top), (right, 634.0), 0.0), look.main);
    look.ornament(canvas, (left + 16.0, top + 34.0), (right - 16.0, top + 82.0));
    look.label(canvas, (left + 44.0, top + 100.0), (right - 44.0, 598.0));
    canvas.round(&Outline::rounded((left - 8.0, top - 30.0), (right + 8.0, top + 14.0), 10.0), look.second);
    canvas.round(&Outline::oval((400.0, top - 26.0), (half + 8.0, 26.0)), look.second.lighter(0.1));
    canvas.fill(&Outline::oval((400.0, top - 28.0), (half * 0.72, 16.0)), look.second.lighter(0.04));
}

pub(super) fn carton(canvas: &mut Canvas, look: &mut Look) {
    let (half, top) = (look.chance.between(120.0, 190.0), look.chance.between(200.0, 330.0));
    look.shadow(canvas, half + 50.0);
    let (left, right, depth) = (400.0 - half - 22.0, 400.0 + half - 22.0, 54.0);
    let side = [(right, top), (right + depth, top - 32.0), (right + depth, 618.0), (right, 652.0)];
    canvas.fill(&Outline::polygon(&side), look.main.darker(0.14));
    let lid = [(left, top), (left + depth, top - 32.0), (right + depth, top - 32.0), (right, top)];
    canvas.fill(&Outline::polygon(&lid), look.main.lighter(0.12));
    canvas.round(&Outline::polygon(&[(left, top), (right, top), (right, 652.0), (left, 652.0)]), look.main);
    look.ornament(canvas, (left + 14.0, top + 16.0), (right - 14.0, top + 62.0));
    look.label(canvas, (left + 26.0, top + 80.0), (right - 26.0, 600.0));
    canvas.fill(&Outline::polygon(&[(left, 618.0), (right, 618.0), (right, 640.0), (left, 640.0)]), look.second);
}

pub(super) fn tube(canvas: &mut Canvas, look: &mut Look) {
    look.shadow(canvas, 112.0);
    let half = look.chance.between(92.0, 112.0);
    let body = Outline::drawn(|pen| {
        pen.move_to(400.0 - half - 12.0, 170.0);
        pen.line_to(400.0 + half + 12.0, 170.0);
        pen.cubic_to(400.0 + half, 330.0, 400.0 + 74.0, 480.0, 400.0 + 58.0, 580.0);
        pen.line_to(400.0 - 58.0, 580.0);
        pen.cubic_to(400.0 - 74.0, 480.0, 400.0 - half, 330.0, 400.0 - half - 12.0, 170.0);
        pen.close();
    });
    canvas.round(&body, look.main);
    let seam = Outline::rounded((400.0 - half - 14.0, 150.0), (400.0 + half + 14.0, 184.0), 5.0);
    canvas.fill(&seam, look.main.darker(0.1));
    canvas.round(&Outline::rounded((338.0, 572.0), (462.0, 654.0), 14.0), look.second);
    for rib in 0..7_u8 {
        let x = 356.0 + f32::from(rib) * 14.6;
        canvas.stroke(&Outline::line(&[(x, 590.0), (x, 640.0)]), 4.0, look.second.darker(0.1));
    }
    look.label(canvas, (330.0, 236.0), (470.0, 500.0));
}

pub(super) fn spray(canvas: &mut Canvas, look: &mut Look) {
    look.shadow(canvas, 124.0);
    canvas.stroke(&Outline::line(&[(392.0, 150.0), (300.0, 150.0)]), 40.0, look.second);
    canvas.stroke(&Outline::line(&[(330.0, 176.0), (318.0, 236.0)]), 16.0, look.second.darker(0.1));
    canvas.round(&Outline::rounded((364.0, 128.0), (446.0, 270.0), 16.0), look.second);
    canvas.fill(&Outline::rounded((282.0, 138.0), (300.0, 164.0), 4.0), Tint::INK);
    let body = Outline::drawn(|pen| {
        pen.move_to(366.0, 262.0);
        pen.line_to(444.0, 262.0);
        pen.cubic_to(452.0, 330.0, 520.0, 330.0, 516.0, 420.0);
        pen.line_to(510.0, 626.0);
        pen.quad_to(508.0, 652.0, 482.0, 652.0);
        pen.line_to(328.0, 652.0);
        pen.quad_to(302.0, 652.0, 300.0, 626.0);
        pen.line_to(294.0, 420.0);
        pen.cubic_to(290.0, 330.0, 358.0, 330.0, 366.0, 262.0);
        pen.close();
    });
    canvas.round(&body, look.main);
    look.label(canvas, (312.0, 410.0), (498.0, 610.0));
}

pub(super) fn bar(canvas: &mut Canvas, look: &mut Look) {
    look.shadow(canvas, 225.0);
    canvas.round(&Outline::rounded((190.0, 470.0), (610.0, 652.0), 30.0), look.main);
    look.label(canvas, (300.0, 482.0), (500.0, 640.0));
    look.ornament(canvas, (202.0, 540.0), (292.0, 590.0));
    look.ornament(canvas, (508.0, 540.0), (598.0, 590.0));
    let soap = look.second.lighter(0.22);
    canvas.round(&Outline::oval((400.0, 412.0), (178.0, 70.0)), soap.darker(0.08));
    canvas.round(&Outline::oval((400.0, 394.0), (178.0, 70.0)), soap);
    canvas.stroke(&Outline::oval((400.0, 392.0), (128.0, 44.0)), 5.0, soap.darker(0.07));
    look.sign(canvas, (400.0, 392.0), 34.0);
    for (x, y, radius) in [(236.0, 300.0, 26.0), (286.0, 256.0, 16.0), (560.0, 286.0, 22.0), (516.0, 240.0, 12.0)] {
        canvas.fill(&Outline::oval((x, y), (radius, radius)), Tint::WHITE.thin(0.8));
        canvas.stroke(&Outline::oval((x, y), (radius, radius)), 3.0, look.background.darker(0.12));
    }
}
