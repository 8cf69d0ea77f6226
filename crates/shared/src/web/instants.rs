//! Instants that clients send.

use chrono::{DateTime, Datelike, Utc};
use validator::ValidationError;

/// Refuses what the database cannot hold: it has to be a four-digit year.
///
/// # Errors
/// With the words for the client.
pub fn is_of_our_time(instant: &DateTime<Utc>) -> Result<(), ValidationError> {
    if (1000..=9999).contains(&instant.year()) {
        return Ok(());
    }
    Err(ValidationError::new("year").with_message("must lie in a year from 1000 to 9999".into()))
}
