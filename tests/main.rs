//! Tests of the house as a whole: sweeps over its sources and routes, and journeys through its binaries.
#![expect(clippy::unwrap_used, reason = "tests")]

mod administration;
mod architecture;
mod bodies;
mod compose;
mod environment;
mod forgery;
mod journeys;
mod limits;
mod routes;
mod sql;
mod tokens;
