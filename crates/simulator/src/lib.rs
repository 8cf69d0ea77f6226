//! A Razorpay to run offline: orders, payments, captures, refunds and signed webhooks, with knobs for what goes wrong.
//!
//! - `http` what is served: `/v1` as Razorpay does, `/_control`, `/checkout` and a page at `/`
//! - `orders`, `payments`, `refunds` the entities and what may happen to them
//! - `webhooks` telling the shop; `faults` what is made to go wrong with requests
//! - `books` all of the state, behind the one lock of `gateway`
//!
//! # `/_control`
//!
//! Bodies and answers are JSON; what is unknown in a body is refused.
//!
//! | request | what it does |
//! |---|---|
//! | `POST pay {order_id, until?, even_if_paid?, method?, vpa?, card?, bank?, wallet?}` | pays; `until` `created`, `authorized` or `captured`; answers with the signed triple and `payment` |
//! | `POST fail {order_id, reason?, method?, …}` | tries to pay, and fails |
//! | `POST payments/{id}/authorize`, `POST payments/{id}/fail {reason?}` | the bank answers, late if it had declined |
//! | `POST refunds/{id}/process`, `POST refunds/{id}/fail` | how a pending refund ends |
//! | `GET ledger` | orders, payments, captures, refunds, the journal, and sums in paise |
//! | `GET requests` | every request to `/v1`, with the status that it left the books with |
//! | `POST faults {fault, method?, path?, requests?, processed?, milliseconds?}`, `GET`, `DELETE` | `latency`, `drop_reply`, `reset`, `bad_gateway`, `too_many_requests`, `server_error`, `junk`; for the next `requests`, or until deleted; `processed` does the work nevertheless |
//! | `POST webhook/faults {fault, event?, events?, times?, batch?, milliseconds?}`, `GET`, `DELETE` | `duplicate`, `reorder`, `delay`, `lose`, `forge`, `truncate` |
//! | `PUT webhook {url?, secret?}`, `GET webhook` | where webhooks go; every event with its attempts |
//! | `POST webhook/events/{id}/replay` | sends an event again |
//! | `POST hurry` | ends every wait: slow requests, delayed and held webhooks, retries |
//! | `PUT account {capture?, receipts?, refunds?, maximum_amount?}`, `GET` | how the account is set up ([`Account`]) |
//! | `POST clock {seconds}` | moves the clock forward, and ends what has waited too long by then |
//! | `POST reset`, `POST forget` | takes every fault back; begins anew |
//!
//! **Invariants**
//! - It imports nothing of ours: a mistake in the shop's client is not repeated here.
//! - The ledger is only added to, and does not look at the entities that it is compared with.
//! - A request that came in is carried out, also when its client has gone.

mod books;
mod clock;
mod command;
mod connection;
mod faults;
mod fields;
mod gateway;
mod http;
mod ids;
mod listing;
mod notes;
mod orders;
mod payments;
mod refunds;
mod refusal;
mod running;
mod settings;
mod signature;
mod traffic;
mod webhooks;

pub use self::command::Command;
pub use self::running::{Running, Simulator};
pub use self::settings::{Account, Capture, Receipts, Refunds, Retries, Settings};
pub use self::signature::{sign, sign_callback};
