-- What payments go by; the secrets stay empty until an administrator or the environment gives them.
INSERT INTO site_settings (setting_key, setting_value, setting_type, is_public, is_secret, description)
VALUES
    ('supported_payment_methods', '["credit_card", "debit_card", "upi", "netbanking", "cash_on_delivery", "wallet"]', 'json', TRUE, FALSE, 'Payment methods on offer'),
    ('supported_gateways', '["razorpay", "stripe", "cash_on_delivery"]', 'json', TRUE, FALSE, 'Gateways on offer'),
    ('default_payment_gateway', 'razorpay', 'string', TRUE, FALSE, 'Gateway of a payment that names none'),
    ('min_transaction_amount', '1.00', 'number', TRUE, FALSE, 'Smallest amount in rupees that goes to a gateway'),
    ('payment_timeout_minutes', '30', 'number', TRUE, FALSE, 'Minutes for which stock is held for an order that waits for its payment'),
    ('cod_max_amount', '50000', 'number', TRUE, FALSE, 'Largest order in rupees that may be paid on delivery'),
    ('cod_available_pincodes', '["*"]', 'json', TRUE, FALSE, 'PINs or PIN prefixes with payment on delivery; * is everywhere'),
    ('razorpay_key_id', '', 'string', FALSE, FALSE, 'Public key of the Razorpay account'),
    ('razorpay_secret', '', 'string', FALSE, TRUE, 'API secret of the Razorpay account'),
    ('razorpay_webhook_secret', '', 'string', FALSE, TRUE, 'Secret that signs the webhooks of Razorpay'),
    ('stripe_publishable_key', '', 'string', FALSE, FALSE, 'Public key of the Stripe account'),
    ('stripe_secret_key', '', 'string', FALSE, TRUE, 'API secret of the Stripe account'),
    ('stripe_webhook_secret', '', 'string', FALSE, TRUE, 'Secret that signs the webhooks of Stripe')
ON DUPLICATE KEY UPDATE id = id;
