//! The shop as its users and operators meet it: real binaries, real sockets, real faults.

mod demo;
mod events;
mod faults;
mod gateway;
mod health;
mod kills;
mod migrate;
mod outages;
mod seed;
mod server;
mod shop;
mod start;
