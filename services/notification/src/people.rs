//! What people are told apart from their orders, and what is forgotten of those who are gone.

mod words;

use chrono::{DateTime, Utc};
use commerce::events::{DeletionScheduled, NewsletterRequested, UserErased};
use commerce::listeners::NOTIFICATION_PEOPLE;
use kernel::{Event, UserId, text_enum};
use shared::Ground;
use shared::database::Failure;
use shared::messaging::{Message, inbox};
use shared::settings::Values;
use shared::web::{Error, Result};
use sqlx::MySqlConnection;

use crate::letters::Letter;
use crate::store;
use crate::store::people::Mail;

text_enum! {
    /// What such a letter tells.
    pub enum PeopleKind {
        /// Somebody asked for the newsletter in the name of this address.
        NewsletterConfirmation = "newsletter_confirmation",
        /// The account is to be deleted.
        AccountDeletion = "account_deletion",
    }
}

/// Acts upon `message` once for all its deliveries.
///
/// # Errors
/// When the database is away, or the event cannot be read.
pub(crate) async fn hear(ground: &Ground, message: &Message) -> Result<()> {
    let now = ground.clock.now();
    let mut tx = ground.database.begin().await?;
    if !inbox::first_time(&mut tx, NOTIFICATION_PEOPLE.name, message.id, now).await? {
        return Ok(());
    }
    let settings = ground.settings.read(&mut tx).await?;
    match message.kind.as_str() {
        UserErased::TYPE => {
            let gone: UserErased = message.read().map_err(Error::Internal)?;
            store::people::update_forgotten(&mut tx, gone.user_id).await?;
        }
        _ if !settings.flag("email_notifications")? => {}
        NewsletterRequested::TYPE => {
            let asked: NewsletterRequested = message.read().map_err(Error::Internal)?;
            let Some(address) = store::people::find_subscriber(&mut tx, asked.subscription_id).await? else {
                return Ok(tx.commit().await?);
            };
            let letter = words::newsletter(&settings, &asked.token).map_err(Error::Internal)?;
            let mail =
                Mail { kind: PeopleKind::NewsletterConfirmation, user: None, recipient: &address, letter: &letter };
            once(store::people::insert(&mut tx, message.id, &mail, now).await)?;
        }
        _ => {
            let leaving: DeletionScheduled = message.read().map_err(Error::Internal)?;
            tell_deletion(&mut tx, message, leaving, (&settings, now)).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

async fn tell_deletion(
    conn: &mut MySqlConnection,
    message: &Message,
    leaving: DeletionScheduled,
    (settings, now): (&Values, DateTime<Utc>),
) -> Result<()> {
    let user: UserId = leaving.user_id;
    let Some((address, name)) = store::people::find_reader(conn, user).await? else { return Ok(()) };
    let letter: Letter = words::deletion(settings, &name, leaving.due_at).map_err(Error::Internal)?;
    let mail = Mail { kind: PeopleKind::AccountDeletion, user: Some(user), recipient: &address, letter: &letter };
    Ok(once(store::people::insert(conn, message.id, &mail, now).await)?)
}

/// The inbox may forget, the rows of letters do not.
fn once(inserted: sqlx::Result<()>) -> sqlx::Result<()> {
    match inserted {
        Err(error) if Failure::of(&error) == Failure::Duplicate => Ok(()),
        inserted => inserted,
    }
}
