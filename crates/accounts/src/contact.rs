//! How somebody is found and written to, changed by themselves.

use chrono::{DateTime, Utc};
use kernel::{Patch, UserId};
use shared::database::Failure;
use sqlx::MySqlConnection;

use crate::identifiers::{Email, Phone, Username};
use crate::proofs::{Recipient, Way};
use crate::store;
use crate::store::contact::Contact;

/// What somebody wants to be found by from now on.
#[derive(Clone, Debug, Default)]
pub struct NewContact {
    /// Their address.
    pub email: Patch<Email>,
    /// Their number.
    pub phone: Patch<Phone>,
    /// Their name.
    pub username: Patch<Username>,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContactChange {
    /// It is so now; what is another than before is not verified.
    Changed(Vec<Move>),
    /// Somebody else is found by it. The caller rolls back.
    Taken,
    /// Nothing would be left to sign in with. Nothing has changed.
    Unreachable,
}

/// An address or a number that is another than before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// Which of the two.
    pub way: Way,
    /// Where the account was reached, if it was.
    pub from: Option<Recipient>,
    /// Where it is reached now, if it is.
    pub to: Option<Recipient>,
}

/// Changes how `user`, who exists, is found. Of several who want one address at once, one gets it.
pub async fn change(
    conn: &mut MySqlConnection,
    user: UserId,
    wanted: &NewContact,
    now: DateTime<Utc>,
) -> sqlx::Result<ContactChange> {
    let old = store::contact::lock(conn, user).await?;
    let new = wanted.applied_to(&old);
    if new.email.is_none() && new.phone.is_none() && new.username.is_none() {
        return Ok(ContactChange::Unreachable);
    }
    let moves = moves(&old, &new);
    if moves.is_empty() && new.username == old.username {
        return Ok(ContactChange::Changed(moves));
    }
    match store::contact::update(conn, user, &new, now).await {
        Ok(()) => Ok(ContactChange::Changed(moves)),
        Err(error) if Failure::of(&error) == Failure::Duplicate => Ok(ContactChange::Taken),
        Err(error) => Err(error),
    }
}

impl NewContact {
    fn applied_to(&self, old: &Contact) -> Contact {
        let email = self.email.apply(old.email.clone());
        let phone = self.phone.apply(old.phone.clone());
        Contact {
            email_verified: old.email_verified && email == old.email,
            phone_verified: old.phone_verified && phone == old.phone,
            username: self.username.apply(old.username.clone()),
            email,
            phone,
        }
    }
}

fn moves(old: &Contact, new: &Contact) -> Vec<Move> {
    let email = |contact: &Contact| contact.email.clone().map(Recipient::Email);
    let phone = |contact: &Contact| contact.phone.clone().map(Recipient::Phone);
    let email = Move { way: Way::Email, from: email(old), to: email(new) };
    let phone = Move { way: Way::Sms, from: phone(old), to: phone(new) };
    [email, phone].into_iter().filter(|moved| moved.from != moved.to).collect()
}
