//! What the schema promises of what the shop offers besides its products.

use super::{NOON, Promise};

pub(super) const COUPONS: Promise = Promise {
    table: "coupons",
    row: &[
        ("code", "'DIWALI10'"),
        ("name", "'Diwali'"),
        ("discount_type", "'percentage'"),
        ("discount_value", "10"),
        ("valid_from", NOON),
    ],
    taken: &[
        &[("maximum_discount_amount", "300"), ("usage_limit", "1"), ("used_count", "1"), ("category_id", "1")],
        &[("discount_type", "'fixed_amount'"), ("discount_value", "500"), ("usage_limit_per_user", "1")],
        &[("discount_type", "'free_shipping'"), ("discount_value", "0"), ("valid_until", "'2026-11-23'")],
    ],
    refused: &[
        ("ck_coupons_code", &[("code", "'diwali10'")]),
        ("ck_coupons_code", &[("code", "'D'")]),
        ("ck_coupons_name", &[("name", "''")]),
        ("ck_coupons_discount_type", &[("discount_type", "'gift'"), ("discount_value", "0")]),
        ("ck_coupons_discount_value", &[("discount_value", "100.01")]),
        ("ck_coupons_discount_value", &[("discount_value", "0")]),
        ("ck_coupons_discount_value", &[("discount_type", "'fixed_amount'"), ("discount_value", "-1")]),
        ("ck_coupons_discount_value", &[("discount_type", "'free_shipping'")]),
        ("ck_coupons_maximum_discount_amount", &[("maximum_discount_amount", "0")]),
        (
            "ck_coupons_maximum_discount_amount",
            &[("discount_type", "'fixed_amount'"), ("maximum_discount_amount", "300")],
        ),
        ("ck_coupons_minimum_order_amount", &[("minimum_order_amount", "-0.01")]),
        ("ck_coupons_usage", &[("usage_limit", "0")]),
        ("ck_coupons_usage", &[("usage_limit", "1"), ("used_count", "2")]),
        ("ck_coupons_usage_limit_per_user", &[("usage_limit_per_user", "0")]),
        ("ck_coupons_valid_until", &[("valid_until", NOON)]),
        ("fk_coupons_category_id", &[("category_id", "2")]),
    ],
};

pub(super) const PRODUCT_VIEWS: Promise = Promise {
    table: "product_views",
    row: &[("product_id", "1"), ("views", "2"), ("recent_views", "1"), ("last_viewed_on", "'2026-11-22'")],
    taken: &[&[("recent_views", "2")]],
    refused: &[("ck_product_views_recent_views", &[("recent_views", "3")])],
};

/// Its key is the order, whose row is the one that there is.
pub(super) const COUNTED_ORDERS: Promise = Promise {
    table: "counted_orders",
    row: &[("order_id", "1")],
    taken: &[],
    refused: &[("fk_counted_orders_order_id", &[("order_id", "2")])],
};

pub(super) const PRODUCT_IMAGES: Promise = Promise {
    table: "product_images",
    row: &[("product_id", "1"), ("name", "REPEAT('a', 32)"), ("form", "'jpg'"), ("width", "1600"), ("height", "900")],
    taken: &[&[("name", "REPEAT('b', 32)"), ("form", "'png'"), ("alt", "'A cup of tea'")]],
    refused: &[
        ("fk_product_images_product_id", &[("product_id", "999"), ("name", "REPEAT('c', 32)")]),
        ("ck_product_images_name", &[("name", "UPPER(REPEAT('c', 32))")]),
        ("ck_product_images_form", &[("name", "REPEAT('c', 32)"), ("form", "'webp'")]),
        ("ck_product_images_size", &[("name", "REPEAT('c', 32)"), ("height", "0")]),
        ("ck_product_images_alt", &[("name", "REPEAT('c', 32)"), ("alt", "''")]),
    ],
};

pub(super) const OLD_SLUGS: Promise = Promise {
    table: "old_slugs",
    row: &[("kind", "'product'"), ("slug", "'assam-tea'"), ("subject_id", "1")],
    taken: &[&[("kind", "'category'")], &[("kind", "'brand'"), ("slug", "'van-2'")]],
    refused: &[("ck_old_slugs_kind", &[("kind", "'order'")]), ("ck_old_slugs_slug", &[("slug", "'Assam'")])],
};
