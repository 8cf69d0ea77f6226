//! Which statement writes which table and columns, and whether whoever runs it may.

use super::owners::{BENCH, FILLED, OF_EVERY_WRITER, SEEDED, SEEDER, SharedTable, TESTS, owner_of, shared_table};
use super::words::{is, outermost, words};
use crate::architecture::expect_none;
use crate::architecture::sources::{Offence, Source};
use crate::architecture::tokens::Part;

/// What a statement does to a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verb {
    Insert,
    Update,
    Delete,
}

/// A statement that changes rows.
#[derive(Debug, PartialEq, Eq)]
struct Write<'a> {
    verb: Verb,
    table: &'a str,
    /// What it sets or fills; empty if the statement does not tell.
    columns: Vec<&'a str>,
    /// What it sets in a row that is there already: `ON DUPLICATE KEY UPDATE`.
    overwritten: Vec<&'a str>,
}

/// What the statement writes, if it writes.
fn write_of<'a>(words: &'a [&'a str]) -> Option<Write<'a>> {
    let statement = if words.first().is_some_and(|word| is(word, "WITH")) { after_with(words) } else { words };
    let (verb, target) = verb_and_target(statement)?;
    let (table, rest) = target.split_first()?;
    let (columns, overwritten) = match verb {
        Verb::Update => (assigned(after(rest, "SET").unwrap_or_default()), Vec::new()),
        Verb::Insert => (listed(rest), assigned(after(rest, "KEY").unwrap_or_default().get(1..).unwrap_or_default())),
        Verb::Delete => (Vec::new(), Vec::new()),
    };
    Some(Write { verb, table, columns, overwritten })
}

/// `WITH … AS (…), … AS (…) UPDATE …`: what comes after the brackets.
fn after_with<'a>(words: &'a [&'a str]) -> &'a [&'a str] {
    let verb = outermost(words).find(|(_, word)| ["SELECT", "UPDATE", "DELETE"].iter().any(|verb| is(word, verb)));
    verb.and_then(|(at, _)| words.get(at..)).unwrap_or_default()
}

/// The verb, and the words from its table on. Prose is no statement: `update` has a `SET`, `insert` an `INTO`.
fn verb_and_target<'a>(words: &'a [&'a str]) -> Option<(Verb, &'a [&'a str])> {
    let modifiers = ["IGNORE", "LOW_PRIORITY", "QUICK", "DELAYED", "HIGH_PRIORITY"];
    let (verb, rest) = words.split_first()?;
    let modified = rest.iter().take_while(|word| modifiers.iter().any(|modifier| is(word, modifier))).count();
    let rest = rest.get(modified..)?;
    let next = rest.first()?;
    match () {
        () if is(verb, "UPDATE") && after(rest, "SET").is_some() => Some((Verb::Update, rest)),
        () if (is(verb, "INSERT") || is(verb, "REPLACE")) && is(next, "INTO") => Some((Verb::Insert, rest.get(1..)?)),
        () if is(verb, "DELETE") && after(rest, "FROM").is_some() => Some((Verb::Delete, after(rest, "FROM")?)),
        () => None,
    }
}

/// The words after a keyword that stands outside of brackets.
fn after<'a>(words: &'a [&'a str], keyword: &str) -> Option<&'a [&'a str]> {
    let at = outermost(words).find(|(_, word)| is(word, keyword)).map(|(at, _)| at)?;
    words.get(at + 1..)
}

/// The columns of `a = …, t.b = …`, up to the next clause.
fn assigned<'a>(words: &'a [&'a str]) -> Vec<&'a str> {
    let clauses = ["WHERE", "ORDER", "LIMIT", ";"];
    let all = outermost(words).take_while(|(_, word)| !clauses.iter().any(|clause| is(word, clause)));
    let starts: Vec<usize> =
        std::iter::once(0).chain(all.filter(|(_, word)| *word == ",").map(|(at, _)| at + 1)).collect();
    let column = |start: usize| match words.get(start..)? {
        [_, ".", column, "=", ..] | [column, "=", ..] => Some(*column),
        _ => None,
    };
    starts.into_iter().filter_map(column).collect()
}

/// The columns of `(a, b) VALUES …`.
fn listed<'a>(words: &'a [&'a str]) -> Vec<&'a str> {
    match words {
        ["(", list @ ..] => {
            list.iter().take_while(|word| **word != ")").filter(|word| **word != ",").copied().collect()
        }
        [set, list @ ..] if is(set, "SET") => assigned(list),
        _ => Vec::new(),
    }
}

/// A statement writes one table, so that one writer answers for it.
fn touches_two_tables(words: &[&str]) -> bool {
    let head = words.iter().take_while(|word| !is(word, "SET") && !is(word, "WHERE"));
    let joins = head.clone().any(|word| is(word, "JOIN") || *word == ",");
    let (starts, second) = (words.first().copied().unwrap_or_default(), words.get(1).copied().unwrap_or_default());
    (is(starts, "UPDATE") && joins) || (is(starts, "DELETE") && (joins || !is(second, "FROM")))
}

/// Why `writer` may not run this statement.
fn complaint(writer: &str, sql: &str) -> Option<String> {
    let words = words(sql);
    let write = write_of(&words)?;
    if touches_two_tables(&words) {
        return Some(format!("writes {} through a join: one table a statement", write.table));
    }
    if words.first().is_some_and(|verb| is(verb, "REPLACE")) {
        return Some("REPLACE deletes the row that it finds: INSERT … ON DUPLICATE KEY UPDATE".to_owned());
    }
    match (shared_table(write.table), owner_of(write.table)) {
        (None, None) => Some(format!("writes `{}`, which has no owner in tests/sql/owners.rs", write.table)),
        _ if writer == TESTS || writer == BENCH || seeds(writer, &write) => None,
        (Some(shared), _) => complaint_about_columns(writer, &write, shared),
        (None, Some(owner)) if owner == writer => None,
        (None, Some(owner)) => Some(format!("`{}` is written by `{owner}` only: call it", write.table)),
    }
}

fn seeds(writer: &str, write: &Write<'_>) -> bool {
    let columns_fit =
        shared_table(write.table).is_none_or(|shared| write.columns.iter().all(|name| shared.lets_insert(name)));
    let adds = write.verb == Verb::Insert && write.overwritten.is_empty() && columns_fit;
    writer == SEEDER && ((adds && SEEDED.contains(&write.table)) || fills(write))
}

/// Whether it sets nothing but what the seeder may fill in.
fn fills(write: &Write<'_>) -> bool {
    let may = |column: &&str| FILLED.contains(&(write.table, *column)) || OF_EVERY_WRITER.contains(column);
    write.verb == Verb::Update && !write.columns.is_empty() && write.columns.iter().all(may)
}

fn complaint_about_columns(writer: &str, write: &Write<'_>, table: &SharedTable) -> Option<String> {
    let Write { verb, columns, overwritten, .. } = write;
    if *verb != Verb::Update && writer != table.creator {
        return Some(format!("rows of `{}` come and go by `{}` only", table.name, table.creator));
    }
    if *verb != Verb::Delete && columns.is_empty() {
        return Some(format!("names no column of `{}`, and each has its writer", table.name));
    }
    let filled = columns.iter().find(|name| *verb == Verb::Insert && !table.lets_insert(name));
    let set = if *verb == Verb::Update { columns } else { overwritten };
    let foreign = filled.or_else(|| set.iter().find(|name| !table.lets_update(writer, name)));
    foreign.map(|name| format!("`{}.{name}` is not written by `{writer}`: call its owner", table.name))
}

/// Who answers for a source: the folder of its crate or service; tests are one writer.
fn writer_of(source: &Source) -> &str {
    if source.is_test() { TESTS } else { source.path.split('/').nth(1).unwrap_or_default() }
}

fn foreign_writes(source: &Source) -> Vec<Offence> {
    let complain = |sql: &String| complaint(writer_of(source), sql);
    let tokens = source.tokens(Part::All).into_iter();
    let strings = tokens.filter_map(|token| Some((token.line, token.string?)));
    strings.filter_map(|(line, sql)| Some(source.offence(line, complain(&sql)?))).collect()
}

#[test]
fn every_table_is_written_by_its_owner() {
    // The bad examples of these sweeps are strings too.
    let own = |source: &Source| source.path.starts_with("tests/sql") || source.path.starts_with("tests/architecture");
    expect_none(&Source::all().iter().filter(|source| !own(source)).flat_map(foreign_writes).collect::<Vec<_>>());
}

#[test]
fn a_foreign_writer_is_seen() {
    let bad = [
        ("order", "UPDATE brands SET name = ?", "`brands` is written by `product`"),
        ("order", "update `brands` set name = ?", "`brands` is written by `product`"),
        ("product", "\n  DELETE FROM stock_movements", "written by `inventory`"),
        ("auth", "INSERT IGNORE INTO permissions (name) VALUES (?)", "written by `migrations`"),
        ("product", "REPLACE INTO brands (id) VALUES (1)", "deletes the row"),
        ("order", "INSERT INTO wishes VALUES (1)", "no owner"),
        ("order", "INSERT INTO {table} VALUES (1)", "no owner"),
        ("order", "WITH a AS (SELECT 1) UPDATE brands b SET b.name = 'SET'", "written by `product`"),
        ("order", "UPDATE orders o JOIN products p ON p.id = o.id SET p.name = ''", "one table a statement"),
        ("order", "DELETE o FROM orders o JOIN products p ON p.id = o.id", "one table a statement"),
        ("product", "UPDATE products SET name = ?, stock_quantity = 3 WHERE id = 1", "`products.stock_quantity`"),
        ("product", "INSERT INTO products (name, stock_quantity) VALUES (?, ?)", "`products.stock_quantity`"),
        ("product", "INSERT INTO products (sku) VALUES (?) ON DUPLICATE KEY UPDATE stock_status = ''", "stock_status"),
        ("product", "UPDATE products SET ", "names no column"),
        ("product", "INSERT INTO products SELECT * FROM products", "names no column"),
        ("inventory", "UPDATE products SET base_price = 0", "`products.base_price`"),
        ("inventory", "DELETE FROM products WHERE id = ?", "by `product` only"),
        ("user", "UPDATE users SET password_hash = ?", "`users.password_hash`"),
        ("user", "INSERT INTO users (first_name) VALUES (?)", "by `accounts` only"),
        ("cli", "UPDATE categories SET name = ?", "written by `product`"),
        ("cli", "INSERT INTO products (stock_quantity) VALUES (1)", "by `product` only"),
        ("cli", "UPDATE products SET main_image_url = ?, name = ? WHERE id = ?", "not written by `cli`"),
        ("cli", "DELETE FROM user_role_assignments WHERE user_id = ?", "written by `auth`"),
        ("cli", "INSERT INTO brands (name) VALUES (?) ON DUPLICATE KEY UPDATE name = ?", "written by `product`"),
        ("testing", "DELETE FROM wishes", "no owner"),
    ];
    for (writer, sql, what) in bad {
        let complaint = complaint(writer, sql).unwrap_or_default();
        assert!(complaint.contains(what), "{writer}: {sql}: {complaint:?}");
    }
    let source = Source::new("services/order/src/store.rs", "fn f() {\n x!(\"DELETE FROM brands\") }");
    assert_eq!(foreign_writes(&source).iter().map(|offence| offence.line).collect::<Vec<_>>(), [2]);
}

#[test]
fn an_owner_may_write_and_anybody_may_read() {
    let good = [
        ("product", "UPDATE brands SET name = ?"),
        ("product", "UPDATE products SET name = IF(a = 1, b, c), revision = revision + 1 WHERE stock_quantity = 0"),
        ("inventory", "UPDATE products p SET p.stock_quantity = ?, updated_at = ? WHERE id = ?"),
        ("accounts", "INSERT INTO users (uuid, email, password_hash, first_name) VALUES (?, ?, ?, ?)"),
        ("user", "UPDATE users SET first_name = ?, revision = revision + 1 WHERE id = ?"),
        ("cli", "INSERT INTO products (uuid, name, created_at) VALUES (?, ?, ?)"),
        ("cli", "INSERT IGNORE INTO user_role_assignments (user_id, role_id) VALUES (?, ?)"),
        ("cli", "UPDATE products SET main_image_url = ?, revision = revision + 1 WHERE main_image_url IS NULL"),
        ("testing", "DELETE FROM orders"),
        ("order", "SELECT REPLACE(name, 'a', 'b') FROM brands FOR UPDATE"),
        ("order", "update the settings, then insert a coin"),
        ("shared", "SELECT, INSERT, UPDATE, DELETE"),
    ];
    for (writer, sql) in good {
        assert_eq!(complaint(writer, sql), None, "{writer}: {sql}");
    }
}
