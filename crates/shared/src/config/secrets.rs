//! Keys that sign tokens and seal secret settings.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretBox, SecretString};

use super::Reader;

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

/// `SETTINGS_KEY`: 32 bytes in base64 that seal secret settings at rest.
#[derive(Debug)]
pub struct SettingsKey(SecretBox<[u8; 32]>);

impl SettingsKey {
    pub(super) fn read(env: &mut Reader) -> Option<Self> {
        let text = env.secret("SETTINGS_KEY")?;
        let bytes = STANDARD.decode(text.expose_secret()).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        if bytes.is_none() {
            env.fault("SETTINGS_KEY", "is not 32 bytes in base64 (make one with: openssl rand -base64 32)");
        }
        bytes.map(|bytes| Self(SecretBox::new(Box::new(bytes))))
    }

    /// The key itself.
    pub fn expose(&self) -> &[u8; 32] {
        self.0.expose_secret()
    }
}

impl Clone for SettingsKey {
    fn clone(&self) -> Self {
        Self(SecretBox::new(Box::new(*self.expose())))
    }
}
