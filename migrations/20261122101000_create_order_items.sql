-- The lines of an order as they were sold, with their tax: the checks are the arithmetic that invoices and returns rely on.
CREATE TABLE IF NOT EXISTS order_items (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    order_id BIGINT UNSIGNED NOT NULL,
    product_id BIGINT UNSIGNED NOT NULL,
    line_number SMALLINT UNSIGNED NOT NULL,
    product_name VARCHAR(255) NOT NULL,
    product_sku VARCHAR(100) NOT NULL,
    product_image VARCHAR(500),
    hsn_code VARCHAR(10) COLLATE utf8mb4_bin,
    unit_price DECIMAL(12,2) NOT NULL,
    quantity INT NOT NULL,
    is_gst_inclusive BOOLEAN NOT NULL,
    gst_rate DECIMAL(6,3) NOT NULL,
    total_price DECIMAL(12,2) NOT NULL COMMENT 'unit_price x quantity, before discount',
    discount_amount DECIMAL(12,2) NOT NULL,
    taxable_amount DECIMAL(12,2) NOT NULL,
    cgst_amount DECIMAL(12,2) NOT NULL,
    sgst_amount DECIMAL(12,2) NOT NULL,
    igst_amount DECIMAL(12,2) NOT NULL,
    shipping_amount DECIMAL(12,2) NOT NULL COMMENT 'the share of the line in the shipping of the order, tax included',
    shipping_taxable DECIMAL(12,2) NOT NULL,
    shipping_cgst DECIMAL(12,2) NOT NULL,
    shipping_sgst DECIMAL(12,2) NOT NULL,
    shipping_igst DECIMAL(12,2) NOT NULL,
    payable_amount DECIMAL(12,2) NOT NULL,
    created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    PRIMARY KEY (id),
    CONSTRAINT uq_order_items_order_id_line_number UNIQUE (order_id, line_number),
    CONSTRAINT uq_order_items_order_id_product_id UNIQUE (order_id, product_id),
    KEY ix_order_items_product_id (product_id),
    CONSTRAINT fk_order_items_order_id FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE RESTRICT ON UPDATE RESTRICT,
    CONSTRAINT fk_order_items_product_id FOREIGN KEY (product_id) REFERENCES products (id) ON DELETE RESTRICT ON UPDATE RESTRICT,
    CONSTRAINT ck_order_items_line_number CHECK (line_number >= 1),
    CONSTRAINT ck_order_items_quantity CHECK (quantity >= 1),
    CONSTRAINT ck_order_items_gst_rate CHECK (gst_rate BETWEEN 0 AND 100),
    CONSTRAINT ck_order_items_hsn_code CHECK (hsn_code REGEXP '^[0-9]{4,8}$'),
    CONSTRAINT ck_order_items_amounts CHECK (
        unit_price >= 0 AND total_price >= 0 AND discount_amount >= 0
        AND taxable_amount >= 0 AND cgst_amount >= 0 AND sgst_amount >= 0 AND igst_amount >= 0
        AND shipping_amount >= 0 AND shipping_taxable >= 0
        AND shipping_cgst >= 0 AND shipping_sgst >= 0 AND shipping_igst >= 0 AND payable_amount >= 0
    ),
    CONSTRAINT ck_order_items_total_price CHECK (total_price = unit_price * quantity),
    CONSTRAINT ck_order_items_taxable_amount CHECK (
        total_price - discount_amount
        = taxable_amount + CASE WHEN is_gst_inclusive THEN cgst_amount + sgst_amount + igst_amount ELSE 0 END
    ),
    CONSTRAINT ck_order_items_halves CHECK (cgst_amount = sgst_amount AND shipping_cgst = shipping_sgst),
    CONSTRAINT ck_order_items_one_supply CHECK (
        (igst_amount = 0 AND shipping_igst = 0) OR (cgst_amount = 0 AND shipping_cgst = 0)
    ),
    CONSTRAINT ck_order_items_shipping_amount CHECK (shipping_amount = shipping_taxable + shipping_cgst + shipping_sgst + shipping_igst),
    CONSTRAINT ck_order_items_payable_amount CHECK (
        payable_amount = taxable_amount + cgst_amount + sgst_amount + igst_amount + shipping_amount
    )
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
COMMENT='ledger: the frozen lines of orders';
