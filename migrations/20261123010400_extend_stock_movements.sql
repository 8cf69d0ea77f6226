-- A movement names a variation of its own product; the opening of a variation adds to what its product has.
ALTER TABLE stock_movements
    DROP CONSTRAINT ck_stock_movements_opening,
    ADD CONSTRAINT ck_stock_movements_first CHECK (kind <> 'opening' OR variation_id IS NOT NULL OR stock_after = quantity),
    ADD KEY ix_stock_movements_variation_id (variation_id, product_id),
    ADD CONSTRAINT fk_stock_movements_variation_id FOREIGN KEY (variation_id, product_id)
        REFERENCES product_variations (id, product_id) ON DELETE RESTRICT ON UPDATE RESTRICT;
