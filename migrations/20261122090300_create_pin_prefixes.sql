-- Which states a PIN may lie in: the longest prefix that is listed decides, and it names every state that it reaches into.
CREATE TABLE IF NOT EXISTS pin_prefixes (
    prefix VARCHAR(3) COLLATE utf8mb4_bin NOT NULL,
    gst_code CHAR(2) COLLATE utf8mb4_bin NOT NULL,
    PRIMARY KEY (prefix, gst_code),
    KEY ix_pin_prefixes_gst_code (gst_code),
    CONSTRAINT fk_pin_prefixes_gst_code FOREIGN KEY (gst_code) REFERENCES indian_states (gst_code) ON DELETE RESTRICT ON UPDATE RESTRICT,
    CONSTRAINT ck_pin_prefixes_prefix CHECK (prefix REGEXP '^[1-8][0-9]{1,2}$')
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
COMMENT='reference: first two or three digits of a PIN and the states behind them';
