//! Reads accounts as administrators see them. Nothing here reads a table from end to end: a search goes by the first
//! letters of what is indexed, and stops.

use std::collections::BTreeMap;

use kernel::UserId;
use sqlx::{FromRow, MySql, MySqlConnection, QueryBuilder};

use crate::people::{ListPeople, NameSearch, PersonDetail, PersonSummary};

#[cfg(test)]
mod tests;

/// How many accounts a search finds at most.
const FOUND: u32 = 1_000;
/// How many accounts of a list are counted at most.
const COUNTED: u32 = 10_000;

/// The accounts of one page, and how many there are on all.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) ids: Vec<UserId>,
    pub(crate) total: u64,
}

/// A page of all accounts, the youngest first.
pub(crate) async fn browse(conn: &mut MySqlConnection, wanted: &ListPeople) -> sqlx::Result<Found> {
    let request = wanted.request();
    let mut page = select_ids("", wanted);
    page.push(" LIMIT ").push_bind(request.limit()).push(" OFFSET ").push_bind(request.offset());
    let ids = page.build_query_scalar().fetch_all(&mut *conn).await?;
    let mut count = select_ids("SELECT COUNT(*) FROM (", wanted);
    count.push(" LIMIT ").push_bind(COUNTED).push(") counted");
    let total: i64 = count.build_query_scalar().fetch_one(conn).await?;
    Ok(Found { ids, total: total.unsigned_abs() })
}

/// The ids of those whom the filters let through, the youngest first, after `before`.
fn select_ids(before: &'static str, wanted: &ListPeople) -> QueryBuilder<MySql> {
    let mut query = QueryBuilder::new(before);
    if let Some(role) = &wanted.role {
        query.push("SELECT a.user_id AS id FROM user_role_assignments a");
        query.push(" JOIN user_roles r ON r.id = a.role_id JOIN users u ON u.id = a.user_id WHERE r.name = ");
        query.push_bind(role.clone());
        only_active(&mut query, wanted);
        query.push(" ORDER BY a.user_id DESC");
    } else {
        query.push("SELECT u.id FROM users u WHERE TRUE");
        only_active(&mut query, wanted);
        query.push(" ORDER BY u.id DESC");
    }
    query
}

fn only_active(query: &mut QueryBuilder<MySql>, wanted: &ListPeople) {
    if let Some(is_active) = wanted.is_active {
        query.push(" AND u.is_active = ").push_bind(is_active);
    }
}

/// A page of those who are found by their address, number, user name or the words of their name, the youngest first.
pub(crate) async fn search(
    conn: &mut MySqlConnection,
    search: &NameSearch,
    wanted: &ListPeople,
) -> sqlx::Result<Found> {
    let mut found: Vec<UserId> = select_found("", search, wanted).build_query_scalar().fetch_all(conn).await?;
    found.sort_unstable_by(|a, b| b.cmp(a));
    let request = wanted.request();
    let offset = usize::try_from(request.offset()).unwrap_or(usize::MAX);
    let limit = usize::try_from(request.limit()).unwrap_or(usize::MAX);
    let total = u64::try_from(found.len()).unwrap_or(u64::MAX);
    Ok(Found { ids: found.into_iter().skip(offset).take(limit).collect(), total })
}

fn select_found(before: &'static str, search: &NameSearch, wanted: &ListPeople) -> QueryBuilder<MySql> {
    let mut query = QueryBuilder::new(before);
    query.push("SELECT id FROM (");
    by_name(&mut query, search, wanted);
    if let [word] = search.words() {
        let prefix = beginning_with(word);
        query.push(" UNION (SELECT u.id FROM users u WHERE u.email LIKE ").push_bind(prefix.clone());
        finish_branch(&mut query, wanted);
        query.push(" UNION (SELECT u.id FROM users u WHERE u.username LIKE ").push_bind(prefix);
        finish_branch(&mut query, wanted);
    }
    if let Some(number) = search.number() {
        query.push(" UNION (SELECT u.id FROM users u WHERE u.phone LIKE ").push_bind(beginning_with(number));
        finish_branch(&mut query, wanted);
    }
    query.push(") found LIMIT ").push_bind(FOUND);
    query
}

/// Those of whose name every word is found. What finds the fewest leads: how two words begin, else the longest word; the
/// words are looked up for each whom it finds.
fn by_name(query: &mut QueryBuilder<MySql>, search: &NameSearch, wanted: &ListPeople) {
    if let Some((pair, words)) = search.pair() {
        query.push("(SELECT u.id FROM user_search_pairs w JOIN users u ON u.id = w.user_id WHERE w.beginnings = ");
        query.push_bind(pair);
        having(query, words);
    } else {
        let mut words = search.words().iter().map(String::as_str);
        query.push("(SELECT u.id FROM user_search_words w JOIN users u ON u.id = w.user_id WHERE w.word LIKE ");
        query.push_bind(beginning_with(words.next().unwrap_or_default())).push(" ESCAPE '!'");
        having(query, words);
    }
    narrow(query, wanted);
    query.push(" LIMIT ").push_bind(FOUND).push(")");
}

