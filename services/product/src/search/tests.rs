//! What the index finds, and in which order, on documents of the test's own.

use commerce::catalogue::StockStatus;
use commerce::ids::{BrandId, CategoryId, ProductId};
use kernel::Paise;

use super::document::{self, Row, Trait};
use super::generation::Pen;
use super::glance::Reach;
use super::shelves::{Difference, Maker, Shelf, Shelves};
use super::sort::Best;
use super::synonyms;
use crate::products::{Facets, ListProducts, Place, ProductSort, Search, Wanted};

fn shelves() -> Shelves {
    let shelf = |id, name: &str, hindi: Option<&str>, parent: Option<u64>| Shelf {
        id: CategoryId::new(id).unwrap(),
        name: name.to_owned(),
        name_hindi: hindi.map(str::to_owned),
        slug: name.to_lowercase(),
        parent_id: parent.and_then(CategoryId::new),
        is_active: true,
    };
    let brand = Maker { id: BrandId::new(1).unwrap(), name: "Annavriksh".to_owned(), slug: "annavriksh".to_owned() };
    Shelves {
        categories: vec![shelf(1, "Groceries", Some("किराना"), None), shelf(2, "Staples", None, Some(1))],
        brands: vec![brand],
        differences: vec![Difference { slug: "size".to_owned(), name: "Size".to_owned() }],
    }
}

fn row(id: u64, name: &str) -> Row {
    Row {
        id: ProductId::new(id).unwrap(),
        name: name.to_owned(),
        sku: format!("X-{id}"),
        short_description: None,
        description: None,
        category_id: CategoryId::new(2).unwrap(),
        brand_id: None,
        base_price: Paise::new(11_800),
        created_at: "2026-11-22T12:00:00Z".parse().unwrap(),
        total_sold: 0,
        view_count: 0,
        rating_score: 3_500,
        track_inventory: true,
        stock_status: StockStatus::InStock,
        is_featured: false,
        is_trending: false,
        is_bestseller: false,
        is_on_sale: false,
    }
}

fn index(rows: &[Row], traits: &[Trait]) -> Pen {
    let pen = Pen::new().unwrap();
    for row in rows {
        let own: Vec<_> = traits.iter().filter(|one| one.product_id == row.id).cloned().collect();
        pen.add(vec![document::of(row, &own, &shelves(), pen.fields())]).unwrap();
        if row.id.get() % 3 == 0 {
            pen.put_down().unwrap();
        }
    }
    pen.put_down().unwrap();
    pen
}

fn words(text: &str) -> Option<Search> {
    serde_json::from_value(serde_json::Value::from(text)).ok()
}

fn find(pen: &Pen, list: ListProducts) -> (Vec<u64>, u64, Option<Facets>) {
    let best =
        Best { sorting: list.sorting(), after: list.cursor.clone().map(|cursor| cursor.place), skipped: 0, most: 100 };
    let wanted = Wanted { list, ..Wanted::default() };
    let (hits, facets) = pen.generation.find(&wanted, &shelves(), best).unwrap();
    (hits.best.iter().map(|hit| hit.id).collect(), hits.total, facets)
}

fn search(pen: &Pen, text: &str) -> Vec<u64> {
    find(pen, ListProducts { search: words(text), ..ListProducts::default() }).0
}

#[test]
fn every_member_of_every_group_finds_what_is_called_like_another() {
    let groups = synonyms::written();
    let rows: Vec<_> = (1..).zip(&groups).map(|(id, group)| row(id, group[0])).collect();
    let pen = index(&rows, &[]);
    for (id, group) in (1..).zip(&groups) {
        for member in group {
            assert!(search(&pen, member).contains(&id), "{member} finds no {}", group[0]);
        }
    }
}

#[test]
fn the_text_ranks_before_sales_and_those_before_stock() {
    let mut rows =
        [row(1, "Kesar Soap"), row(2, "Almond Oil"), row(3, "Neem Soap"), row(4, "Rose Soap"), row(5, "Lime Soap")];
    (rows[1].total_sold, rows[1].description) = (100_000, Some("Better than any soap".to_owned()));
    rows[2].total_sold = 40;
    rows[3].total_sold = 900;
    rows[4].stock_status = StockStatus::OutOfStock;
    let pen = index(&rows, &[]);
    assert_eq!(search(&pen, "soap"), [4, 3, 1, 5, 2]);
}

