-- Where the links in letters lead.
INSERT INTO site_settings (setting_key, setting_value, setting_type, is_public, is_secret, description)
VALUES
    ('storefront_url', 'http://localhost:3000', 'string', TRUE, FALSE, 'Address of the storefront, without a slash at its end')
ON DUPLICATE KEY UPDATE id = id;
