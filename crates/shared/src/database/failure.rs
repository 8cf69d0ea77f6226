//! What a database error means for whoever asked, told by its number (the SQLSTATE of 1205 and 1020 is just `HY000`).

use sqlx::mysql::MySqlDatabaseError;

/// What to do about an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Roll back and run the whole transaction again: deadlock, lock wait, snapshot conflict.
    Transient,
    /// The row is there already: a business answer, not a fault.
    Duplicate,
    /// No database to talk to, or none that takes this now: answer 503.
    Unavailable,
    /// A bug, ours or theirs.
    Unexpected,
}

impl Failure {
    /// Classifies `error`. Numbers: reliability notes §4; the vendors' error references.
    pub fn of(error: &sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(database) => database
                .try_downcast_ref::<MySqlDatabaseError>()
                .map_or(Self::Unexpected, |error| Self::of_number(error.number())),
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            // A connection that was cut in the middle of an answer.
            | sqlx::Error::Protocol(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => Self::Unavailable,
            _ => Self::Unexpected,
        }
    }

    const fn of_number(number: u16) -> Self {
        match number {
            // ER_LOCK_DEADLOCK, ER_LOCK_WAIT_TIMEOUT, ER_CHECKREAD
            1213 | 1205 | 1020 => Self::Transient,
            // ER_DUP_ENTRY
            1062 => Self::Duplicate,
            // out of time (1969 MariaDB, 3024 MySQL), too many connections (1040, 1203), not ready (1047), shutting down (1053, 1077, 1079),
            // read only (1290, 1792, 1836), killed (1927), gone (2006, 2013)
            1969 | 3024 | 1040 | 1203 | 1047 | 1053 | 1077 | 1079 | 1290 | 1792 | 1836 | 1927 | 2006 | 2013 => {
                Self::Unavailable
            }
            _ => Self::Unexpected,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_decide() {
        for (number, failure) in [
            (1213, Failure::Transient),
            (1205, Failure::Transient),
            (1020, Failure::Transient),
            (1062, Failure::Duplicate),
            (1290, Failure::Unavailable),
            (1064, Failure::Unexpected),
        ] {
            assert_eq!(Failure::of_number(number), failure, "{number}");
        }
    }

    #[test]
    fn no_connection_is_no_bug() {
        assert_eq!(Failure::of(&sqlx::Error::PoolTimedOut), Failure::Unavailable);
        assert_eq!(Failure::of(&sqlx::Error::Protocol("half a packet".to_owned())), Failure::Unavailable);
        assert_eq!(Failure::of(&std::io::Error::other("reset").into()), Failure::Unavailable);
        assert_eq!(Failure::of(&sqlx::Error::RowNotFound), Failure::Unexpected);
    }
}
