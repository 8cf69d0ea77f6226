//! Chance that falls the same way for the same name, on every machine and in every release.

/// Numbers out of a name.
#[derive(Clone, Debug)]
pub(super) struct Chance(u64);

impl Chance {
    /// FNV-1a over the name.
    pub(super) fn of(name: &str) -> Self {
        let fold = |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        Self(name.bytes().fold(0xcbf2_9ce4_8422_2325, fold))
    }

    /// SplitMix64.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// 0 up to `count`, without it.
    pub(super) fn below(&mut self, count: u16) -> u16 {
        u16::try_from(self.next() % u64::from(count.max(1))).unwrap_or_default()
    }

    pub(super) fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * f32::from(self.below(10_000)) / 10_000.0
    }

    pub(super) fn one_of<T: Copy>(&mut self, first: T, others: &[T]) -> T {
        let count = u16::try_from(others.len()).unwrap_or_default().saturating_add(1);
        let number = usize::from(self.below(count));
        number.checked_sub(1).and_then(|number| others.get(number)).copied().unwrap_or(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_always_falls_the_same_way_and_another_one_differently() {
        let numbers = |name| {
            let mut chance = Chance::of(name);
            [(); 8].map(|()| chance.below(1000))
        };
        assert_eq!(numbers("toor-dal"), numbers("toor-dal"));
        assert_ne!(numbers("toor-dal"), numbers("moong-dal"));
        assert_eq!(numbers("toor-dal"), TOOR_DAL);
    }

    const TOOR_DAL: [u16; 8] = [54, 295, 523, 957, 746, 187, 361, 62];
}
