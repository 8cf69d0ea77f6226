//! Somebody wants to leave: thirty days to change their mind, then the person is forgotten and the books are kept.

use accounts::PasswordAttempt;
use accounts::proofs::{Code, Proof, RequestId};
use accounts::standing::{self, Scheduling};
use chrono::{DateTime, Utc};
use commerce::events::{DeletionScheduled, UserErased};
use kernel::UserId;
use serde::Serialize;
use shared::config::ServiceName;
use shared::database;
use shared::messaging::outbox;
use shared::task::Progress;
use shared::web::{Error, Result};
use sqlx::{MySqlConnection, MySqlPool};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::avatars::Gallery;
use crate::confirmations::{self, Action};
use crate::passwords::Safe;
use crate::people;
use crate::store;

/// Where somebody shows that it is them who leaves.
#[derive(Clone, Debug)]
pub struct Gate {
    pub(crate) safe: Safe,
}

/// Somebody wants to leave, and confirms it by their password; or by a code where there is none.
#[derive(Debug, eserde::Deserialize, Validate, ToSchema)]
#[validate(schema(function = "is_confirmed"))]
pub struct Leave {
    /// What opens the account: a stolen token does not end it.
    #[serde(default)]
    pub password: Option<PasswordAttempt>,
    /// What the request for a code to delete the account was answered.
    #[serde(default)]
    pub request_id: Option<RequestId>,
    /// That code.
    #[serde(default)]
    pub code: Option<Code>,
}

/// The code of a rule of the whole names the field that it blames.
fn is_confirmed(form: &Leave) -> Result<(), ValidationError> {
    confirmations::expect_one("password", form.password.as_ref(), (form.request_id, &form.code))
}

/// What becomes of an account.
#[derive(Debug, Serialize, ToSchema)]
pub struct Departure {
    /// When the person is forgotten; nothing if they stay.
    pub deletion_scheduled_at: Option<DateTime<Utc>>,
}

/// Notes that `user` leaves in thirty days, and writes to them. Asked again, the first day stays. The last administrator
/// who may do everything stays.
///
/// # Errors
/// 401 for another password; 422 for a code that is over, and for the last administrator; 429 after too many tries.
pub async fn leave(gate: &Gate, user: UserId, wanted: Leave, now: DateTime<Utc>) -> Result<Departure> {
    let Leave { password, request_id, code } = wanted;
    let mut proof = None;
    if let Some(password) = password {
        if !gate.safe.opens(user, password).await? {
            return Err(Error::WrongCredentials);
        }
    } else {
        let whose = (user, Action::DeleteAccount);
        proof = Some(confirmations::prove(&gate.safe, whose, request_id.zip(code), now).await?);
    }
    database::retry(|| schedule(gate.safe.database(), user, proof.as_ref(), now)).await
}

async fn schedule(db: &MySqlPool, user: UserId, proof: Option<&Proof>, now: DateTime<Utc>) -> Result<Departure> {
    let mut tx = db.begin().await?;
    people::lock_dispensable(&mut tx, user).await?;
    store::profiles::lock_owner(&mut tx, user).await?.ok_or(Error::Unauthenticated)?;
    if let Some(proof) = proof {
        confirmations::use_up(&mut tx, user, proof, now).await?;
    }
    let (due_at, scheduling) = standing::schedule_deletion(&mut tx, user, now).await?;
    if scheduling == Scheduling::Now {
        outbox::emit(&mut tx, ServiceName::User, now, &DeletionScheduled { user_id: user, due_at }).await?;
    }
    tx.commit().await?;
    Ok(Departure { deletion_scheduled_at: Some(due_at) })
}

/// `user` stays.
pub async fn stay(db: &MySqlPool, user: UserId, now: DateTime<Utc>) -> Result<Departure> {
    let mut tx = db.begin().await?;
    store::profiles::lock_owner(&mut tx, user).await?.ok_or(Error::Unauthenticated)?;
    standing::cancel_deletion(&mut tx, user, now).await?;
    tx.commit().await?;
    Ok(Departure { deletion_scheduled_at: None })
}

/// Forgets one person whose grace is over, all of it or nothing: whoever is killed at it begins again. Orders, invoices
/// and payments stay as tax law wants them, and reviews without a name; the row of the account stays without a person in it.
pub(crate) async fn erase_next(gallery: &Gallery, now: DateTime<Utc>) -> Result<Progress> {
    let mut tx = gallery.database.begin().await?;
    let Some(user) = standing::lock_due(&mut tx, now).await? else { return Ok(Progress::Idle) };
    let picture = store::avatars::find(&mut tx, user).await?;
    // Before the row forgets where they are; a second time they are gone already.
    gallery.remove_files(picture.as_deref()).await.map_err(|error| Error::Internal(error.into()))?;
    erase(&mut tx, user, now).await?;
    outbox::emit(&mut tx, ServiceName::User, now, &UserErased { user_id: user }).await?;
    tx.commit().await?;
    tracing::info!(user = %user, "an account was erased");
    Ok(Progress::More)
}

async fn erase(conn: &mut MySqlConnection, user: UserId, now: DateTime<Utc>) -> sqlx::Result<()> {
    carts::forget(conn, user).await?;
    store::addresses::delete_all(conn, user).await?;
    store::taxes::delete(conn, user).await?;
    store::wishes::delete_all(conn, user).await?;
    store::preferences::delete_all(conn, user).await?;
    store::newsletter::delete_of(conn, user).await?;
    store::profiles::update_erased(conn, user, now).await?;
    standing::erase(conn, user, now).await
}
