-- What is sold by variation is not ordered ahead: its stock is the sum of theirs, and what is owed would be of none of them.
ALTER TABLE products
    ADD CONSTRAINT ck_products_variable CHECK (product_type <> 'variable' OR NOT allow_backorders);
