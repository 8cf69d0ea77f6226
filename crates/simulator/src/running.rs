//! Starting and stopping a simulator.

use std::io;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio_util::sync::DropGuard;

use crate::connection::{Door, Line};
use crate::gateway::Gateway;
use crate::http;
use crate::settings::Settings;

/// The simulator, to be started.
#[derive(Clone, Copy, Debug)]
pub struct Simulator;

/// A simulator that is listening. It stops when this is dropped.
#[derive(Debug)]
pub struct Running {
    /// Where it listens, without a slash at the end: Razorpay's API is below `{url}/v1`, the knobs are below
    /// `{url}/_control`, checkout is `{url}/checkout`.
    pub url: String,
    gateway: Arc<Gateway>,
    _stopping: DropGuard,
}

impl Simulator {
    /// Begins to listen. Fails when the address is taken.
    pub async fn start(settings: Settings) -> io::Result<Running> {
        let listener = TcpListener::bind(settings.address).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let gateway = Gateway::new(settings).map_err(io::Error::other)?;
        let app = http::router(Arc::clone(&gateway)).into_make_service_with_connect_info::<Line>();
        let server = axum::serve(Door(listener), app);
        let stopped = gateway.stopping.clone().cancelled_owned();
        // It accepts until it is stopped, and has no way to fail.
        gateway.tasks.spawn(async move { drop(server.with_graceful_shutdown(stopped).await) });
        let stopping = gateway.stopping.clone().drop_guard();
        Ok(Running { url, gateway, _stopping: stopping })
    }
}

impl Running {
    /// Takes no more requests, finishes those at hand, and forgets everything. Webhooks that wait are not sent.
    pub async fn stop(self) {
        self.gateway.stopping.cancel();
        self.gateway.hurry_up();
        self.gateway.tasks.close();
        self.gateway.tasks.wait().await;
    }
}
