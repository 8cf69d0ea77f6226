//! Every setting of the shop, in the order in which migrations add them.

use super::Definition;
use super::kind::Kind::{self, Amount, Choice, Flag, OneOf, Several, Text, Whole};
use super::shapes::{HOURS, MACHINES, PINS, SELLER};
use super::text::{ADDRESS, EMAIL, GSTIN, KEY, LINE, PAGE, PHONE, STATE};
use crate::orders::{Gateway, PaymentMethod};

/// The roles of people who work here.
const STAFF: &[&str] = &["super_admin", "admin", "vendor", "content_manager", "support_staff"];
/// A crore.
const MUCH: u32 = 10_000_000;

/// Every setting that the code knows: `tests/settings.rs` compares it with the schema.
pub const ALL: &[Definition] = &[
    public("site_name", Text(1, 100, LINE)),
    public("site_description", Text(0, 255, LINE)),
    public("site_phone", Text(6, 30, PHONE)),
    public("site_email", Text(3, 254, EMAIL)),
    public("business_hours", HOURS),
    public("currency", Choice(&["INR"])),
    public("currency_symbol", Text(1, 5, LINE)),
    public("default_country", Choice(&["IN"])),
    public("seller_name", Text(1, 200, LINE)),
    public("seller_address", SELLER),
    public("seller_state", Text(2, 2, STATE)),
    public("gst_number", Text(0, 15, GSTIN)),
    public("enable_guest_checkout", Flag),
    public("enable_reviews", Flag),
    public("enable_wishlist", Flag),
    public("max_cart_quantity_per_product", Whole(1, 1_000)),
    public("max_cart_items_total", Whole(1, 10_000)),
    public("min_order_amount", Amount(MUCH)),
    public("free_shipping_threshold", Amount(MUCH)),
    public("flat_shipping_amount", Amount(100_000)),
    public("return_period_days", Whole(0, 365)),
    internal("invoice_on", Choice(&["dispatch", "payment"])),
    internal("invoice_hsn_digits", OneOf(&[4, 6])),
    public("supported_payment_methods", Several(1, PaymentMethod::TEXTS)),
    public("supported_gateways", Several(1, Gateway::TEXTS)),
    public("default_payment_gateway", Choice(Gateway::TEXTS)),
    public("min_transaction_amount", Amount(MUCH)),
    public("payment_timeout_minutes", Whole(5, 1_440)),
    public("cod_max_amount", Amount(MUCH)),
    public("cod_available_pincodes", PINS),
    internal("razorpay_key_id", Text(0, 100, KEY)).below("RAZORPAY_KEY_ID"),
    secret("razorpay_secret").below("RAZORPAY_SECRET"),
    secret("razorpay_webhook_secret").below("RAZORPAY_WEBHOOK_SECRET"),
    internal("stripe_publishable_key", Text(0, 200, KEY)),
    secret("stripe_secret_key").below("STRIPE_SECRET_KEY"),
    secret("stripe_webhook_secret").below("STRIPE_WEBHOOK_SECRET"),
    internal("email_from", Text(3, 254, EMAIL)),
    internal("email_from_name", Text(1, 100, LINE)),
    public("email_notifications", Flag),
    public("sms_notifications", Flag),
    public("push_notifications", Flag),
    public("telegram_notifications", Flag),
    public("whatsapp_notifications", Flag),
    secret("telegram_bot_token"),
    internal("telegram_chat_id", Text(0, 64, KEY)),
    internal("whatsapp_api_url", Text(0, 255, ADDRESS)),
    secret("whatsapp_api_token"),
    internal("send_payment_success_email", Flag),
    internal("send_payment_failure_email", Flag),
    internal("send_refund_processed_email", Flag),
    internal("payment_success_sms", Flag),
    public("maintenance_mode", Flag),
    internal("rate_limit_anonymous_per_minute", Whole(10, 1_000_000)),
    internal("rate_limit_signed_in_per_minute", Whole(10, 1_000_000)),
    internal("rate_limit_login_attempts", Whole(3, 1_000)),
    internal("rate_limit_login_attempts_per_address", Whole(3, 100_000)),
    internal("rate_limit_login_window", Whole(60, 86_400)),
    internal("rate_limit_codes_per_hour", Whole(1, 1_000)),
    internal("rate_limit_exempt_addresses", MACHINES),
    internal("mfa_required_roles", Several(0, STAFF)),
    internal("max_unpaid_orders", Whole(1, 1_000)),
    internal("argon2_memory_kib", Whole(7_168, 65_536)),
    internal("argon2_passes", Whole(1, 5)),
    public("storefront_url", Text(8, 255, PAGE)),
    internal("reviews_need_approval", Flag),
];

/// Everybody may read it.
const fn public(key: &'static str, kind: Kind) -> Definition {
    Definition { key, kind, is_public: true, is_secret: false, variable: None }
}

/// The administration may read it.
const fn internal(key: &'static str, kind: Kind) -> Definition {
    Definition { key, kind, is_public: false, is_secret: false, variable: None }
}

/// Nobody may read it.
const fn secret(key: &'static str) -> Definition {
    Definition { key, kind: Text(0, 500, KEY), is_public: false, is_secret: true, variable: None }
}

impl Definition {
    /// What the environment says of `variable` counts instead, if it says something.
    const fn below(mut self, variable: &'static str) -> Self {
        self.variable = Some(variable);
        self
    }
}
