//! Starts the notification service.

use std::process::ExitCode;

use shared::config::ServiceName;

fn main() -> ExitCode {
    shared::launch::run(ServiceName::Notification, notification_service::build)
}
