-- How often products were looked at. No foreign key: its check would lock the rows that orders take stock from.
CREATE TABLE IF NOT EXISTS product_views (
    product_id BIGINT UNSIGNED NOT NULL,
    views BIGINT UNSIGNED NOT NULL COMMENT 'ever',
    recent_views BIGINT UNSIGNED NOT NULL COMMENT 'as of last_viewed_on; halved with every day that has passed since',
    last_viewed_on DATE NOT NULL,
    PRIMARY KEY (product_id),
    KEY ix_product_views_last_viewed_on_recent_views (last_viewed_on, recent_views),
    CONSTRAINT ck_product_views_recent_views CHECK (recent_views <= views)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
COMMENT='views of products, written in batches; a replica that is killed loses those of its last seconds';
