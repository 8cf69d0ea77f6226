//! Things that last: in the kitchen, in the cupboard with the brooms, and on the wall.

use crate::seed::images::canvas::{Canvas, Outline, around};
use crate::seed::images::look::Look;
use crate::seed::images::tint::Tint;

/// What a pot may be made of.
fn metal(look: &mut Look) -> Tint {
    look.chance.one_of(Tint::STEEL, &[Tint::STEEL.lighter(0.06), Tint::IRON, Tint::BRASS, Tint::STEEL.turned(150.0)])
}

pub(super) fn pot(canvas: &mut Canvas, look: &mut Look) {
    look.shadow(canvas, 225.0);
    let metal = metal(look);
    for x in [176.0, 624.0] {
        canvas.stroke(&Outline::oval((x, 440.0), (40.0, 30.0)), 22.0, look.second.darker(0.1));
    }
    let body = Outline::drawn(|pen| {
        pen.move_to(190.0, 370.0);
        pen.line_to(610.0, 370.0);
        pen.cubic_to(612.0, 520.0, 600.0, 640.0, 550.0, 652.0);
        pen.line_to(250.0, 652.0);
        pen.cubic_to(200.0, 640.0, 188.0, 520.0, 190.0, 370.0);
        pen.close();
    });
    canvas.round(&body, metal);
    look.ornament(canvas, (230.0, 560.0), (570.0, 606.0));
    canvas.round(&Outline::oval((400.0, 366.0), (222.0, 34.0)), metal.darker(0.12));
    let lid = Outline::drawn(|pen| {
        pen.move_to(186.0, 356.0);
        pen.cubic_to(240.0, 262.0, 560.0, 262.0, 614.0, 356.0);
        pen.quad_to(400.0, 392.0, 186.0, 356.0);
        pen.close();
    });
    canvas.round(&lid, metal.lighter(0.08));
    canvas.round(&Outline::oval((400.0, 268.0), (36.0, 26.0)), look.main);
    canvas.fill(&Outline::oval((400.0, 460.0), (4.0, 4.0)), metal.darker(0.1));
    look.sign(canvas, (400.0, 476.0), 40.0);
}

pub(super) fn pan(canvas: &mut Canvas, look: &mut Look) {
    look.shadow(canvas, 250.0);
    let metal = look.chance.one_of(Tint::IRON, &[Tint::IRON.lighter(0.08), Tint::STEEL, Tint::BRASS]);
    canvas.stroke(&Outline::line(&[(560.0, 380.0), (706.0, 236.0)]), 40.0, look.main.darker(0.14));
    canvas.stroke(&Outline::line(&[(640.0, 302.0), (698.0, 244.0)]), 20.0, look.main.lighter(0.06));
    canvas.round(&Outline::oval((390.0, 456.0), (252.0, 196.0)), metal.darker(0.06));
    canvas.round(&Outline::oval((390.0, 444.0), (252.0, 190.0)), metal.lighter(0.1));
    canvas.fill(&Outline::oval((390.0, 452.0), (214.0, 156.0)), metal);
    for (x, y) in [(0.72, 0.5), (0.48, 0.3)] {
        canvas.stroke(&Outline::oval((390.0, 452.0), (214.0 * x, 156.0 * x)), 4.0, metal.lighter(y * 0.1));
    }
    let steam = look.main.lighter(0.1);
    for (x, y) in around((390.0, 450.0), 62.0, 3 + look.chance.below(4)) {
        canvas.fill(&Outline::petal((390.0, 450.0), (x, y), 30.0), steam);
    }
}

