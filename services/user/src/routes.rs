//! The table of routes.

mod account;
mod addresses;
mod asker;
mod avatar;
mod cart;
mod decision;
mod newsletter;
mod password;
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
    let profile = profile::router().merge(avatar::router()).merge(taxes::router()).merge(addresses::router());
    let account = account::router().merge(password::router()).merge(preferences::router()).merge(newsletter::router());
    let shopping = cart::router().merge(wishes::router());
    OpenApiRouter::new().nest("/api/v1/users", profile.merge(account).merge(shopping).merge(people::router()))
}
