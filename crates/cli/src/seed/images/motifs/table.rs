//! Things that are served, and the lights on the puja table.

use crate::seed::images::canvas::{Canvas, Outline, around};
use crate::seed::images::look::Look;
use crate::seed::images::tint::Tint;

pub(super) fn bowl(canvas: &mut Canvas, look: &mut Look) {
    look.shadow(canvas, 170.0);
    let food = look.food();
    canvas.round(&Outline::oval((400.0, 398.0), (206.0, 92.0)), food.darker(0.06));
    for number in 0..46_u8 {
        let (x, y) = (look.chance.between(-186.0, 186.0), look.chance.between(-74.0, 30.0));
        if (x / 196.0) * (x / 196.0) + (y / 80.0) * (y / 80.0) < 1.0 {
            let (wide, shade) = (look.chance.between(12.0, 20.0), look.chance.between(-0.12, 0.14));
            let high = if number % 2 == 0 { wide } else { wide * 0.7 };
            canvas.fill(&Outline::oval((400.0 + x, 392.0 + y), (wide, high)), food.lighter(shade));
        }
    }
    let body = Outline::drawn(|pen| {
        pen.move_to(176.0, 404.0);
        pen.cubic_to(190.0, 560.0, 280.0, 640.0, 330.0, 650.0);
        pen.line_to(470.0, 650.0);
        pen.cubic_to(520.0, 640.0, 610.0, 560.0, 624.0, 404.0);
        pen.cubic_to(560.0, 470.0, 240.0, 470.0, 176.0, 404.0);
        pen.close();
    });
    canvas.round(&body, look.second);
    look.ornament(canvas, (250.0, 500.0), (550.0, 556.0));
    let shine = Outline::drawn(|pen| {
        pen.move_to(214.0, 460.0);
        pen.quad_to(236.0, 560.0, 300.0, 612.0);
    });
    canvas.stroke(&shine, 9.0, Tint::WHITE.thin(0.4));
}

pub(super) fn cup(canvas: &mut Canvas, look: &mut Look) {
    look.shadow(canvas, 230.0);
    canvas.round(&Outline::oval((400.0, 628.0), (240.0, 34.0)), look.second.lighter(0.12));
    canvas.fill(&Outline::oval((400.0, 620.0), (170.0, 20.0)), look.second);
    canvas.stroke(&Outline::oval((556.0, 470.0), (62.0, 66.0)), 26.0, look.main.darker(0.06));
    let body = Outline::drawn(|pen| {
        pen.move_to(240.0, 372.0);
        pen.cubic_to(246.0, 540.0, 296.0, 620.0, 400.0, 620.0);
        pen.cubic_to(504.0, 620.0, 554.0, 540.0, 560.0, 372.0);
        pen.close();
    });
    canvas.round(&body, look.main);
    canvas.fill(&Outline::oval((400.0, 372.0), (160.0, 40.0)), look.main.lighter(0.16));
    canvas.fill(&Outline::oval((400.0, 376.0), (142.0, 31.0)), Tint::new(24.0, 0.55, look.chance.between(0.26, 0.46)));
    look.sign(canvas, (400.0, 496.0), 52.0);
    let steam = look.background.darker(0.12);
    for x in [340.0, 400.0, 460.0] {
        let bend = look.chance.between(18.0, 42.0);
        let wisp = Outline::drawn(|pen| {
            pen.move_to(x, 320.0);
            pen.cubic_to(x - bend, 280.0, x + bend, 240.0, x, 190.0);
        });
        canvas.stroke(&wisp, 11.0, steam);
    }
}