pub(super) fn flask(canvas: &mut Canvas, look: &mut Look) {
    let half = look.chance.between(84.0, 112.0);
    let top = look.chance.between(232.0, 300.0);
    look.shadow(canvas, half + 14.0);
    let metal = look.chance.one_of(look.main, &[Tint::STEEL, look.main, Tint::new(22.0, 0.6, 0.56)]);
    canvas.round(&Outline::rounded((400.0 - half, top), (400.0 + half, 654.0), 34.0), metal);
    canvas.round(
        &Outline::rounded((400.0 - half + 16.0, top - 96.0), (400.0 + half - 16.0, top + 8.0), 20.0),
        look.second,
    );
    canvas.fill(&Outline::rounded((400.0 - half, top + 34.0), (400.0 + half, top + 50.0), 0.0), look.second);
    look.sign(canvas, (400.0, f32::midpoint(top, 654.0)), half * 0.52);
    look.ornament(canvas, (400.0 - half + 10.0, 572.0), (400.0 + half - 10.0, 616.0));
    canvas.fill(
        &Outline::rounded((400.0 - half + 16.0, top + 70.0), (400.0 - half + 28.0, 560.0), 6.0),
        Tint::WHITE.thin(0.4),
    );
}

pub(super) fn kettle(canvas: &mut Canvas, look: &mut Look) {
    look.shadow(canvas, 210.0);
    canvas.round(&Outline::rounded((216.0, 604.0), (584.0, 654.0), 20.0), Tint::INK.lighter(0.1));
    let arch = Outline::drawn(|pen| {
        pen.move_to(548.0, 330.0);
        pen.cubic_to(700.0, 300.0, 690.0, 560.0, 566.0, 570.0);
    });
    canvas.stroke(&arch, 34.0, Tint::INK.lighter(0.08));
    canvas.fill(&Outline::polygon(&[(268.0, 320.0), (172.0, 286.0), (240.0, 430.0)]), look.main.darker(0.06));
    let body = Outline::drawn(|pen| {
        pen.move_to(276.0, 276.0);
        pen.line_to(524.0, 276.0);
        pen.cubic_to(560.0, 400.0, 584.0, 520.0, 576.0, 612.0);
        pen.line_to(224.0, 612.0);
        pen.cubic_to(216.0, 520.0, 240.0, 400.0, 276.0, 276.0);
        pen.close();
    });
    canvas.round(&body, look.main);
    canvas.round(&Outline::rounded((262.0, 232.0), (538.0, 290.0), 20.0), look.second);
    canvas.round(&Outline::oval((400.0, 222.0), (34.0, 22.0)), look.second.darker(0.1));
    look.sign(canvas, (400.0, 430.0), 54.0);
    look.ornament(canvas, (266.0, 530.0), (534.0, 578.0));
}

pub(super) fn tool(canvas: &mut Canvas, look: &mut Look) {
    look.shadow(canvas, 190.0);
    let (steel, wood) =
        (Tint::STEEL, look.chance.one_of(Tint::WOOD, &[Tint::WOOD.darker(0.12), look.main, look.second]));
    for (x, kind) in [(270.0, 0), (400.0, 1), (530.0, 2)] {
        canvas.stroke(&Outline::line(&[(x, 330.0), (x, 450.0)]), 16.0, steel.darker(0.06));
        canvas.round(&Outline::rounded((x - 26.0, 430.0), (x + 26.0, 652.0), 22.0), wood);
        canvas.fill(&Outline::oval((x, 618.0), (8.0, 8.0)), wood.darker(0.2));
        match kind {
            0 => canvas.round(&Outline::oval((x, 258.0), (62.0, 88.0)), steel),
            1 => {
                canvas.round(&Outline::rounded((x - 52.0, 172.0), (x + 52.0, 344.0), 26.0), steel);
                for slot in [-24.0, 0.0, 24.0] {
                    canvas.stroke(&Outline::line(&[(x + slot, 210.0), (x + slot, 310.0)]), 9.0, look.background);
                }
            }
            _ => {
                let blade = [(x - 18.0, 350.0), (x - 18.0, 150.0), (x + 22.0, 196.0), (x + 34.0, 350.0)];
                canvas.round(&Outline::polygon(&blade), steel.lighter(0.08));
            }
        }
    }
}

