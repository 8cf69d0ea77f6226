//! What every table of the migrated schema has, and what none has.

use sqlx::{AssertSqlSafe, Executor, MySqlPool};

/// Tables whose rows are a link and nothing else: they may go away with either end.
const LINKS: [&str; 1] = ["role_permissions"];

/// The indexes that the owner's document calls critical.
const CRITICAL_INDEXES: [(&str, &str, &str); 5] = [
    ("orders", "idx_orders_user_status", "user_id,status"),
    ("products", "idx_products_category_status", "category_id,status"),
    ("products", "idx_products_price_status", "base_price,status"),
    ("users", "idx_users_email_active", "email,is_active"),
    ("payment_transactions", "idx_payments_order_status", "order_id,status"),
];

/// The owner's tables, column for column in the order of the owner's document; ours come after.
const OWNER_S_COLUMNS: [(&str, &str); 3] = [
    (
        "users",
        "id,uuid,email,phone,username,password_hash,first_name,last_name,email_verified,phone_verified,is_active,\
         country_id,preferred_currency,preferred_language,avatar_url,date_of_birth,gender,telegram_username,\
         telegram_phone,whatsapp_phone,last_login,created_at,updated_at",
    ),
    (
        "products",
        "id,uuid,sku,name,slug,short_description,description,specification,base_price,compare_price,category_id,\
         brand_id,gst_rate,is_gst_inclusive,track_inventory,stock_quantity,low_stock_threshold,stock_status,\
         product_type,weight_grams,main_image_url,image_gallery,status,is_featured,is_trending,is_bestseller,\
         view_count,wishlist_count,total_sold,max_cart_quantity,created_at,updated_at",
    ),
    (
        "orders",
        "id,uuid,order_number,user_id,subtotal,shipping_amount,tax_amount,discount_amount,total_amount,status,\
         payment_status,payment_method,shipping_address,billing_address,customer_note,is_gst_invoice,gst_number,\
         paid_at,cancelled_at,cancelled_reason,created_at,updated_at",
    ),
];

struct Table {
    name: String,
    engine: String,
    collation: String,
    comment: String,
}

/// Every table that a migration made.
async fn tables(db: &MySqlPool) -> Vec<Table> {
    let found: Vec<(String, String, String, String)> = sqlx::query_as(
        "SELECT CAST(table_name AS CHAR), CAST(engine AS CHAR), CAST(table_collation AS CHAR),
                CAST(table_comment AS CHAR)
         FROM information_schema.tables
         WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' AND table_name <> '_sqlx_migrations'
         ORDER BY table_name",
    )
    .fetch_all(db)
    .await
    .unwrap();
    found.into_iter().map(|(name, engine, collation, comment)| Table { name, engine, collation, comment }).collect()
}

