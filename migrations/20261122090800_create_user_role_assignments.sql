-- Who holds which role, and who granted it.
CREATE TABLE IF NOT EXISTS user_role_assignments (
    user_id BIGINT UNSIGNED NOT NULL,
    role_id BIGINT UNSIGNED NOT NULL,
    assigned_by BIGINT UNSIGNED,
    assigned_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (user_id, role_id),
    KEY ix_user_role_assignments_role_id (role_id),
    KEY ix_user_role_assignments_assigned_by (assigned_by),
    CONSTRAINT fk_user_role_assignments_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE RESTRICT,
    CONSTRAINT fk_user_role_assignments_role_id FOREIGN KEY (role_id) REFERENCES user_roles (id) ON DELETE RESTRICT,
    CONSTRAINT fk_user_role_assignments_assigned_by FOREIGN KEY (assigned_by) REFERENCES users (id) ON DELETE RESTRICT
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
COMMENT='link: users and their roles';
