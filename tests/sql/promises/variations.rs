//! What the schema promises of variations, and of what is counted by them.

use sqlx::{Executor, MySqlPool};

use super::{CART_ITEMS, ORDER_ITEM, Promise, STOCK_HOLDS, Values, insert_neighbours};

pub(super) const ATTRIBUTES: Promise = Promise {
    table: "product_attributes",
    row: &[("name", "'Size'"), ("slug", "'size'")],
    taken: &[&[("type", "'color'"), ("sort_order", "-1")]],
    refused: &[
        ("ck_product_attributes_name", &[("name", "''")]),
        ("ck_product_attributes_slug", &[("slug", "'Size'")]),
        ("ck_product_attributes_type", &[("type", "'mood'")]),
    ],
};

pub(super) const ATTRIBUTE_VALUES: Promise = Promise {
    table: "product_attribute_values",
    row: &[("attribute_id", "1"), ("value", "'500 g'")],
    taken: &[&[("color_code", "'#2a3d8f'")], &[("attribute_id", "2"), ("value", "'250 g'")]],
    refused: &[
        ("ck_product_attribute_values_value", &[("value", "''")]),
        ("ck_product_attribute_values_color_code", &[("color_code", "'blue'")]),
        ("fk_product_attribute_values_attribute_id", &[("attribute_id", "3")]),
    ],
};

pub(super) const VARIATIONS: Promise = Promise {
    table: "product_variations",
    row: &[("product_id", "1"), ("sku", "'A-2'"), ("price", "100"), ("is_default", "TRUE")],
    taken: &[
        &[("compare_price", "100"), ("weight_grams", "250"), ("is_active", "FALSE")],
        &[("stock_quantity", "6"), ("stock_status", "'in_stock'")],
    ],
    refused: &[
        ("ck_product_variations_sku", &[("sku", "''")]),
        ("ck_product_variations_price", &[("price", "-0.01")]),
        ("ck_product_variations_compare_price", &[("compare_price", "99.99")]),
        ("ck_product_variations_stock_quantity", &[("stock_quantity", "-1")]),
        ("ck_product_variations_low_stock_threshold", &[("low_stock_threshold", "-1")]),
        ("ck_product_variations_stock_status", &[("stock_status", "'on_backorder'")]),
        ("ck_product_variations_weight_grams", &[("weight_grams", "-1")]),
        ("fk_product_variations_product_id", &[("product_id", "3")]),
    ],
};

pub(super) const VARIATION_ATTRIBUTES: Promise = Promise {
    table: "variation_attributes",
    row: &[("variation_id", "1"), ("attribute_id", "1"), ("attribute_value_id", "1")],
    taken: &[&[("attribute_id", "2"), ("attribute_value_id", "2")]],
    refused: &[
        ("fk_variation_attributes_variation_id", &[("variation_id", "3")]),
        // A value of another attribute.
        ("fk_variation_attributes_attribute_value_id", &[("attribute_value_id", "2")]),
    ],
};

pub(super) const STOCK_MOVEMENTS: Promise = Promise {
    table: "stock_movements",
    row: &[("product_id", "1"), ("kind", "'opening'"), ("quantity", "5"), ("stock_after", "5")],
    taken: &[
        &[("variation_id", "1"), ("stock_after", "9")],
        &[("kind", "'hold'"), ("quantity", "-1"), ("reference_type", "'order'"), ("reference_id", "1")],
    ],
    refused: &[
        ("ck_stock_movements_kind", &[("kind", "'theft'")]),
        ("ck_stock_movements_quantity", &[("kind", "'count'"), ("quantity", "0")]),
        ("ck_stock_movements_direction", &[("kind", "'hold'")]),
        ("ck_stock_movements_stock_after", &[("kind", "'purchase'"), ("stock_after", "4")]),
        ("ck_stock_movements_first", &[("stock_after", "9")]),
        ("ck_stock_movements_reference", &[("reference_id", "1")]),
        ("fk_stock_movements_product_id", &[("product_id", "3")]),
        // A variation of another product.
        ("fk_stock_movements_variation_id", &[("variation_id", "2")]),
    ],
};

/// What may be there once for a product may be there once for each of its variations too.
#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_variation_is_told_from_its_product_and_from_itself_is_not(db: MySqlPool) {
    insert_neighbours(&db).await;
    let changed: [(&Promise, Values, Values, &str); 4] = [
        (
            &ORDER_ITEM,
            &[("line_number", "2"), ("variation_id", "1")],
            &[("line_number", "3"), ("variation_id", "1")],
            "order",
        ),
        (&CART_ITEMS, &[("variation_id", "1")], &[("variation_id", "1"), ("quantity", "2")], "cart"),
        (&STOCK_HOLDS, &[("variation_id", "1")], &[("variation_id", "1"), ("quantity", "2")], "order"),
        (
            &STOCK_MOVEMENTS,
            &[("variation_id", "1"), ("stock_after", "10")],
            &[("variation_id", "1"), ("stock_after", "15")],
            "opening_slot",
        ),
    ];
    for (promise, of_a_variation, again, key) in changed {
        assert_eq!(promise.complaint(&db, &[&[], of_a_variation]).await, "", "{}", promise.insert(of_a_variation));
        let complaint = promise.complaint(&db, &[&[], of_a_variation, again]).await;
        assert!(complaint.contains("uq_") && complaint.contains(key), "{}: {complaint:?}", promise.insert(again));
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_is_sold_by_variation_is_not_ordered_ahead(db: MySqlPool) {
    insert_neighbours(&db).await;
    db.execute("UPDATE products SET product_type = 'variable' WHERE id = 1").await.unwrap();
    let refusal = db.execute("UPDATE products SET allow_backorders = TRUE WHERE id = 1").await.unwrap_err().to_string();
    assert!(refusal.contains("ck_products_variable"), "{refusal}");
    db.execute("UPDATE products SET allow_backorders = TRUE WHERE id = 2").await.unwrap();
}
