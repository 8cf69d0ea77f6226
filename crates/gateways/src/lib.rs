//! Clients of payment gateways behind one trait.
//!
//! - [`Gateway`] what a shop asks a gateway; [`Razorpay`] the one that is asked
//! - [`Order`], [`Payment`], [`Refund`], [`Notice`] what it answers and what it tells by itself
//! - [`Fault`] why there is no answer, and whether anything was done
//!
//! **Invariants**
//! - A request that may have been carried out is never sent again from here: whoever asked looks, or asks with the same key.
//! - An answer of the gateway is the truth about money; a webhook or a browser only says where to look.
//! - Amounts are whole paise here and on the wire.
//! - No secret, key or card number is in an error, a log line or `Debug`.

mod fault;
mod gateway;
mod money;
mod notice;
mod razorpay;
mod signature;

pub use self::fault::Fault;
pub use self::gateway::Gateway;
pub use self::money::{Money, NewOrder, NewRefund, Order, OrderStatus, Payment, PaymentStatus, Refund, RefundStatus};
pub use self::notice::Notice;
pub use self::razorpay::{Razorpay, Settings};
