-- How many codes and links somebody was sent in the present hour; who it is stands here as a keyed hash only.
CREATE TABLE IF NOT EXISTS account_quotas (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    subject CHAR(64) COLLATE utf8mb4_bin NOT NULL,
    began_at DATETIME(6) NOT NULL,
    used INT UNSIGNED NOT NULL DEFAULT 0,
    PRIMARY KEY (id),
    CONSTRAINT uq_account_quotas_subject UNIQUE (subject),
    KEY ix_account_quotas_began_at (began_at),
    CONSTRAINT ck_account_quotas_subject CHECK (subject REGEXP '^[0-9a-f]{64}$')
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
COMMENT='codes and links an hour, by the keyed hash of who asked for what';
