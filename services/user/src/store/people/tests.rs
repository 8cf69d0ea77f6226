//! What the database does to answer a list of accounts: it never reads a table from end to end.

use serde_json::json;
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
        "INSERT INTO user_role_assignments (user_id, role_id)
         SELECT u.id, r.id FROM users u JOIN user_roles r ON r.name = 'customer' OR (r.name = 'admin' AND u.id <= 5)"
            .to_owned(),
        "ANALYZE TABLE users, user_search_words, user_role_assignments".to_owned(),
    ] {
        sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(db).await.unwrap();
    }
}

fn wanted(filters: serde_json::Value) -> ListPeople {
    serde_json::from_value(filters).unwrap()
}

/// The tables that a plan reads from end to end, and how many rows it expects to look at in the widest step.
async fn plan(db: &MySqlPool, mut query: QueryBuilder<MySql>) -> (Vec<String>, u64) {
    let rows = query.build().fetch_all(db).await.unwrap();
    let text = |row: &sqlx::mysql::MySqlRow, column: &str| {
        row.try_get::<Option<String>, _>(column).ok().flatten().unwrap_or_default()
    };
    let is_real = |row: &&sqlx::mysql::MySqlRow| !text(row, "table").starts_with('<');
    let scanned = rows.iter().filter(is_real).filter(|row| text(row, "type") == "ALL").map(|row| text(row, "table"));
    let widest = rows.iter().filter(is_real).filter_map(|row| row.try_get::<Option<u64>, _>("rows").ok().flatten());
    (scanned.collect(), widest.max().unwrap_or_default())
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn no_list_of_accounts_reads_a_table_from_end_to_end(db: MySqlPool) {
    crowd(&db).await;
    for filters in [
        json!({ "search": "p123" }),
        json!({ "search": "asha" }),
        json!({ "search": "w12 asha" }),
        json!({ "search": "9800001" }),
        json!({ "search": "user12", "is_active": false }),
        json!({ "search": "w12", "role": "admin" }),
    ] {
        let wanted = wanted(filters.clone());
        let search = wanted.search.clone().unwrap();
        let (scanned, widest) = plan(&db, select_found("EXPLAIN ", &search, &wanted)).await;
        assert!(scanned.is_empty(), "{filters}: {scanned:?}");
        assert!(widest < 2_000, "{filters}: {widest}");
    }
    for filters in [json!({}), json!({ "is_active": false }), json!({ "role": "admin" })] {
        let mut query = select_ids("EXPLAIN ", &wanted(filters.clone()));
        query.push(" LIMIT 20 OFFSET 0");
        let (scanned, _) = plan(&db, query).await;
        let scanned: Vec<_> = scanned.into_iter().filter(|table| table != "r").collect();
        assert!(scanned.is_empty(), "{filters}: {scanned:?}");
    }
}
