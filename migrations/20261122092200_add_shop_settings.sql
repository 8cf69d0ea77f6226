-- Who the shop is: what the storefront shows and what a tax invoice names as the seller.
INSERT INTO site_settings (setting_key, setting_value, setting_type, is_public, is_secret, description)
VALUES
    ('site_name', 'Pavitra Trading', 'string', TRUE, FALSE, 'Name of the shop'),
    ('site_description', 'Your trusted online shopping destination in India', 'string', TRUE, FALSE, 'One line under the name'),
    ('site_phone', '+91 11 0000 0000', 'string', TRUE, FALSE, 'Telephone number for customers'),
    ('site_email', 'support@example.com', 'string', TRUE, FALSE, 'Address for customers and for alerts to the business'),
    ('business_hours', '{"monday_friday": "9am-6pm", "saturday": "10am-4pm", "sunday": "Closed"}', 'json', TRUE, FALSE, 'Opening hours'),
    ('currency', 'INR', 'string', TRUE, FALSE, 'Currency of all prices'),
    ('currency_symbol', '₹', 'string', TRUE, FALSE, 'Symbol of the currency'),
    ('default_country', 'IN', 'string', TRUE, FALSE, 'Country of an address that names none'),
    ('seller_name', 'Pavitra Trading (demo)', 'string', TRUE, FALSE, 'Legal name of the seller on invoices'),
    ('seller_address', '{"address_line1": "12 Market Yard Road", "city": "Pune", "state": "Maharashtra", "postal_code": "411037"}', 'json', TRUE, FALSE, 'Registered address of the seller on invoices'),
    ('seller_state', '27', 'string', TRUE, FALSE, 'GST code of the state of the seller, the first two digits of the GSTIN'),
    ('gst_number', '27AAPFU0939F1ZV', 'string', TRUE, FALSE, 'GSTIN of the seller; empty means a shop that sells without tax')
ON DUPLICATE KEY UPDATE id = id;
