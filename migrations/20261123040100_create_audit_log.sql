-- Who changed what in the shop's administration; the actor is no foreign key, because its lock would be taken after the tail's, and accounts are never deleted.
CREATE TABLE IF NOT EXISTS audit_log (
    id BIGINT UNSIGNED NOT NULL COMMENT 'place in the chain, from 1 without a gap',
    occurred_at DATETIME(6) NOT NULL,
    actor_id BIGINT UNSIGNED COMMENT 'NULL for whoever works on the command line',
    action VARCHAR(60) COLLATE utf8mb4_bin NOT NULL,
    subject_type VARCHAR(40) COLLATE utf8mb4_bin NOT NULL,
    subject_id VARCHAR(100) COLLATE utf8mb4_bin NOT NULL,
    old_value MEDIUMTEXT NOT NULL,
    new_value MEDIUMTEXT NOT NULL,
    request_id VARCHAR(64) COLLATE utf8mb4_bin,
    ip_address VARCHAR(45) COLLATE utf8mb4_bin,
    previous_hash CHAR(64) COLLATE utf8mb4_bin NOT NULL,
    hash CHAR(64) COLLATE utf8mb4_bin NOT NULL COMMENT 'SHA-256 of everything before it, the previous hash included',
    seal VARCHAR(80) COLLATE utf8mb4_bin NOT NULL COMMENT 'HMAC of the hash under a key that the database does not know',
    PRIMARY KEY (id),
    KEY ix_audit_log_actor_id (actor_id),
    KEY ix_audit_log_action (action),
    KEY ix_audit_log_subject_type_subject_id (subject_type, subject_id),
    KEY ix_audit_log_occurred_at (occurred_at),
    CONSTRAINT ck_audit_log_id CHECK (id > 0),
    CONSTRAINT ck_audit_log_action CHECK (action REGEXP '^[a-z]+([._][a-z]+)*$'),
    CONSTRAINT ck_audit_log_subject CHECK (subject_type <> '' AND subject_id <> ''),
    CONSTRAINT ck_audit_log_values CHECK (JSON_VALID(old_value) AND JSON_VALID(new_value)),
    CONSTRAINT ck_audit_log_hashes CHECK (previous_hash REGEXP '^[0-9a-f]{64}$' AND hash REGEXP '^[0-9a-f]{64}$'),
    CONSTRAINT ck_audit_log_seal CHECK (seal <> '')
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
COMMENT='ledger: who changed what, before and after, each row chained to the one before';
