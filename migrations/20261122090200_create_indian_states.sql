-- The states and union territories of India with the GST codes that decide the place of supply and so the kind of tax.
CREATE TABLE IF NOT EXISTS indian_states (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    state_name VARCHAR(100) NOT NULL,
    state_code VARCHAR(10) COLLATE utf8mb4_bin NOT NULL,
    gst_code CHAR(2) COLLATE utf8mb4_bin NOT NULL,
    is_union_territory BOOLEAN NOT NULL DEFAULT FALSE,
    has_legislature BOOLEAN NOT NULL DEFAULT TRUE,
    is_active BOOLEAN NOT NULL DEFAULT TRUE,
    PRIMARY KEY (id),
    CONSTRAINT uq_indian_states_state_name UNIQUE (state_name),
    CONSTRAINT uq_indian_states_state_code UNIQUE (state_code),
    CONSTRAINT uq_indian_states_gst_code UNIQUE (gst_code),
    CONSTRAINT ck_indian_states_gst_code CHECK (gst_code REGEXP '^[0-9]{2}$'),
    CONSTRAINT ck_indian_states_has_legislature CHECK (has_legislature OR is_union_territory)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
COMMENT='reference: states and union territories; no legislature means UTGST instead of SGST';
