//! The order service as its callers see it.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod address_book;
mod cancelling;
mod cuts;
mod expiry;
mod last_piece;
mod once;
mod payments;
mod placing;
mod reading;
mod refunds;
mod refusals;
mod shop;
mod unpaid;
mod variations;
