//! The catalogue as an accountant and a shopkeeper would read it: before anything of it reaches a database.

use std::collections::{BTreeMap, BTreeSet};

use super::*;

/// What goods may be taxed at since 22 September 2025; gold and stones are not sold here.
const RATES: [i64; 4] = [0, 5, 18, 40];

/// Headings of the tariff whose goods are at more than one rate, and why. Every other one has a single rate here.
const MIXED: [(&str, &str); 15] = [
    ("1905", "khakhra and papad are nil, biscuits 5"),
    ("2201", "water of the Ganga is nil as a thing of worship, water to drink 5"),
    ("2202", "drinks of fruit are 5, other sweet ones 40"),
    ("3304", "kumkum is nil, talcum powder 5, creams 18"),
    ("3305", "shampoo and hair oil are 5, conditioner 18"),
    ("3306", "paste, powder and floss are 5, mouthwash 18"),
    ("3401", "toilet soap in bars is 5, liquids and wipes 18"),
    ("3924", "feeding bottles are 5, other things of plastic 18"),
    ("4820", "exercise books are nil, registers 18"),
    ("6214", "clothing changes its rate at 2,500 rupees a piece"),
    ("6403", "footwear changes its rate at 2,500 rupees a pair"),
    ("7323", "utensils are 5, scourers 18"),
    ("8513", "lanterns that the sun charges are 5, other torches 18"),
    ("9603", "brooms are nil, toothbrushes 5, mops 18"),
    ("9619", "sanitary towels are nil, diapers 5"),
];

/// Above this price without tax a piece of clothing or a pair of shoes is at 18 instead of 5.
const DEAR: Decimal = Decimal::from_parts(2500, 0, 0, false, 0);

fn catalogue() -> Catalogue {
    Catalogue::of_the_repository().unwrap()
}

fn heading(product: &ProductRow) -> &str {
    product.hsn_code.get(..4).unwrap()
}

fn without_tax(product: &ProductRow) -> Decimal {
    let price = Decimal::new(product.base_price.get(), 2);
    price * Decimal::ONE_HUNDRED / (Decimal::ONE_HUNDRED + product.gst_rate)
}

#[track_caller]
fn expect_unique<'a>(what: &str, values: impl Iterator<Item = &'a String>) {
    let mut seen = BTreeSet::new();
    for value in values {
        assert!(seen.insert(value.to_lowercase()), "{what} {value} is there twice");
    }
}

#[test]
fn a_general_store_of_two_levels_and_many_brands() {
    let catalogue = catalogue();
    assert!((300..=340).contains(&catalogue.products.len()), "{}", catalogue.products.len());
    assert!(catalogue.brands.len() >= 24);
    let (roots, shelves): (Vec<_>, Vec<_>) =
        catalogue.categories.iter().partition(|category| category.parent_slug.is_none());
    assert!(roots.len() >= 6 && shelves.len() >= 14, "{} and {}", roots.len(), shelves.len());
    for shelf in shelves {
        let parent = shelf.parent_slug.as_ref().unwrap();
        assert!(roots.iter().any(|root| root.slug == *parent), "{} is below no main category", shelf.slug);
        assert!(
            catalogue.products.iter().any(|product| product.category_slug == shelf.slug),
            "{} is empty",
            shelf.slug
        );
    }
    for brand in &catalogue.brands {
        assert!(
            catalogue.products.iter().any(|product| product.brand_slug == brand.slug),
            "{} sells nothing",
            brand.slug
        );
    }
}

