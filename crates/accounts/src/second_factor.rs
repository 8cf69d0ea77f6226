//! The second factor of an account: an authenticator app, and ten recovery codes for the day it is lost.

use anyhow::Context;
use chrono::{DateTime, Utc};
use data_encoding::BASE32_NOPAD;
use kernel::UserId;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use shared::database::Failure;
use shared::sealing::Sealer;
use shared::web::Result;
use sqlx::MySqlConnection;
use utoipa::ToSchema;

use crate::identifiers::Malformed;
use crate::store::second_factors as store;
use crate::token;
use crate::totp::TotpSecret;

/// How many recovery codes there are.
pub const RECOVERY_CODES: usize = 10;

/// What somebody shows beside their password: six digits of an app, or a recovery code. Blanks and hyphens do not matter,
/// nor do capitals.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(try_from = "String")]
#[schema(value_type = String, max_length = 40, example = "287082")]
pub struct SecondFactorCode(Code);

#[derive(Clone, Debug)]
enum Code {
    App(SecretString),
    Recovery(SecretString),
}

eserde::impl_edeserialize_compat!(SecondFactorCode);

impl TryFrom<String> for SecondFactorCode {
    type Error = Malformed;

    fn try_from(text: String) -> Result<Self, Malformed> {
        let compact: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).take(40).collect();
        let compact = compact.to_ascii_uppercase();
        let is_recovery = compact.len() == 16 && compact.bytes().all(|c| matches!(c, b'A'..=b'Z' | b'2'..=b'7'));
        if compact.len() == 6 && compact.bytes().all(|c| c.is_ascii_digit()) {
            Ok(Self(Code::App(compact.into())))
        } else if is_recovery {
            Ok(Self(Code::Recovery(compact.into())))
        } else {
            Err(Malformed("the six digits of an authenticator app, or a recovery code"))
        }
    }
}

/// What became of an attempt to put a second factor in force.
#[derive(Debug)]
pub enum Confirmation {
    /// It is in force; these are its recovery codes, never to be seen again.
    Confirmed(Vec<SecretString>),
    /// The app shows something else.
    WrongCode,
    /// There is nothing to confirm.
    NotBegun,
}

