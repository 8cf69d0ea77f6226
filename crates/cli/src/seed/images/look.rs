//! How one product looks: its colours, the sign of its brand, and the ornaments of its label.

use super::canvas::{At, Canvas, Outline, around};
use super::tint::Tint;
use crate::seed::chance::Chance;

/// The hue that the background of a main category begins with.
const SHELVES: [(&str, f32); 9] = [
    ("groceries", 42.0),
    ("snacks-and-drinks", 20.0),
    ("personal-care", 165.0),
    ("home-care", 195.0),
    ("kitchen-and-home", 220.0),
    ("stationery", 265.0),
    ("baby-and-toys", 325.0),
    ("clothing-and-footwear", 350.0),
    ("electronics-and-accessories", 240.0),
];

/// How far the colour of a product may be from that of its shelf.
const TURNS: [f32; 8] = [-30.0, 25.0, 60.0, 120.0, 160.0, 185.0, 215.0, 300.0];

/// Colours and ornaments of one product.
pub(super) struct Look {
    /// Of the shelf: behind everything.
    pub(super) background: Tint,
    /// Of the thing itself.
    pub(super) main: Tint,
    /// Of its lid, its cap, its other side.
    pub(super) second: Tint,
    pub(super) chance: Chance,
    sign: Sign,
    is_eaten: bool,
}

/// The sign of a brand.
#[derive(Clone, Copy)]
struct Sign {
    petals: u16,
    tint: Tint,
    is_round: bool,
}

impl Look {
    /// `shelf` is a category, `root` the main one above it.
    pub(super) fn of(slug: &str, (root, shelf): (&str, &str), brand: &str) -> Self {
        let mut chance = Chance::of(slug);
        let hue = SHELVES.iter().find(|(name, _)| *name == root).map_or(42.0, |(_, hue)| *hue);
        let hue = hue + Chance::of(shelf).between(-16.0, 16.0);
        let main = hue + chance.one_of(0.0, &TURNS) + chance.between(-10.0, 10.0);
        let main = Tint::new(main, chance.between(0.42, 0.6), chance.between(0.42, 0.58));
        let second = main.turned(chance.one_of(30.0, &[-40.0, 150.0, 180.0, 210.0])).darker(chance.between(0.0, 0.16));
        let (main, second) = (main.calm(), second.calm());
        let background = Tint::new(hue, 0.5, 0.9);
        let is_eaten = ["groceries", "snacks-and-drinks"].contains(&root);
        Self { background, main, second, sign: Sign::of(brand), chance, is_eaten }
    }

    /// Something to eat: from cream to brown, now and then green.
    pub(super) fn food(&mut self) -> Tint {
        let hue = self.chance.one_of(28.0, &[18.0, 36.0, 42.0, 46.0, 78.0]);
        Tint::new(hue, self.chance.between(0.4, 0.62), self.chance.between(0.5, 0.68))
    }

    /// What is seen through glass.
    pub(super) fn contents(&mut self) -> Tint {
        if self.is_eaten { self.food() } else { self.main }
    }

    /// Wall, table, and the light behind the thing.
    pub(super) fn backdrop(&mut self, canvas: &mut Canvas) {
        let (x, y) = (self.chance.between(330.0, 470.0), self.chance.between(330.0, 400.0));
        let radius = self.chance.between(265.0, 310.0);
        canvas.fill(&Outline::oval((x, y), (radius, radius)), self.background.lighter(0.055));
        let table = self.chance.between(600.0, 628.0);
        canvas.fill(&Outline::rounded((0.0, table), (800.0, 800.0), 0.0), self.background.darker(0.075));
    }

    /// What the thing throws on the table.
    pub(super) fn shadow(&self, canvas: &mut Canvas, half: f32) {
        let shadow = self.background.darker(0.22).thin(0.75);
        canvas.fill(&Outline::oval((408.0, 652.0), (half, half * 0.11 + 6.0)), shadow);
    }

    /// A label with the brand's sign, what would be the name, and an ornament.
    pub(super) fn label(&mut self, canvas: &mut Canvas, from: At, to: At) {
        let (width, height) = (to.0 - from.0, to.1 - from.1);
        let middle = from.0 + width / 2.0;
        canvas.fill(&Outline::rounded(from, to, 14.0), Tint::PAPER);
        self.ornament(canvas, (from.0 + 12.0, to.1 - height * 0.2), (to.0 - 12.0, to.1 - 10.0));
        self.sign(canvas, (middle, from.1 + height * 0.32), (width.min(height) * 0.24).min(62.0));
        let line = Tint::INK.lighter(0.12);
        for (at, part) in [(0.6, 0.62), (0.7, 0.4)] {
            let (half, y) = (width * part / 2.0, from.1 + height * at);
            let thick = (height * 0.028).clamp(3.0, 7.0);
            canvas.fill(&Outline::rounded((middle - half, y - thick), (middle + half, y + thick), thick), line);
        }
    }

    /// The sign of the brand.
    pub(super) fn sign(&self, canvas: &mut Canvas, centre: At, radius: f32) {
        let Sign { petals, tint, is_round } = self.sign;
        if is_round {
            canvas.fill(&Outline::oval(centre, (radius, radius)), tint);
        }
        let petal = if is_round { Tint::PAPER } else { tint };
        for (x, y) in around(centre, radius * 0.48, petals) {
            canvas.fill(&Outline::petal(centre, (x, y), radius * 0.42), petal);
        }
        canvas.fill(&Outline::oval(centre, (radius * 0.2, radius * 0.2)), self.main);
    }

    /// A band of dots, waves, teeth or stripes.
    pub(super) fn ornament(&mut self, canvas: &mut Canvas, from: At, to: At) {
        let (width, height) = (to.0 - from.0, to.1 - from.1);
        let (count, kind) = (5 + self.chance.below(6), self.chance.below(5));
        let step = width / f32::from(count);
        let (middle, tint) = (from.1 + height / 2.0, if kind % 2 == 0 { self.main } else { self.second });
        for number in 0..count {
            let x = from.0 + step * (f32::from(number) + 0.5);
            let reach = (step * 0.36).min(height * 0.48);
            let shape = match kind {
                0 => Outline::oval((x, middle), (reach, reach)),
                1 => Outline::polygon(&[(x - reach, to.1), (x, to.1 - reach * 2.0), (x + reach, to.1)]),
                2 => Outline::polygon(&[
                    (x - reach, middle),
                    (x, middle - reach),
                    (x + reach, middle),
                    (x, middle + reach),
                ]),
                3 => {
                    Outline::rounded((x - reach * 0.5, middle - reach), (x + reach * 0.5, middle + reach), reach * 0.5)
                }
                _ => Outline::petal((x - reach, middle + reach), (x, middle), reach),
            };
            canvas.fill(&shape, tint);
        }
    }
}

impl Sign {
    fn of(brand: &str) -> Self {
        let mut chance = Chance::of(brand);
        let tint = Tint::new(chance.between(0.0, 360.0), 0.55, chance.between(0.34, 0.46));
        Self { petals: 3 + chance.below(6), tint, is_round: chance.below(2) == 0 }
    }
}
