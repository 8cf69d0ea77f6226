-- What approved reviews say of each product, all together. No foreign key: its check would lock the rows that orders take stock from.
CREATE TABLE IF NOT EXISTS product_ratings (
    product_id BIGINT UNSIGNED NOT NULL,
    review_count INT UNSIGNED NOT NULL,
    rating_sum INT UNSIGNED NOT NULL,
    score INT UNSIGNED GENERATED ALWAYS AS ((1000 * rating_sum + 35000) DIV (review_count + 10)) STORED
        COMMENT 'to sort by: thousandths of a star, as if ten more reviews gave three and a half each',
    PRIMARY KEY (product_id),
    CONSTRAINT ck_product_ratings_rating_sum CHECK (rating_sum BETWEEN review_count AND 5 * review_count)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
COMMENT='number and sum of the ratings of approved reviews, written together with product_reviews';
