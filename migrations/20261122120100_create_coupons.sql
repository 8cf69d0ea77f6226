-- What a code takes off an order at the check-out, for whom, how often and until when; no order can be priced with one yet.
CREATE TABLE IF NOT EXISTS coupons (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    code VARCHAR(50) COLLATE utf8mb4_bin NOT NULL,
    name VARCHAR(255) NOT NULL,
    description TEXT,
    discount_type VARCHAR(20) COLLATE utf8mb4_bin NOT NULL,
    discount_value DECIMAL(12,2) NOT NULL COMMENT 'percent, or rupees; 0 for free shipping',
    maximum_discount_amount DECIMAL(12,2),
    minimum_order_amount DECIMAL(12,2) NOT NULL DEFAULT 0.00,
    category_id BIGINT UNSIGNED COMMENT 'NULL: every product; else those of the category and below it',
    usage_limit INT UNSIGNED,
    usage_limit_per_user INT UNSIGNED,
    used_count INT UNSIGNED NOT NULL DEFAULT 0,
    valid_from DATETIME(6) NOT NULL,
    valid_until DATETIME(6),
    is_active BOOLEAN NOT NULL DEFAULT TRUE,
    revision BIGINT UNSIGNED NOT NULL DEFAULT 1,
    created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    updated_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
    PRIMARY KEY (id),
    CONSTRAINT uq_coupons_code UNIQUE (code),
    KEY ix_coupons_category_id (category_id),
    CONSTRAINT fk_coupons_category_id FOREIGN KEY (category_id) REFERENCES categories (id) ON DELETE RESTRICT,
    CONSTRAINT ck_coupons_code CHECK (code REGEXP '^[A-Z0-9]{3,50}$'),
    CONSTRAINT ck_coupons_name CHECK (name <> ''),
    CONSTRAINT ck_coupons_discount_type CHECK (discount_type IN ('percentage', 'fixed_amount', 'free_shipping')),
    CONSTRAINT ck_coupons_discount_value CHECK (
        (discount_type = 'percentage' AND discount_value > 0 AND discount_value <= 100)
        OR (discount_type = 'fixed_amount' AND discount_value > 0)
        OR (discount_type NOT IN ('percentage', 'fixed_amount') AND discount_value = 0)
    ),
    CONSTRAINT ck_coupons_maximum_discount_amount CHECK (
        maximum_discount_amount IS NULL OR (discount_type = 'percentage' AND maximum_discount_amount > 0)
    ),
    CONSTRAINT ck_coupons_minimum_order_amount CHECK (minimum_order_amount >= 0),
    CONSTRAINT ck_coupons_usage CHECK (usage_limit >= 1 AND used_count <= usage_limit),
    CONSTRAINT ck_coupons_usage_limit_per_user CHECK (usage_limit_per_user >= 1),
    CONSTRAINT ck_coupons_valid_until CHECK (valid_until > valid_from)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
COMMENT='coupons; never deleted';
