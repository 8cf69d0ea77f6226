-- Which messages a person takes over which channel, and since when; what is not here is as the shop proposes.
CREATE TABLE IF NOT EXISTS user_notification_preferences (
    user_id BIGINT UNSIGNED NOT NULL,
    channel VARCHAR(20) COLLATE utf8mb4_bin NOT NULL,
    purpose VARCHAR(20) COLLATE utf8mb4_bin NOT NULL,
    is_enabled BOOLEAN NOT NULL,
    consented_at DATETIME(6),
    withdrawn_at DATETIME(6),
    PRIMARY KEY (user_id, channel, purpose),
    CONSTRAINT fk_user_notification_preferences_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE RESTRICT ON UPDATE RESTRICT,
    CONSTRAINT ck_user_notification_preferences_channel CHECK (channel IN ('email', 'sms', 'push', 'telegram', 'whatsapp')),
    CONSTRAINT ck_user_notification_preferences_purpose CHECK (purpose IN ('orders', 'security', 'marketing')),
    CONSTRAINT ck_user_notification_preferences_times CHECK (
        (is_enabled AND consented_at IS NOT NULL) OR (NOT is_enabled AND withdrawn_at IS NOT NULL)
    )
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
COMMENT='what people want to be told, and how';
