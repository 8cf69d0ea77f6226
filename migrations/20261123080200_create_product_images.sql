-- The pictures of products in the shop's order; the files of each lie on the shelf under its name, in four sizes.
CREATE TABLE IF NOT EXISTS product_images (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    product_id BIGINT UNSIGNED NOT NULL,
    name VARCHAR(32) COLLATE utf8mb4_bin NOT NULL COMMENT 'what its files have in common',
    form VARCHAR(4) COLLATE utf8mb4_bin NOT NULL COMMENT 'what they are beside WebP',
    width INT UNSIGNED NOT NULL COMMENT 'of the largest, in pixels',
    height INT UNSIGNED NOT NULL,
    alt VARCHAR(255),
    sort_order INT UNSIGNED NOT NULL DEFAULT 0,
    created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    PRIMARY KEY (id),
    CONSTRAINT uq_product_images_name UNIQUE (name),
    KEY ix_product_images_product_id_sort_order (product_id, sort_order),
    CONSTRAINT fk_product_images_product_id FOREIGN KEY (product_id) REFERENCES products (id) ON DELETE RESTRICT ON UPDATE RESTRICT,
    CONSTRAINT ck_product_images_name CHECK (name REGEXP '^[0-9a-f]{32}$'),
    CONSTRAINT ck_product_images_form CHECK (form IN ('jpg', 'png')),
    CONSTRAINT ck_product_images_size CHECK (width > 0 AND height > 0),
    CONSTRAINT ck_product_images_alt CHECK (alt <> '')
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
COMMENT='pictures of products';
