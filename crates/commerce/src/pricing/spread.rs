//! Spreads an amount over parts so that they add up to it exactly.

use kernel::Paise;

/// Spreads `amount` over as many parts as there are `weights`, in their proportion, by the largest remainder; of equal
/// remainders the first comes first. Equally if all weights are zero. A negative amount is spread as the exact negative.
///
/// `None` if a weight is negative, or if there is nobody to take an amount.
pub fn spread(amount: Paise, weights: &[Paise]) -> Option<Vec<Paise>> {
    let all_zero = weights.iter().all(|&weight| weight == Paise::ZERO);
    let weights = weights.iter().map(|weight| if all_zero { Some(1) } else { u128::try_from(weight.get()).ok() });
    let weights: Vec<_> = weights.collect::<Option<_>>()?;
    let whole: u128 = weights.iter().sum();
    if whole == 0 {
        return (amount == Paise::ZERO).then(Vec::new);
    }
    let magnitude = u128::from(amount.get().unsigned_abs());
    let exact: Vec<_> = weights.iter().map(|weight| magnitude * weight).collect();
    let mut parts: Vec<_> = exact.iter().map(|product| product / whole).collect();
    let left = usize::try_from(magnitude - parts.iter().sum::<u128>()).ok()?;
    let mut by_remainder: Vec<_> = parts.iter_mut().zip(exact.iter().map(|product| product % whole)).collect();
    by_remainder.sort_by_key(|(_, remainder)| std::cmp::Reverse(*remainder));
    for (part, _) in by_remainder.into_iter().take(left) {
        *part += 1;
    }
    let signed = parts.into_iter().map(|part| i64::try_from(part).ok()?.checked_mul(amount.get().signum()));
    signed.map(|part| part.map(Paise::new)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn spread_paise(amount: i64, weights: &[i64]) -> Option<Vec<i64>> {
        let weights: Vec<_> = weights.iter().copied().map(Paise::new).collect();
        Some(spread(Paise::new(amount), &weights)?.into_iter().map(Paise::get).collect())
    }

    #[test]
    fn the_worked_case() {
        assert_eq!(spread_paise(10_000, &[9_999, 14_999, 2]), Some(vec![4_000, 5_999, 1]));
    }

    #[test]
    fn of_equal_remainders_the_first_comes_first() {
        assert_eq!(spread_paise(2, &[5, 5, 5]), Some(vec![1, 1, 0]));
        assert_eq!(spread_paise(-2, &[5, 5, 5]), Some(vec![-1, -1, 0]));
    }

    #[test]
    fn weights_that_are_all_zero_weigh_the_same() {
        assert_eq!(spread_paise(7, &[0, 0]), Some(vec![4, 3]));
        assert_eq!(spread_paise(0, &[0, 0]), Some(vec![0, 0]));
    }

    #[test]
    fn somebody_has_to_take_an_amount_and_nobody_weighs_less_than_nothing() {
        assert_eq!(spread_paise(0, &[]), Some(vec![]));
        assert_eq!(spread_paise(1, &[]), None);
        assert_eq!(spread_paise(1, &[3, -1]), None);
    }

    #[test]
    fn the_limits_of_an_i64_do_not_overflow() {
        assert_eq!(
            spread_paise(i64::MAX, &[i64::MAX; 3]).unwrap().iter().map(|&p| i128::from(p)).sum::<i128>(),
            i64::MAX.into()
        );
        assert_eq!(spread_paise(i64::MIN, &[1]), None);
    }

    proptest! {
        #[test]
        fn the_parts_add_up_and_each_is_its_share_to_less_than_a_paisa(
            amount in -Paise::MAX.get()..=Paise::MAX.get(), weights in vec(0..=Paise::MAX.get(), 1..40),
        ) {
            let parts = spread_paise(amount, &weights).unwrap();
            prop_assert_eq!(parts.iter().sum::<i64>(), amount);
            let whole: i128 = weights.iter().map(|&weight| i128::from(weight)).sum();
            for (&part, &weight) in parts.iter().zip(&weights) {
                let off = i128::from(part) * whole - i128::from(amount) * i128::from(weight);
                prop_assert!(whole == 0 || off.abs() < whole, "{part} of {amount} for {weight} of {whole}");
            }
            let negative: Vec<_> = parts.iter().map(|part| -part).collect();
            prop_assert_eq!(spread_paise(-amount, &weights), Some(negative));
        }

        #[test]
        fn nobody_who_got_less_of_the_rest_had_a_larger_remainder(
            amount in 0..=10_000_i64, weights in vec(0..=1_000_i64, 1..12),
        ) {
            prop_assume!(weights.iter().any(|&weight| weight > 0));
            let parts = spread_paise(amount, &weights).unwrap();
            let whole: i64 = weights.iter().sum();
            let remainders: Vec<_> = weights.iter().map(|weight| amount * weight % whole).collect();
            let got: Vec<_> = parts.iter().zip(&weights).map(|(part, weight)| part - amount * weight / whole).collect();
            for (i, j) in (0..parts.len()).flat_map(|i| (0..parts.len()).map(move |j| (i, j))) {
                let fair = got[i] <= got[j] || remainders[i] > remainders[j] || (remainders[i] == remainders[j] && i < j);
                prop_assert!(fair, "{weights:?} {amount} {parts:?}");
            }
        }

        #[test]
        fn who_weighs_nothing_gets_nothing(amount in 0..=10_000_i64, weights in vec(0..=3_i64, 1..12)) {
            prop_assume!(weights.iter().any(|&weight| weight > 0));
            let parts = spread_paise(amount, &weights).unwrap();
            prop_assert!(parts.iter().zip(&weights).all(|(&part, &weight)| weight > 0 || part == 0));
        }
    }
}