pub(super) fn broom(canvas: &mut Canvas, look: &mut Look) {
    look.shadow(canvas, 180.0);
    canvas.round(&Outline::rounded((384.0, 110.0), (416.0, 380.0), 14.0), look.main);
    let straw = Tint::new(look.chance.between(40.0, 52.0), 0.55, 0.6);
    for number in 0..25_u8 {
        let spread = (f32::from(number) - 12.0) * 13.0;
        let shade = look.chance.between(-0.1, 0.08);
        let end = (400.0 + spread, 646.0 - look.chance.between(0.0, 22.0));
        canvas.stroke(&Outline::line(&[(400.0 + spread * 0.24, 380.0), end]), 13.0, straw.lighter(shade));
    }
    for (y, half) in [(378.0, 50.0), (412.0, 62.0), (446.0, 78.0)] {
        canvas.fill(&Outline::rounded((400.0 - half, y), (400.0 + half, y + 18.0), 9.0), look.second);
    }
}

pub(super) fn brush(canvas: &mut Canvas, look: &mut Look) {
    look.shadow(canvas, 150.0);
    let count = 2 + look.chance.below(2);
    for number in 0..count {
        let x = 400.0 + (f32::from(number) - f32::from(count - 1) / 2.0) * 120.0;
        let tint = look.main.turned(f32::from(number) * 110.0);
        canvas.round(&Outline::rounded((x - 20.0, 250.0), (x + 20.0, 652.0), 20.0), tint);
        canvas.round(&Outline::rounded((x - 26.0, 140.0), (x + 26.0, 300.0), 26.0), tint);
        for tuft in 0..6_u8 {
            let y = 162.0 + f32::from(tuft) * 22.0;
            let bristle = Outline::rounded((x - 62.0, y), (x - 20.0, y + 15.0), 5.0);
            canvas.fill(&bristle, if tuft % 2 == 0 { Tint::WHITE } else { look.background.darker(0.14) });
        }
        canvas.fill(&Outline::rounded((x - 8.0, 420.0), (x + 8.0, 600.0), 8.0), tint.lighter(0.2));
    }
}

pub(super) fn comb(canvas: &mut Canvas, look: &mut Look) {
    look.shadow(canvas, 230.0);
    let wood = Tint::WOOD.turned(look.chance.between(-8.0, 8.0));
    for tooth in 0..14_u8 {
        let x = 194.0 + f32::from(tooth) * 31.6;
        canvas.round(&Outline::rounded((x - 9.0, 380.0), (x + 9.0, 650.0), 9.0), wood.darker(0.04));
    }
    let back = Outline::drawn(|pen| {
        pen.move_to(170.0, 420.0);
        pen.cubic_to(190.0, 260.0, 610.0, 260.0, 630.0, 420.0);
        pen.close();
    });
    canvas.round(&back, wood);
    look.sign(canvas, (400.0, 362.0), 36.0);
}

pub(super) fn bulb(canvas: &mut Canvas, look: &mut Look) {
    look.shadow(canvas, 120.0);
    let ray = Tint::FLAME.lighter(0.1);
    for (from, to) in around((400.0, 320.0), 212.0, 12).zip(around((400.0, 320.0), 252.0, 12)) {
        canvas.stroke(&Outline::line(&[from, to]), 12.0, ray);
    }
    canvas.round(&Outline::oval((400.0, 320.0), (166.0, 166.0)), Tint::new(50.0, 0.85, look.chance.between(0.8, 0.9)));
    let neck = [(300.0, 440.0), (500.0, 440.0), (462.0, 556.0), (338.0, 556.0)];
    canvas.round(&Outline::polygon(&neck), look.main.lighter(0.16));
    canvas.round(&Outline::rounded((344.0, 552.0), (456.0, 640.0), 14.0), Tint::STEEL);
    for y in [576.0, 604.0] {
        canvas.stroke(&Outline::line(&[(350.0, y), (450.0, y + 6.0)]), 6.0, Tint::STEEL.darker(0.16));
    }
    canvas.fill(&Outline::rounded((376.0, 636.0), (424.0, 654.0), 8.0), Tint::INK);
    look.sign(canvas, (400.0, 498.0), 30.0);
    canvas.fill(&Outline::oval((338.0, 262.0), (30.0, 44.0)), Tint::WHITE.thin(0.7));
}

