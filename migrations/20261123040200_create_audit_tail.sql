-- The end of the audit log, so that rows cut off there are missed; whoever adds to the log locks it, after everything else.
CREATE TABLE IF NOT EXISTS audit_tail (
    id TINYINT UNSIGNED NOT NULL,
    entries BIGINT UNSIGNED NOT NULL,
    hash CHAR(64) COLLATE utf8mb4_bin NOT NULL,
    seal VARCHAR(80) COLLATE utf8mb4_bin NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT ck_audit_tail_id CHECK (id = 1),
    CONSTRAINT ck_audit_tail_hash CHECK (hash REGEXP '^[0-9a-f]{64}$'),
    CONSTRAINT ck_audit_tail_seal CHECK ((entries = 0) = (seal = ''))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
COMMENT='how long the audit log is and how it ends';
