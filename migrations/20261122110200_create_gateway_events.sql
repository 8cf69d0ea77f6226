-- Webhooks as they came, each once, and what became of them.
CREATE TABLE IF NOT EXISTS gateway_events (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    gateway_name VARCHAR(100) COLLATE utf8mb4_bin NOT NULL,
    event_id VARCHAR(255) COLLATE utf8mb4_bin NOT NULL,
    body_hash CHAR(64) COLLATE utf8mb4_bin NOT NULL,
    body LONGBLOB NOT NULL,
    received_at DATETIME(6) NOT NULL,
    outcome VARCHAR(30) COLLATE utf8mb4_bin,
    processed_at DATETIME(6),
    next_try_at DATETIME(6),
    tries INT UNSIGNED NOT NULL DEFAULT 0,
    PRIMARY KEY (id),
    CONSTRAINT uq_gateway_events_gateway_name_event_id UNIQUE (gateway_name, event_id),
    CONSTRAINT uq_gateway_events_gateway_name_body_hash UNIQUE (gateway_name, body_hash),
    KEY ix_gateway_events_next_try_at (next_try_at),
    CONSTRAINT ck_gateway_events_not_empty CHECK (gateway_name <> '' AND event_id <> ''),
    CONSTRAINT ck_gateway_events_body_hash CHECK (body_hash REGEXP '^[0-9a-f]{64}$'),
    CONSTRAINT ck_gateway_events_outcome CHECK (outcome IN ('applied', 'ignored', 'orphan', 'unreadable')),
    CONSTRAINT ck_gateway_events_processed_at CHECK (
        (processed_at IS NULL) = (outcome IS NULL) AND (processed_at IS NULL) = (next_try_at IS NOT NULL)
    )
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
COMMENT='webhooks of the gateways, kept as evidence';
