-- What paying online adds: one open attempt an order, what the gateway said, when to ask it again, and what has gone back.
ALTER TABLE payment_transactions
    ADD COLUMN open_order_id BIGINT UNSIGNED GENERATED ALWAYS AS (
        CASE WHEN status IN ('initiated', 'created', 'authorized', 'unknown') THEN order_id END
    ) STORED,
    ADD COLUMN refunded_amount DECIMAL(12,2) NOT NULL DEFAULT 0.00,
    ADD COLUMN fee DECIMAL(12,2),
    ADD COLUMN tax DECIMAL(12,2),
    ADD COLUMN details JSON,
    ADD COLUMN expires_at DATETIME(6),
    ADD COLUMN asked_at DATETIME(6),
    ADD COLUMN next_check_at DATETIME(6),
    ADD COLUMN checks INT UNSIGNED NOT NULL DEFAULT 0,
    ADD CONSTRAINT uq_payment_transactions_open_order_id UNIQUE (open_order_id),
    ADD KEY ix_payment_transactions_next_check_at (next_check_at),
    ADD CONSTRAINT ck_payment_transactions_refunded_amount CHECK (
        refunded_amount BETWEEN 0 AND amount AND (refunded_amount = 0 OR captured_at IS NOT NULL)
    );
