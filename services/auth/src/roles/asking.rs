//! Asking whether one may do something.

use kernel::UserId;
use serde::{Deserialize, Serialize};
use shared::Ground;
use utoipa::{IntoParams, ToSchema};
use validator::{Validate, ValidationError};

/// A permission that somebody asks about.
#[derive(Debug, Default, Deserialize, Validate, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct InQuery {
    /// Its name, unless the body has it.
    #[param(example = "manage_orders", max_length = 100)]
    #[validate(custom(function = "is_a_name"))]
    pub permission: Option<String>,
}

/// A permission that somebody asks about.
#[derive(Debug, eserde::Deserialize, Validate, ToSchema)]
pub struct Question {
    /// Its name.
    #[schema(example = "manage_orders", max_length = 100)]
    #[validate(custom(function = "is_a_name"))]
    pub permission: String,
}

/// What was asked, and whether it is so.
#[derive(Debug, Serialize, ToSchema)]
pub struct Checked {
    /// The permission.
    #[schema(example = "manage_orders")]
    pub permission: String,
    /// Whether the caller has it.
    pub has_permission: bool,
}

fn is_a_name(text: &str) -> Result<(), ValidationError> {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if (1..=100).contains(&text.len()) && text.bytes().all(fits) {
        return Ok(());
    }
    Err(ValidationError::new("name").with_message("must be the name of a permission".into()))
}

/// Whether `user` may do what is called `permission`; of what is no permission, that they may not.
pub async fn check(ground: &Ground, user: UserId, permission: String) -> sqlx::Result<Checked> {
    let has_permission = ground.permissions.holds(&ground.database, user, &permission).await?;
    Ok(Checked { permission, has_permission })
}
