//! What the schema promises of reviews and of what they say all together.

use super::{NOON, Promise};

pub(super) const PRODUCT_REVIEWS: Promise = Promise {
    table: "product_reviews",
    row: &[("uuid", "'c'"), ("product_id", "2"), ("user_id", "1"), ("rating", "5")],
    taken: &[
        &[("rating", "1"), ("title", "'Good'"), ("comment", "'Lasts.'"), ("status", "'approved'")],
        &[("status", "'rejected'"), ("rejection_reason", "'Rude'"), ("reply", "'Sorry'"), ("replied_at", NOON)],
    ],
    refused: &[
        ("ck_product_reviews_rating", &[("rating", "0")]),
        ("ck_product_reviews_rating", &[("rating", "6")]),
        ("ck_product_reviews_texts", &[("title", "''")]),
        ("ck_product_reviews_texts", &[("comment", "''")]),
        ("ck_product_reviews_texts", &[("reply", "''"), ("replied_at", NOON)]),
        ("ck_product_reviews_status", &[("status", "'hidden'")]),
        ("ck_product_reviews_rejection_reason", &[("status", "'rejected'")]),
        ("ck_product_reviews_rejection_reason", &[("status", "'rejected'"), ("rejection_reason", "''")]),
        ("ck_product_reviews_rejection_reason", &[("rejection_reason", "'Rude'")]),
        ("ck_product_reviews_replied_at", &[("reply", "'Thank you'")]),
        ("ck_product_reviews_replied_at", &[("replied_at", NOON)]),
        ("fk_product_reviews_product_id", &[("product_id", "3")]),
        ("fk_product_reviews_user_id", &[("user_id", "2")]),
        ("fk_product_reviews_order_item_id", &[("order_item_id", "9")]),
    ],
};

pub(super) const REVIEW_HELPFULNESS: Promise = Promise {
    table: "review_helpfulness",
    row: &[("review_id", "1"), ("user_id", "1"), ("is_helpful", "TRUE")],
    taken: &[&[("is_helpful", "FALSE")]],
    refused: &[
        ("fk_review_helpfulness_review_id", &[("review_id", "2")]),
        ("fk_review_helpfulness_user_id", &[("user_id", "2")]),
    ],
};

pub(super) const PRODUCT_RATINGS: Promise = Promise {
    table: "product_ratings",
    row: &[("product_id", "1"), ("review_count", "2"), ("rating_sum", "9")],
    taken: &[&[("review_count", "0"), ("rating_sum", "0")], &[("rating_sum", "10")], &[("rating_sum", "2")]],
    refused: &[
        ("ck_product_ratings_rating_sum", &[("rating_sum", "11")]),
        ("ck_product_ratings_rating_sum", &[("rating_sum", "1")]),
        ("ck_product_ratings_rating_sum", &[("review_count", "0"), ("rating_sum", "1")]),
    ],
};
