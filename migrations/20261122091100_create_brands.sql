-- The brands that products are sold under.
CREATE TABLE IF NOT EXISTS brands (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    uuid VARCHAR(36) COLLATE utf8mb4_bin NOT NULL,
    name VARCHAR(255) NOT NULL,
    slug VARCHAR(255) COLLATE utf8mb4_bin NOT NULL,
    description TEXT,
    logo_url VARCHAR(500),
    website_url VARCHAR(500),
    sort_order INT NOT NULL DEFAULT 0,
    is_active BOOLEAN NOT NULL DEFAULT TRUE,
    is_indian_brand BOOLEAN NOT NULL DEFAULT FALSE,
    brand_origin_country VARCHAR(100),
    revision BIGINT UNSIGNED NOT NULL DEFAULT 1,
    created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
    PRIMARY KEY (id),
    CONSTRAINT uq_brands_uuid UNIQUE (uuid),
    CONSTRAINT uq_brands_slug UNIQUE (slug),
    CONSTRAINT ck_brands_slug CHECK (slug REGEXP '^[a-z0-9]+(-[a-z0-9]+)*$')
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
COMMENT='brands';
