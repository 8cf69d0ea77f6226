//! An authenticator app: the codes that it shows, made by other libraries than the shop's.

use chrono::{DateTime, Utc};
use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

/// What an app that was given `secret` shows at `now`.
pub fn code(secret: &str, now: DateTime<Utc>) -> String {
    let key = BASE32_NOPAD.decode(secret.as_bytes()).unwrap();
    let step = u64::try_from(now.timestamp()).unwrap() / 30;
    let mut mac = Hmac::<Sha1>::new_from_slice(&key).unwrap();
    mac.update(&step.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let offset = usize::from(digest[19] & 15);
    let number = u32::from_be_bytes(digest[offset..offset + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}
