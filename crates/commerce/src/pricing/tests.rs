//! Orders at random and by hand: every figure is the sum of what it is made of.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

const SUPPLIES: [Supply; 3] = [Supply::IntraState, Supply::InterState, Supply::Unregistered];
const FREE: Shipping = Shipping { flat: Paise::ZERO, free_from: Paise::ZERO };

fn line(unit_price: i64, quantity: u32, thousandths: u32, basis: PriceBasis, discount: i64) -> Line {
    Line {
        unit_price: Paise::new(unit_price),
        quantity: NonZeroU32::new(quantity).unwrap(),
        rate: GstRate::from_thousandths(thousandths).unwrap(),
        basis,
        discount: Paise::new(discount),
    }
}

fn flat(flat: i64) -> Shipping {
    Shipping { flat: Paise::new(flat), free_from: Paise::new(50_000) }
}

fn payables(priced: &Priced) -> Vec<i64> {
    priced.lines.iter().map(|line| line.payable.get()).collect()
}

#[test]
fn three_pieces_at_an_exclusive_price_are_taxed_as_one_line() {
    let priced = price(&[line(3_333, 3, 5_000, PriceBasis::Exclusive, 0)], FREE, Supply::IntraState).unwrap();
    assert_eq!([priced.subtotal, priced.tax, priced.total].map(Paise::get), [9_999, 500, 10_499]);
    assert_eq!(priced.lines[0].goods.cgst, Paise::new(250));
}

#[test]
fn a_discount_is_spread_before_the_tax_is_split() {
    let prices = [9_999, 14_999, 2];
    let discounts = spread(Paise::new(10_000), &prices.map(Paise::new)).unwrap();
    let lines = prices.iter().zip(&discounts).map(|(&p, d)| line(p, 1, 18_000, PriceBasis::Inclusive, d.get()));
    let priced = price(&lines.collect::<Vec<_>>(), FREE, Supply::IntraState).unwrap();
    assert_eq!(payables(&priced), [5_999, 9_000, 1]);
    assert_eq!([priced.subtotal, priced.discount, priced.total].map(Paise::get), [25_000, 10_000, 15_000]);
}

#[test]
fn delivery_is_spread_by_value_and_taxed_at_each_line_s_rate() {
    let lines = [line(30_000, 1, 18_000, PriceBasis::Inclusive, 0), line(10_000, 1, 0, PriceBasis::Inclusive, 0)];
    let priced = price(&lines, flat(5_000), Supply::InterState).unwrap();
    assert_eq!(payables(&priced), [33_750, 11_250]);
    assert_eq!([priced.shipping, priced.total].map(Paise::get), [5_000, 45_000]);
    let [first, second] = [&priced.lines[0], &priced.lines[1]];
    assert_eq!((first.shipping_tax.igst, second.shipping_tax.igst), (Paise::new(572), Paise::ZERO));
    assert_eq!(first.shipping_tax.taxable, Paise::new(3_178));
}

#[test]
fn delivery_is_free_from_the_subtotal_that_the_shop_names() {
    let total = |paise| {
        let lines = [line(paise, 1, 0, PriceBasis::Inclusive, 0)];
        price(&lines, flat(5_000), Supply::IntraState).unwrap().total.get()
    };
    assert_eq!((total(49_999), total(50_000)), (54_999, 50_000));
}

#[test]
fn the_subtotal_that_frees_the_delivery_is_the_one_before_discounts() {
    let lines = [line(50_000, 1, 0, PriceBasis::Inclusive, 40_000)];
    assert_eq!(price(&lines, flat(5_000), Supply::IntraState).unwrap().total, Paise::new(10_000));
}

#[test]
fn the_delivery_of_what_is_given_away_is_spread_by_quantity() {
    let lines = [line(100, 3, 18_000, PriceBasis::Inclusive, 300), line(0, 1, 0, PriceBasis::Inclusive, 0)];
    let priced = price(&lines, flat(5_000), Supply::IntraState).unwrap();
    assert_eq!(payables(&priced), [3_750, 1_250]);
}

#[test]
fn an_order_of_nothing_costs_nothing() {
    let priced = price(&[], flat(5_000), Supply::IntraState).unwrap();
    assert_eq!([priced.subtotal, priced.shipping, priced.tax, priced.total], [Paise::ZERO; 4]);
}

#[test]
fn what_leaves_the_range_of_an_amount_has_no_price() {
    let most = Paise::MAX.get();
    let no_price = |lines: &[Line], shipping| {
        for supply in [Supply::IntraState, Supply::InterState] {
            assert_eq!(price(lines, shipping, supply), None, "{lines:?}");
        }
    };
    let inclusive = |p, q, d| line(p, q, 18_000, PriceBasis::Inclusive, d);
    no_price(&[inclusive(most, 2, 0)], FREE);
    no_price(&[inclusive(i64::MAX, u32::MAX, 0)], FREE);
    no_price(&[inclusive(most, 1, 0), inclusive(1, 1, 0)], FREE);
    no_price(&[inclusive(100, 1, 101)], FREE);
    no_price(&[inclusive(100, 1, -1)], FREE);
    no_price(&[inclusive(-100, 1, 0)], FREE);
    no_price(&[inclusive(100, 1, i64::MIN)], FREE);
    no_price(&[line(most, 1, 18_000, PriceBasis::Exclusive, 0)], FREE);
    no_price(&[inclusive(100, 1, 0)], flat(-1));
    no_price(&[inclusive(100, 1, 0)], flat(most));
    assert!(price(&[inclusive(most, 1, 0)], FREE, Supply::IntraState).is_some());
}