pub(super) fn battery(canvas: &mut Canvas, look: &mut Look) {
    let count = 2 + look.chance.below(3);
    look.shadow(canvas, f32::from(count) * 62.0);
    for number in 0..count {
        let x = 400.0 + (f32::from(number) - f32::from(count - 1) / 2.0) * 128.0;
        canvas.round(&Outline::rounded((x - 18.0, 210.0), (x + 18.0, 250.0), 8.0), Tint::STEEL);
        canvas.round(&Outline::rounded((x - 54.0, 240.0), (x + 54.0, 652.0), 16.0), look.main);
        canvas.round(&Outline::rounded((x - 54.0, 240.0), (x + 54.0, 350.0), 16.0), look.second);
        let (plus, thick) = (Tint::PAPER, 10.0);
        canvas.stroke(&Outline::line(&[(x - 18.0, 296.0), (x + 18.0, 296.0)]), thick, plus);
        canvas.stroke(&Outline::line(&[(x, 278.0), (x, 314.0)]), thick, plus);
        look.sign(canvas, (x, 460.0), 38.0);
        look.ornament(canvas, (x - 46.0, 560.0), (x + 46.0, 604.0));
    }
}

pub(super) fn device(canvas: &mut Canvas, look: &mut Look) {
    look.shadow(canvas, 170.0);
    canvas.round(&Outline::rounded((248.0, 150.0), (552.0, 654.0), 44.0), Tint::INK.lighter(0.04));
    canvas.fill(&Outline::rounded((270.0, 196.0), (530.0, 606.0), 18.0), look.main.lighter(0.18));
    canvas.fill(&Outline::oval((400.0, 172.0), (7.0, 7.0)), Tint::STEEL);
    look.sign(canvas, (400.0, 322.0), 62.0);
    for row in 0..2_u8 {
        for column in 0..3_u8 {
            let (x, y) = (300.0 + f32::from(column) * 72.0, 436.0 + f32::from(row) * 76.0);
            let tint = look.second.turned(f32::from(row * 3 + column) * 50.0);
            canvas.fill(&Outline::rounded((x, y), (x + 54.0, y + 54.0), 14.0), tint);
        }
    }
    canvas.fill(&Outline::rounded((360.0, 622.0), (440.0, 630.0), 4.0), Tint::STEEL);
}

pub(super) fn plug(canvas: &mut Canvas, look: &mut Look) {
    look.shadow(canvas, 200.0);
    let bend = look.chance.between(60.0, 150.0);
    let cord = Outline::drawn(|pen| {
        pen.move_to(320.0, 480.0);
        pen.cubic_to(300.0, 720.0, 560.0, 700.0 - bend * 0.2, 520.0, 560.0 - bend);
        pen.cubic_to(500.0, 400.0, 600.0, 380.0, 590.0, 300.0);
    });
    canvas.stroke(&cord, 18.0, look.second);
    for x in [286.0, 354.0] {
        canvas.round(&Outline::rounded((x - 12.0, 170.0), (x + 12.0, 270.0), 10.0), Tint::STEEL);
    }
    canvas.round(&Outline::rounded((222.0, 254.0), (418.0, 486.0), 40.0), look.main.lighter(0.2));
    look.sign(canvas, (320.0, 370.0), 46.0);
    canvas.round(&Outline::rounded((552.0, 210.0), (628.0, 316.0), 18.0), look.main.lighter(0.1));
    canvas.round(&Outline::rounded((566.0, 160.0), (614.0, 216.0), 8.0), Tint::STEEL);
    canvas.fill(&Outline::rounded((578.0, 176.0), (602.0, 192.0), 3.0), Tint::INK);
}
