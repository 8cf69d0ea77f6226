//! Starts the product service.

use std::process::ExitCode;

use shared::config::ServiceName;

fn main() -> ExitCode {
    shared::launch::run(ServiceName::Product, product_service::build)
}
