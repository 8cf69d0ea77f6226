//! What part of an amount is tax, and which: the arithmetic of a line (money-and-gst §3).

use kernel::Paise;
use serde::{Deserialize, Serialize};

use super::{GstRate, PriceBasis, WHOLE};
use crate::place::Supply;

/// An amount split into the value of the goods and the taxes on it. Central and state tax are equal to the paisa.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineTax {
    /// The value that is taxed, without the tax.
    pub taxable: Paise,
    /// Central tax: half of the rate, within one state.
    pub cgst: Paise,
    /// State or union territory tax: the other half.
    pub sgst: Paise,
    /// Integrated tax: the whole rate, between states.
    pub igst: Paise,
}

impl LineTax {
    /// All taxes together; `None` beyond the range of an amount.
    pub fn tax(self) -> Option<Paise> {
        self.cgst.checked_add(self.sgst)?.checked_add(self.igst)
    }

    /// The value and its taxes: what is paid. `None` beyond the range of an amount.
    pub fn payable(self) -> Option<Paise> {
        self.taxable.checked_add(self.tax()?)
    }
}

/// Splits `amount` as a sale at `rate` between the places of `supply`. Each tax is rounded once, half away from zero,
/// so that the split of the negative amount is the exact negative.
///
/// The payable of the split is `amount` where the price is inclusive or the seller charges no tax, else more.
/// `None` if it would leave the range of an amount.
pub fn split(amount: Paise, rate: GstRate, basis: PriceBasis, supply: Supply) -> Option<LineTax> {
    let rate = i64::from(rate.0);
    let whole = match basis {
        PriceBasis::Inclusive => WHOLE.checked_add(rate)?,
        PriceBasis::Exclusive => WHOLE,
    };
    let taxes = match supply {
        Supply::Unregistered => LineTax::default(),
        Supply::IntraState => {
            let half = share(amount, rate, whole.checked_mul(2)?)?;
            LineTax { cgst: half, sgst: half, ..LineTax::default() }
        }
        Supply::InterState => LineTax { igst: share(amount, rate, whole)?, ..LineTax::default() },
    };
    let taxable = match basis {
        PriceBasis::Inclusive => amount.checked_sub(taxes.tax()?)?,
        PriceBasis::Exclusive => amount,
    };
    let split = LineTax { taxable, ..taxes };
    split.payable().map(|_| split)
}

