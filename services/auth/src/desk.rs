//! The front desk: what it takes to let somebody in, and what they get.

use std::sync::Arc;

use accounts::sessions::Opened;
use accounts::{Cost, Hasher, Messenger};
use chrono::{DateTime, Utc};
use kernel::UserId;
use secrecy::{ExposeSecret, SecretString};
use serde::{Serialize, Serializer};
use shared::Ground;
use shared::identity::{Claims, LIFETIME};
use shared::web::{Error, Result};
use sqlx::{MySqlConnection, MySqlPool};
use utoipa::ToSchema;

use crate::known_devices;
use crate::people::{self, Me, Person};

/// Lets people in. Clones share everything.
#[derive(Clone, Debug)]
pub struct Desk {
    ground: Arc<Ground>,
    hasher: Hasher,
    messenger: Messenger,
}

/// What somebody gets who was let in.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignedIn {
    /// Opens every route that asks who is calling, for an hour.
    #[serde(serialize_with = "expose")]
    #[schema(value_type = String)]
    pub access_token: SecretString,
    /// Gets the next pair of tokens, once, within 30 days; also sent as a cookie.
    #[serde(serialize_with = "expose")]
    #[schema(value_type = String)]
    pub refresh_token: SecretString,
    /// `bearer`.
    #[schema(example = "bearer")]
    pub token_type: &'static str,
    /// How many seconds the access token is good for.
    #[schema(example = 3600)]
    pub expires_in: i64,
    /// The names of their roles.
    #[schema(example = json!(["customer"]))]
    pub user_roles: Vec<String>,
    /// The names of what their roles let them do.
    pub user_permissions: Vec<String>,
    /// Who they are.
    pub user: Person,
    /// By what the desk knows the device again; sent as a cookie only.
    #[serde(skip)]
    #[schema(ignore)]
    pub device_token: SecretString,
}

pub(crate) fn expose<S: Serializer>(secret: &SecretString, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.expose_secret())
}

impl Desk {
    /// A desk in this service.
    pub fn new(ground: Arc<Ground>) -> Self {
        let messenger = Messenger::new(&ground);
        Self { ground, hasher: Hasher::default(), messenger }
    }

    /// Where passwords are hashed.
    pub fn hasher(&self) -> &Hasher {
        &self.hasher
    }

    /// What hashing a password costs in this shop.
    pub(crate) async fn cost(&self, conn: &mut MySqlConnection) -> Result<Cost> {
        Ok(Cost::of(&*self.ground.settings.read(conn).await?)?)
    }

    pub(crate) fn messenger(&self) -> &Messenger {
        &self.messenger
    }

    pub(crate) fn database(&self) -> &MySqlPool {
        &self.ground.database
    }

    pub(crate) fn ground(&self) -> &Ground {
        &self.ground
    }

    /// The others hear within a second what was committed; this replica need not wait.
    pub(crate) async fn hear_at_once(&self) {
        if let Err(error) = self.ground.catch_up().await {
            tracing::warn!(exception = %error, "this replica hears of a log-out later");
        }
    }

    /// What `user` gets for the log-in that was opened.
    pub(crate) async fn hand_over(
        &self,
        conn: &mut MySqlConnection,
        user: UserId,
        opened: Opened,
        now: DateTime<Utc>,
    ) -> Result<SignedIn> {
        let Me { person, user_roles, user_permissions } =
            people::find(conn, user).await?.ok_or(Error::Unauthenticated)?;
        let access_token = self.ground.tokens.sign(&Claims::access(user, opened.session, now));
        Ok(SignedIn {
            access_token: access_token.map_err(Error::Internal)?.into(),
            refresh_token: opened.refresh_token,
            token_type: "bearer",
            expires_in: LIFETIME.num_seconds(),
            user_roles,
            user_permissions,
            device_token: known_devices::token(&self.ground.sealer, user),
            user: person,
        })
    }
}
