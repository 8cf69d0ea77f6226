-- Which value of each attribute a variation has; the two keys of a value together keep it a value of its attribute.
CREATE TABLE IF NOT EXISTS variation_attributes (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    variation_id BIGINT UNSIGNED NOT NULL,
    attribute_id BIGINT UNSIGNED NOT NULL,
    attribute_value_id BIGINT UNSIGNED NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT uq_variation_attributes_variation_id_attribute_id UNIQUE (variation_id, attribute_id),
    KEY ix_variation_attributes_attribute_id (attribute_id),
    KEY ix_variation_attributes_attribute_value_id (attribute_value_id, attribute_id),
    CONSTRAINT fk_variation_attributes_variation_id FOREIGN KEY (variation_id) REFERENCES product_variations (id) ON DELETE RESTRICT ON UPDATE RESTRICT,
    CONSTRAINT fk_variation_attributes_attribute_id FOREIGN KEY (attribute_id) REFERENCES product_attributes (id) ON DELETE RESTRICT ON UPDATE RESTRICT,
    CONSTRAINT fk_variation_attributes_attribute_value_id FOREIGN KEY (attribute_value_id, attribute_id) REFERENCES product_attribute_values (id, attribute_id) ON DELETE RESTRICT ON UPDATE RESTRICT
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
COMMENT='the attributes of variations';
