-- What an order took from stock, and what became of it; stock_movements has the numbers, this has the order's claim.
CREATE TABLE IF NOT EXISTS stock_holds (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    order_id BIGINT UNSIGNED NOT NULL,
    product_id BIGINT UNSIGNED NOT NULL,
    quantity BIGINT UNSIGNED NOT NULL COMMENT 'taken from stock_quantity',
    backordered BIGINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'owed, counted in backordered_quantity',
    state VARCHAR(10) COLLATE utf8mb4_bin NOT NULL DEFAULT 'held',
    expires_at DATETIME(6),
    created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    ended_at DATETIME(6),
    PRIMARY KEY (id),
    CONSTRAINT uq_stock_holds_order_id_product_id UNIQUE (order_id, product_id),
    KEY ix_stock_holds_product_id (product_id),
    KEY ix_stock_holds_state_expires_at (state, expires_at),
    CONSTRAINT fk_stock_holds_order_id FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE RESTRICT ON UPDATE RESTRICT,
    CONSTRAINT fk_stock_holds_product_id FOREIGN KEY (product_id) REFERENCES products (id) ON DELETE RESTRICT ON UPDATE RESTRICT,
    CONSTRAINT ck_stock_holds_quantity CHECK (quantity + backordered > 0),
    CONSTRAINT ck_stock_holds_state CHECK (state IN ('held', 'sold', 'released', 'expired')),
    CONSTRAINT ck_stock_holds_ended_at CHECK ((state = 'held') = (ended_at IS NULL))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
COMMENT='stock that orders hold, have sold or gave back';
