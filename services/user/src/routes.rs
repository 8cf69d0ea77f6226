//! The table of routes.

mod addresses;
mod asker;
mod cart;
mod decision;
mod people;
mod preferences;
mod profile;
mod taxes;
mod visit;
mod wishes;

use utoipa_axum::router::OpenApiRouter;

use crate::state::AppState;

/// Every route of this service.
pub(crate) fn table() -> OpenApiRouter<AppState> {
    let account = profile::router().merge(addresses::router()).merge(taxes::router()).merge(preferences::router());
    let shopping = cart::router().merge(wishes::router());
    OpenApiRouter::new().nest("/api/v1/users", account.merge(shopping).merge(people::router()))
}
