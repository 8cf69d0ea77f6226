-- Which messages go out, over which channels and in whose name.
INSERT INTO site_settings (setting_key, setting_value, setting_type, is_public, is_secret, description)
VALUES
    ('email_from', 'noreply@example.com', 'string', FALSE, FALSE, 'Sender address of mail'),
    ('email_from_name', 'Pavitra Trading', 'string', FALSE, FALSE, 'Sender name of mail'),
    ('email_notifications', 'true', 'boolean', TRUE, FALSE, 'Messages go out by e-mail'),
    ('sms_notifications', 'true', 'boolean', TRUE, FALSE, 'Messages go out by SMS'),
    ('push_notifications', 'false', 'boolean', TRUE, FALSE, 'Messages go out by web push'),
    ('telegram_notifications', 'false', 'boolean', TRUE, FALSE, 'Messages go out by Telegram'),
    ('whatsapp_notifications', 'false', 'boolean', TRUE, FALSE, 'Messages go out by WhatsApp'),
    ('telegram_bot_token', '', 'string', FALSE, TRUE, 'Token of the Telegram bot'),
    ('telegram_chat_id', '', 'string', FALSE, FALSE, 'Telegram chat for alerts to the business'),
    ('whatsapp_api_url', '', 'string', FALSE, FALSE, 'Address of the WhatsApp provider'),
    ('whatsapp_api_token', '', 'string', FALSE, TRUE, 'Token for the WhatsApp provider'),
    ('send_payment_success_email', 'true', 'boolean', FALSE, FALSE, 'Mail the customer when a payment succeeds'),
    ('send_payment_failure_email', 'true', 'boolean', FALSE, FALSE, 'Mail the customer when a payment fails'),
    ('send_refund_processed_email', 'true', 'boolean', FALSE, FALSE, 'Mail the customer when a refund is on its way'),
    ('payment_success_sms', 'true', 'boolean', FALSE, FALSE, 'Text the customer when a payment succeeds')
ON DUPLICATE KEY UPDATE id = id;
