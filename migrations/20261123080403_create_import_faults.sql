-- The rows of imported files that break a rule, as they were sent, so that they can be mended and sent again.
CREATE TABLE IF NOT EXISTS import_faults (
    job_id BIGINT UNSIGNED NOT NULL,
    line_number BIGINT UNSIGNED NOT NULL COMMENT 'the row, as spreadsheets count: the header is 1',
    columns_at_fault TEXT NOT NULL,
    message TEXT NOT NULL,
    record MEDIUMTEXT NOT NULL COMMENT 'the row as CSV',
    PRIMARY KEY (job_id, line_number),
    CONSTRAINT fk_import_faults_job_id FOREIGN KEY (job_id) REFERENCES import_jobs (id) ON DELETE RESTRICT ON UPDATE RESTRICT,
    CONSTRAINT ck_import_faults_line_number CHECK (line_number > 1)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
COMMENT='rows of imported files that were not taken, and why';
