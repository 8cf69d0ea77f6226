-- What a password's hash costs: Argon2id on one lane, kept within bounds by the code that reads them.
INSERT INTO site_settings (setting_key, setting_value, setting_type, is_public, is_secret, description)
VALUES
    ('argon2_memory_kib', '19456', 'number', FALSE, FALSE, 'Memory in KiB that hashing a password takes: 7168 to 65536'),
    ('argon2_passes', '2', 'number', FALSE, FALSE, 'Passes over that memory: 1 to 5, more where there is little memory')
ON DUPLICATE KEY UPDATE id = id;
