-- Answers by the key that the client sent, finished in the transaction of the work: a row without a status is work under its lease.
CREATE TABLE IF NOT EXISTS idempotency_keys (
    principal VARCHAR(64) COLLATE utf8mb4_bin NOT NULL,
    scope VARCHAR(64) COLLATE utf8mb4_bin NOT NULL,
    idempotency_key VARCHAR(255) COLLATE utf8mb4_bin NOT NULL,
    request_hash CHAR(64) COLLATE utf8mb4_bin NOT NULL,
    lease VARCHAR(36) COLLATE utf8mb4_bin NOT NULL,
    leased_until DATETIME(6) NOT NULL,
    status SMALLINT UNSIGNED,
    location VARCHAR(255),
    body LONGTEXT,
    resource_id BIGINT UNSIGNED,
    created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    completed_at DATETIME(6),
    PRIMARY KEY (principal, scope, idempotency_key),
    KEY ix_idempotency_keys_created_at (created_at),
    CONSTRAINT ck_idempotency_keys_not_empty CHECK (principal <> '' AND scope <> '' AND idempotency_key <> ''),
    CONSTRAINT ck_idempotency_keys_request_hash CHECK (request_hash REGEXP '^[0-9a-f]{64}$'),
    CONSTRAINT ck_idempotency_keys_status CHECK (status BETWEEN 200 AND 299),
    CONSTRAINT ck_idempotency_keys_completed_at CHECK ((status IS NULL) = (completed_at IS NULL))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
COMMENT='requests and their stored answers, which hold for a day';
