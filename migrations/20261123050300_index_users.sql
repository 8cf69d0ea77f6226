-- People by standing, the youngest account first, and those whose deletion is due.
ALTER TABLE users
    ADD KEY ix_users_is_active (is_active),
    ADD KEY ix_users_deletion_scheduled_at (deletion_scheduled_at);
