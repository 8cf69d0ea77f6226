//! What the schema promises of files of products and their imports.

use super::{NOON, Promise};

pub(super) const IMPORT_JOBS: Promise = Promise {
    table: "import_jobs",
    row: &[
        ("uuid", "'b'"),
        ("status", "'queued'"),
        ("header", "'sku'"),
        ("size_bytes", "8"),
        ("position_bytes", "4"),
        ("rows_total", "4"),
        ("rows_created", "1"),
        ("rows_updated", "1"),
        ("rows_unchanged", "1"),
        ("rows_failed", "1"),
        ("started_by", "1"),
    ],
    taken: &[
        &[("status", "'running'"), ("lease", "'a'"), ("leased_until", NOON), ("started_at", NOON)],
        &[("status", "'done'"), ("finished_at", NOON), ("position_bytes", "8")],
        &[("status", "'failed'"), ("finished_at", NOON), ("failure", "'a row'")],
        &[("status", "'cancelled'"), ("finished_at", NOON)],
    ],
    refused: &[
        ("ck_import_jobs_status", &[("status", "'paused'")]),
        ("ck_import_jobs_position", &[("position_bytes", "9")]),
        ("ck_import_jobs_rows", &[("rows_created", "2")]),
        ("ck_import_jobs_failure", &[("status", "'failed'"), ("finished_at", NOON)]),
        ("ck_import_jobs_failure", &[("failure", "'a row'")]),
        ("ck_import_jobs_lease", &[("lease", "'a'")]),
        ("ck_import_jobs_finished_at", &[("finished_at", NOON)]),
        ("ck_import_jobs_finished_at", &[("status", "'done'")]),
        ("fk_import_jobs_started_by", &[("started_by", "2")]),
    ],
};

pub(super) const IMPORT_CHUNKS: Promise = Promise {
    table: "import_chunks",
    row: &[("job_id", "1"), ("number", "0"), ("content", "'sku'")],
    taken: &[],
    refused: &[("fk_import_chunks_job_id", &[("job_id", "7")])],
};

pub(super) const IMPORT_FAULTS: Promise = Promise {
    table: "import_faults",
    row: &[
        ("job_id", "1"),
        ("line_number", "2"),
        ("columns_at_fault", "'sku'"),
        ("message", "'sku: is required'"),
        ("record", "''"),
    ],
    taken: &[],
    refused: &[
        ("ck_import_faults_line_number", &[("line_number", "1")]),
        ("fk_import_faults_job_id", &[("job_id", "7")]),
    ],
};
