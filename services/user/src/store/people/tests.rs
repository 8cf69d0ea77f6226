//! What the database does to answer a list of accounts: it never reads a table from end to end.

use serde_json::json;
use sqlx::mysql::MySqlRow;
use sqlx::{MySqlPool, Row};

use super::*;

/// Five thousand people, a fifth of whom are called Asha, one of a hundred is out of the shop.
async fn crowd(db: &MySqlPool) {
    for statement in ["SET SESSION cte_max_recursion_depth = 10000", "SET SESSION max_recursive_iterations = 10000"] {
        // The one is MySQL's, the other MariaDB's.
        drop(sqlx::raw_sql(statement).execute(db).await);
    }
    let digits =
        "(SELECT 0 AS d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5
                   UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9)";
    let numbers = format!(
        "SELECT a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 1 AS n FROM {digits} a, {digits} b, {digits} c, {digits} e"
    );
    for statement in [
        format!(
            "INSERT INTO users (id, uuid, email, phone, username, password_hash, first_name, last_name, is_active, deactivated_at)
             SELECT n, n, CONCAT('p', n, '@example.com'), CONCAT('+9198', LPAD(n, 8, '0')), CONCAT('user', n), '!',
                    IF(n % 50 = 0, 'Asha', 'Ravi'), 'Rao', n % 100 <> 0, NULL
             FROM ({numbers}) numbers WHERE n <= 5000"
        ),
        "INSERT INTO user_search_words (user_id, word) SELECT id, LOWER(first_name) FROM users".to_owned(),
        "INSERT INTO user_search_words (user_id, word) SELECT id, CONCAT('w', id) FROM users".to_owned(),
        "INSERT INTO user_search_pairs (user_id, beginnings) SELECT id, CONCAT(LEFT(LOWER(first_name), 2), ' w', LEFT(id, 1)) FROM users".to_owned(),
        "INSERT INTO user_role_assignments (user_id, role_id)
         SELECT u.id, r.id FROM users u JOIN user_roles r ON r.name = 'customer' OR (r.name = 'admin' AND u.id <= 5)"
            .to_owned(),
        "ANALYZE TABLE users, user_search_words, user_search_pairs, user_role_assignments".to_owned(),
    ] {
        sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(db).await.unwrap();
    }
}

fn wanted(filters: serde_json::Value) -> ListPeople {
    serde_json::from_value(filters).unwrap()
}

/// So many rows may be read as they come: there are no more roles, and no more accounts on a page.
const FEW: u64 = 100;

/// The tables that a plan reads from end to end, by rows or by an index, and how many rows it expects to look at in the
/// widest step.
async fn plan(db: &MySqlPool, mut query: QueryBuilder<MySql>) -> (Vec<String>, u64) {
    let steps = query.build().fetch_all(db).await.unwrap();
    let steps: Vec<Step> = steps.iter().map(Step::of).filter(|step| !step.table.starts_with('<')).collect();
    assert!(steps.iter().any(|step| step.rows > 0 && !step.kind.is_empty()), "no plan was read");
    let is_whole = |step: &&Step| ["ALL", "index"].contains(&step.kind.as_str()) && step.rows > FEW;
    let scanned = steps.iter().filter(is_whole);
    let widest = steps.iter().map(|step| step.rows).max().unwrap_or_default();
    (scanned.map(|step| step.table.clone()).collect(), widest)
}

/// A step of a plan. The servers give their columns different types.
struct Step {
    table: String,
    kind: String,
    rows: u64,
}

impl Step {
    fn of(row: &MySqlRow) -> Self {
        let text = |column: &str| row.try_get_unchecked::<Option<String>, _>(column).unwrap().unwrap_or_default();
        let written = row.try_get_unchecked::<Option<String>, _>("rows").ok().flatten();
        let counted = row.try_get_unchecked::<Option<i64>, _>("rows").ok().flatten().map(i64::unsigned_abs);
        let rows = written.and_then(|text| text.parse().ok()).or(counted).unwrap_or_default();
        Self { table: text("table"), kind: text("type"), rows }
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn no_list_of_accounts_reads_a_table_from_end_to_end(db: MySqlPool) {
    crowd(&db).await;
    for filters in [
        json!({ "search": "p123" }),
        json!({ "search": "asha" }),
        json!({ "search": "w12 asha" }),
        json!({ "search": "w asha" }),
        json!({ "search": "9800001" }),
        json!({ "search": "user12", "is_active": false }),
        json!({ "search": "w12", "role": "admin" }),
    ] {
        let wanted = wanted(filters.clone());
        let search = wanted.search.clone().unwrap();
        let (scanned, widest) = plan(&db, select_found("EXPLAIN FORMAT=TRADITIONAL ", &search, &wanted)).await;
        assert!(scanned.is_empty(), "{filters}: {scanned:?}");
        assert!(widest < 2_000, "{filters}: {widest}");
    }
    for filters in [json!({}), json!({ "is_active": false }), json!({ "role": "admin" })] {
        let mut query = select_ids("EXPLAIN FORMAT=TRADITIONAL ", &wanted(filters.clone()));
        query.push(" LIMIT 20 OFFSET 0");
        let (scanned, _) = plan(&db, query).await;
        assert!(scanned.is_empty(), "{filters}: {scanned:?}");
    }
}
