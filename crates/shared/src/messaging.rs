//! Events between services: written with the effect (outbox), published later (relay), taken once (inbox).
//!
//! RabbitMQ carries them and is the only thing that `lapin` is used for. Losing it delays messages and nothing else.

mod broker;
mod consumer;
pub mod inbox;
mod message;
pub mod outbox;
mod relay;
mod topology;

pub use broker::Broker;
pub use consumer::Consumer;
pub use message::Message;
pub use relay::Relay;
