-- Shoppers without an account: the token is in their cookie, its hash is here, and a merge into an account closes the session.
CREATE TABLE IF NOT EXISTS guest_sessions (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    token_hash CHAR(64) COLLATE utf8mb4_bin NOT NULL,
    created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    last_seen_at DATETIME(6) NOT NULL,
    expires_at DATETIME(6) NOT NULL,
    merged_into BIGINT UNSIGNED,
    closed_at DATETIME(6),
    PRIMARY KEY (id),
    CONSTRAINT uq_guest_sessions_token_hash UNIQUE (token_hash),
    KEY ix_guest_sessions_merged_into (merged_into),
    KEY ix_guest_sessions_expires_at (expires_at),
    CONSTRAINT fk_guest_sessions_merged_into FOREIGN KEY (merged_into) REFERENCES users (id) ON DELETE RESTRICT ON UPDATE RESTRICT,
    CONSTRAINT ck_guest_sessions_token_hash CHECK (token_hash REGEXP '^[0-9a-f]{64}$'),
    CONSTRAINT ck_guest_sessions_merged_into CHECK (merged_into IS NULL OR closed_at IS NOT NULL)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
COMMENT='carts'' holders without an account, by the SHA-256 of their token';
