-- Every consent that was given and withdrawn, in order: what the shop shows when somebody asks why they were written to.
CREATE TABLE IF NOT EXISTS notification_consents (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    user_id BIGINT UNSIGNED NOT NULL,
    channel VARCHAR(20) COLLATE utf8mb4_bin NOT NULL,
    purpose VARCHAR(20) COLLATE utf8mb4_bin NOT NULL,
    is_given BOOLEAN NOT NULL,
    created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    PRIMARY KEY (id),
    KEY ix_notification_consents_user_id (user_id),
    CONSTRAINT fk_notification_consents_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE RESTRICT ON UPDATE RESTRICT,
    CONSTRAINT ck_notification_consents_not_empty CHECK (channel <> '' AND purpose <> '')
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
COMMENT='ledger: consents to messages, given and withdrawn';
