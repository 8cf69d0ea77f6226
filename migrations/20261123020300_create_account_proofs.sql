-- What was sent to prove that somebody is reached at an address or number; the secret itself rests nowhere.
CREATE TABLE IF NOT EXISTS account_proofs (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    uuid VARCHAR(36) COLLATE utf8mb4_bin NOT NULL,
    purpose VARCHAR(20) COLLATE utf8mb4_bin NOT NULL,
    channel VARCHAR(20) COLLATE utf8mb4_bin NOT NULL,
    recipient VARCHAR(255) NOT NULL,
    user_id BIGINT UNSIGNED,
    salt CHAR(43) COLLATE utf8mb4_bin NOT NULL,
    secret_hash CHAR(64) COLLATE utf8mb4_bin NOT NULL,
    tries TINYINT UNSIGNED NOT NULL DEFAULT 0,
    created_at DATETIME(6) NOT NULL,
    expires_at DATETIME(6) NOT NULL,
    used_at DATETIME(6),
    PRIMARY KEY (id),
    CONSTRAINT uq_account_proofs_uuid UNIQUE (uuid),
    CONSTRAINT uq_account_proofs_secret_hash UNIQUE (secret_hash),
    KEY ix_account_proofs_user_id_purpose (user_id, purpose),
    KEY ix_account_proofs_expires_at (expires_at),
    CONSTRAINT fk_account_proofs_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE RESTRICT ON UPDATE RESTRICT,
    CONSTRAINT ck_account_proofs_purpose CHECK (purpose IN ('reset_password', 'verify_email', 'verify_phone', 'sign_in')),
    CONSTRAINT ck_account_proofs_channel CHECK (channel IN ('email', 'sms')),
    CONSTRAINT ck_account_proofs_recipient CHECK (recipient <> ''),
    CONSTRAINT ck_account_proofs_secret_hash CHECK (secret_hash REGEXP '^[0-9a-f]{64}$'),
    CONSTRAINT ck_account_proofs_tries CHECK (tries <= 5),
    CONSTRAINT ck_account_proofs_expires_at CHECK (expires_at > created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
COMMENT='codes and links on their way to people, by keyed hash';
