-- What carts, orders, delivery, returns and invoices go by.
INSERT INTO site_settings (setting_key, setting_value, setting_type, is_public, is_secret, description)
VALUES
    ('enable_guest_checkout', 'true', 'boolean', TRUE, FALSE, 'Guests may order by signing in with a code at check-out'),
    ('enable_reviews', 'true', 'boolean', TRUE, FALSE, 'Customers may review products'),
    ('enable_wishlist', 'true', 'boolean', TRUE, FALSE, 'Customers may keep a wishlist'),
    ('max_cart_quantity_per_product', '10', 'number', TRUE, FALSE, 'Most pieces of one product in a cart, unless the product allows fewer'),
    ('max_cart_items_total', '50', 'number', TRUE, FALSE, 'Most pieces in a cart'),
    ('min_order_amount', '0.00', 'number', TRUE, FALSE, 'Smallest subtotal of an order in rupees'),
    ('free_shipping_threshold', '999', 'number', TRUE, FALSE, 'Subtotal in rupees from which delivery is free'),
    ('flat_shipping_amount', '50.00', 'number', TRUE, FALSE, 'Delivery charge in rupees below that subtotal'),
    ('return_period_days', '10', 'number', TRUE, FALSE, 'Days after delivery in which goods may be returned, unless the product says otherwise'),
    ('invoice_on', 'dispatch', 'string', FALSE, FALSE, 'When the tax invoice is issued: dispatch or payment'),
    ('invoice_hsn_digits', '4', 'number', FALSE, FALSE, 'Digits of the HSN code on invoices: 4, or 6 above a turnover of five crore rupees')
ON DUPLICATE KEY UPDATE id = id;
