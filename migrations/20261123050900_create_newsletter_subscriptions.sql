-- Who wants the newsletter: nobody is written to before the address itself has said yes.
CREATE TABLE IF NOT EXISTS newsletter_subscriptions (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    email VARCHAR(255) NOT NULL,
    status VARCHAR(10) COLLATE utf8mb4_bin NOT NULL DEFAULT 'pending',
    token_hash CHAR(64) COLLATE utf8mb4_bin NOT NULL,
    requested_at DATETIME(6) NOT NULL,
    confirmed_at DATETIME(6),
    ended_at DATETIME(6),
    PRIMARY KEY (id),
    CONSTRAINT uq_newsletter_subscriptions_email UNIQUE (email),
    CONSTRAINT uq_newsletter_subscriptions_token_hash UNIQUE (token_hash),
    CONSTRAINT ck_newsletter_subscriptions_email CHECK (email <> ''),
    CONSTRAINT ck_newsletter_subscriptions_status CHECK (status IN ('pending', 'active', 'ended')),
    CONSTRAINT ck_newsletter_subscriptions_token_hash CHECK (token_hash REGEXP '^[0-9a-f]{64}$'),
    CONSTRAINT ck_newsletter_subscriptions_times CHECK (
        (status <> 'active' OR confirmed_at IS NOT NULL) AND (status <> 'ended' OR ended_at IS NOT NULL)
    )
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
COMMENT='newsletter, with double opt-in; tokens as their SHA-256';