pub(super) fn biscuits(canvas: &mut Canvas, look: &mut Look) {
    look.shadow(canvas, 215.0);
    let crust = Tint::new(look.chance.between(28.0, 38.0), 0.62, look.chance.between(0.52, 0.64));
    canvas.round(&Outline::oval((400.0, 630.0), (250.0, 38.0)), look.second.lighter(0.2));
    for layer in 0..3_u8 {
        let y = 602.0 - f32::from(layer) * 46.0;
        let x = 400.0 + look.chance.between(-18.0, 18.0);
        canvas.round(&Outline::rounded((x - 170.0, y - 30.0), (x + 170.0, y + 14.0), 20.0), crust.darker(0.08));
        canvas.round(&Outline::oval((x, y - 30.0), (170.0, 26.0)), crust);
    }
    let radius = look.chance.between(118.0, 136.0);
    for (x, y) in around((400.0, 340.0), radius, 18) {
        canvas.fill(&Outline::oval((x, y), (24.0, 24.0)), crust.darker(0.1));
    }
    canvas.fill(&Outline::oval((400.0, 340.0), (radius, radius)), crust);
    canvas.stroke(&Outline::oval((400.0, 340.0), (radius * 0.78, radius * 0.78)), 6.0, crust.darker(0.12));
    let (crumbs, dark) = (6 + look.chance.below(6), look.main.darker(0.08));
    for (x, y) in around((400.0, 340.0), radius * 0.5, crumbs) {
        canvas.fill(&Outline::oval((x, y), (11.0, 8.0)), dark);
    }
    look.sign(canvas, (400.0, 340.0), 34.0);
}

pub(super) fn sweets(canvas: &mut Canvas, look: &mut Look) {
    look.shadow(canvas, 250.0);
    canvas.round(&Outline::oval((400.0, 628.0), (270.0, 40.0)), Tint::STEEL);
    canvas.fill(&Outline::oval((400.0, 620.0), (226.0, 24.0)), Tint::STEEL.lighter(0.12));
    let sweet = look.food();
    for (row, count) in [(0_u8, 4_u8), (1, 3), (2, 2), (3, 1)] {
        for place in 0..count {
            let x = 400.0 + (f32::from(place) - f32::from(count - 1) / 2.0) * 112.0;
            let y = 566.0 - f32::from(row) * 90.0;
            canvas.round(&Outline::oval((x, y), (58.0, 56.0)), sweet.lighter(look.chance.between(-0.04, 0.05)));
            canvas.fill(&Outline::petal((x - 16.0, y - 30.0), (x, y - 36.0), 12.0), look.second);
            canvas.fill(&Outline::oval((x - 20.0, y - 16.0), (9.0, 6.0)), Tint::WHITE.thin(0.45));
        }
    }
}

pub(super) fn diya(canvas: &mut Canvas, look: &mut Look) {
    look.shadow(canvas, 210.0);
    for (radius, opacity) in [(190.0, 0.16), (140.0, 0.22), (96.0, 0.3)] {
        canvas.fill(&Outline::oval((400.0, 330.0), (radius, radius)), Tint::FLAME.lighter(0.12).thin(opacity));
    }
    canvas.fill(&Outline::petal((400.0, 196.0), (400.0, 350.0), 84.0), Tint::FLAME.turned(-14.0));
    canvas.fill(&Outline::petal((400.0, 270.0), (400.0, 366.0), 44.0), Tint::FLAME.lighter(0.26));
    canvas.stroke(&Outline::line(&[(400.0, 420.0), (400.0, 470.0)]), 12.0, Tint::INK);
    let clay = look.main;
    canvas.fill(&Outline::oval((400.0, 470.0), (226.0, 52.0)), clay.darker(0.16));
    let body = Outline::drawn(|pen| {
        pen.move_to(172.0, 468.0);
        pen.cubic_to(190.0, 600.0, 300.0, 652.0, 400.0, 652.0);
        pen.cubic_to(500.0, 652.0, 610.0, 600.0, 628.0, 468.0);
        pen.cubic_to(560.0, 530.0, 240.0, 530.0, 172.0, 468.0);
        pen.close();
    });
    canvas.round(&body, clay);
    look.ornament(canvas, (256.0, 552.0), (544.0, 604.0));
}

pub(super) fn candle(canvas: &mut Canvas, look: &mut Look) {
    look.shadow(canvas, 190.0);
    for (x, top) in [(290.0, 400.0), (400.0, 320.0), (510.0, 430.0)] {
        let half = look.chance.between(36.0, 48.0);
        canvas.fill(&Outline::oval((x, top - 74.0), (70.0, 86.0)), Tint::FLAME.lighter(0.16).thin(0.3));
        canvas.fill(&Outline::petal((x, top - 140.0), (x, top - 62.0), 34.0), Tint::FLAME);
        canvas.stroke(&Outline::line(&[(x, top - 28.0), (x, top + 6.0)]), 7.0, Tint::INK);
        canvas.round(&Outline::rounded((x - half, top), (x + half, 652.0), 16.0), look.main.lighter(0.16));
        look.ornament(canvas, (x - half, 560.0), (x + half, 596.0));
    }
}
