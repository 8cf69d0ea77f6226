-- The hashes of passwords that an account had before: the last of them are not chosen again.
CREATE TABLE IF NOT EXISTS password_history (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    user_id BIGINT UNSIGNED NOT NULL,
    password_hash VARCHAR(255) COLLATE utf8mb4_bin NOT NULL,
    replaced_at DATETIME(6) NOT NULL,
    PRIMARY KEY (id),
    KEY ix_password_history_user_id (user_id, id),
    CONSTRAINT fk_password_history_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE RESTRICT ON UPDATE RESTRICT,
    CONSTRAINT ck_password_history_password_hash CHECK (password_hash <> '')
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
COMMENT='hashes of former passwords, the last four of each account';
