//! The rows that the rows of the promises refer to.

/// Each with the id 1.
pub(super) const NEIGHBOURS: [&str; 13] = [
    "INSERT INTO users (id, uuid, email, password_hash, first_name, last_name) VALUES (1, 'a', 'a@x.in', '', 'A', 'B')",
    "INSERT INTO categories (id, uuid, name, slug) VALUES (1, 'a', 'Tea', 'tea')",
    "INSERT INTO products (id, uuid, sku, name, slug, base_price, category_id)
     VALUES (1, 'a', 'A', 'Assam', 'assam', 100, 1), (2, 'b', 'B', 'Nilgiri', 'nilgiri', 100, 1)",
    "INSERT INTO product_attributes (id, name, slug) VALUES (1, 'Pack', 'pack'), (2, 'Leaf', 'leaf')",
    "INSERT INTO product_attribute_values (id, attribute_id, value) VALUES (1, 1, '250 g'), (2, 2, 'whole')",
    "INSERT INTO product_variations (id, product_id, sku, price) VALUES (1, 1, 'A-1', 100), (2, 2, 'B-1', 100)",
    "INSERT INTO orders (id, uuid, order_number, user_id, subtotal, total_amount, payment_method, shipping_address)
     VALUES (1, 'a', 'A', 1, 236, 236, 'cash_on_delivery', '{}')",
    "INSERT INTO sessions (id, uuid, user_id, last_activity_at, expires_at) VALUES (1, 'a', 1, UTC_TIMESTAMP(), UTC_TIMESTAMP())",
    "INSERT INTO guest_sessions (id, token_hash, last_seen_at, expires_at)
     VALUES (1, SHA2('b', 256), UTC_TIMESTAMP(), UTC_TIMESTAMP())",
    "INSERT INTO carts (id, guest_session_id) VALUES (1, 1)",
    "INSERT INTO payment_transactions (id, uuid, order_id, user_id, amount, gateway_name, status, captured_at)
     VALUES (1, 'a', 1, 1, 236, 'razorpay', 'captured', UTC_TIMESTAMP())",
    "INSERT INTO import_jobs (id, uuid, header, started_by) VALUES (1, 'a', 'sku', 1)",
    "INSERT INTO product_reviews (id, uuid, product_id, user_id, rating) VALUES (1, 'b', 1, 1, 5)",
];
