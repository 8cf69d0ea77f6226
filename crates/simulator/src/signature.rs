//! What a message is signed with: lower-case hex of HMAC-SHA256.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The signature of `message` under `secret`.
pub fn sign(secret: &str, message: &[u8]) -> String {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key of any length");
    mac.update(message);
    let halves = mac.finalize().into_bytes().into_iter().flat_map(|byte| [byte >> 4, byte & 0x0f]);
    halves.filter_map(|half| char::from_digit(u32::from(half), 16)).collect()
}

/// What checkout hands over after a payment, so that the shop can tell that it comes from here.
pub fn sign_callback(key_secret: &str, order_id: &str, payment_id: &str) -> String {
    sign(key_secret, format!("{order_id}|{payment_id}").as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_callback_is_signed_as_published() {
        let signature = sign_callback("EnLs21M47BllR3X8PSFtjtbd", "order_IEIaMR65cu6nz3", "pay_IH4NVgf4Dreq1l");
        assert_eq!(signature, "0d4e745a1838664ad6c9c9902212a32d627d68e917290b0ad5f08ff4561bc50f");
    }

    #[test]
    fn a_webhook_is_signed_over_its_raw_body() {
        let body = br#"{"entity":"event","event":"payment.captured","amount":100}"#;
        let signature = "c547772614cf0d5b97618b787076f40054b544071856cb05a9887dee21bd6e81";
        assert_eq!(sign("whsec_test", body), signature);
        assert_ne!(sign("whsec_test", &body[1..]), signature);
    }
}
