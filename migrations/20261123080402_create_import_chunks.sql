-- The bytes of files that are being imported, in pieces of one size: here, and on no disk, any replica can go on with them.
CREATE TABLE IF NOT EXISTS import_chunks (
    job_id BIGINT UNSIGNED NOT NULL,
    number INT UNSIGNED NOT NULL COMMENT 'from 0',
    content MEDIUMBLOB NOT NULL,
    PRIMARY KEY (job_id, number),
    CONSTRAINT fk_import_chunks_job_id FOREIGN KEY (job_id) REFERENCES import_jobs (id) ON DELETE RESTRICT ON UPDATE RESTRICT
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
COMMENT='files that are being imported, gone with the end of their import';
