-- Whom a review has helped; its row counts them.
CREATE TABLE IF NOT EXISTS review_helpfulness (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    review_id BIGINT UNSIGNED NOT NULL,
    user_id BIGINT UNSIGNED NOT NULL,
    is_helpful BOOLEAN NOT NULL,
    created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    PRIMARY KEY (id),
    CONSTRAINT uq_review_helpfulness_review_id_user_id UNIQUE (review_id, user_id),
    KEY ix_review_helpfulness_user_id (user_id),
    CONSTRAINT fk_review_helpfulness_review_id FOREIGN KEY (review_id) REFERENCES product_reviews (id) ON DELETE RESTRICT ON UPDATE RESTRICT,
    CONSTRAINT fk_review_helpfulness_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE RESTRICT ON UPDATE RESTRICT
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
COMMENT='votes about reviews, one of each customer';