#[test]
fn words_are_found_by_stem_beginning_and_with_typing_errors() {
    let mut rows = [
        row(1, "Roasted Almonds"),
        row(2, "Glucose Biscuits"),
        row(3, "Alma Hair Comb"),
        row(4, "दाल मखनी"),
        row(5, "Price Labels"),
    ];
    rows[0].brand_id = BrandId::new(1);
    rows[1].short_description = Some("Crisp, and good with tea".to_owned());
    let pen = index(&rows, &[]);
    for (text, found) in [
        ("almond", vec![1]),
        ("roasting almond", vec![1]),
        ("roa", vec![1]),
        ("roa alm", vec![]),
        ("almonds roa", vec![1]),
        ("almnods", vec![1]),
        ("glucoze biscit", vec![2]),
        ("bsicuits tea", vec![2]),
        ("annavrkish", vec![1]),
        ("annavriksh biscuits", vec![]),
        ("X-2", vec![2]),
        ("मखनी", vec![4]),
        ("किराना मख", vec![4]),
        ("alm", vec![1, 3]),
        ("combs crisp", vec![]),
        ("prices", vec![5]),
        ("rice", vec![5]),
        ("xyz", vec![]),
        ("%", vec![]),
        ("' OR 1=1 --", vec![]),
        ("(((", vec![]),
        ("*:* AND NOT name:x^9", vec![]),
    ] {
        let mut ids = search(&pen, text);
        ids.sort_unstable();
        assert_eq!(ids, found, "{text}");
    }
    assert_eq!(search(&pen, " ").len(), 5, "nothing is searched for");
}

#[test]
fn a_cursor_goes_on_behind_its_product_in_every_sort() {
    let mut rows: Vec<_> = (1..=25).map(|id| row(id, &format!("Soap {}", id % 4))).collect();
    for (row, n) in rows.iter_mut().zip(0_i32..) {
        (row.total_sold, row.view_count, row.base_price) =
            (i64::from(n % 3), i64::from(n % 5), Paise::new(i64::from(n % 7) * 100));
    }
    let pen = index(&rows, &[]);
    for by in ProductSort::TEXTS {
        for order in ["asc", "desc"] {
            let ask = |search: &str| ListProducts {
                search: words(search),
                sort_by: serde_json::from_value((*by).into()).ok(),
                sort_order: serde_json::from_value(order.into()).ok(),
                ..ListProducts::default()
            };
            let list = ask("soap");
            let whole = find(&pen, ask("soap")).0;
            let (mut seen, mut after): (Vec<u64>, Option<Place>) = (Vec::new(), None);
            loop {
                let best = Best { sorting: list.sorting(), after: after.clone(), skipped: 0, most: 4 };
                let wanted = Wanted { list: ask("soap"), ..Wanted::default() };
                let (hits, _) = pen.generation.find(&wanted, &shelves(), best).unwrap();
                assert_eq!(hits.total, 25);
                let Some(last) = hits.best.last() else { break };
                after = Some(Place { key: last.key.clone(), id: last.id });
                seen.extend(hits.best.iter().map(|hit| hit.id));
            }
            assert_eq!((seen.len(), &seen), (25, &whole), "{by} {order}");
        }
    }
}

/// What everything sold by the word `soap` is, from place to place, asked for with and without the word.
fn assert_orders_agree(pen: &Pen, most: usize) {
    for by in ProductSort::TEXTS.iter().filter(|by| **by != "relevance") {
        for (order, skipped) in
            [("asc", 0), ("desc", 0), ("asc", 7), ("desc", 7), ("asc", 29), ("desc", 29), ("asc", 99)]
        {
            let page = |search: &str, after: Option<Place>| {
                let list = ListProducts {
                    search: words(search),
                    sort_by: serde_json::from_value((*by).into()).ok(),
                    sort_order: serde_json::from_value(order.into()).ok(),
                    ..ListProducts::default()
                };
                let best = Best { sorting: list.sorting(), after, skipped, most };
                pen.generation.find(&Wanted { list, ..Wanted::default() }, &shelves(), best).unwrap().0
            };
            let (mut walked, mut read) = (page("soap", None), page("", None));
            for _ in 0..3 {
                assert_eq!((read.total, &read.best), (walked.total, &walked.best), "{by} {order} {skipped} {most}");
                let Some(last) = walked.best.last() else { break };
                let after = Place { key: last.key.clone(), id: last.id };
                (walked, read) = (page("soap", Some(after.clone())), page("", Some(after)));
            }
        }
    }
}

