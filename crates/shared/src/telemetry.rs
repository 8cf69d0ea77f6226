//! What a service tells its operators: log lines and metrics, under the names of the owner's document.

pub mod correlation;
pub mod log_line;
pub mod logging;
pub mod metrics;

pub use metrics::Metrics;
