//! `/_control`: the strings that tests pull. It asks for no key.

mod knobs;
mod money;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use crate::gateway::Gateway;

pub(super) use self::money::{Act, act};

pub(super) fn router() -> Router<Arc<Gateway>> {
    Router::new()
        .route("/_control/pay", post(money::pay))
        .route("/_control/fail", post(money::fail))
        .route("/_control/payments/{id}/authorize", post(money::authorize_payment))
        .route("/_control/payments/{id}/fail", post(money::fail_payment))
        .route("/_control/refunds/{id}/process", post(money::process_refund))
        .route("/_control/refunds/{id}/fail", post(money::fail_refund))
        .route("/_control/ledger", get(money::ledger))
        .route("/_control/faults", get(knobs::list_faults).post(knobs::add_fault).delete(knobs::clear_faults))
        .route("/_control/webhook", get(knobs::show_webhook).put(knobs::set_webhook))
        .route("/_control/webhook/faults", get(knobs::list_rules).post(knobs::add_rule).delete(knobs::clear_rules))
        .route("/_control/webhook/events/{id}/replay", post(knobs::replay))
        .route("/_control/hurry", post(knobs::hurry))
        .route("/_control/requests", get(knobs::requests))
        .route("/_control/account", get(knobs::show_account).put(knobs::set_account))
        .route("/_control/clock", post(knobs::advance_clock))
        .route("/_control/reset", post(knobs::reset))
        .route("/_control/forget", post(knobs::forget))
}
