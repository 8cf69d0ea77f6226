//! Keys of the shop's things, one type each.

use kernel::id;

id! {
    /// A product: the key of `products`.
    ProductId
}

id! {
    /// A variation of a product: the key of `product_variations`.
    VariationId
}

id! {
    /// What variations differ in: the key of `product_attributes`.
    AttributeId
}

id! {
    /// A value of an attribute: the key of `product_attribute_values`.
    AttributeValueId
}

id! {
    /// A picture of a product: the key of `product_images`.
    ImageId
}

id! {
    /// A category: the key of `categories`.
    CategoryId
}

id! {
    /// A brand: the key of `brands`.
    BrandId
}

id! {
    /// An order: the key of `orders`.
    OrderId
}

id! {
    /// A line of an order: the key of `order_items`.
    OrderItemId
}

id! {
    /// An address in an address book: the key of `user_addresses`.
    AddressId
}

id! {
    /// A cart: the key of `carts`.
    CartId
}

id! {
    /// A line of a cart: the key of `cart_items`.
    CartItemId
}

id! {
    /// A visitor without an account: the key of `guest_sessions`.
    GuestId
}

id! {
    /// An attempt to pay an order: the key of `payment_transactions`.
    PaymentId
}

id! {
    /// A message to a customer: the key of `notification_logs`.
    NotificationId
}

id! {
    /// Money that goes back to a customer: the key of `refunds`.
    RefundId
}

id! {
    /// A code or a link that proves that somebody is reached: the key of `account_proofs`.
    ProofId
}

id! {
    /// Somebody who asked for the newsletter: the key of `newsletter_subscriptions`.
    SubscriptionId
}

id! {
    /// What a customer thinks of a product: the key of `product_reviews`.
    ReviewId
}
