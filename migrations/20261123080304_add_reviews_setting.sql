-- Whether somebody of the shop reads a review before others do.
INSERT INTO site_settings (setting_key, setting_value, setting_type, is_public, is_secret, description)
VALUES
    ('reviews_need_approval', 'true', 'boolean', FALSE, FALSE, 'Show reviews only after somebody has approved them')
ON DUPLICATE KEY UPDATE id = id;
