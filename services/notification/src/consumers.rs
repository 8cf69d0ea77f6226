//! What this service does when others tell it something.

use std::sync::Arc;

use commerce::listeners::{NOTIFICATION_ACCOUNT, NOTIFICATION_MAIL};
use shared::Ground;
use shared::messaging::Consumer;

use crate::letters;

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
