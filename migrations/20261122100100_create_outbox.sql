-- Events wait here for the broker: written in the transaction of the change that they tell of, sent by their service afterwards.
CREATE TABLE IF NOT EXISTS outbox (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    event_id VARCHAR(36) COLLATE utf8mb4_bin NOT NULL,
    producer VARCHAR(20) COLLATE utf8mb4_bin NOT NULL,
    type VARCHAR(64) COLLATE utf8mb4_bin NOT NULL,
    payload LONGTEXT NOT NULL,
    occurred_at DATETIME(6) NOT NULL,
    published_at DATETIME(6),
    lease VARCHAR(36) COLLATE utf8mb4_bin,
    leased_until DATETIME(6),
    attempts INT UNSIGNED NOT NULL DEFAULT 0,
    created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    PRIMARY KEY (id),
    CONSTRAINT uq_outbox_event_id UNIQUE (event_id),
    KEY ix_outbox_producer_published_at_id (producer, published_at, id),
    CONSTRAINT ck_outbox_not_empty CHECK (event_id <> '' AND producer <> '' AND type <> ''),
    CONSTRAINT ck_outbox_payload CHECK (JSON_VALID(payload))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
COMMENT='events on their way to the broker';