#[test]
fn everything_is_in_the_order_that_a_walk_would_find_whatever_was_deleted() {
    let like = |id: u64| {
        let mut row = row(id, &format!("Soap {}", ["Neem", "Amla", "Kesar"][usize::try_from(id % 3).unwrap()]));
        (row.base_price, row.total_sold) =
            (Paise::new(i64::try_from(id % 5).unwrap() * 100), i64::try_from(id % 2).unwrap());
        row
    };
    let rows: Vec<_> = (1..=31).map(like).collect();
    let pen = index(&rows, &[]);
    assert_orders_agree(&pen, 4);
    let ids: Vec<_> = [2, 3, 17, 30].into_iter().filter_map(ProductId::new).collect();
    let again = document::of(&like(17), &[], &shelves(), pen.fields());
    pen.replace(&ids, vec![again]).unwrap();
    for most in [1, 4, 100] {
        assert_orders_agree(&pen, most);
    }
    pen.replace(&ids, Vec::new()).unwrap();
    assert_orders_agree(&pen, 3);
    let everything = || ListProducts { facets: Some(true), ..ListProducts::default() };
    let counts = |shelves: &Shelves| {
        let best = Best { sorting: everything().sorting(), after: None, skipped: 0, most: 1 };
        let wanted = Wanted { list: everything(), ..Wanted::default() };
        let (hits, facets) = pen.generation.find(&wanted, shelves, best).unwrap();
        (hits.total, facets.unwrap().categories.first().map(|one| one.count))
    };
    assert_eq!([counts(&shelves()), counts(&shelves())], [(27, Some(27)); 2]);
    let mut hidden = shelves();
    hidden.categories[1].is_active = false;
    assert_eq!([counts(&hidden), counts(&shelves())], [(0, None), (27, Some(27))], "what is hidden is not there");
    pen.replace(&[ProductId::new(1).unwrap()], Vec::new()).unwrap();
    assert_eq!(counts(&shelves()), (26, Some(26)), "what was counted before is old");
}

#[test]
fn a_glance_is_a_search_until_there_is_too_much_and_then_misses_no_bestseller() {
    let mut rows: Vec<_> = (1..=60).map(|id| row(id, "Neem Soap")).collect();
    for (row, n) in rows.iter_mut().zip(0..) {
        row.total_sold = n;
    }
    rows[49].is_bestseller = true;
    let pen = Pen::new().unwrap();
    pen.add(rows.iter().map(|row| document::of(row, &[], &shelves(), pen.fields())).collect()).unwrap();
    pen.put_down().unwrap();
    let glance = |looked_at| {
        let hits = pen.generation.glance(&words("neem so").unwrap(), &shelves(), Reach { most: 3, looked_at }).unwrap();
        hits.iter().map(|hit| hit.id).collect::<Vec<_>>()
    };
    assert_eq!(glance(60), search(&pen, "neem so")[..3]);
    assert_eq!(glance(10), [50, 10, 9]);
}

#[test]
fn each_facet_is_counted_without_its_own_filter() {
    let mut rows: Vec<_> = (1..=6).map(|id| row(id, "Soap")).collect();
    for row in rows.iter_mut().take(2) {
        row.brand_id = BrandId::new(1);
    }
    (rows[5].category_id, rows[5].base_price) = (CategoryId::new(1).unwrap(), Paise::new(1_000_000));
    let has = |product: u64, value: &str| Trait {
        product_id: ProductId::new(product).unwrap(),
        slug: "size".to_owned(),
        value: value.to_owned(),
    };
    let pen = index(&rows, &[has(1, "S"), has(1, "M"), has(2, "M")]);
    let ask = || ListProducts { facets: Some(true), ..ListProducts::default() };
    let count = |facets: &Facets| {
        let categories: Vec<_> = facets.categories.iter().map(|one| one.count).collect();
        let brands: Vec<_> = facets.brands.iter().map(|one| one.count).collect();
        let prices: Vec<_> = facets.prices.iter().map(|one| one.count).collect();
        let values = facets.attributes.iter().flat_map(|one| &one.values);
        let values: Vec<_> = values.map(|one| format!("{} {}", one.value, one.count)).collect();
        (categories, brands, prices, values.join(", "))
    };
    let all = find(&pen, ask()).2.unwrap();
    assert_eq!(count(&all), (vec![6, 5], vec![2], vec![0, 5, 0, 0, 0, 0, 1], "M 2, S 1".to_owned()));
    let dear = find(&pen, ListProducts { min_price: Some(Paise::new(500_000)), ..ask() });
    assert_eq!(dear.1, 1);
    assert_eq!(count(&dear.2.unwrap()), (vec![1], vec![], vec![0, 5, 0, 0, 0, 0, 1], String::new()));
    let branded = find(&pen, ListProducts { brand_slug: vec!["annavriksh".to_owned()], ..ask() });
    assert_eq!((branded.1, count(&branded.2.unwrap()).1), (2, vec![2]));
}

#[test]
fn only_a_word_that_the_shop_does_not_know_is_forgiven() {
    let pen = index(&[row(1, "Rice"), row(2, "Price Labels"), row(3, "Soap"), row(4, "Soup")], &[]);
    for (text, found) in [("rice", vec![1]), ("soap", vec![3]), ("soip", vec![3, 4]), ("soup bowl", vec![])] {
        let mut ids = search(&pen, text);
        ids.sort_unstable();
        assert_eq!(ids, found, "{text}");
    }
}
