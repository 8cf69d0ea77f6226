-- How much of each product was sold. No foreign key: its check would lock the rows that orders take stock from.
CREATE TABLE IF NOT EXISTS product_sales (
    product_id BIGINT UNSIGNED NOT NULL,
    sold BIGINT UNSIGNED NOT NULL COMMENT 'pieces in confirmed orders that were not cancelled',
    PRIMARY KEY (product_id),
    KEY ix_product_sales_sold (sold)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
COMMENT='what was sold of products, counted from the orders in counted_orders';
