//! The name of the request that is being worked on, carried along so that the events it causes bear it too.

use tokio::task_local;

task_local! {
    static CURRENT: String;
}

/// Works on `request` under this name.
pub async fn scope<T>(name: String, request: impl Future<Output = T>) -> T {
    CURRENT.scope(name, request).await
}

/// The name of the request that is being worked on, if any is.
pub fn current() -> Option<String> {
    CURRENT.try_with(Clone::clone).ok()
}