fn any_line() -> impl Strategy<Value = Line> {
    let rates = prop_oneof![Just(0), Just(250), Just(1_500), Just(3_000), Just(5_000), Just(18_000), Just(40_000)];
    let bases = prop_oneof![Just(PriceBasis::Inclusive), Just(PriceBasis::Exclusive)];
    let rates = prop_oneof![rates, 0..=100_000_u32];
    (0..=5_000_000_i64, 1..=1_000_u32, rates, bases, 0..=100_u8).prop_map(|(unit, quantity, rate, basis, off)| {
        let discount = unit * i64::from(quantity) * i64::from(off) / 100;
        line(unit, quantity, rate, basis, discount)
    })
}

fn sum(amounts: impl Iterator<Item = Paise>) -> Paise {
    amounts.sum::<Option<Paise>>().unwrap()
}

/// What `order_items` checks of every row, and `orders` of the whole.
fn check(lines: &[Line], priced: &Priced) -> Result<(), TestCaseError> {
    for (line, found) in lines.iter().zip(&priced.lines) {
        let value = found.total_price.checked_sub(found.discount);
        prop_assert_eq!(Some(found.total_price), line.unit_price.checked_mul(line.quantity.get().into()));
        prop_assert_eq!(found.goods.cgst, found.goods.sgst);
        prop_assert_eq!(found.shipping_tax.cgst, found.shipping_tax.sgst);
        prop_assert_eq!(found.shipping_tax.payable(), Some(found.shipping));
        let goods = found.goods.payable();
        prop_assert_eq!(if line.basis == PriceBasis::Inclusive { goods } else { Some(found.goods.taxable) }, value);
        prop_assert_eq!(goods.unwrap().checked_add(found.shipping), Some(found.payable));
        let parts =
            [found.goods.taxable, found.goods.cgst, found.goods.igst, found.shipping, found.shipping_tax.taxable];
        prop_assert!(parts.iter().all(|&part| part >= Paise::ZERO), "{found:?}");
    }
    Ok(())
}

proptest! {
    #[test]
    fn the_total_of_every_order_is_the_sum_of_what_its_lines_cost(
        lines in vec(any_line(), 1..30), charge in 0..=100_000_i64, supply in 0..3_usize,
    ) {
        let priced = price(&lines, Shipping { flat: Paise::new(charge), free_from: Paise::MAX }, SUPPLIES[supply]).unwrap();
        check(&lines, &priced)?;
        prop_assert_eq!(priced.lines.len(), lines.len());
        prop_assert_eq!(priced.total, sum(priced.lines.iter().map(|line| line.payable)));
        prop_assert_eq!(priced.tax, sum(priced.lines.iter().map(|line| line.tax().unwrap())));
        prop_assert_eq!(priced.subtotal, sum(priced.lines.iter().map(|line| line.total_price)));
        prop_assert_eq!(priced.discount, sum(priced.lines.iter().map(|line| line.discount)));
        prop_assert_eq!((priced.shipping, sum(priced.lines.iter().map(|line| line.shipping))), (Paise::new(charge), priced.shipping));
        prop_assert!(priced.tax <= priced.total);
        if SUPPLIES[supply] == Supply::Unregistered {
            prop_assert_eq!(priced.tax, Paise::ZERO);
        }
    }

    #[test]
    fn an_order_that_is_all_inclusive_costs_what_its_labels_say(
        lines in vec(any_line(), 1..30), charge in 0..=100_000_i64, supply in 0..3_usize,
    ) {
        let lines: Vec<_> = lines.into_iter().map(|line| Line { basis: PriceBasis::Inclusive, ..line }).collect();
        let priced = price(&lines, Shipping { flat: Paise::new(charge), free_from: Paise::MAX }, SUPPLIES[supply]).unwrap();
        let labels = priced.subtotal.checked_sub(priced.discount).and_then(|goods| goods.checked_add(priced.shipping));
        prop_assert_eq!(Some(priced.total), labels);
    }

    #[test]
    fn no_figures_whatever_make_it_panic(
        unit in any::<i64>(), quantity in 1..=u32::MAX, rate in 0..=100_000_u32, discount in any::<i64>(),
        charge in any::<i64>(), free_from in any::<i64>(), supply in 0..3_usize, exclusive in any::<bool>(),
    ) {
        let basis = if exclusive { PriceBasis::Exclusive } else { PriceBasis::Inclusive };
        let lines = [line(unit, quantity, rate, basis, discount), line(unit / 2, 1, rate, basis, 0)];
        let shipping = Shipping { flat: Paise::new(charge), free_from: Paise::new(free_from) };
        if let Some(priced) = price(&lines, shipping, SUPPLIES[supply]) {
            check(&lines, &priced)?;
        }
    }
}
