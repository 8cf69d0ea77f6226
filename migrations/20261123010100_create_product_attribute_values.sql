-- The values that an attribute takes; the key of both columns lets variation_attributes name a value together with its attribute.
CREATE TABLE IF NOT EXISTS product_attribute_values (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    attribute_id BIGINT UNSIGNED NOT NULL,
    value VARCHAR(100) NOT NULL,
    color_code VARCHAR(7) COLLATE utf8mb4_bin,
    sort_order INT NOT NULL DEFAULT 0,
    created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    PRIMARY KEY (id),
    CONSTRAINT uq_product_attribute_values_attribute_id_value UNIQUE (attribute_id, value),
    CONSTRAINT uq_product_attribute_values_id_attribute_id UNIQUE (id, attribute_id),
    CONSTRAINT fk_product_attribute_values_attribute_id FOREIGN KEY (attribute_id) REFERENCES product_attributes (id) ON DELETE RESTRICT ON UPDATE RESTRICT,
    CONSTRAINT ck_product_attribute_values_value CHECK (value <> ''),
    CONSTRAINT ck_product_attribute_values_color_code CHECK (color_code REGEXP '^#[0-9a-f]{6}$')
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
COMMENT='the values of attributes';
