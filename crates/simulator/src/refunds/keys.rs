//! `X-Refund-Idempotency`: the same refund asked for twice is made once. Keys are kept for ever; refusals are not.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::fields::Fields;
use crate::gateway::Gateway;
use crate::refusal::Refusal;

const SHORTEST: usize = 10;

/// Which keys were used for what, and which are being used.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    used: HashMap<String, Use>,
    running: HashSet<String>,
}

#[derive(Debug)]
struct Use {
    payment_id: String,
    fields: Fields,
    refund_id: String,
}

impl Keys {
    /// The refund that was made with this key, if one was; refused when it was made for another request.
    pub(super) fn recall(&self, key: &str, payment_id: &str, fields: &Fields) -> Result<Option<String>, Refusal> {
        match self.used.get(key) {
            None => Ok(None),
            Some(earlier) if earlier.payment_id == payment_id && earlier.fields == *fields => {
                Ok(Some(earlier.refund_id.clone()))
            }
            Some(_) => Err(Refusal::not_applicable(
                409,
                "Different request with the same idempotency key has already been processed.",
            )),
        }
    }

    pub(super) fn remember(&mut self, key: &str, payment_id: &str, fields: &Fields, refund_id: &str) {
        let (payment_id, refund_id) = (payment_id.to_owned(), refund_id.to_owned());
        self.used.insert(key.to_owned(), Use { payment_id, fields: fields.clone(), refund_id });
    }

    fn start(&mut self, key: &str) -> Result<(), Refusal> {
        check(key)?;
        if self.running.insert(key.to_owned()) {
            Ok(())
        } else {
            Err(Refusal::not_applicable(409, "Another request with the same idempotency key is still in progress."))
        }
    }
}

/// A key in use; free again when it is dropped.
#[derive(Debug)]
pub(crate) struct Claim {
    gateway: Arc<Gateway>,
    key: String,
}

impl Claim {
    /// Refused while another request uses the key.
    pub(crate) fn new(gateway: &Arc<Gateway>, key: &str) -> Result<Self, Refusal> {
        gateway.write(|books, _| books.refund_keys.start(key))?;
        Ok(Self { gateway: Arc::clone(gateway), key: key.to_owned() })
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.gateway.write(|books, _| books.refund_keys.running.remove(&self.key));
    }
}

fn check(key: &str) -> Result<(), Refusal> {
    if key.len() < SHORTEST {
        return Err(Refusal::not_applicable(400, "The idempotency key must be at least 10 characters long."));
    }
    if key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')) {
        return Ok(());
    }
    Err(Refusal::not_applicable(
        400,
        "The idempotency key must only contain alphanumeric characters, underscores, and hyphens",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_ten_plain_characters() {
        for wrong in ["", "123456789", "12345 67890", "12345678é0"] {
            assert_eq!(check(wrong).unwrap_err().status, 400, "{wrong}");
        }
        assert!(check("0194-a_Bc9").is_ok());
    }
}
