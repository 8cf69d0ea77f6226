-- A log-in may also end because an administrator took its holder's second factor away.
ALTER TABLE sessions
    DROP CONSTRAINT ck_sessions_revoked_reason,
    ADD CONSTRAINT ck_sessions_revoked_reason CHECK (
        revoked_reason IN ('logout', 'logout_all', 'device', 'rotation_reuse', 'password_changed', 'deactivated', 'roles_changed', 'mfa_removed')
    );
