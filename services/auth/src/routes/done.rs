//! The answer of what has nothing to answer.

use serde::Serialize;
use utoipa::ToSchema;

/// It is done, or on its way; there is nothing to tell.
#[derive(Serialize, ToSchema)]
pub(super) struct Done {}
