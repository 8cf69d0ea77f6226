-- An order holds each variation of a product on its own.
ALTER TABLE stock_holds
    ADD COLUMN variation_id BIGINT UNSIGNED,
    ADD COLUMN variation_slot BIGINT UNSIGNED GENERATED ALWAYS AS (COALESCE(variation_id, 0)) STORED
        COMMENT 'for the unique key, to which a NULL would be like no other',
    DROP INDEX uq_stock_holds_order_id_product_id,
    ADD CONSTRAINT uq_stock_holds_variation_slot_order_id_product_id UNIQUE (variation_slot, order_id, product_id),
    ADD KEY ix_stock_holds_order_id (order_id),
    ADD KEY ix_stock_holds_variation_id (variation_id, product_id),
    ADD CONSTRAINT fk_stock_holds_variation_id FOREIGN KEY (variation_id, product_id)
        REFERENCES product_variations (id, product_id) ON DELETE RESTRICT ON UPDATE RESTRICT;
