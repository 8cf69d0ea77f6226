//! Keys that sign tokens and seal secrets.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretBox, SecretString};

use super::{Environment, Reader};

/// `JWT_SECRET`, and during a rotation `JWT_SECRET_PREVIOUS`.
#[derive(Clone, Debug)]
pub struct Jwt {
    /// Signs and verifies.
    pub secret: SecretString,
    /// Only verifies what was signed before the rotation.
    pub previous: Option<SecretString>,
}

impl Jwt {
    pub(super) fn read(env: &mut Reader) -> Self {
        let secret = SecretString::from(env.required("JWT_SECRET"));
        let previous = env.secret("JWT_SECRET_PREVIOUS");
        require_32_bytes(env, "JWT_SECRET", Some(&secret));
        require_32_bytes(env, "JWT_SECRET_PREVIOUS", previous.as_ref());
        Self { secret, previous }
    }
}

/// RFC 7518 §3.2: an HS256 key has at least 256 bits.
fn require_32_bytes(env: &mut Reader, name: &str, secret: Option<&SecretString>) {
    let length = secret.map_or(32, |secret| secret.expose_secret().len());
    if (1..32).contains(&length) {
        env.fault(name, format_args!("has {length} bytes; HS256 needs at least 32 random ones"));
    }
}

/// The key of every installation that was given none: good for development, known to everybody.
const DEVELOPMENT_KEY: [u8; 32] = *b"development-only-development-key";

/// `SECRETS_KEY`, and during a rotation `SECRETS_KEY_PREVIOUS`.
#[derive(Clone, Debug)]
pub struct Secrets {
    /// Seals and opens.
    pub key: SecretsKey,
    /// Only opens what was sealed before the rotation.
    pub previous: Option<SecretsKey>,
}

impl Secrets {
    /// The well-known key of development is none in production.
    pub(super) fn read(env: &mut Reader) -> Self {
        let key = SecretsKey::read(env, "SECRETS_KEY");
        let is_known = key.as_ref().is_none_or(|key| *key.expose() == DEVELOPMENT_KEY);
        if is_known && env.environment() == Environment::Production {
            env.fault("SECRETS_KEY", MAKE_ONE);
        }
        Self {
            key: key.unwrap_or_else(|| SecretsKey::new(DEVELOPMENT_KEY)),
            previous: SecretsKey::read(env, "SECRETS_KEY_PREVIOUS"),
        }
    }
}

/// 32 bytes, in base64, that seal secrets at rest.
#[derive(Debug)]
pub struct SecretsKey(SecretBox<[u8; 32]>);

const MAKE_ONE: &str = "is not 32 secret bytes in base64 (make them with: openssl rand -base64 32)";

impl SecretsKey {
    /// These 32 bytes, which nobody else knows.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(SecretBox::new(Box::new(bytes)))
    }

    fn read(env: &mut Reader, name: &str) -> Option<Self> {
        let text = env.secret(name)?;
        let bytes = STANDARD.decode(text.expose_secret()).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        if bytes.is_none() {
            env.fault(name, MAKE_ONE);
        }
        bytes.map(Self::new)
    }

    /// The key itself.
    pub fn expose(&self) -> &[u8; 32] {
        self.0.expose_secret()
    }
}

impl Clone for SecretsKey {
    fn clone(&self) -> Self {
        Self::new(*self.expose())
    }
}
