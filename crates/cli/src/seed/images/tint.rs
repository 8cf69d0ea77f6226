//! Colours as a painter mixes them: hue, strength and light.

/// A colour.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Tint {
    /// Degrees around the wheel of colours: 0 is red, 120 green.
    hue: f32,
    /// 0 is grey, 1 as strong as can be.
    strength: f32,
    /// 0 is black, 1 white.
    light: f32,
    pub(super) opacity: f32,
}

impl Tint {
    pub(super) const WHITE: Self = Self::new(0.0, 0.0, 1.0);
    pub(super) const PAPER: Self = Self::new(42.0, 0.5, 0.96);
    pub(super) const INK: Self = Self::new(24.0, 0.2, 0.24);
    pub(super) const STEEL: Self = Self::new(210.0, 0.08, 0.72);
    pub(super) const IRON: Self = Self::new(215.0, 0.1, 0.3);
    pub(super) const BRASS: Self = Self::new(42.0, 0.62, 0.5);
    pub(super) const WOOD: Self = Self::new(28.0, 0.42, 0.5);
    pub(super) const FLAME: Self = Self::new(38.0, 0.95, 0.6);

    pub(super) const fn new(hue: f32, strength: f32, light: f32) -> Self {
        Self { hue, strength, light, opacity: 1.0 }
    }

    pub(super) fn lighter(self, by: f32) -> Self {
        Self { light: (self.light + by).clamp(0.0, 1.0), ..self }
    }

    pub(super) fn darker(self, by: f32) -> Self {
        self.lighter(-by)
    }

    pub(super) fn turned(self, degrees: f32) -> Self {
        Self { hue: self.hue + degrees, ..self }
    }

    /// Weaker where a screen shouts: among the greens and the pinks.
    pub(super) fn calm(self) -> Self {
        let hue = self.hue.rem_euclid(360.0);
        let is_loud = (68.0..165.0).contains(&hue) || (275.0..335.0).contains(&hue);
        Self { strength: if is_loud { self.strength * 0.62 } else { self.strength }, ..self }
    }

    /// Lets so much of what is below through.
    pub(super) fn thin(self, opacity: f32) -> Self {
        Self { opacity, ..self }
    }

    /// Red, green and blue from 0 to 1.
    pub(super) fn rgb(self) -> [f32; 3] {
        let reach = self.strength * self.light.min(1.0 - self.light);
        [0.0, 8.0, 4.0].map(|offset| {
            let at = (offset + self.hue.rem_euclid(360.0) / 30.0) % 12.0;
            (self.light - reach * (at - 3.0).min(9.0 - at).clamp(-1.0, 1.0)).clamp(0.0, 1.0)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hues_stand_where_painters_expect_them() {
        let pure = |hue| Tint::new(hue, 1.0, 0.5).rgb().map(|part| part > 0.5);
        assert_eq!(pure(0.0), [true, false, false]);
        assert_eq!(pure(120.0), [false, true, false]);
        assert_eq!(pure(-120.0), [false, false, true]);
        assert!(Tint::WHITE.rgb().iter().all(|part| *part > 0.99));
        assert!(Tint::WHITE.darker(2.0).rgb().iter().all(|part| *part < 0.01));
    }
}
