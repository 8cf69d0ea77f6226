-- The category tree; that it has no cycle is kept by the code, since a check may not refer to an automatic id.
CREATE TABLE IF NOT EXISTS categories (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    uuid VARCHAR(36) COLLATE utf8mb4_bin NOT NULL,
    name VARCHAR(255) NOT NULL,
    name_hindi VARCHAR(255),
    slug VARCHAR(255) COLLATE utf8mb4_bin NOT NULL,
    description TEXT,
    description_hindi TEXT,
    meta_title VARCHAR(255),
    meta_description TEXT,
    parent_id BIGINT UNSIGNED,
    image_url VARCHAR(500),
    sort_order INT NOT NULL DEFAULT 0,
    is_active BOOLEAN NOT NULL DEFAULT TRUE,
    is_featured BOOLEAN NOT NULL DEFAULT FALSE,
    revision BIGINT UNSIGNED NOT NULL DEFAULT 1,
    created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
    PRIMARY KEY (id),
    CONSTRAINT uq_categories_uuid UNIQUE (uuid),
    CONSTRAINT uq_categories_slug UNIQUE (slug),
    KEY ix_categories_parent_id_sort_order (parent_id, sort_order),
    CONSTRAINT fk_categories_parent_id FOREIGN KEY (parent_id) REFERENCES categories (id) ON DELETE RESTRICT,
    CONSTRAINT ck_categories_slug CHECK (slug REGEXP '^[a-z0-9]+(-[a-z0-9]+)*$')
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
COMMENT='the category tree';
