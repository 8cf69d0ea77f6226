-- One row per login: its uuid is the sid of the tokens, and an end has a reason.
CREATE TABLE IF NOT EXISTS sessions (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    uuid VARCHAR(36) COLLATE utf8mb4_bin NOT NULL,
    user_id BIGINT UNSIGNED NOT NULL,
    created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    last_activity_at DATETIME(6) NOT NULL,
    expires_at DATETIME(6) NOT NULL,
    ip_address VARCHAR(45) COLLATE utf8mb4_bin,
    user_agent VARCHAR(255),
    revoked_at DATETIME(6),
    revoked_reason VARCHAR(30) COLLATE utf8mb4_bin,
    PRIMARY KEY (id),
    CONSTRAINT uq_sessions_uuid UNIQUE (uuid),
    KEY ix_sessions_user_id (user_id),
    KEY ix_sessions_revoked_at (revoked_at),
    CONSTRAINT fk_sessions_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE RESTRICT ON UPDATE RESTRICT,
    CONSTRAINT ck_sessions_revoked_reason CHECK (
        revoked_reason IN ('logout', 'logout_all', 'rotation_reuse', 'password_changed', 'deactivated', 'roles_changed')
    ),
    CONSTRAINT ck_sessions_revoked_at CHECK ((revoked_at IS NULL) = (revoked_reason IS NULL))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
COMMENT='logins; the uuid is the sid of their tokens';
