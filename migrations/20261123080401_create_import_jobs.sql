-- Files of products that were sent to be imported, and how far each of them is; the row is locked by whoever works on it.
CREATE TABLE IF NOT EXISTS import_jobs (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    uuid VARCHAR(36) COLLATE utf8mb4_bin NOT NULL,
    status VARCHAR(20) COLLATE utf8mb4_bin NOT NULL DEFAULT 'receiving',
    is_dry_run BOOLEAN NOT NULL DEFAULT FALSE,
    header TEXT NOT NULL COMMENT 'the columns of the file, separated by commas',
    size_bytes BIGINT UNSIGNED NOT NULL DEFAULT 0,
    position_bytes BIGINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'where the next row begins',
    rows_total BIGINT UNSIGNED NOT NULL DEFAULT 0,
    rows_created BIGINT UNSIGNED NOT NULL DEFAULT 0,
    rows_updated BIGINT UNSIGNED NOT NULL DEFAULT 0,
    rows_unchanged BIGINT UNSIGNED NOT NULL DEFAULT 0,
    rows_failed BIGINT UNSIGNED NOT NULL DEFAULT 0,
    failure VARCHAR(255),
    started_by BIGINT UNSIGNED NOT NULL,
    request_id VARCHAR(128) COLLATE utf8mb4_bin,
    lease VARCHAR(36) COLLATE utf8mb4_bin,
    leased_until DATETIME(6),
    started_at DATETIME(6),
    finished_at DATETIME(6),
    created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    updated_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    PRIMARY KEY (id),
    CONSTRAINT uq_import_jobs_uuid UNIQUE (uuid),
    KEY ix_import_jobs_status (status),
    KEY ix_import_jobs_started_by (started_by),
    CONSTRAINT fk_import_jobs_started_by FOREIGN KEY (started_by) REFERENCES users (id) ON DELETE RESTRICT ON UPDATE RESTRICT,
    CONSTRAINT ck_import_jobs_status CHECK (
        status IN ('receiving', 'queued', 'running', 'done', 'failed', 'cancelled')
    ),
    CONSTRAINT ck_import_jobs_position CHECK (position_bytes <= size_bytes),
    CONSTRAINT ck_import_jobs_rows CHECK (rows_created + rows_updated + rows_unchanged + rows_failed <= rows_total),
    CONSTRAINT ck_import_jobs_failure CHECK ((failure IS NOT NULL) = (status = 'failed')),
    CONSTRAINT ck_import_jobs_lease CHECK ((lease IS NULL) = (leased_until IS NULL)),
    CONSTRAINT ck_import_jobs_finished_at CHECK ((finished_at IS NOT NULL) = (status IN ('done', 'failed', 'cancelled')))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
COMMENT='imports of products, with their progress';
