//! What this service does when others tell it something.

use std::sync::Arc;

use commerce::listeners::{NOTIFICATION_ACCOUNT, NOTIFICATION_MAIL, NOTIFICATION_PEOPLE};
use shared::Ground;
use shared::messaging::Consumer;

use crate::{letters, people};

/// Writes the letters that events ask for.
pub(crate) fn mail(ground: &Arc<Ground>) -> Consumer {
    let ground = Arc::clone(ground);
    Consumer::new(NOTIFICATION_MAIL, move |message| {
        let ground = Arc::clone(&ground);
        async move { letters::write(&ground, &message).await }
    })
}

/// Writes the messages about accounts that events ask for.
pub(crate) fn account(ground: &Arc<Ground>) -> Consumer {
    let ground = Arc::clone(ground);
    Consumer::new(NOTIFICATION_ACCOUNT, move |message| {
        let ground = Arc::clone(&ground);
        async move { letters::write_about_account(&ground, &message).await }
    })
}

/// Writes to people about the newsletter and their account, and forgets those who are gone.
pub(crate) fn people(ground: &Arc<Ground>) -> Consumer {
    let ground = Arc::clone(ground);
    Consumer::new(NOTIFICATION_PEOPLE, move |message| {
        let ground = Arc::clone(&ground);
        async move { people::hear(&ground, &message).await }
    })
}
