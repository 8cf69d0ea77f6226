-- What the variations of a product differ in: size, colour, pack.
CREATE TABLE IF NOT EXISTS product_attributes (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    name VARCHAR(100) NOT NULL,
    slug VARCHAR(100) COLLATE utf8mb4_bin NOT NULL,
    type VARCHAR(10) COLLATE utf8mb4_bin NOT NULL DEFAULT 'select',
    sort_order INT NOT NULL DEFAULT 0,
    created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    PRIMARY KEY (id),
    CONSTRAINT uq_product_attributes_slug UNIQUE (slug),
    CONSTRAINT ck_product_attributes_name CHECK (name <> ''),
    CONSTRAINT ck_product_attributes_slug CHECK (slug REGEXP '^[a-z0-9]+(-[a-z0-9]+)*$'),
    CONSTRAINT ck_product_attributes_type CHECK (type IN ('color', 'size', 'text', 'select'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
COMMENT='what variations of products differ in';
