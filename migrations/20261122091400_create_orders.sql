-- The owner's orders table, nullable columns included; the checks keep its defaulted columns filled and the columns after updated_at are ours.
CREATE TABLE IF NOT EXISTS orders (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    uuid VARCHAR(36) COLLATE utf8mb4_bin NOT NULL,
    order_number VARCHAR(50) COLLATE utf8mb4_bin NOT NULL,
    user_id BIGINT UNSIGNED NOT NULL,
    subtotal DECIMAL(12,2) NOT NULL,
    shipping_amount DECIMAL(12,2) DEFAULT 0.00,
    tax_amount DECIMAL(12,2) DEFAULT 0.00,
    discount_amount DECIMAL(12,2) DEFAULT 0.00,
    total_amount DECIMAL(12,2) NOT NULL,
    status ENUM('pending', 'confirmed', 'processing', 'shipped', 'delivered', 'cancelled', 'refunded') DEFAULT 'pending',
    payment_status ENUM('pending', 'paid', 'failed', 'refunded', 'partially_refunded') DEFAULT 'pending',
    payment_method ENUM('credit_card', 'debit_card', 'upi', 'netbanking', 'cash_on_delivery', 'wallet') NOT NULL,
    shipping_address JSON NOT NULL,
    billing_address JSON,
    customer_note TEXT,
    is_gst_invoice BOOLEAN DEFAULT FALSE,
    gst_number VARCHAR(15) COLLATE utf8mb4_bin,
    paid_at DATETIME,
    cancelled_at DATETIME,
    cancelled_reason TEXT,
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP,
    updated_at DATETIME DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
    currency CHAR(3) COLLATE utf8mb4_bin NOT NULL DEFAULT 'INR',
    place_of_supply VARCHAR(2) COLLATE utf8mb4_bin,
    hold_expires_at DATETIME(6),
    shipped_at DATETIME,
    delivered_at DATETIME,
    tracking_number VARCHAR(100) COLLATE utf8mb4_bin,
    carrier VARCHAR(100),
    admin_note TEXT,
    revision BIGINT UNSIGNED NOT NULL DEFAULT 1,
    PRIMARY KEY (id),
    CONSTRAINT uq_orders_uuid UNIQUE (uuid),
    CONSTRAINT uq_orders_order_number UNIQUE (order_number),
    KEY idx_order_number (order_number),
    KEY idx_user_id (user_id),
    KEY idx_status (status),
    KEY idx_created_at (created_at),
    KEY idx_orders_user_status (user_id, status),
    CONSTRAINT fk_orders_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE RESTRICT,
    CONSTRAINT ck_orders_no_nulls CHECK (
        shipping_amount IS NOT NULL AND tax_amount IS NOT NULL AND discount_amount IS NOT NULL
        AND status IS NOT NULL AND payment_status IS NOT NULL AND is_gst_invoice IS NOT NULL
        AND created_at IS NOT NULL AND updated_at IS NOT NULL
    ),
    CONSTRAINT ck_orders_amounts CHECK (
        subtotal >= 0 AND shipping_amount >= 0 AND tax_amount >= 0 AND discount_amount >= 0 AND total_amount >= 0
    ),
    CONSTRAINT ck_orders_total_amount CHECK (
        total_amount <= subtotal - discount_amount + shipping_amount + tax_amount AND tax_amount <= total_amount
    ),
    CONSTRAINT ck_orders_currency CHECK (currency REGEXP '^[A-Z]{3}$'),
    CONSTRAINT ck_orders_gst_number CHECK (CHAR_LENGTH(gst_number) = 15),
    CONSTRAINT ck_orders_place_of_supply CHECK (place_of_supply REGEXP '^[0-9]{2}$'),
    CONSTRAINT ck_orders_paid_at CHECK (
        payment_status NOT IN ('paid', 'refunded', 'partially_refunded') OR paid_at IS NOT NULL
    ),
    CONSTRAINT ck_orders_cancelled_at CHECK (status <> 'cancelled' OR cancelled_at IS NOT NULL)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
COMMENT='orders; never deleted';
