-- What every replica of every service hears of within a second: a session revoked, roles or settings changed.
CREATE TABLE IF NOT EXISTS change_log (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    topic VARCHAR(40) COLLATE utf8mb4_bin NOT NULL,
    subject VARCHAR(100) COLLATE utf8mb4_bin NOT NULL,
    created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    PRIMARY KEY (id),
    KEY ix_change_log_created_at (created_at),
    CONSTRAINT ck_change_log_topic CHECK (topic <> '')
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
COMMENT='changes that replicas drop their memories for; only the last minutes are read';
