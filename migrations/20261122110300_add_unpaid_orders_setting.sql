-- How many orders that wait for their payment one customer may have: each keeps its goods from others.
INSERT INTO site_settings (setting_key, setting_value, setting_type, is_public, is_secret, description)
VALUES
    ('max_unpaid_orders', '5', 'number', FALSE, FALSE, 'Most orders of one customer that wait for an online payment at a time')
ON DUPLICATE KEY UPDATE id = id;
