-- A cart has a line for each variation of a product.
ALTER TABLE cart_items
    ADD COLUMN variation_id BIGINT UNSIGNED,
    ADD COLUMN variation_slot BIGINT UNSIGNED GENERATED ALWAYS AS (COALESCE(variation_id, 0)) STORED
        COMMENT 'for the unique key, to which a NULL would be like no other',
    DROP INDEX uq_cart_items_cart_id_product_id,
    ADD CONSTRAINT uq_cart_items_variation_slot_cart_id_product_id UNIQUE (variation_slot, cart_id, product_id),
    ADD KEY ix_cart_items_cart_id (cart_id),
    ADD KEY ix_cart_items_variation_id (variation_id, product_id),
    ADD CONSTRAINT fk_cart_items_variation_id FOREIGN KEY (variation_id, product_id)
        REFERENCES product_variations (id, product_id) ON DELETE RESTRICT ON UPDATE RESTRICT;
