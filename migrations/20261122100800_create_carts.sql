-- One cart for each user and each guest session; the row is what writers of its lines lock.
CREATE TABLE IF NOT EXISTS carts (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    user_id BIGINT UNSIGNED,
    guest_session_id BIGINT UNSIGNED,
    revision BIGINT UNSIGNED NOT NULL DEFAULT 1,
    created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    updated_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
    PRIMARY KEY (id),
    CONSTRAINT uq_carts_user_id UNIQUE (user_id),
    CONSTRAINT uq_carts_guest_session_id UNIQUE (guest_session_id),
    CONSTRAINT fk_carts_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE RESTRICT ON UPDATE RESTRICT,
    CONSTRAINT fk_carts_guest_session_id FOREIGN KEY (guest_session_id) REFERENCES guest_sessions (id) ON DELETE RESTRICT ON UPDATE RESTRICT,
    CONSTRAINT ck_carts_holder CHECK ((user_id IS NULL) <> (guest_session_id IS NULL))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
COMMENT='one cart per user or guest session';
