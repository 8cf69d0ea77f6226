-- Codes for what a password would be asked for, where there is none, and notices to addresses that an account has left.
ALTER TABLE account_proofs
    DROP CONSTRAINT ck_account_proofs_purpose,
    ADD CONSTRAINT ck_account_proofs_purpose CHECK (
        purpose IN ('reset_password', 'verify_email', 'verify_phone', 'sign_in', 'contact_changed', 'delete_account', 'set_password')
    );
