-- Attempts to pay an order, as far as the orders and their index need them; refunds and webhooks add to this later.
CREATE TABLE IF NOT EXISTS payment_transactions (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    uuid VARCHAR(36) COLLATE utf8mb4_bin NOT NULL,
    order_id BIGINT UNSIGNED NOT NULL,
    user_id BIGINT UNSIGNED NOT NULL,
    amount DECIMAL(12,2) NOT NULL,
    currency CHAR(3) COLLATE utf8mb4_bin NOT NULL DEFAULT 'INR',
    payment_method VARCHAR(50) COLLATE utf8mb4_bin,
    gateway_name VARCHAR(100) COLLATE utf8mb4_bin NOT NULL,
    gateway_transaction_id VARCHAR(255) COLLATE utf8mb4_bin,
    gateway_order_id VARCHAR(255) COLLATE utf8mb4_bin,
    status VARCHAR(30) COLLATE utf8mb4_bin NOT NULL DEFAULT 'initiated',
    failure_reason TEXT,
    initiated_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    authorized_at DATETIME(6),
    captured_at DATETIME(6),
    failed_at DATETIME(6),
    created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
    revision BIGINT UNSIGNED NOT NULL DEFAULT 1,
    PRIMARY KEY (id),
    CONSTRAINT uq_payment_transactions_uuid UNIQUE (uuid),
    CONSTRAINT uq_payment_transactions_gateway_name_gateway_order_id UNIQUE (gateway_name, gateway_order_id),
    CONSTRAINT uq_payment_transactions_gateway_name_gateway_transaction_id UNIQUE (gateway_name, gateway_transaction_id),
    KEY idx_payments_order_status (order_id, status),
    KEY ix_payment_transactions_user_id (user_id),
    KEY ix_payment_transactions_status_initiated_at (status, initiated_at),
    CONSTRAINT fk_payment_transactions_order_id FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE RESTRICT,
    CONSTRAINT fk_payment_transactions_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE RESTRICT,
    CONSTRAINT ck_payment_transactions_amount CHECK (amount > 0),
    CONSTRAINT ck_payment_transactions_currency CHECK (currency REGEXP '^[A-Z]{3}$'),
    CONSTRAINT ck_payment_transactions_not_empty CHECK (gateway_name <> '' AND gateway_order_id <> '' AND gateway_transaction_id <> ''),
    CONSTRAINT ck_payment_transactions_status CHECK (
        status IN (
            'initiated', 'created', 'authorized', 'captured', 'failed',
            'partially_refunded', 'refunded', 'disputed', 'unknown'
        )
    ),
    CONSTRAINT ck_payment_transactions_captured_at CHECK (
        status NOT IN ('captured', 'partially_refunded', 'refunded', 'disputed') OR captured_at IS NOT NULL
    )
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
COMMENT='attempts to pay an order; never deleted';
