//! Credentials of the payment gateways.

use secrecy::SecretString;
use url::Url;

use super::Reader;

/// `RAZORPAY_*`.
#[derive(Clone, Debug)]
pub struct Razorpay {
    /// The public half: `rzp_test_…` or `rzp_live_…`.
    pub key_id: String,
    /// The secret half; also signs checkout callbacks.
    pub secret: SecretString,
    /// Signs webhooks.
    pub webhook_secret: Option<SecretString>,
    /// Signed webhooks before the last rotation; retries still carry it.
    pub webhook_secret_previous: Option<SecretString>,
    /// Where the gateway is.
    pub base_url: String,
}

impl Razorpay {
    pub(super) fn read(env: &mut Reader) -> Option<Self> {
        let razorpay = Self {
            key_id: env.text("RAZORPAY_KEY_ID").unwrap_or_default(),
            secret: env.text("RAZORPAY_SECRET").unwrap_or_default().into(),
            webhook_secret: env.secret("RAZORPAY_WEBHOOK_SECRET"),
            webhook_secret_previous: env.secret("RAZORPAY_WEBHOOK_SECRET_PREVIOUS"),
            base_url: base_url(env, "RAZORPAY_BASE_URL", "https://api.razorpay.com"),
        };
        together(env, ["RAZORPAY_KEY_ID", "RAZORPAY_SECRET"]).then_some(razorpay)
    }
}

/// `STRIPE_*`.
#[derive(Clone, Debug)]
pub struct Stripe {
    /// The API key.
    pub secret_key: SecretString,
    /// Signs webhooks.
    pub webhook_secret: Option<SecretString>,
    /// Where the gateway is.
    pub base_url: String,
}

impl Stripe {
    pub(super) fn read(env: &mut Reader) -> Option<Self> {
        let webhook_secret = env.secret("STRIPE_WEBHOOK_SECRET");
        let base_url = base_url(env, "STRIPE_BASE_URL", "https://api.stripe.com");
        let secret_key = env.secret("STRIPE_SECRET_KEY");
        if webhook_secret.is_some() && secret_key.is_none() {
            env.fault("STRIPE_SECRET_KEY", "is missing, although STRIPE_WEBHOOK_SECRET is given");
        }
        secret_key.map(|secret_key| Self { secret_key, webhook_secret, base_url })
    }
}

/// Whether both are there; one without the other is a fault.
fn together(env: &mut Reader, [first, second]: [&str; 2]) -> bool {
    match (env.text(first).is_some(), env.text(second).is_some()) {
        (true, false) => env.fault(second, format_args!("is missing, although {first} is given")),
        (false, true) => env.fault(first, format_args!("is missing, although {second} is given")),
        (both, _) => return both,
    }
    false
}

fn base_url(env: &mut Reader, name: &str, default: &str) -> String {
    let url = env.text(name).unwrap_or_else(|| default.to_owned());
    if !Url::parse(&url).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host()) {
        env.fault(name, format_args!("cannot be {url:?}: it is no address like {default}"));
    }
    url.trim_end_matches('/').to_owned()
}
