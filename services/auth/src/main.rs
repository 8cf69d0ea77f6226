//! Starts the auth service.

use std::process::ExitCode;

use shared::config::ServiceName;

fn main() -> ExitCode {
    shared::launch::run(ServiceName::Auth, auth_service::build)
}
