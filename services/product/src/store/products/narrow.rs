//! What a list is narrowed to and sorted by while there is no search index.

use commerce::ids::CategoryId;
use sqlx::{MySql, QueryBuilder};

use crate::products::{ProductSort, Search, SortOrder, Sorting, Wanted};
use crate::store::among;

/// What the list is narrowed to.
pub(crate) struct Filter<'a> {
    /// What the shopper asked.
    pub(crate) wanted: &'a Wanted,
    /// The categories that count, once for each that was named.
    pub(crate) categories: Vec<Vec<CategoryId>>,
}

pub(super) fn narrow(query: &mut QueryBuilder<MySql>, Filter { wanted, categories }: &Filter<'_>) {
    for categories in categories {
        among(query, " AND p.category_id IN (", categories);
    }
    brands(query, wanted);
    if let Some(price) = wanted.list.min_price {
        query.push(" AND p.base_price >= ").push_bind(price);
    }
    if let Some(price) = wanted.list.max_price {
        query.push(" AND p.base_price <= ").push_bind(price);
    }
    flags(query, wanted);
    attributes(query, wanted);
    for word in wanted.list.search.iter().flat_map(Search::words) {
        contains(query, word);
    }
}

fn brands(query: &mut QueryBuilder<MySql>, wanted: &Wanted) {
    let (ids, slugs) = (&wanted.list.brand_id, &wanted.list.brand_slug);
    if ids.is_empty() && slugs.is_empty() {
        return;
    }
    among(query, " AND (b.id IN (", ids);
    query.push(" OR b.slug IN (NULL");
    for slug in slugs {
        query.push(", ").push_bind(slug.clone());
    }
    query.push("))");
}

fn flags(query: &mut QueryBuilder<MySql>, wanted: &Wanted) {
    let list = &wanted.list;
    let asked = [
        (list.in_stock, " AND (NOT p.track_inventory OR p.stock_status IN ('in_stock', 'low_stock')) = "),
        (list.featured, " AND p.is_featured = "),
        (list.trending, " AND p.is_trending = "),
        (list.bestseller, " AND p.is_bestseller = "),
        (list.on_sale, " AND p.is_on_sale = "),
    ];
    for (is, column) in asked.into_iter().filter_map(|(is, column)| Some((is?, column))) {
        query.push(column).push_bind(is);
    }
}

fn attributes(query: &mut QueryBuilder<MySql>, wanted: &Wanted) {
    for (slug, values) in wanted.attributes.iter() {
        query.push(
            " AND p.product_type = 'variable' AND EXISTS (
                SELECT 1 FROM product_variations v
                JOIN variation_attributes h ON h.variation_id = v.id
                JOIN product_attributes a ON a.id = h.attribute_id
                JOIN product_attribute_values w ON w.id = h.attribute_value_id
                WHERE v.product_id = p.id AND v.is_active AND a.slug = ",
        );
        query.push_bind(slug.to_owned()).push(" AND w.value IN (NULL");
        for value in values {
            query.push(", ").push_bind(value.clone());
        }
        query.push("))");
    }
}

/// Behind the product of the cursor, wherever that stands now.
pub(super) fn go_on(query: &mut QueryBuilder<MySql>, filter: &Filter<'_>) {
    let Some(cursor) = &filter.wanted.list.cursor else { return };
    let sign = if cursor.sorting.direction == SortOrder::Ascending { ">" } else { "<" };
    if cursor.sorting.by == ProductSort::Rating {
        query.push(" AND (COALESCE((SELECT g.score FROM product_ratings g WHERE g.product_id = p.id), 3500), p.id) ");
        query.push(sign).push(" (COALESCE((SELECT g.score FROM product_ratings g WHERE g.product_id = ");
        query.push_bind(cursor.place.id).push("), 3500), ").push_bind(cursor.place.id).push(")");
        return;
    }
    let (column, _) = column(cursor.sorting.by);
    query.push(" AND (p.").push(column).push(", p.id) ").push(sign);
    query.push(" (SELECT l.").push(column).push(", l.id FROM products l WHERE l.id = ").push_bind(cursor.place.id);
    query.push(")");
}

/// The column, and its order.
fn column(by: ProductSort) -> (&'static str, [&'static str; 2]) {
    match by {
        ProductSort::Name => ("name", [" ORDER BY p.name, p.id", " ORDER BY p.name DESC, p.id DESC"]),
        ProductSort::BasePrice => {
            ("base_price", [" ORDER BY p.base_price, p.id", " ORDER BY p.base_price DESC, p.id DESC"])
        }
        // nothing is known here of how well something fits
        ProductSort::CreatedAt | ProductSort::Relevance => {
            ("created_at", [" ORDER BY p.created_at, p.id", " ORDER BY p.created_at DESC, p.id DESC"])
        }
        ProductSort::ViewCount => {
            ("view_count", [" ORDER BY p.view_count, p.id", " ORDER BY p.view_count DESC, p.id DESC"])
        }
        ProductSort::TotalSold => {
            ("total_sold", [" ORDER BY p.total_sold, p.id", " ORDER BY p.total_sold DESC, p.id DESC"])
        }
        ProductSort::Rating => (
            "id",
            [
                " ORDER BY COALESCE((SELECT g.score FROM product_ratings g WHERE g.product_id = p.id), 3500), p.id",
                " ORDER BY COALESCE((SELECT g.score FROM product_ratings g WHERE g.product_id = p.id), 3500) DESC,
                           p.id DESC",
            ],
        ),
    }
}

/// Always ends in the key, so that no product is on two pages.
pub(super) fn order_by(sorting: Sorting) -> &'static str {
    let (_, [ascending, descending]) = column(sorting.by);
    if sorting.direction == SortOrder::Ascending { ascending } else { descending }
}

/// The word as it stands: `%` and `_` in it are no wildcards.
fn contains(query: &mut QueryBuilder<MySql>, word: &str) {
    let escaped = word.replace('!', "!!").replace('%', "!%").replace('_', "!_");
    let pattern = format!("%{escaped}%");
    query.push(" AND (p.name LIKE ").push_bind(pattern.clone()).push(" ESCAPE '!'");
    query.push(" OR p.short_description LIKE ").push_bind(pattern.clone()).push(" ESCAPE '!'");
    query.push(" OR p.sku LIKE ").push_bind(pattern).push(" ESCAPE '!')");
}
