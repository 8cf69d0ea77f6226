-- Where pages were before they moved; subject_id names a row of products, categories or brands, as kind says, none of which is ever removed while its old addresses are here.
CREATE TABLE IF NOT EXISTS old_slugs (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    kind VARCHAR(10) COLLATE utf8mb4_bin NOT NULL,
    slug VARCHAR(255) COLLATE utf8mb4_bin NOT NULL,
    subject_id BIGINT UNSIGNED NOT NULL,
    created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    PRIMARY KEY (id),
    CONSTRAINT uq_old_slugs_kind_slug UNIQUE (kind, slug),
    KEY ix_old_slugs_kind_subject_id (kind, subject_id),
    CONSTRAINT ck_old_slugs_kind CHECK (kind IN ('product', 'category', 'brand')),
    CONSTRAINT ck_old_slugs_slug CHECK (slug REGEXP '^[a-z0-9]+(-[a-z0-9]+)*$')
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
COMMENT='where pages were before';
