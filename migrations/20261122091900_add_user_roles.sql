-- The six roles that come with the shop.
INSERT INTO user_roles (name, description, is_system_role)
VALUES
    ('super_admin', 'Everything, settings and roles included', TRUE),
    ('admin', 'Runs the shop, without its settings, roles and backups', TRUE),
    ('customer', 'Buys', TRUE),
    ('vendor', 'Keeps own products and their stock', TRUE),
    ('content_manager', 'Keeps categories, brands, pages, banners and reviews', TRUE),
    ('support_staff', 'Helps customers with orders, returns and refunds', TRUE)
ON DUPLICATE KEY UPDATE id = id;
