-- What keeps the shop safe: maintenance, rate limits and who must sign in with a second factor.
INSERT INTO site_settings (setting_key, setting_value, setting_type, is_public, is_secret, description)
VALUES
    ('maintenance_mode', 'false', 'boolean', TRUE, FALSE, 'The shop answers that it is closed for maintenance'),
    ('rate_limit_anonymous_per_minute', '3000', 'number', FALSE, FALSE, 'Requests a minute from one address without signing in'),
    ('rate_limit_signed_in_per_minute', '600', 'number', FALSE, FALSE, 'Requests a minute of one signed-in user'),
    ('rate_limit_login_attempts', '10', 'number', FALSE, FALSE, 'Log-in attempts for one account in a window'),
    ('rate_limit_login_attempts_per_address', '30', 'number', FALSE, FALSE, 'Log-in attempts from one address in a window'),
    ('rate_limit_login_window', '900', 'number', FALSE, FALSE, 'Length of that window in seconds'),
    ('rate_limit_codes_per_hour', '5', 'number', FALSE, FALSE, 'One-time codes and password resets an hour for one account'),
    ('rate_limit_exempt_addresses', '[]', 'json', FALSE, FALSE, 'Addresses of trusted servers that are not limited'),
    ('mfa_required_roles', '[]', 'json', FALSE, FALSE, 'Roles that must sign in with a second factor')
ON DUPLICATE KEY UPDATE id = id;