/// Whether `user` has to show a second factor.
pub async fn is_in_force(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<bool> {
    Ok(store::find(conn, user).await?.is_some_and(|factor| factor.last_step.is_some()))
}

/// Makes a secret for the app of `user`, which is in force once it is confirmed. Of several the last one counts. None when one
/// is in force already.
pub async fn begin(
    conn: &mut MySqlConnection,
    sealer: &Sealer,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<Option<TotpSecret>> {
    let secret = TotpSecret::fresh();
    let sealed = sealer.seal(&context(user), secret.text())?;
    let is_begun = match store::insert(conn, user, &sealed, now).await {
        Err(error) if Failure::of(&error) == Failure::Duplicate => {
            store::take_unconfirmed(conn, user, &sealed, now).await?
        }
        inserted => inserted.map(|()| true)?,
    };
    Ok(is_begun.then_some(secret))
}

/// Puts the second factor of `user` in force if `code` is what its app shows.
pub async fn confirm(
    conn: &mut MySqlConnection,
    sealer: &Sealer,
    user: UserId,
    code: &SecondFactorCode,
    now: DateTime<Utc>,
) -> Result<Confirmation> {
    let unconfirmed = store::find(conn, user).await?.filter(|factor| factor.last_step.is_none());
    let Some(factor) = unconfirmed else { return Ok(Confirmation::NotBegun) };
    let secret = TotpSecret::from_text(sealer.open(&context(user), &factor.sealed_secret)?);
    let SecondFactorCode(Code::App(code)) = code else { return Ok(Confirmation::WrongCode) };
    let Some(step) = secret.step_of(code.expose_secret(), 0, now) else { return Ok(Confirmation::WrongCode) };
    if !store::take_confirmation(conn, user, &factor.sealed_secret, step, now).await? {
        return Ok(Confirmation::NotBegun);
    }
    let codes: Vec<SecretString> = (0..RECOVERY_CODES).map(|_| fresh_recovery_code()).collect();
    let hashes: Vec<String> = codes.iter().map(|code| token::hash(code.expose_secret())).collect();
    store::insert_recovery_codes(conn, user, &hashes, now).await?;
    Ok(Confirmation::Confirmed(codes.iter().map(readable).collect()))
}

/// Whether `code` proves that it is `user`. What proved it once proves nothing any more, also to somebody who shows it at the
/// same moment.
pub async fn prove(
    conn: &mut MySqlConnection,
    sealer: &Sealer,
    user: UserId,
    code: &SecondFactorCode,
    now: DateTime<Utc>,
) -> Result<bool> {
    let code = match &code.0 {
        Code::App(code) => code.expose_secret(),
        Code::Recovery(code) => {
            return Ok(store::take_recovery_code(conn, user, &token::hash(code.expose_secret()), now).await?);
        }
    };
    let Some(factor) = store::find(conn, user).await? else { return Ok(false) };
    let Some(last_step) = factor.last_step else { return Ok(false) };
    let secret = TotpSecret::from_text(sealer.open(&context(user), &factor.sealed_secret)?);
    let Some(step) = secret.step_of(code, last_step, now) else { return Ok(false) };
    if !sealer.is_current(&factor.sealed_secret) {
        store::update_sealed(conn, user, &sealer.seal(&context(user), secret.text())?).await?;
    }
    Ok(store::take_step(conn, user, step).await?)
}

/// Takes the second factor of `user` away, with its recovery codes; whether there was one in force.
pub async fn remove(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<bool> {
    store::delete_recovery_codes(conn, user).await?;
    store::delete(conn, user).await
}

/// Leaves nothing of the second factor of `user`, in force or begun.
pub(crate) async fn erase(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<()> {
    store::delete_recovery_codes(conn, user).await?;
    store::delete_all(conn, user).await
}

/// Seals every secret with the present key that the previous one sealed; how many. The caller commits.
///
/// # Errors
/// When one was sealed with neither key, and when the database does not answer.
pub async fn reseal(conn: &mut MySqlConnection, sealer: &Sealer) -> anyhow::Result<u64> {
    let (mut resealed, mut after) = (0, 0);
    loop {
        let page = store::lock_page(conn, after).await?;
        let Some((last, _)) = page.last() else { return Ok(resealed) };
        after = last.get();
        for (user, sealed) in page.iter().filter(|(_, sealed)| !sealer.is_current(sealed)) {
            let secret =
                sealer.open(&context(*user), sealed).with_context(|| format!("the second factor of {user}"))?;
            store::update_sealed(conn, *user, &sealer.seal(&context(*user), &secret)?).await?;
            resealed += 1;
        }
    }
}

/// What a secret is sealed for.
fn context(user: UserId) -> String {
    format!("users/{user}/totp")
}

/// 80 random bits in 16 characters, so that its hash gives nothing away.
fn fresh_recovery_code() -> SecretString {
    BASE32_NOPAD.encode(&rand::random::<[u8; 10]>()).into()
}

/// In groups of four, as people copy it.
fn readable(code: &SecretString) -> SecretString {
    let letters: Vec<char> = code.expose_secret().chars().collect();
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join("-").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_six_digits_or_a_recovery_code_however_it_is_typed() {
        let kind = |text: &str| match SecondFactorCode::try_from(text.to_owned()) {
            Ok(SecondFactorCode(Code::App(code))) => format!("app {}", code.expose_secret()),
            Ok(SecondFactorCode(Code::Recovery(code))) => format!("recovery {}", code.expose_secret()),
            Err(_) => "malformed".to_owned(),
        };
        assert_eq!(kind(" 287 082"), "app 287082");
        let code = fresh_recovery_code();
        let shown = readable(&code);
        assert_eq!(shown.expose_secret().len(), 19);
        assert_eq!(kind(&shown.expose_secret().to_lowercase()), format!("recovery {}", code.expose_secret()));
        for wrong in ["", "28708", "2870821", "28708a", "１２３４５６", "AAAA-AAAA-AAAA-AAA1", &"7".repeat(1 << 20)]
        {
            assert_eq!(kind(wrong), "malformed", "{} bytes", wrong.len());
        }
    }
}
