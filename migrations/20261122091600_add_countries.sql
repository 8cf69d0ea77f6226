-- The five countries of the earlier system, with the ids that clients already send (1 is India).
INSERT INTO countries (id, country_name, country_code, country_code_3, phone_code, currency_code, currency_symbol, sort_order)
VALUES
    (1, 'India', 'IN', 'IND', '+91', 'INR', '₹', 1),
    (2, 'United States', 'US', 'USA', '+1', 'USD', '$', 2),
    (3, 'United Kingdom', 'GB', 'GBR', '+44', 'GBP', '£', 3),
    (4, 'Germany', 'DE', 'DEU', '+49', 'EUR', '€', 4),
    (5, 'Australia', 'AU', 'AUS', '+61', 'AUD', 'A$', 5)
ON DUPLICATE KEY UPDATE id = id;
