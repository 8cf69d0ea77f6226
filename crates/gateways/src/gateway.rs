//! What a shop asks a payment gateway.

use crate::{Fault, Money, NewOrder, NewRefund, Notice, Order, Payment, Refund};

/// A payment gateway as this shop uses one.
///
/// Ids are the gateway's unless they are called `receipt` or `key`. One that cannot be an id is [`Fault::Missing`] without
/// being sent, so ids that come from a browser need no check before.
pub trait Gateway: Send + Sync {
    /// Makes an order that customers can pay. [`Fault::Unknown`] may have made it: look with [`Gateway::find_order`]
    /// before asking again. Where the gateway keeps receipts unique and knows this one, the answer is the order that
    /// has it, if its amount is the same.
    fn create_order(&self, wanted: &NewOrder<'_>) -> impl Future<Output = Result<Order, Fault>> + Send;

    /// The order with our `receipt`; the oldest, should there be several.
    fn find_order(&self, receipt: &str) -> impl Future<Output = Result<Option<Order>, Fault>> + Send;

    /// One order.
    fn order(&self, id: &str) -> impl Future<Output = Result<Order, Fault>> + Send;

    /// All attempts to pay an order. Whether a card is a debit card is only said by [`Gateway::payment`].
    fn payments_of(&self, order: &str) -> impl Future<Output = Result<Vec<Payment>, Fault>> + Send;

    /// One payment, with what is known of its card.
    fn payment(&self, id: &str) -> impl Future<Output = Result<Payment, Fault>> + Send;

    /// Takes the money of an authorised payment; `amount` is all of it. After [`Fault::Unknown`], and when it is refused,
    /// [`Gateway::payment`] tells whether it is taken.
    fn capture(&self, id: &str, amount: &Money<'_>) -> impl Future<Output = Result<Payment, Fault>> + Send;

    /// Gives money back. The same request with the same key may be sent any number of times and is done once.
    fn refund(&self, wanted: &NewRefund<'_>) -> impl Future<Output = Result<Refund, Fault>> + Send;

    /// All refunds of a payment.
    fn refunds_of(&self, payment: &str) -> impl Future<Output = Result<Vec<Refund>, Fault>> + Send;

    /// One refund.
    fn refund_by_id(&self, id: &str) -> impl Future<Output = Result<Refund, Fault>> + Send;

    /// Whether what the checkout handed to the browser is the gateway's: `payment` belongs to `order`, which is the
    /// order on our side and not the browser's. It says nothing about amount or status.
    fn is_callback(&self, order: &str, payment: &str, signature: &str) -> bool;

    /// Whether a webhook is the gateway's, under the present secret or the previous one. `None`: no secret is set.
    fn is_webhook(&self, body: &[u8], signature: &str) -> Option<bool>;

    /// What a webhook is about; `None` if it is nothing that can be read.
    fn read_event(&self, body: &[u8]) -> Option<Notice>;
}
