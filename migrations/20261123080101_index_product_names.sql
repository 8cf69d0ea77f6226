-- How names begin, for the staff's list.
ALTER TABLE products
    ADD KEY ix_products_name (name);
