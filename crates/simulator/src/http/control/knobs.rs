//! What goes wrong, where webhooks go, how the account is set up, and taking all of that back.

use axum::extract::{RawPathParams, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::{Answer, Done, Input, Shared, part};
use crate::faults::FaultOrder;
use crate::payments;
use crate::settings::Account;
use crate::webhooks::{Destination, WebhookOrder};

pub(super) async fn add_fault(State(gateway): Shared, Input(order): Input<FaultOrder>) -> Done<Value> {
    let fault = gateway.write(|books, _| books.faults.add(order))?;
    Ok(Answer(json!(fault)))
}

pub(super) async fn list_faults(State(gateway): Shared) -> Answer<Value> {
    Answer(gateway.write(|books, _| json!(books.faults.list())))
}

/// Slow requests go on at once.
pub(super) async fn clear_faults(State(gateway): Shared) -> Answer<Value> {
    gateway.write(|books, _| books.faults.clear());
    gateway.hurry_up();
    list_faults(State(gateway)).await
}

pub(super) async fn show_webhook(State(gateway): Shared) -> Answer<Value> {
    Answer(gateway.write(|books, _| books.post.view()))
}

pub(super) async fn set_webhook(State(gateway): Shared, Input(destination): Input<Destination>) -> Answer<Value> {
    gateway.write(|books, _| books.post.redirect(destination));
    show_webhook(State(gateway)).await
}

pub(super) async fn add_rule(State(gateway): Shared, Input(order): Input<WebhookOrder>) -> Done<Value> {
    let rule = gateway.write(|books, _| books.post.order(order))?;
    Ok(Answer(json!(rule)))
}

pub(super) async fn list_rules(State(gateway): Shared) -> Answer<Value> {
    Answer(gateway.write(|books, _| json!(books.post.rules())))
}

/// What was held back is sent, last first.
pub(super) async fn clear_rules(State(gateway): Shared) -> Answer<Value> {
    gateway.write(|books, _| books.post.clear_rules());
    list_rules(State(gateway)).await
}

pub(super) async fn replay(State(gateway): Shared, path: RawPathParams) -> Done<Value> {
    gateway.write(|books, _| books.post.replay(part(&path, "id")))?;
    Ok(show_webhook(State(gateway)).await)
}

/// Ends every wait: slow requests, delayed webhooks, retries; and sends what was held back.
pub(super) async fn hurry(State(gateway): Shared) -> Answer<Value> {
    gateway.write(|books, _| books.post.let_go());
    gateway.hurry_up();
    Answer(json!({}))
}

pub(super) async fn requests(State(gateway): Shared) -> Answer<Value> {
    Answer(gateway.write(|books, _| json!(books.traffic.requests())))
}

pub(super) async fn show_account(State(gateway): Shared) -> Answer<Account> {
    Answer(gateway.write(|books, _| books.account))
}

/// What is left out goes back to its default.
pub(super) async fn set_account(State(gateway): Shared, Input(account): Input<Account>) -> Answer<Account> {
    Answer(gateway.write(|books, _| {
        books.account = account;
        account
    }))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Advance {
    seconds: u32,
}

/// Moves the clock forward and ends what has waited too long by then.
pub(super) async fn advance_clock(State(gateway): Shared, Input(advance): Input<Advance>) -> Done<Value> {
    gateway.clock.advance(advance.seconds);
    gateway.write(payments::expire)?;
    Ok(Answer(json!({ "now": gateway.clock.now() })))
}

/// Takes every fault back and enables the webhook again. Orders and payments stay, and so does the account.
pub(super) async fn reset(State(gateway): Shared) -> Answer<Value> {
    gateway.write(|books, _| {
        books.faults.clear();
        books.post.clear_rules();
        books.post.enable();
    });
    gateway.hurry_up();
    Answer(json!({}))
}

/// Begins anew, with the settings of the start.
pub(super) async fn forget(State(gateway): Shared) -> Answer<Value> {
    gateway.forget();
    Answer(json!({}))
}
