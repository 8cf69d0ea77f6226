//! Messages to people. Port 8006.
//!
//! - [`routes`] the table of routes, and HTTP
//! - [`logs`] what was sent to whom
//! - `consumers`, `letters` an event becomes a letter that waits
//! - `people` letters about the newsletter and an account, and what is forgotten of those who are gone
//! - `post` what waits is sent: by SMTP, or into a folder
//! - `wishes` what people want to be told, as far as it is theirs to decide
//! - `store` the SQL
//!
//! **Invariants**
//! - An event is told to a customer by one message, however often it is delivered.
//! - No transaction is open while a mail is under way.
//! - The secret of a code or a link is computed when its message is sent, and rests in no row.
//! - What people and servers say is text: it is no template, no markup and no header.

mod consumers;
mod letters;
mod line;
pub mod logs;
mod people;
mod post;
pub mod routes;
mod state;
mod store;
mod wishes;

use std::sync::Arc;
use std::time::Duration;

use shared::Ground;
use shared::task::Task;
use shared::web::Service;

/// How often the sender looks for what is due, if nobody wakes it.
const PERIOD: Duration = Duration::from_millis(500);

/// The notification service on `ground`.
pub fn build(ground: &Arc<Ground>) -> Service {
    let postman = Arc::new(post::Postman::new(ground));
    let mail = Task::every("mail", PERIOD, move || {
        let postman = Arc::clone(&postman);
        async move { postman.round().await }
    })
    .within(post::ROUND_TRIP);
    Service::new(routes::table().with_state(state::AppState::new(ground)))
        .consumer(consumers::mail(ground))
        .consumer(consumers::account(ground))
        .consumer(consumers::people(ground))
        .task(mail)
}
