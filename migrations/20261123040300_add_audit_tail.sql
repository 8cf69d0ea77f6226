-- A log without an entry ends in zeros.
INSERT INTO audit_tail (id, entries, hash, seal)
VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000', '')
ON DUPLICATE KEY UPDATE id = id;
