//! Whether something was signed by who knows the secret: lower-case hex of HMAC-SHA256.

use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

/// Whether `signature` is that of the parts of a message, one after the other. Takes the same time for every signature
/// that has the right form.
pub(crate) fn is_signed(secret: &SecretString, message: &[&[u8]], signature: &str) -> bool {
    let key = secret.expose_secret().as_bytes();
    let Some((claimed, mut mac)) = decode(signature).zip(Hmac::<Sha256>::new_from_slice(key).ok()) else {
        return false;
    };
    for part in message {
        mac.update(part);
    }
    // Everybody knows the empty secret.
    !key.is_empty() && mac.verify_slice(&claimed).is_ok()
}

/// The bytes behind lower-case hex. Upper case is refused, as the vendor's own check does.
fn decode(hex: &str) -> Option<Vec<u8>> {
    let half = |digit: &u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let (pairs, rest) = hex.as_bytes().as_chunks::<2>();
    let bytes = pairs.iter().map(|[high, low]| Some(half(high)? << 4 | half(low)?));
    if rest.is_empty() { bytes.collect() } else { None }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::Index;
    use simulator::{sign, sign_callback};

    use super::*;

    /// What the vendor publishes.
    const CALLBACK: &str = "0d4e745a1838664ad6c9c9902212a32d627d68e917290b0ad5f08ff4561bc50f";
    const WEBHOOK: &str = "c547772614cf0d5b97618b787076f40054b544071856cb05a9887dee21bd6e81";
    const BODY: &[u8] = br#"{"entity":"event","event":"payment.captured","amount":100}"#;

    fn is_callback(signature: &str) -> bool {
        let secret = "EnLs21M47BllR3X8PSFtjtbd".into();
        is_signed(&secret, &[b"order_IEIaMR65cu6nz3", b"|", b"pay_IH4NVgf4Dreq1l"], signature)
    }

    #[test]
    fn the_published_callback_is_taken_and_its_truncated_twin_is_not() {
        assert!(is_callback(CALLBACK));
        assert!(!is_callback(CALLBACK.strip_suffix('f').unwrap()));
        assert!(!is_callback(CALLBACK.strip_suffix("0f").unwrap()));
    }

    #[test]
    fn a_webhook_is_signed_over_its_raw_body() {
        assert!(is_signed(&"whsec_test".into(), &[BODY], WEBHOOK));
        assert!(!is_signed(&"whsec_test".into(), &[&BODY[1..]], WEBHOOK));
        assert!(!is_signed(&"whsec_tesT".into(), &[BODY], WEBHOOK));
    }

    #[test]
    fn only_lower_case_hex_is_a_signature() {
        let others = [
            CALLBACK.to_uppercase(),
            format!(" {CALLBACK}"),
            format!("{CALLBACK}\n"),
            format!("{CALLBACK}0"),
            format!("{CALLBACK}00"),
        ];
        for other in others.iter().map(String::as_str).chain(["", "0d", "é", "null"]) {
            assert!(!is_callback(other), "{other}");
        }
    }

    #[test]
    fn nothing_is_signed_with_the_empty_secret() {
        let signature = "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad";
        let mut mac = Hmac::<Sha256>::new_from_slice(b"").unwrap();
        mac.update(b"");
        assert!(mac.verify_slice(&decode(signature).unwrap()).is_ok(), "it would be right");
        assert!(!is_signed(&"".into(), &[b""], signature));
    }

    /// `text` with one bit of one byte turned.
    fn turned(text: &[u8], place: Index, bit: u8) -> Vec<u8> {
        let mut turned = text.to_vec();
        turned[place.index(text.len())] ^= 1 << bit;
        turned
    }

    proptest! {
        #[test]
        fn what_is_signed_elsewhere_is_taken_and_with_one_bit_turned_it_is_not(
            body in prop::collection::vec(any::<u8>(), 1..300), secret in ".{1,40}", place: Index, bit in 0..8_u8,
        ) {
            let (signature, secret) = (sign(&secret, &body), secret.into());
            prop_assert!(is_signed(&secret, &[&body], &signature));
            prop_assert!(!is_signed(&secret, &[&turned(&body, place, bit)], &signature));
            let forged = turned(signature.as_bytes(), place, bit);
            prop_assert!(!is_signed(&secret, &[&body], &String::from_utf8_lossy(&forged)));
        }

        #[test]
        fn a_callback_is_signed_for_its_order_and_its_payment(
            order in "order_[a-zA-Z0-9]{14}", payment in "pay_[a-zA-Z0-9]{14}", secret in ".{1,40}",
        ) {
            let (signature, secret) = (sign_callback(&secret, &order, &payment), secret.into());
            let (order, payment): (&[u8], &[u8]) = (order.as_bytes(), payment.as_bytes());
            prop_assert!(is_signed(&secret, &[order, b"|", payment], &signature));
            prop_assert!(!is_signed(&secret, &[payment, b"|", order], &signature));
        }
    }
}
