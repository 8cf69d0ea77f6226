-- What a person's authenticator app knows: sealed here, in force once it was shown to work, each of its codes good once.
CREATE TABLE IF NOT EXISTS second_factors (
    user_id BIGINT UNSIGNED NOT NULL,
    sealed_secret VARCHAR(255) COLLATE utf8mb4_bin NOT NULL,
    created_at DATETIME(6) NOT NULL,
    confirmed_at DATETIME(6),
    last_step BIGINT UNSIGNED,
    PRIMARY KEY (user_id),
    CONSTRAINT fk_second_factors_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE RESTRICT ON UPDATE RESTRICT,
    CONSTRAINT ck_second_factors_sealed_secret CHECK (sealed_secret LIKE 'v1.%'),
    CONSTRAINT ck_second_factors_last_step CHECK ((confirmed_at IS NULL) = (last_step IS NULL))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
COMMENT='TOTP secrets, sealed under SECRETS_KEY; last_step: no code of this step or an earlier one is taken any more';
