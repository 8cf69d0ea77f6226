//! Every statement in the sources, prepared by the server on the migrated schema.

use std::io::{self, Write};

use shared::config::ServiceName;
use shared::database::{connect_lazily, grants};
use sqlx::{AssertSqlSafe, Executor, MySqlPool, SqlSafeStr};

use crate::architecture::expect_none;
use crate::architecture::sources::{Offence, Source};
use crate::architecture::tokens::{Part, Token, texts};

/// The functions that take a statement.
const RUNNERS: [&str; 6] = ["query", "query_as", "query_scalar", "query_with", "query_as_with", "query_scalar_with"];

/// A call of one of them.
struct Query {
    line: usize,
    /// Nothing if the statement is not written where it is run.
    sql: Option<String>,
}

/// Every call in a source: `sqlx::query("…")`, `query_as::<_, Row>("…")`, inside macros and tests too.
fn queries(source: &Source) -> Vec<Query> {
    let tokens = source.tokens(Part::All);
    (0..tokens.len()).filter_map(|at| query(tokens.get(at..)?)).collect()
}

fn query(tokens: &[Token]) -> Option<Query> {
    let [before, name, after @ ..] = tokens else { return None };
    if !RUNNERS.contains(&name.text.as_str()) || [".", "fn"].contains(&before.text.as_str()) {
        return None;
    }
    let [open, argument, end, ..] = after_turbofish(after) else { return None };
    let sql = argument.string.clone().filter(|_| [")", ","].contains(&end.text.as_str()));
    let is_call = open.text == "(" && (sql.is_some() || before.text == "::");
    is_call.then_some(Query { line: name.line, sql })
}

/// What comes after `::<…>`, if that is there.
fn after_turbofish(tokens: &[Token]) -> &[Token] {
    if texts(tokens.get(..2).unwrap_or_default()) != ["::", "<"] {
        return tokens;
    }
    let mut depth = 0_usize;
    let end = tokens.iter().position(|token| {
        depth += usize::from(token.text == "<");
        depth -= usize::from(token.text == ">");
        token.text == ">" && depth == 0
    });
    end.and_then(|end| tokens.get(end + 1..)).unwrap_or_default()
}

/// The lines of the pieces that a `QueryBuilder` puts together: only running them tells whether they fit.
fn pieces(source: &Source) -> Vec<usize> {
    let tokens = source.tokens(Part::Production);
    if !tokens.iter().any(|token| token.text == "QueryBuilder") {
        return Vec::new();
    }
    let is_piece = |four: &&[Token]| match texts(four)[..] {
        ["::", "new", "(", _] | [".", "push", "(", _] => four.last().is_some_and(|last| last.string.is_some()),
        _ => false,
    };
    tokens.windows(4).filter(is_piece).filter_map(<[Token]>::last).map(|piece| piece.line).collect()
}

/// The two accounts of a database: who changes tables, and who changes rows.
struct Accounts {
    migrator: MySqlPool,
    services: MySqlPool,
}

/// The database behind the migrator's `db` as a service sees it, with the rights and the session that it has there.
pub(super) async fn services_account(db: &MySqlPool) -> MySqlPool {
    let database = testing::servers::config(ServiceName::Product, db).database;
    let mut conn = db.acquire().await.unwrap();
    grants::apply(&mut conn, &database.name, &database.account.user).await.unwrap();
    connect_lazily(&database)
}

impl Accounts {
    async fn of(migrator: MySqlPool) -> Self {
        Self { services: services_account(&migrator).await, migrator }
    }

    /// Who runs the statements of this source.
    fn running(&self, source: &Source) -> &MySqlPool {
        let is_the_migrator_s =
            ["migrator", "grants"].iter().any(|module| source.path.ends_with(&format!("database/{module}.rs")));
        if is_the_migrator_s || source.is_test() { &self.migrator } else { &self.services }
    }

    async fn offences(&self, source: &Source) -> Vec<Offence> {
        let mut offences = Vec::new();
        for query in queries(source) {
            let Err(what) = prepare(self.running(source), query.sql).await else { continue };
            offences.push(source.offence(query.line, what));
        }
        offences
    }
}

async fn prepare(db: &MySqlPool, sql: Option<String>) -> Result<(), String> {
    let sql = sql.ok_or("write the statement where it is run, so that it can be prepared here")?;
    let prepared = db.prepare(AssertSqlSafe(sql).into_sql_str()).await;
    prepared.map(drop).map_err(|error| error.to_string())
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn the_server_understands_every_statement(db: MySqlPool) {
    let (accounts, mut offences) = (Accounts::of(db).await, Vec::new());
    for source in Source::all() {
        offences.extend(accounts.offences(&source).await);
    }
    expect_none(&offences);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_statement_that_the_server_does_not_understand_is_seen(db: MySqlPool) {
    let accounts = Accounts::of(db).await;
    let bad = [
        ("sqlx::query(\"SELECT id, emial FROM users\")", "Unknown column 'emial'"),
        ("sqlx::query_as::<_, (u64, Option<u8>)>(\n \"SELECT id\n FROM wishes\",\n)", "SELECT command denied"),
        ("query_scalar(\"SELECT id FORM users\")", "error in your SQL syntax"),
        ("tokio::try_join!(sqlx::query(\"UPDATE stock_movements SET quantity = 0\"))", "UPDATE command denied"),
        ("sqlx::query(STATEMENT)", "where it is run"),
        ("sqlx::query(concat!(\"SELECT \", \"1\"))", "where it is run"),
    ];
    for (call, message) in bad {
        let source = Source::new("services/x/src/store.rs", &format!("fn f() {{\n {call}; }}"));
        let found = accounts.offences(&source).await;
        let seen = found.iter().any(|offence| offence.line == 2 && offence.what.contains(message));
        assert!(seen && found.len() == 1, "{call}: {:?}", found.iter().map(ToString::to_string).collect::<Vec<_>>());
    }
    let good = "fn f() { url.query(\"a=b\"); sqlx::query(\"UPDATE brands SET name = ? WHERE id = ?\") }";
    expect_none(&accounts.offences(&Source::new("services/x/src/store.rs", good)).await);
}

#[test]
fn statements_are_found_in_the_sources_and_pieces_are_listed() {
    let sources = Source::all();
    let known = sources.iter().filter(|source| source.path.starts_with("crates/inventory/")).flat_map(queries);
    assert!(known.count() > 0, "no statement of crates/inventory was found");
    let source = "fn f() { let mut q = QueryBuilder::new(\"SELECT 1\");\n q.push(\" LIMIT \").push(X); }";
    assert_eq!(pieces(&Source::new("services/x/src/store.rs", source)), [1, 2]);
    for source in &sources {
        for line in pieces(source) {
            writeln!(io::stdout(), "{}:{line}: a piece of a statement, run by tests", source.path).unwrap();
        }
    }
}
