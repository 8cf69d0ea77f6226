//! Files of pictures that no row names any more, or never did: what a kill between the files and the row leaves behind.

use std::time::{Duration, SystemTime};

use chrono::{DateTime, TimeDelta, Utc};
use shared::task::Progress;

use super::Gallery;
use crate::store;

/// How often somebody looks.
pub(crate) const PERIOD: Duration = Duration::from_hours(6);
/// How long it takes at most, for every picture of a large shop.
pub(crate) const LONGEST_SWEEP: Duration = Duration::from_mins(10);
/// No picture waits so long for its row.
const LONGEST: TimeDelta = TimeDelta::days(1);
/// About how many names the database is asked at once.
const BATCH: usize = 500;

/// Takes away every file that has lain on the shelf for a day and that no product names.
///
/// # Errors
/// When the folder or the database does not answer, or a file does not go.
pub(crate) async fn sweep(gallery: &Gallery, now: DateTime<Utc>) -> anyhow::Result<Progress> {
    let untouched = gallery.shelf.list_untouched(SystemTime::from(now - LONGEST)).await?;
    for names in untouched.chunks(BATCH) {
        let mut conn = gallery.desk.database.acquire().await?;
        let texts: Vec<_> = names.iter().map(ToString::to_string).collect();
        let known = store::images::list_known(&mut conn, &texts).await?;
        drop(conn);
        for (name, _) in names.iter().zip(&texts).filter(|(_, text)| !known.contains(text)) {
            gallery.shelf.remove(*name, super::SIZES).await?;
        }
    }
    Ok(Progress::Idle)
}
