//! Starts the order service.

use std::process::ExitCode;

use shared::config::ServiceName;

fn main() -> ExitCode {
    shared::launch::run(ServiceName::Order, order_service::build)
}
