//! Works on imports, one at a time and batch after batch, on whichever replica has the lease.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use shared::Ground;
use shared::audit::Actor;
use shared::database::retry;
use shared::task::{Progress, Task};
use shared::web::{Error, Result};
use sqlx::{Acquire, MySqlConnection};
use uuid::Uuid;

use super::apply::{Applied, apply};
use super::audit::Told;
use super::batch::{Batch, Next, next};
use super::columns::Header;
use super::receive::discard;
use super::{Claim, ImportId, ImportStatus, Step, find};
use crate::administration::Desk;
use crate::store::transfer::{chunks, faults, jobs};

const PERIOD: Duration = Duration::from_secs(1);
/// A batch takes no longer.
const LONGEST: Duration = Duration::from_mins(2);
/// For how long a replica that is not heard of keeps its import. Whoever is only slow loses nothing: the row is locked while
/// a batch is at work, and the lease is looked at first.
const LEASE: TimeDelta = TimeDelta::seconds(30);
/// A file that has not arrived by then never will.
const ABANDONED: TimeDelta = TimeDelta::hours(1);
const ENDLESS: &str = "a row is longer than 2 MiB: is a quotation mark left open?";
const IMPOSSIBLE: &str =
    "a row could not be written; send the file again when that is mended: what is done changes nothing";

/// The task named `imports`.
pub(crate) fn working(ground: &Ground) -> Task {
    let (desk, clock, lease) = (Desk::new(ground), ground.clock.clone(), Uuid::now_v7().to_string());
    Task::every("imports", PERIOD, move || {
        let (desk, clock, lease) = (desk.clone(), clock.clone(), lease.clone());
        async move { Ok(work(&desk, &lease, clock.now()).await?) }
    })
    .within(LONGEST)
}

async fn work(desk: &Desk, lease: &str, now: DateTime<Utc>) -> Result<Progress> {
    let mut conn = desk.database.acquire().await?;
    let Some(id) = jobs::find_next(&mut conn).await? else {
        drop(conn);
        clear(desk, now).await?;
        return Ok(Progress::Idle);
    };
    if !jobs::take_lease(&mut conn, id, (lease, now + LEASE), now).await? {
        return Ok(Progress::Idle);
    }
    drop(conn);
    match retry(|| step(desk, (id, lease), now)).await {
        Ok(()) => {}
        Err(away @ Error::Unavailable { .. }) => return Err(away),
        Err(error) => {
            tracing::error!(import = %id, exception = %format!("{:#}", anyhow::Error::new(error)), "an import cannot go on");
            fail(desk, id, now).await?;
        }
    }
    Ok(Progress::More)
}

/// Does the next batch, unless somebody else has the import by now.
async fn step(desk: &Desk, (id, lease): (ImportId, &str), now: DateTime<Utc>) -> Result<()> {
    let mut tx = desk.database.begin().await?;
    let Some(claim) = jobs::lock(&mut tx, id, lease).await? else { return Ok(()) };
    let header = Header::parse(&claim.header)?;
    match next(&mut tx, &claim, &header).await? {
        Next::Rows(batch) => do_batch(desk, &mut tx, (&claim, &header), batch, now).await?,
        Next::End => end(desk, &mut tx, &claim, (ImportStatus::Done, None), now).await?,
        Next::Endless => end(desk, &mut tx, &claim, (ImportStatus::Failed, Some(ENDLESS)), now).await?,
    }
    Ok(tx.commit().await?)
}

async fn do_batch(
    desk: &Desk,
    conn: &mut MySqlConnection,
    (claim, header): (&Claim, &Header),
    batch: Batch,
    now: DateTime<Utc>,
) -> Result<()> {
    let applied = try_batch(desk, &mut *conn, (claim, header), &batch, now).await?;
    faults::insert_all(&mut *conn, claim.id, &applied.faults).await?;
    let step = Step {
        position: batch.position,
        created: applied.created,
        updated: applied.updated,
        unchanged: applied.unchanged,
        failed: u64::try_from(applied.faults.len()).unwrap_or(u64::MAX),
    };
    Ok(jobs::update_progress(conn, claim.id, &step, now).await?)
}

