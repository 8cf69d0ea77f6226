-- The countries that a customer may belong to; India is id 1 and the default of registration.
CREATE TABLE IF NOT EXISTS countries (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    country_name VARCHAR(100) NOT NULL,
    country_code VARCHAR(2) COLLATE utf8mb4_bin NOT NULL,
    country_code_3 VARCHAR(3) COLLATE utf8mb4_bin NOT NULL,
    phone_code VARCHAR(5) COLLATE utf8mb4_bin NOT NULL,
    currency_code VARCHAR(3) COLLATE utf8mb4_bin NOT NULL,
    currency_symbol VARCHAR(10) COLLATE utf8mb4_bin NOT NULL,
    is_active BOOLEAN NOT NULL DEFAULT TRUE,
    sort_order INT NOT NULL DEFAULT 0,
    PRIMARY KEY (id),
    CONSTRAINT uq_countries_country_code UNIQUE (country_code),
    CONSTRAINT uq_countries_country_code_3 UNIQUE (country_code_3),
    CONSTRAINT ck_countries_country_code CHECK (country_code REGEXP '^[A-Z]{2}$' AND country_code_3 REGEXP '^[A-Z]{3}$')
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
COMMENT='reference: countries, their dialling codes and currencies';
