//! What the user service tells about people: a newsletter asked for, an account that is to go, and one that is gone.

use chrono::{DateTime, Utc};
use kernel::{Aggregate, Event, UserId};
use serde::{Deserialize, Serialize};

use crate::ids::SubscriptionId;

/// Somebody asked for the newsletter in the name of an address: the address is asked whether it wants that.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewsletterRequested {
    /// Which subscription.
    pub subscription_id: SubscriptionId,
    /// What confirms and ends it: for the letter only.
    pub token: String,
}

impl std::fmt::Debug for NewsletterRequested {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NewsletterRequested({})", self.subscription_id)
    }
}

/// Somebody asked to be forgotten, and may change their mind until then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletionScheduled {
    /// Who.
    pub user_id: UserId,
    /// From when on they are forgotten.
    pub due_at: DateTime<Utc>,
}

/// Somebody is forgotten: whoever keeps something of theirs that no law wants kept takes it away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserErased {
    /// Who.
    pub user_id: UserId,
}

const fn user(id: UserId) -> Aggregate {
    Aggregate { kind: "user", id: id.get(), version: 0 }
}

impl Event for NewsletterRequested {
    const TYPE: &'static str = "newsletter.requested";

    fn aggregate(&self) -> Aggregate {
        Aggregate { kind: "newsletter", id: self.subscription_id.get(), version: 0 }
    }
}

impl Event for DeletionScheduled {
    const TYPE: &'static str = "user.deletion_scheduled";

    fn aggregate(&self) -> Aggregate {
        user(self.user_id)
    }
}

impl Event for UserErased {
    const TYPE: &'static str = "user.erased";

    fn aggregate(&self) -> Aggregate {
        user(self.user_id)
    }
}
