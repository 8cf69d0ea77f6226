-- The orders that are in product_sales: each is counted once, and a cancelled one is taken out once.
CREATE TABLE IF NOT EXISTS counted_orders (
    order_id BIGINT UNSIGNED NOT NULL,
    counted_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    PRIMARY KEY (order_id),
    CONSTRAINT fk_counted_orders_order_id FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE RESTRICT ON UPDATE RESTRICT
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
COMMENT='orders whose lines are in product_sales';