/// Applies the rows; a dry run takes everything back that they did.
async fn try_batch(
    desk: &Desk,
    conn: &mut MySqlConnection,
    (claim, header): (&Claim, &Header),
    batch: &Batch,
    now: DateTime<Utc>,
) -> Result<Applied> {
    let mut trial = conn.begin().await?;
    let applied = apply(&mut trial, header, &batch.lines, now).await?;
    if claim.is_dry_run {
        trial.rollback().await?;
    } else {
        applied.tell(desk, &mut trial, claim, now).await?;
        trial.commit().await?;
    }
    Ok(applied)
}

async fn end(
    desk: &Desk,
    conn: &mut MySqlConnection,
    claim: &Claim,
    (status, failure): (ImportStatus, Option<&str>),
    now: DateTime<Utc>,
) -> Result<()> {
    jobs::update_ended(&mut *conn, claim.id, (status, failure), now).await?;
    chunks::delete(&mut *conn, claim.id).await?;
    let import = find(&mut *conn, claim.id).await?;
    Ok(Told::Ended.write_down(desk, conn, (&claim.actor(), now), &import).await?)
}

/// Ends an import whose next batch is beyond us; what is done stays.
async fn fail(desk: &Desk, id: ImportId, now: DateTime<Utc>) -> Result<()> {
    let mut tx = desk.database.begin().await?;
    if jobs::update_ended(&mut tx, id, (ImportStatus::Failed, Some(IMPOSSIBLE)), now).await? {
        chunks::delete(&mut tx, id).await?;
        let import = find(&mut tx, id).await?;
        let by = Actor { user: Some(import.started_by), ..Actor::default() };
        Told::Ended.write_down(desk, &mut tx, (&by, now), &import).await?;
    }
    Ok(tx.commit().await?)
}

/// Forgets the files whose senders went away.
async fn clear(desk: &Desk, now: DateTime<Utc>) -> Result<()> {
    let abandoned = jobs::list_abandoned(&mut *desk.database.acquire().await?, now - ABANDONED).await?;
    for id in abandoned {
        discard(&desk.database, id).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Method;
    use shared::config::ServiceName;
    use sqlx::MySqlPool;
    use testing::{TestApp, build, noon};

    use super::*;

    async fn count(db: &MySqlPool) -> i64 {
        sqlx::query_scalar("SELECT COUNT(*) FROM products").fetch_one(db).await.unwrap()
    }

    #[sqlx::test(migrator = "shared::database::MIGRATOR")]
    async fn whoever_was_too_slow_writes_nothing(db: MySqlPool) {
        let app = TestApp::new(&db, ServiceName::Product, crate::build).await;
        build::category("Tea").insert(&db).await;
        let asha =
            app.as_user(build::user("Asha").role("admin").insert(&db).await).with_header("content-type", "text/csv");
        let file = Body::from("sku,name,category_slug,base_price\nA,Assam,tea,10\n");
        asha.send(Method::POST, "/api/v1/products/admin/products/import", file).await.data();
        let (desk, id, then) = (Desk::new(&app.ground), ImportId::new(1).unwrap(), noon());
        let later = then + LEASE;
        let mut conn = db.acquire().await.unwrap();
        assert!(jobs::take_lease(&mut conn, id, ("slow", later), then).await.unwrap());
        assert!(!jobs::take_lease(&mut conn, id, ("quick", later), then).await.unwrap());
        assert!(jobs::take_lease(&mut conn, id, ("quick", later + LEASE), later).await.unwrap());
        step(&desk, (id, "slow"), later).await.unwrap();
        assert_eq!(count(&db).await, 0);
        step(&desk, (id, "quick"), later).await.unwrap();
        assert_eq!(count(&db).await, 1);
    }
}
