//! The shop as its users and operators meet it: real binaries, real sockets, real faults.

mod faults;
mod health;
mod migrate;
mod seed;
mod server;
mod shop;
mod start;