async fn without_comment(db: &MySqlPool) -> Vec<String> {
    let bare = tables(db).await.into_iter().filter(|table| table.comment.is_empty());
    bare.map(|table| format!("{}: say in its COMMENT what it holds", table.name)).collect()
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn every_table_says_what_it_holds(db: MySqlPool) {
    assert_eq!(without_comment(&db).await, [""; 0]);
    db.execute("CREATE TABLE bare (id INT PRIMARY KEY)").await.unwrap();
    assert_eq!(without_comment(&db).await.len(), 1);
}

async fn of_another_kind(db: &MySqlPool) -> Vec<String> {
    let is_ours = |table: &Table| table.engine == "InnoDB" && table.collation == "utf8mb4_unicode_ci";
    let other = tables(db).await.into_iter().filter(|table| !is_ours(table));
    other.map(|Table { name, engine, collation, .. }| format!("{name} is {engine}, {collation}")).collect()
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn every_table_is_innodb_and_utf8mb4_unicode_ci(db: MySqlPool) {
    assert_eq!(of_another_kind(&db).await, [""; 0]);
    db.execute("CREATE TABLE a (id INT) COLLATE utf8mb4_general_ci COMMENT 'a'").await.unwrap();
    db.execute("CREATE TABLE b (id INT) ENGINE MyISAM COLLATE utf8mb4_unicode_ci COMMENT 'b'").await.unwrap();
    assert_eq!(of_another_kind(&db).await, ["a is InnoDB, utf8mb4_general_ci", "b is MyISAM, utf8mb4_unicode_ci"]);
}

async fn cascades(db: &MySqlPool) -> Vec<String> {
    let found: Vec<(String, String)> = sqlx::query_as(
        "SELECT CAST(table_name AS CHAR), CAST(constraint_name AS CHAR)
         FROM information_schema.referential_constraints
         WHERE constraint_schema = DATABASE()
           AND (delete_rule IN ('CASCADE', 'SET NULL') OR update_rule IN ('CASCADE', 'SET NULL'))
         ORDER BY constraint_name",
    )
    .fetch_all(db)
    .await
    .unwrap();
    let found = found.into_iter().filter(|(table, _)| !LINKS.contains(&table.as_str()));
    found.map(|(table, key)| format!("{table}.{key} takes rows away by itself: RESTRICT")).collect()
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn no_row_goes_away_by_itself(db: MySqlPool) {
    assert_eq!(cascades(&db).await, [""; 0]);
    db.execute(
        "CREATE TABLE wishes (product_id BIGINT UNSIGNED, user_id BIGINT UNSIGNED,
             CONSTRAINT fk_a FOREIGN KEY (product_id) REFERENCES products (id) ON DELETE CASCADE,
             CONSTRAINT fk_b FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE SET NULL)",
    )
    .await
    .unwrap();
    assert_eq!(cascades(&db).await.len(), 2);
}

/// MySQL 9.7.4 does not check a foreign key whose column leads a unique key in which another column is NULL.
async fn unchecked_foreign_keys(db: &MySqlPool) -> Vec<String> {
    let found: Vec<(String, String)> = sqlx::query_as(
        "SELECT DISTINCT CAST(s.table_name AS CHAR), CAST(s.index_name AS CHAR)
         FROM information_schema.statistics s
         JOIN information_schema.key_column_usage k
           ON k.table_schema = s.table_schema AND k.table_name = s.table_name AND k.column_name = s.column_name
          AND k.referenced_table_name IS NOT NULL
         JOIN information_schema.statistics o
           ON o.table_schema = s.table_schema AND o.table_name = s.table_name AND o.index_name = s.index_name
          AND o.seq_in_index > 1 AND o.nullable = 'YES'
         WHERE s.table_schema = DATABASE() AND s.non_unique = 0 AND s.seq_in_index = 1",
    )
    .fetch_all(db)
    .await
    .unwrap();
    found.into_iter().map(|(table, key)| format!("{table}.{key}: begin it with the nullable column")).collect()
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn no_unique_key_with_a_nullable_column_begins_with_a_foreign_key(db: MySqlPool) {
    assert_eq!(unchecked_foreign_keys(&db).await, [""; 0]);
    db.execute(
        "CREATE TABLE wishes (product_id BIGINT UNSIGNED NOT NULL, slot INT,
             CONSTRAINT uq_good UNIQUE (slot, product_id), CONSTRAINT uq_bad UNIQUE (product_id, slot),
             CONSTRAINT fk_wishes FOREIGN KEY (product_id) REFERENCES products (id))",
    )
    .await
    .unwrap();
    assert_eq!(unchecked_foreign_keys(&db).await, ["wishes.uq_bad: begin it with the nullable column"]);
}

async fn missing_indexes(db: &MySqlPool) -> Vec<String> {
    let found: Vec<(String, String, String)> = sqlx::query_as(
        "SELECT CAST(table_name AS CHAR), CAST(index_name AS CHAR),
                CAST(GROUP_CONCAT(column_name ORDER BY seq_in_index) AS CHAR)
         FROM information_schema.statistics
         WHERE table_schema = DATABASE()
         GROUP BY table_name, index_name",
    )
    .fetch_all(db)
    .await
    .unwrap();
    let is_there = |(table, index, columns): &(&str, &str, &str)| {
        found.iter().any(|(t, i, c)| (t.as_str(), i.as_str(), c.as_str()) == (*table, *index, *columns))
    };
    let missing = CRITICAL_INDEXES.iter().filter(|index| !is_there(index));
    missing.map(|(table, index, columns)| format!("{table} has no {index} ({columns})")).collect()
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn the_owner_s_critical_indexes_exist(db: MySqlPool) {
    assert_eq!(missing_indexes(&db).await, [""; 0]);
    db.execute("ALTER TABLE users DROP INDEX idx_users_email_active").await.unwrap();
    assert_eq!(missing_indexes(&db).await, ["users has no idx_users_email_active (email,is_active)"]);
}

async fn columns_out_of_order(db: &MySqlPool) -> Vec<String> {
    let mut offences = Vec::new();
    for (table, expected) in OWNER_S_COLUMNS {
        let expected: Vec<&str> = expected.split(',').collect();
        let mut columns = columns(db, table).await;
        columns.truncate(expected.len());
        if columns != expected {
            offences.push(format!("{table} begins with {columns:?}, the owner's document with {expected:?}"));
        }
    }
    offences
}

async fn columns(db: &MySqlPool, table: &str) -> Vec<String> {
    let columns = sqlx::query_scalar(
        "SELECT CAST(column_name AS CHAR) FROM information_schema.columns
         WHERE table_schema = DATABASE() AND table_name = ? ORDER BY ordinal_position",
    );
    columns.bind(table).fetch_all(db).await.unwrap()
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn the_owner_s_tables_begin_with_the_owner_s_columns(db: MySqlPool) {
    assert_eq!(columns_out_of_order(&db).await, [""; 0]);
    db.execute("ALTER TABLE orders ADD COLUMN mood INT AFTER user_id").await.unwrap();
    db.execute("ALTER TABLE users ADD COLUMN mood INT").await.unwrap();
    assert_eq!(columns_out_of_order(&db).await.len(), 1);
}

/// Whether the server refuses this to the account for want of the right.
async fn is_refused(account: &MySqlPool, statement: String) -> bool {
    let Err(error) = account.execute(AssertSqlSafe(statement)).await else { return false };
    error.to_string().contains("command denied")
}

/// The tables of a kind (`ledger`, `reference`) on which the account may do more than the kind allows.
async fn unguarded(db: &MySqlPool, account: &MySqlPool, kind: &str, verbs: &[&str]) -> Vec<String> {
    let mut offences = Vec::new();
    for Table { name, .. } in tables(db).await.iter().filter(|table| is_of(table, kind)) {
        let column = columns(db, name).await.swap_remove(0);
        for verb in verbs {
            let statement = verb.replace("{table}", name).replace("{column}", &column);
            if !is_refused(account, statement.clone()).await {
                offences.push(format!("the services' account may {statement}"));
            }
        }
    }
    offences
}

fn is_of(table: &Table, kind: &str) -> bool {
    table.comment.split_once(':').is_some_and(|(found, _)| found == kind)
}

const UPDATE: &str = "UPDATE {table} SET {column} = {column}";
const DELETE: &str = "DELETE FROM {table}";
const INSERT: &str = "INSERT INTO {table} SELECT * FROM {table}";

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn ledgers_only_grow_and_references_stay(db: MySqlPool) {
    db.execute("CREATE TABLE notes (id INT PRIMARY KEY) COMMENT 'a kind of its own: free'").await.unwrap();
    let services = super::statements::services_account(&db).await;
    assert_eq!(unguarded(&db, &services, "ledger", &[UPDATE, DELETE]).await, [""; 0]);
    assert_eq!(unguarded(&db, &services, "reference", &[INSERT, UPDATE, DELETE]).await, [""; 0]);
    assert_eq!(unguarded(&db, &services, "a kind of its own", &[INSERT, UPDATE, DELETE]).await.len(), 3);
    let kinds = tables(&db).await;
    let is_there = |kind| kinds.iter().any(|table| is_of(table, kind));
    assert!(is_there("ledger") && is_there("reference"));
}
