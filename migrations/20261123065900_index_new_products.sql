-- The newest products, and the newest of those that the shop has chosen, without sorting all.
ALTER TABLE products
    ADD KEY ix_products_status_created_at (status, created_at),
    ADD KEY ix_products_is_featured_created_at (is_featured, created_at);
