//! Who may name what: SQL, transactions, routes, axum, redis and lapin each have their rooms.

use super::sources::{Offence, Source};
use super::tokens::{Named, Part, Token, paths, texts};
use super::{holds, sees};

/// Where SQL is written besides the `store` of a service or a crate.
const ROOMS_OF_SQL: [&str; 3] =
    ["crates/shared/src/database", "crates/shared/src/messaging", "crates/testing/src/build"];

/// How a statement begins.
const VERBS: [&str; 9] = ["SELECT ", "INSERT ", "UPDATE ", "DELETE ", "WITH ", "REPLACE ", "CALL ", "SET ", "LOCK "];

fn sql_outside_stores(source: &Source) -> Vec<Offence> {
    let is_a_room = source.is_in("store") || ROOMS_OF_SQL.iter().any(|room| source.path.starts_with(room));
    if is_a_room || source.is_test() {
        return Vec::new();
    }
    let tokens = source.tokens(Part::Production);
    let texts = tokens.iter().filter(|token| says_sql(token)).map(|token| token.line);
    let calls = paths(&tokens).into_iter().filter(runs_sql).map(|named| named.line);
    let mut lines: Vec<usize> = texts.chain(calls).collect();
    lines.sort_unstable();
    lines.dedup();
    lines.into_iter().map(|line| source.offence(line, "SQL lives in `store`: move it there, under a name")).collect()
}

fn says_sql(token: &Token) -> bool {
    let text = token.string.as_deref().unwrap_or_default().trim_start();
    let text = text.split_inclusive(char::is_whitespace).next().unwrap_or_default();
    VERBS.iter().any(|verb| text.trim_end() == verb.trim_end() && text.len() >= verb.len())
}

fn runs_sql(named: &Named) -> bool {
    named.path.starts_with("sqlx::query") || named.path.split("::").any(|part| part == "QueryBuilder")
}

#[test]
fn sql_is_written_in_stores_only() {
    let rule = sql_outside_stores;
    sees(rule, "services/order/src/orders.rs", "const A: &str = \"\n  SELECT id\";", &[1]);
    sees(rule, "services/order/src/routes/orders.rs", "use sqlx::{MySql, query_as};", &[1]);
    sees(rule, "crates/carts/src/lib.rs", "fn f() {\n let q: QueryBuilder<MySql>;\n}", &[2]);
    sees(rule, "services/order/src/store/orders.rs", "const A: &str = \"SELECT id\";", &[]);
    sees(rule, "services/order/src/orders.rs", "const A: &str = \"SELECTED\"; const B: &str = \"SET\";", &[]);
    sees(rule, "services/order/src/orders.rs", "#[cfg(test)] mod tests { fn a() { sqlx::query(\"DO 1\") } }", &[]);
    holds(rule);
}

fn routes_used_from_below(source: &Source) -> Vec<Offence> {
    if !source.is_of_a_service() || source.is_in("lib") || source.is_in("routes") {
        return Vec::new();
    }
    let named = paths(&source.tokens(Part::Production)).into_iter().filter(|named| {
        let inner = named.path.trim_start_matches("crate::").trim_start_matches("super::");
        inner != named.path && inner.split("::").next() == Some("routes")
    });
    named.map(|named| source.offence(named.line, "routes stand on use cases, never under them")).collect()
}

#[test]
fn nothing_below_the_routes_imports_them() {
    let rule = routes_used_from_below;
    sees(rule, "services/order/src/orders.rs", "use crate::routes::orders;", &[1]);
    sees(rule, "services/order/src/store/orders.rs", "use super::super::{routes::X, orders};", &[1]);
    sees(rule, "services/order/src/lib.rs", "use crate::routes;", &[]);
    sees(rule, "services/order/src/routes/orders.rs", "use utoipa_axum::routes;", &[]);
    holds(rule);
}

fn axum_below_the_routes(source: &Source) -> Vec<Offence> {
    let may = ["routes", "state", "lib"].iter().any(|module| source.is_in(module));
    if may || !source.is_of_a_service() {
        return Vec::new();
    }
    named_from(source, &["axum", "utoipa_axum"], "HTTP stays in `routes`: hand the use case what it needs")
}

#[test]
fn use_cases_and_stores_know_no_http() {
    let rule = axum_below_the_routes;
    sees(rule, "services/order/src/orders.rs", "use shared::x;\nuse axum::http::StatusCode;", &[2]);
    sees(rule, "services/order/src/store.rs", "fn f(_: axum::Router) {}", &[1]);
    sees(rule, "services/order/src/state.rs", "use axum::extract::FromRef;", &[]);
    holds(rule);
}

fn redis_outside_the_cache(source: &Source) -> Vec<Offence> {
    if source.is_test() || source.path.starts_with("crates/shared/src/cache") {
        return Vec::new();
    }
    named_from(source, &["redis"], "Redis is reached through `shared::cache`")
}

fn lapin_outside_messaging(source: &Source) -> Vec<Offence> {
    if source.is_test() || source.path.starts_with("crates/shared/src/messaging") {
        return Vec::new();
    }
    named_from(source, &["lapin"], "RabbitMQ is reached through `shared::messaging`")
}

#[test]
fn only_the_cache_talks_to_redis() {
    sees(redis_outside_the_cache, "crates/shared/src/web/health.rs", "use redis::Client;", &[1]);
    sees(redis_outside_the_cache, "crates/shared/src/cache/keys.rs", "use redis::Client;", &[]);
    sees(redis_outside_the_cache, "crates/shared/src/config.rs", "fn f() { config.redis.port }", &[]);
    holds(redis_outside_the_cache);
}

#[test]
fn only_messaging_talks_to_rabbitmq() {
    sees(lapin_outside_messaging, "services/order/src/consumers.rs", "use lapin::Channel;", &[1]);
    sees(lapin_outside_messaging, "crates/shared/src/messaging.rs", "use lapin::Channel;", &[]);
    holds(lapin_outside_messaging);
}

/// Every path that begins in one of these crates.
fn named_from(source: &Source, crates: &[&str], what: &str) -> Vec<Offence> {
    let named = paths(&source.tokens(Part::Production)).into_iter();
    let begins = |named: &Named| named.path.split_once("::").is_some_and(|(first, _)| crates.contains(&first));
    named.filter(begins).map(|named| source.offence(named.line, what)).collect()
}

fn transactions_outside_use_cases(source: &Source) -> Vec<Offence> {
    if source.is_test() || !(source.is_in("routes") || source.is_in("store")) {
        return Vec::new();
    }
    let tokens = source.tokens(Part::Production);
    let begins =
        tokens.windows(3).filter(|three| matches!(texts(three)[..], ["." | "::", "begin" | "begin_with", "("]));
    begins
        .filter_map(|three| three.first())
        .map(|dot| source.offence(dot.line, "only a use case begins a transaction"))
        .collect()
}

#[test]
fn only_use_cases_begin_transactions() {
    let rule = transactions_outside_use_cases;
    sees(rule, "services/order/src/routes/orders.rs", "async fn f() {\n db.begin().await }", &[2]);
    sees(rule, "crates/carts/src/store.rs", "async fn f() { Acquire::begin(conn).await }", &[1]);
    sees(rule, "services/order/src/orders.rs", "async fn f() { db.begin().await }", &[]);
    holds(rule);
}
