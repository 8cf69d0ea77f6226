-- Which consumer has seen which event: the row is written in the transaction of the effect, so that a redelivery finds it.
CREATE TABLE IF NOT EXISTS inbox (
    consumer VARCHAR(64) COLLATE utf8mb4_bin NOT NULL,
    event_id VARCHAR(36) COLLATE utf8mb4_bin NOT NULL,
    received_at DATETIME(6) NOT NULL,
    PRIMARY KEY (consumer, event_id),
    CONSTRAINT ck_inbox_not_empty CHECK (consumer <> '' AND event_id <> '')
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
COMMENT='ledger: the events that took effect, once per consumer';
