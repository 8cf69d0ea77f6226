-- What each role may do; a vendor sees no orders until orders can be narrowed to a vendor, and a customer needs no permission.
INSERT INTO role_permissions (role_id, permission_id)
SELECT user_roles.id, permissions.id
FROM user_roles
CROSS JOIN permissions
WHERE user_roles.name = 'super_admin'
    OR (user_roles.name = 'admin' AND permissions.name NOT IN ('manage_site_settings', 'manage_user_roles', 'manage_backups'))
    OR (user_roles.name = 'content_manager' AND permissions.name IN (
        'view_products', 'manage_categories', 'manage_brands', 'manage_banners', 'manage_pages', 'manage_reviews', 'manage_blog'
    ))
    OR (user_roles.name = 'support_staff' AND permissions.name IN (
        'view_users', 'view_orders', 'manage_orders', 'process_refunds', 'manage_tickets', 'view_customer_data', 'send_notifications'
    ))
    OR (user_roles.name = 'vendor' AND permissions.name IN (
        'view_products', 'manage_products', 'manage_inventory', 'view_analytics'
    ))
ON DUPLICATE KEY UPDATE role_permissions.role_id = role_permissions.role_id;
