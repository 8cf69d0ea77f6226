//! Finding people among a million: how long an administrator waits.

use std::time::Duration;

use shared::identity::Permission;
use shared::identity::ViewUsers;
use sqlx::MySqlPool;

use crate::crowd::{Crowd, Who};
use crate::http;
use crate::load::{Load, Slice};
use crate::process::Process;
use crate::store;

/// How many administrators search at once.
const ADMINISTRATORS: u32 = 2;
/// How many accounts one statement makes.
const AT_ONCE: u64 = 10_000;
/// What is looked for, and how that is called: names that tens of thousands share are the hardest.
const SEARCHES: [(&str, &str); 7] = [
    ("the youngest accounts", ""),
    ("an address", "search=asha.sharma12"),
    ("a number", "search=70000"),
    ("a user name", "search=kumar42"),
    ("a common name", "search=sharma"),
    ("a name and a surname", "search=asha%20sharma"),
    ("two letters of each", "search=as%20sh"),
];

/// How one search went.
#[derive(Debug)]
pub(crate) struct Search {
    pub(crate) what: &'static str,
    pub(crate) slice: Slice,
}

/// Adds `count` people to the shop.
pub(super) async fn settle(db: &MySqlPool, count: u64) -> anyhow::Result<()> {
    let mut conn = db.acquire().await?;
    for batch in 0..count.div_ceil(AT_ONCE) {
        let last = store::find_last_user(&mut conn).await?;
        store::insert_users(&mut conn, batch.saturating_mul(AT_ONCE)).await?;
        store::insert_words(&mut conn, last).await?;
        store::insert_pairs(&mut conn, last).await?;
    }
    store::update_statistics(&mut conn).await?;
    Ok(())
}

/// Searches as somebody who may see accounts.
pub(super) async fn search(
    db: &MySqlPool,
    crowd: &Crowd,
    user: &Process,
    time: Duration,
) -> anyhow::Result<Vec<Search>> {
    let who: Who = crowd.who(0, [0; 2]);
    store::insert_role_with(&mut *db.acquire().await?, who.user, ViewUsers::NAME).await?;
    let mut searches = Vec::new();
    for (what, query) in SEARCHES {
        let request = http::get_as(&format!("/api/v1/users/admin/users?{query}"), crowd.token(who));
        let load = Load::new(user.port, 200, move |_| request.clone().into());
        load.run_on(1, Duration::from_millis(500)).await?;
        searches.push(Search { what, slice: load.run_on(ADMINISTRATORS, time).await? });
    }
    Ok(searches)
}
