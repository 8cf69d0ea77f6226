//! The shop as its users and operators meet it: real binaries, real sockets, real faults.
#![expect(clippy::indexing_slicing, reason = "tests")]

mod demo;
mod events;
mod faults;
mod freshness;
mod gateway;
mod health;
mod kills;
mod migrate;
mod outages;
mod owner_js;
mod paying;
mod razorpay;
mod revocation;
mod seed;
mod server;
mod shop;
mod start;
