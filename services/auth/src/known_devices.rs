//! How the desk knows a device again: by a cookie that says nothing and that only this shop can have made.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::UserId;
use secrecy::{ExposeSecret, SecretString};
use shared::sealing::Sealer;

/// What the cookie of a device holds on which `user` signed in: a number that nobody guesses, and its fingerprint.
pub(crate) fn token(sealer: &Sealer, user: UserId) -> SecretString {
    let number = SecretString::from(URL_SAFE_NO_PAD.encode(rand::random::<[u8; 16]>()));
    let fingerprint = sealer.fingerprint(&context(Some(user)), &number);
    format!("{}.{fingerprint}", number.expose_secret()).into()
}

/// The number of the device, if somebody signed in as `user` on it since the last change of `SECRETS_KEY`. Takes as long when
/// nobody is known.
pub(crate) fn recognise(sealer: &Sealer, user: Option<UserId>, token: Option<&str>) -> Option<String> {
    let (number, fingerprint) = token.unwrap_or_default().split_once('.').unwrap_or_default();
    let right = sealer.fingerprint(&context(user), &SecretString::from(number));
    // A comparison that stops early tells nothing of use: whoever measured it would have to make fingerprints.
    (user.is_some() && is_same(&right, fingerprint)).then(|| number.to_owned())
}

fn is_same(right: &str, given: &str) -> bool {
    let differing = right.bytes().zip(given.bytes()).fold(0, |all, (a, b)| all | (a ^ b));
    right.len() == given.len() && differing == 0
}

fn context(user: Option<UserId>) -> String {
    format!("users/{}/device", user.map_or(0, UserId::get))
}

#[cfg(test)]
mod tests {
    use shared::config::{Secrets, SecretsKey};

    use super::*;

    #[test]
    fn a_device_is_known_to_the_account_that_was_entered_on_it_and_to_no_other() {
        let sealer = |key| Sealer::new(&Secrets { key: SecretsKey::new([key; 32]), previous: None }).unwrap();
        let user = |number| UserId::new(number);
        let token = token(&sealer(1), user(7).unwrap());
        let token = token.expose_secret();
        assert_eq!(recognise(&sealer(1), user(7), Some(token)).as_deref(), token.split('.').next());
        let other = token.replacen(|c: char| c != 'A', "A", 1);
        for (key, who, token) in [
            (1, user(8), Some(token)),
            (1, None, Some(token)),
            (2, user(7), Some(token)),
            (1, user(7), Some(other.as_str())),
            (1, user(7), Some("")),
            (1, user(7), Some(".")),
            (1, user(7), token.strip_suffix(char::is_alphanumeric)),
            (1, user(7), None),
        ] {
            assert_eq!(recognise(&sealer(key), who, token), None, "{key} {who:?} {token:?}");
        }
    }
}
