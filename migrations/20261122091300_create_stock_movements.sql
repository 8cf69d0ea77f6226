-- Every change of stock as a row that nobody edits; its unique key starts with the nullable column because MySQL 9.7 skips a foreign key whose column leads a unique key that holds a NULL.
CREATE TABLE IF NOT EXISTS stock_movements (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    product_id BIGINT UNSIGNED NOT NULL,
    variation_id BIGINT UNSIGNED,
    kind VARCHAR(20) COLLATE utf8mb4_bin NOT NULL,
    quantity BIGINT NOT NULL,
    stock_after BIGINT NOT NULL,
    reference_type VARCHAR(20) COLLATE utf8mb4_bin,
    reference_id BIGINT UNSIGNED,
    reason VARCHAR(255),
    performed_by BIGINT UNSIGNED,
    created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    opening_slot BIGINT UNSIGNED GENERATED ALWAYS AS (CASE WHEN kind = 'opening' THEN COALESCE(variation_id, 0) END) STORED
        COMMENT 'NULL unless an opening, so that the unique key allows one opening per product and variation',
    PRIMARY KEY (id),
    CONSTRAINT uq_stock_movements_opening_slot_product_id UNIQUE (opening_slot, product_id),
    KEY ix_stock_movements_product_id (product_id),
    KEY ix_stock_movements_reference_type_reference_id (reference_type, reference_id),
    KEY ix_stock_movements_performed_by (performed_by),
    CONSTRAINT fk_stock_movements_product_id FOREIGN KEY (product_id) REFERENCES products (id) ON DELETE RESTRICT ON UPDATE RESTRICT,
    CONSTRAINT fk_stock_movements_performed_by FOREIGN KEY (performed_by) REFERENCES users (id) ON DELETE RESTRICT ON UPDATE RESTRICT,
    CONSTRAINT ck_stock_movements_kind CHECK (
        kind IN ('opening', 'purchase', 'adjustment', 'count', 'hold', 'release', 'restock', 'damage')
    ),
    CONSTRAINT ck_stock_movements_quantity CHECK (quantity <> 0),
    CONSTRAINT ck_stock_movements_direction CHECK (
        (kind NOT IN ('opening', 'purchase', 'release', 'restock') OR quantity > 0)
        AND (kind NOT IN ('hold', 'damage') OR quantity < 0)
    ),
    CONSTRAINT ck_stock_movements_stock_after CHECK (stock_after >= 0 AND stock_after >= quantity),
    CONSTRAINT ck_stock_movements_opening CHECK (kind <> 'opening' OR stock_after = quantity),
    CONSTRAINT ck_stock_movements_reference CHECK ((reference_type IS NULL) = (reference_id IS NULL))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
COMMENT='ledger: every change of stock, one signed row each';
