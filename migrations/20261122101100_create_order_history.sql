-- Every step of an order and of its payment, with who took it and why; the first one comes from nothing.
CREATE TABLE IF NOT EXISTS order_history (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    order_id BIGINT UNSIGNED NOT NULL,
    field_changed VARCHAR(30) COLLATE utf8mb4_bin NOT NULL,
    old_value VARCHAR(30) COLLATE utf8mb4_bin,
    new_value VARCHAR(30) COLLATE utf8mb4_bin NOT NULL,
    change_type VARCHAR(10) COLLATE utf8mb4_bin NOT NULL,
    changed_by BIGINT UNSIGNED,
    reason VARCHAR(255),
    created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    PRIMARY KEY (id),
    KEY ix_order_history_order_id (order_id),
    KEY ix_order_history_changed_by (changed_by),
    CONSTRAINT fk_order_history_order_id FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE RESTRICT ON UPDATE RESTRICT,
    CONSTRAINT fk_order_history_changed_by FOREIGN KEY (changed_by) REFERENCES users (id) ON DELETE RESTRICT ON UPDATE RESTRICT,
    CONSTRAINT ck_order_history_field_changed CHECK (field_changed IN ('status', 'payment_status')),
    CONSTRAINT ck_order_history_new_value CHECK (new_value <> '' AND new_value <> old_value),
    CONSTRAINT ck_order_history_change_type CHECK (change_type IN ('system', 'admin', 'customer'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
COMMENT='ledger: every change of an order''s status';