#[test]
fn every_name_and_key_is_there_once() {
    let Catalogue { categories, brands, products, attributes, variations, coupons, .. } = catalogue();
    expect_unique("attribute", attributes.iter().map(|row| &row.slug));
    let skus = products.iter().map(|row| &row.sku);
    expect_unique("SKU", skus.chain(variations.iter().map(|row| &row.sku)));
    expect_unique("coupon", coupons.iter().map(|row| &row.code));
    expect_unique("category", categories.iter().map(|row| &row.slug));
    expect_unique("category", categories.iter().map(|row| &row.name));
    expect_unique("brand", brands.iter().map(|row| &row.slug));
    expect_unique("brand", brands.iter().map(|row| &row.name));
    expect_unique("slug", products.iter().map(|row| &row.slug));
    expect_unique("name", products.iter().map(|row| &row.name));
    expect_unique("short description", products.iter().map(|row| &row.short_description));
    expect_unique("description", products.iter().map(|row| &row.description));
    let slugs = categories.iter().map(|row| &row.slug).chain(brands.iter().map(|row| &row.slug));
    for slug in slugs.chain(products.iter().map(|row| &row.slug)) {
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        assert!(slug.split('-').all(|part| !part.is_empty() && part.chars().all(is_plain)), "{slug}");
    }
}

#[test]
fn every_product_is_described_weighed_and_on_a_shelf() {
    let Catalogue { categories, brands, products, .. } = catalogue();
    for product in &products {
        let name = &product.name;
        assert!(categories.iter().any(|row| row.slug == product.category_slug && row.parent_slug.is_some()), "{name}");
        let brand = brands.iter().find(|row| row.slug == product.brand_slug).unwrap();
        assert!(name.starts_with(&brand.name), "{name} is not of {}", brand.name);
        let sentences = product.description.split(". ").count();
        assert!((2..=4).contains(&sentences) && product.description.ends_with('.'), "{name}");
        assert!((10..=90).contains(&product.short_description.chars().count()), "{name}");
        let specification: BTreeMap<String, serde_json::Value> = serde_json::from_str(&product.specification).unwrap();
        assert!(!specification.is_empty(), "{name}");
        assert!(product.weight_grams > 0 && product.max_cart_quantity > 0, "{name}");
    }
}

#[test]
fn prices_are_at_most_the_mrp_and_stock_is_of_every_kind() {
    let catalogue = catalogue();
    let products: Vec<_> =
        catalogue.products.iter().filter(|product| catalogue.kind_of(product) == ProductType::Simple).collect();
    for product in &catalogue.products {
        assert!(Paise::ZERO < product.base_price && product.base_price <= product.compare_price, "{}", product.sku);
    }
    let count = |is: fn(&&&ProductRow) -> bool| products.iter().filter(is).count();
    assert!(count(|product| product.stock == 0) >= 4);
    assert!(count(|product| product.stock > 0 && product.stock <= product.low_stock_threshold) >= 4);
    assert!(count(|product| product.base_price.get() % 100 != 0) >= 4, "some prices have paise");
}

#[test]
fn goods_of_one_heading_are_at_one_rate_or_it_is_said_why_not() {
    let products = catalogue().products;
    let mut rates: BTreeMap<&str, BTreeSet<Decimal>> = BTreeMap::new();
    for product in &products {
        let hsn = &product.hsn_code;
        assert!([4, 6, 8].contains(&hsn.len()) && hsn.bytes().all(|digit| digit.is_ascii_digit()), "{hsn}");
        assert!(RATES.iter().any(|rate| Decimal::from(*rate) == product.gst_rate), "{}", product.sku);
        rates.entry(heading(product)).or_default().insert(product.gst_rate);
    }
    let mixed: Vec<&str> = rates.iter().filter(|(_, rates)| rates.len() > 1).map(|(heading, _)| *heading).collect();
    assert_eq!(mixed, MIXED.map(|(heading, _)| heading));
}

#[test]
fn clothing_and_footwear_change_their_rate_with_their_price() {
    let products = catalogue().products;
    let worn = products.iter().filter(|product| ["61", "62", "64"].contains(&product.hsn_code.get(..2).unwrap()));
    let (dear, cheap): (Vec<_>, Vec<_>) = worn.partition(|product| without_tax(product) > DEAR);
    assert!(dear.len() >= 2 && cheap.len() >= 10);
    assert!(dear.iter().all(|product| product.gst_rate == Decimal::from(18)), "{dear:?}");
    assert!(cheap.iter().all(|product| product.gst_rate == Decimal::from(5)), "{cheap:?}");
}

