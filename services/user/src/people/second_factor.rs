//! A lost telephone: what an administrator may do about somebody's second factor.

use accounts::second_factor;
use accounts::sessions::{self, Ending};
use commerce::events::{SecurityAlert, SecurityAlertKind};
use kernel::UserId;
use serde_json::json;
use shared::audit::{By, Entry, Subject};
use shared::config::ServiceName;
use shared::identity::ManageUsers;
use shared::messaging::outbox;
use shared::web::{Error, Result};

use super::status::{Office, admit, expect_dispensable};
use super::{PersonDetail, find};

const NONE: Error = Error::Impossible { code: "INVALID_STATE", message: "there is no second factor" };

/// Takes the second factor of `user` away, with its recovery codes, ends all their log-ins and has them told. Under the
/// rules of who may put whom out of the shop: for a moment the password alone opens the account.
///
/// # Errors
/// 403 if `user` may do what the caller may not; 404 if there is nobody; 422 for oneself, the last administrator who may
/// do everything, and where there is nothing to take away.
pub async fn remove_second_factor(office: &Office, by: &By<ManageUsers>, user: UserId) -> Result<PersonDetail> {
    let mut tx = office.database.begin().await?;
    admit(&mut tx, by, user).await?;
    expect_dispensable(&mut tx, by.user.id, user).await?;
    if !second_factor::remove(&mut tx, user).await? {
        return Err(NONE);
    }
    sessions::revoke_all(&mut tx, user, Ending::SecondFactorRemoved, by.now).await?;
    let alert = SecurityAlert { user_id: user, kind: SecurityAlertKind::MfaRemoved };
    outbox::emit(&mut tx, ServiceName::User, by.now, &alert).await?;
    let after = find(&mut tx, user).await?;
    let entry = Entry {
        by: &by.actor,
        action: "user.second_factor",
        subject: Subject::new("user", user.to_string()),
        before: json!({ "has_second_factor": true }),
        after: json!({ "has_second_factor": after.has_second_factor }),
    };
    office.notary.record(&mut tx, &entry, by.now).await?;
    tx.commit().await?;
    Ok(after)
}
