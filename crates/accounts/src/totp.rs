//! One-time codes by the clock (RFC 6238), as every authenticator app makes them: SHA-1, six digits, thirty seconds.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac::{self, HMAC_SHA1_FOR_LEGACY_USE_ONLY};
use chrono::{DateTime, Utc};
use data_encoding::BASE32_NOPAD;
use secrecy::{ExposeSecret, SecretString};

/// How long a code is shown.
const STEP: u64 = 30;
/// So many steps a clock may be early or late.
const SKEW: u64 = 1;

/// What an authenticator app and the shop both know: 160 random bits, as 32 characters of base32.
#[derive(Clone, Debug)]
pub struct TotpSecret(SecretString);

impl TotpSecret {
    /// One that nobody knows yet.
    pub fn fresh() -> Self {
        Self(BASE32_NOPAD.encode(&rand::random::<[u8; 20]>()).into())
    }

    /// One that was written down.
    pub(crate) fn from_text(text: SecretString) -> Self {
        Self(text)
    }

    /// As it is typed into an app.
    pub fn text(&self) -> &SecretString {
        &self.0
    }

    /// As an app reads it from a picture: `account` is what the app calls it, `issuer` whose it is.
    pub fn uri(&self, issuer: &str, account: &str) -> SecretString {
        let (issuer, account) = (percent_encoded(issuer), percent_encoded(account));
        let secret = self.0.expose_secret();
        format!("otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits=6&period=30")
            .into()
    }

    /// The step whose code this is: the present one, the one before or the one after, and later than `after`.
    pub(crate) fn step_of(&self, code: &str, after: u64, now: DateTime<Utc>) -> Option<u64> {
        let key = BASE32_NOPAD.decode(self.0.expose_secret().as_bytes()).ok()?;
        let present = u64::try_from(now.timestamp()).ok()? / STEP;
        let steps = present.saturating_sub(SKEW)..=present.saturating_add(SKEW);
        // All of them are looked at, so that the time it takes tells nothing.
        let matches = steps.map(|step| (step, is_code(&key, step, code) && step > after)).collect::<Vec<_>>();
        matches.into_iter().find(|(_, is_match)| *is_match).map(|(step, _)| step)
    }
}

fn is_code(key: &[u8], step: u64, code: &str) -> bool {
    let right = truncated(key, step).map(|number| format!("{:06}", number % 1_000_000));
    right.is_some_and(|right| verify_slices_are_equal(right.as_bytes(), code.as_bytes()).is_ok())
}

/// RFC 4226 §5.3.
fn truncated(key: &[u8], step: u64) -> Option<u32> {
    let mac = hmac::sign(&hmac::Key::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, key), &step.to_be_bytes());
    let offset = usize::from(mac.as_ref().last()? & 15);
    let bytes = mac.as_ref().get(offset..)?.first_chunk::<4>()?;
    Some(u32::from_be_bytes(*bytes) & 0x7fff_ffff)
}

fn percent_encoded(text: &str) -> String {
    let encoded = text.bytes().map(|byte| {
        let is_plain = byte.is_ascii_alphanumeric() || b"-_.~@".contains(&byte);
        if is_plain { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    });
    encoded.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    /// The secret of the RFC's appendices: 12345678901234567890.
    fn secret() -> TotpSecret {
        TotpSecret::from_text("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ".into())
    }

    #[test]
    fn the_codes_are_those_of_the_rfcs() {
        let eight = [(59, 94_287_082), (1_111_111_109, 7_081_804), (1_111_111_111, 14_050_471)];
        let later = [(1_234_567_890, 89_005_924), (2_000_000_000, 69_279_037), (20_000_000_000, 65_353_130)];
        for (seconds, code) in eight.into_iter().chain(later) {
            let number = truncated(b"12345678901234567890", seconds / 30).unwrap();
            assert_eq!(number % 100_000_000, code, "RFC 6238, appendix B, {seconds}");
        }
        for (step, code) in [(0, 755_224), (1, 287_082), (2, 359_152), (9, 520_489)] {
            let number = truncated(b"12345678901234567890", step).unwrap();
            assert_eq!(number % 1_000_000, code, "RFC 4226, appendix D, {step}");
        }
    }

    #[test]
    fn a_code_is_good_a_step_early_and_a_step_late_and_never_twice() {
        for (seconds, step) in [(0, Some(1)), (29, Some(1)), (30, Some(1)), (89, Some(1)), (90, None), (3_000, None)] {
            assert_eq!(secret().step_of("287082", 0, at(seconds)), step, "{seconds}");
        }
        assert_eq!(secret().step_of("287082", 1, at(59)), None);
        assert_eq!(secret().step_of("359152", 1, at(59)), Some(2), "the next one is still to come");
        for wrong in ["287083", "", "28708", "2870820", "28708２"] {
            assert_eq!(secret().step_of(wrong, 0, at(59)), None, "{wrong}");
        }
    }

    #[test]
    fn an_app_can_read_it() {
        let fresh = TotpSecret::fresh();
        assert_eq!(fresh.text().expose_secret().len(), 32);
        assert_ne!(fresh.text().expose_secret(), TotpSecret::fresh().text().expose_secret());
        let uri = "otpauth://totp/Pavitra%20Trading:asha@example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
                   &issuer=Pavitra%20Trading&algorithm=SHA1&digits=6&period=30";
        assert_eq!(secret().uri("Pavitra Trading", "asha@example.com").expose_secret(), uri);
        assert!(!format!("{fresh:?}").contains(fresh.text().expose_secret()));
    }
}
