//! Webhooks: what the shop is told, signed, at least once and in no promised order.
//!
//! A payload is a snapshot of the moment; a retry repeats body, id and signature, also after the secret changed.
//! Not documented and chosen here: the pause before the first retry (settings), doubled each time.

mod courier;
mod event;
mod post;
mod rules;

pub(crate) use self::courier::{Courier, dispatch};
pub(crate) use self::post::{Destination, Post, announce};
pub(crate) use self::rules::WebhookOrder;