fn having<'a>(query: &mut QueryBuilder<MySql>, words: impl Iterator<Item = &'a str>) {
    for word in words {
        query.push(" AND EXISTS (SELECT 1 FROM user_search_words o WHERE o.user_id = w.user_id AND o.word LIKE ");
        query.push_bind(beginning_with(word)).push(" ESCAPE '!')");
    }
}

/// Ends a branch that has just named what it begins with.
fn finish_branch(query: &mut QueryBuilder<MySql>, wanted: &ListPeople) {
    query.push(" ESCAPE '!'");
    narrow(query, wanted);
    query.push(" LIMIT ").push_bind(FOUND).push(")");
}

fn narrow(query: &mut QueryBuilder<MySql>, wanted: &ListPeople) {
    only_active(query, wanted);
    if let Some(role) = &wanted.role {
        query.push(" AND EXISTS (SELECT 1 FROM user_role_assignments a JOIN user_roles r ON r.id = a.role_id");
        query.push(" WHERE a.user_id = u.id AND r.name = ").push_bind(role.clone()).push(")");
    }
}

/// The text as it stands: `%` and `_` in it are no wildcards.
fn beginning_with(text: &str) -> String {
    format!("{}%", text.replace('!', "!!").replace('%', "!%").replace('_', "!_"))
}

/// These accounts, the youngest first.
pub(crate) async fn list(conn: &mut MySqlConnection, ids: &[UserId]) -> sqlx::Result<Vec<PersonSummary>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = QueryBuilder::new(
        "SELECT id, uuid, email, phone, username, first_name, last_name, email_verified, phone_verified, is_active,
                last_login, created_at
         FROM users WHERE id IN (",
    );
    among(&mut query, ids);
    query.push(" ORDER BY id DESC").build_query_as().fetch_all(conn).await
}

/// The names of the roles of each of these.
pub(crate) async fn list_roles(
    conn: &mut MySqlConnection,
    ids: &[UserId],
) -> sqlx::Result<BTreeMap<UserId, Vec<String>>> {
    let mut roles: BTreeMap<UserId, Vec<String>> = BTreeMap::new();
    if ids.is_empty() {
        return Ok(roles);
    }
    let mut query = QueryBuilder::new(
        "SELECT a.user_id, r.name FROM user_role_assignments a JOIN user_roles r ON r.id = a.role_id
         WHERE a.user_id IN (",
    );
    among(&mut query, ids);
    let rows: Vec<(UserId, String)> = query.push(" ORDER BY r.name").build_query_as().fetch_all(conn).await?;
    for (user, role) in rows {
        roles.entry(user).or_default().push(role);
    }
    Ok(roles)
}

fn among(query: &mut QueryBuilder<MySql>, ids: &[UserId]) {
    let mut list = query.separated(", ");
    for id in ids {
        list.push_bind(*id);
    }
    query.push(")");
}

#[derive(FromRow)]
struct DetailRow {
    #[sqlx(flatten)]
    person: PersonSummary,
    deactivated_at: Option<chrono::DateTime<chrono::Utc>>,
    deletion_scheduled_at: Option<chrono::DateTime<chrono::Utc>>,
    has_second_factor: bool,
    order_count: i64,
}

pub(crate) async fn find(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<Option<PersonDetail>> {
    let row: Option<DetailRow> = sqlx::query_as(
        "SELECT id, uuid, email, phone, username, first_name, last_name, email_verified, phone_verified, is_active,
                last_login, created_at, deactivated_at, deletion_scheduled_at,
                EXISTS (SELECT 1 FROM second_factors f WHERE f.user_id = users.id AND f.confirmed_at IS NOT NULL)
                    AS has_second_factor,
                (SELECT COUNT(*) FROM orders o WHERE o.user_id = users.id) AS order_count
         FROM users WHERE id = ?",
    )
    .bind(user)
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| PersonDetail {
        person: row.person,
        deactivated_at: row.deactivated_at,
        deletion_scheduled_at: row.deletion_scheduled_at,
        has_second_factor: row.has_second_factor,
        order_count: row.order_count.unsigned_abs(),
    }))
}

/// The names of what the roles of `user` allow, whether they may sign in or not.
pub(crate) async fn list_permissions(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar(
        "SELECT DISTINCT p.name FROM user_role_assignments a
         JOIN role_permissions r ON r.role_id = a.role_id
         JOIN permissions p ON p.id = r.permission_id
         WHERE a.user_id = ?",
    )
    .bind(user)
    .fetch_all(conn)
    .await
}
