-- Settings that an administrator changes while the shop runs; the type is checked here so that no reader meets nonsense.
CREATE TABLE IF NOT EXISTS site_settings (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    setting_key VARCHAR(255) COLLATE utf8mb4_bin NOT NULL,
    setting_value TEXT NOT NULL,
    setting_type VARCHAR(20) COLLATE utf8mb4_bin NOT NULL DEFAULT 'string',
    is_public BOOLEAN NOT NULL DEFAULT FALSE,
    is_secret BOOLEAN NOT NULL DEFAULT FALSE,
    description VARCHAR(255) NOT NULL,
    revision BIGINT UNSIGNED NOT NULL DEFAULT 1,
    updated_by BIGINT UNSIGNED,
    created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
    PRIMARY KEY (id),
    CONSTRAINT uq_site_settings_setting_key UNIQUE (setting_key),
    KEY ix_site_settings_updated_by (updated_by),
    CONSTRAINT fk_site_settings_updated_by FOREIGN KEY (updated_by) REFERENCES users (id) ON DELETE RESTRICT,
    CONSTRAINT ck_site_settings_setting_key CHECK (setting_key REGEXP '^[a-z][a-z0-9_]*$'),
    CONSTRAINT ck_site_settings_setting_type CHECK (setting_type IN ('string', 'number', 'boolean', 'json')),
    CONSTRAINT ck_site_settings_number CHECK (setting_type <> 'number' OR setting_value REGEXP '^-?[0-9]+([.][0-9]+)?$'),
    CONSTRAINT ck_site_settings_boolean CHECK (setting_type <> 'boolean' OR setting_value COLLATE utf8mb4_bin IN ('true', 'false')),
    CONSTRAINT ck_site_settings_json CHECK (setting_type <> 'json' OR JSON_VALID(setting_value)),
    CONSTRAINT ck_site_settings_is_secret CHECK (NOT (is_public AND is_secret))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
COMMENT='run-time settings';