#[test]
fn coupons_of_every_kind_take_something_off_for_a_while() {
    let Catalogue { categories, coupons, .. } = catalogue();
    assert!((5..=8).contains(&coupons.len()));
    for kind in ["percentage", "fixed_amount", "free_shipping"] {
        assert!(coupons.iter().any(|coupon| coupon.discount_type == kind), "{kind}");
    }
    for coupon in &coupons {
        let code = &coupon.code;
        let mut shelf = coupon.category_slug.iter();
        assert!(shelf.all(|slug| categories.iter().any(|category| category.slug == *slug)), "{code}");
        assert!(coupon.valid_until.is_none_or(|until| coupon.valid_from < until), "{code}");
        assert_eq!(coupon.maximum_discount_amount.is_some(), coupon.discount_type == "percentage", "{code}");
    }
}

#[test]
fn what_is_sold_by_variation_is_listed_at_the_lowest_price_and_has_no_stock_of_its_own() {
    let catalogue = catalogue();
    let variable: Vec<_> =
        catalogue.products.iter().filter(|product| catalogue.kind_of(product) == ProductType::Variable).collect();
    assert!(variable.len() >= 15, "{}", variable.len());
    let of_them: usize = variable.iter().map(|product| catalogue.variations_of(product).count()).sum();
    assert_eq!(of_them, catalogue.variations.len(), "every variation is one of a product");
    for product in variable {
        let (name, variations) = (&product.name, catalogue.variations_of(product).collect::<Vec<_>>());
        let lowest = variations.iter().min_by_key(|row| row.price).unwrap();
        let listed = (product.base_price, product.compare_price, product.stock);
        assert_eq!(listed, (lowest.price, lowest.compare_price, 0), "{name}");
        assert_eq!(variations.iter().filter(|row| row.is_default).count(), 1, "{name}");
        assert!(variations.iter().all(|row| row.price <= row.compare_price && row.weight_grams > 0), "{name}");
        let dearest = variations.iter().map(|row| Decimal::new(row.price.get(), 2)).max().unwrap();
        assert!(
            !["61", "62", "64"].contains(&product.hsn_code.get(..2).unwrap()) || dearest < DEAR,
            "{name}: its rate"
        );
    }
    let count = |is: fn(&&VariationRow) -> bool| catalogue.variations.iter().filter(is).count();
    assert!(
        count(|row| row.stock == 0) >= 2 && count(|row| row.stock > 0 && row.stock <= row.low_stock_threshold) >= 4
    );
}

#[test]
fn variations_of_a_product_differ_in_the_same_things_and_every_value_is_somebody_s() {
    let catalogue = catalogue();
    let mut used = BTreeSet::new();
    for product in &catalogue.products {
        let (mut seen, mut shapes) = (BTreeSet::new(), BTreeSet::new());
        for row in catalogue.variations_of(product) {
            let has: Vec<_> = row.attributes().collect();
            assert!(!has.is_empty() && seen.insert(has.clone()), "{}: {has:?}", row.sku);
            shapes.insert(has.iter().map(|(slug, _)| *slug).collect::<Vec<_>>());
            used.extend(has.into_iter().map(|(slug, value)| (slug.to_owned(), value.to_owned())));
        }
        assert!(shapes.len() <= 1, "{}: {shapes:?}", product.name);
    }
    let known: BTreeSet<_> =
        catalogue.values.iter().map(|row| (row.attribute_slug.clone(), row.value.clone())).collect();
    assert_eq!(used, known);
    for value in &catalogue.values {
        assert_eq!(value.color_code.is_some(), value.attribute_slug == "colour", "{}", value.value);
    }
}