/// `amount · part / whole`, rounded half away from zero; `whole` is positive.
fn share(amount: Paise, part: i64, whole: i64) -> Option<Paise> {
    let (product, whole) = (i128::from(amount.get()) * i128::from(part), i128::from(whole));
    let magnitude = (product.abs() * 2 + whole) / (whole * 2);
    i64::try_from(magnitude * product.signum()).ok().map(Paise::new)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SUPPLIES: [Supply; 3] = [Supply::IntraState, Supply::InterState, Supply::Unregistered];
    const BASES: [PriceBasis; 2] = [PriceBasis::Inclusive, PriceBasis::Exclusive];

    /// Taxable, CGST, SGST, IGST in paise at so many percent.
    fn figures(paise: i64, percent: u32, basis: PriceBasis, supply: Supply) -> [i64; 4] {
        let rate = GstRate::from_thousandths(percent * 1000).unwrap();
        numbers(split(Paise::new(paise), rate, basis, supply).unwrap())
    }

    fn numbers(split: LineTax) -> [i64; 4] {
        [split.taxable, split.cgst, split.sgst, split.igst].map(Paise::get)
    }

    #[test]
    fn the_worked_cases() {
        let inclusive = |paise, percent, supply| figures(paise, percent, PriceBasis::Inclusive, supply);
        assert_eq!(inclusive(11_800, 18, Supply::IntraState), [10_000, 900, 900, 0]);
        assert_eq!(inclusive(19_999, 18, Supply::IntraState), [16_949, 1_525, 1_525, 0]);
        assert_eq!(inclusive(19_999, 18, Supply::InterState), [16_948, 0, 0, 3_051]);
        assert_eq!(inclusive(100, 40, Supply::IntraState), [72, 14, 14, 0]);
        assert_eq!(figures(9_999, 5, PriceBasis::Exclusive, Supply::IntraState), [9_999, 250, 250, 0]);
    }

    #[test]
    fn nil_rated_goods_and_a_seller_without_registration_have_no_tax_lines() {
        for basis in BASES {
            for supply in SUPPLIES {
                assert_eq!(figures(4_500, 0, basis, supply), [4_500, 0, 0, 0]);
            }
            assert_eq!(figures(4_500, 18, basis, Supply::Unregistered), [4_500, 0, 0, 0]);
        }
    }

    #[test]
    fn half_of_a_quarter_percent_is_exact() {
        let rate = GstRate::from_thousandths(250).unwrap();
        let of = |paise| numbers(split(Paise::new(paise), rate, PriceBasis::Exclusive, Supply::IntraState).unwrap());
        assert_eq!(of(100_000), [100_000, 125, 125, 0]);
        assert_eq!(of(400), [400, 1, 1, 0]);
        assert_eq!(of(399), [399, 0, 0, 0]);
    }

    #[test]
    fn what_does_not_fit_with_its_tax_has_no_split() {
        let rate = GstRate::from_thousandths(18_000).unwrap();
        for supply in SUPPLIES {
            assert!(split(Paise::MAX, rate, PriceBasis::Inclusive, supply).is_some());
            for beyond in [i64::MIN, i64::MAX, Paise::MAX.get() + 1] {
                for basis in BASES {
                    assert_eq!(split(Paise::new(beyond), rate, basis, supply), None);
                }
            }
        }
        assert_eq!(split(Paise::MAX, rate, PriceBasis::Exclusive, Supply::IntraState), None);
        assert_eq!(split(Paise::MAX, rate, PriceBasis::Exclusive, Supply::InterState), None);
    }

    proptest! {
        #[test]
        fn every_split_adds_up_and_its_negative_is_the_credit_note(
            paise in 0..=Paise::MAX.get() / 2, thousandths in 0..=100_000_u32, basis in 0..2_usize, supply in 0..3_usize,
        ) {
            let (basis, supply) = (BASES[basis], SUPPLIES[supply]);
            let rate = GstRate::from_thousandths(thousandths).unwrap();
            let found = split(Paise::new(paise), rate, basis, supply).unwrap();
            let [taxable, cgst, sgst, igst] = numbers(found);
            prop_assert_eq!(cgst, sgst);
            prop_assert!(igst == 0 || cgst == 0);
            prop_assert!(taxable >= 0 && cgst >= 0 && igst >= 0);
            let payable = taxable + cgst + sgst + igst;
            prop_assert_eq!(found.payable(), Some(Paise::new(payable)));
            match basis {
                PriceBasis::Inclusive => prop_assert_eq!(payable, paise),
                PriceBasis::Exclusive => prop_assert_eq!(taxable, paise),
            }
            let credit = numbers(split(Paise::new(-paise), rate, basis, supply).unwrap());
            prop_assert_eq!(credit, [-taxable, -cgst, -sgst, -igst]);
        }

        #[test]
        fn each_tax_is_its_exact_share_to_half_a_paisa(
            paise in 0..=Paise::MAX.get() / 2, thousandths in 0..=100_000_u32, basis in 0..2_usize,
        ) {
            let rate = GstRate::from_thousandths(thousandths).unwrap();
            let whole = match BASES[basis] { PriceBasis::Inclusive => 100_000 + thousandths, PriceBasis::Exclusive => 100_000 };
            let exact = i128::from(paise) * i128::from(thousandths);
            let within = |tax: Paise, whole: i128| (i128::from(tax.get()) * whole - exact).abs() * 2 <= whole;
            let at_home = split(Paise::new(paise), rate, BASES[basis], Supply::IntraState).unwrap();
            let away = split(Paise::new(paise), rate, BASES[basis], Supply::InterState).unwrap();
            prop_assert!(within(at_home.cgst, i128::from(whole) * 2) && within(away.igst, i128::from(whole)));
        }
    }
}
