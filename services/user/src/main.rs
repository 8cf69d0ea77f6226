//! Starts the user service.

use std::process::ExitCode;

use shared::config::ServiceName;

fn main() -> ExitCode {
    shared::launch::run(ServiceName::User, user_service::build)
}
