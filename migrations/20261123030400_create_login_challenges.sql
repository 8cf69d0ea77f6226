-- Log-ins whose password was right and whose second factor is still to come, or to be set up.
CREATE TABLE IF NOT EXISTS login_challenges (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    token_hash CHAR(64) COLLATE utf8mb4_bin NOT NULL,
    user_id BIGINT UNSIGNED NOT NULL,
    purpose VARCHAR(20) COLLATE utf8mb4_bin NOT NULL,
    created_at DATETIME(6) NOT NULL,
    expires_at DATETIME(6) NOT NULL,
    tries TINYINT UNSIGNED NOT NULL DEFAULT 0,
    used_at DATETIME(6),
    PRIMARY KEY (id),
    CONSTRAINT uq_login_challenges_token_hash UNIQUE (token_hash),
    KEY ix_login_challenges_user_id (user_id),
    CONSTRAINT fk_login_challenges_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE RESTRICT ON UPDATE RESTRICT,
    CONSTRAINT ck_login_challenges_token_hash CHECK (token_hash REGEXP '^[0-9a-f]{64}$'),
    CONSTRAINT ck_login_challenges_purpose CHECK (purpose IN ('second_factor', 'enrollment')),
    CONSTRAINT ck_login_challenges_tries CHECK (tries <= 5)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
COMMENT='log-ins that wait for a second factor, by the SHA-256 of their token';
