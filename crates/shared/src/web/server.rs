//! Serves connections with the time-outs that `axum::serve` lacks, and stops without dropping a request.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use socket2::{SockFilter, SockRef};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::Layer;
use tower_http::normalize_path::{NormalizePath, NormalizePathLayer};

/// The bounds of a server.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long a client may take for its next request's head, idle time included.
    pub head: Duration,
    /// How long each step of a stop gives clients to notice: first that answers close their connections, then that
    /// nobody listens any more.
    pub drain: Duration,
    /// How long requests in flight get to finish after that.
    pub finish: Duration,
    /// How many connections are open at most; more wait to be accepted.
    pub connections: usize,
}

impl Default for Limits {
    fn default() -> Self {
        let (head, drain, finish) = (Duration::from_secs(20), Duration::from_secs(1), Duration::from_secs(25));
        Self { head, drain, finish, connections: 10_000 }
    }
}

/// The router as clients see it: `/x` and `/x/` are one resource.
pub fn normalized(router: Router) -> NormalizePath<Router> {
    NormalizePathLayer::trim_trailing_slash().layer(router)
}

/// Serves `router` until `stopping` is cancelled, and then until every request is answered or out of time.
///
/// A stop loses nothing that reached the machine: answers begin to close their connections (`observe`), new ones are still
/// taken for a while; then the door closes behind the last that knocked; then idle connections are closed.
pub async fn serve(listener: TcpListener, router: Router, limits: Limits, stopping: CancellationToken) {
    let server = Server {
        router: normalized(router),
        limits,
        slots: Arc::new(Semaphore::new(limits.connections)),
        watched: GracefulShutdown::new(),
        open: TaskTracker::new(),
    };
    let drained = async {
        stopping.cancelled().await;
        tokio::time::sleep(limits.drain).await;
    };
    tokio::select! {
        () = server.accept(&listener) => {}
        () = drained => {}
    }
    server.close_door(listener).await;
    server.finish().await;
}

struct Server {
    router: NormalizePath<Router>,
    limits: Limits,
    slots: Arc<Semaphore>,
    watched: GracefulShutdown,
    open: TaskTracker,
}

impl Server {
    async fn accept(&self, listener: &TcpListener) {
        while let Ok(slot) = Arc::clone(&self.slots).acquire_owned().await {
            match listener.accept().await {
                Ok((stream, _)) => self.spawn(stream, slot),
                Err(error) => {
                    // Out of file descriptors, or the client left before it was served: others are waiting.
                    tracing::warn!(exception = %error, "could not accept a connection");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
    }

    /// Lets in everybody who has knocked. The kernel would reset who knocks between the last look and the close, so it
    /// is told to drop knocks first: those clients try again and find nobody.
    async fn close_door(&self, listener: TcpListener) {
        const DROP_ALL: [SockFilter; 1] = [SockFilter::new(0x06, 0, 0, 0)];
        if let Err(error) = SockRef::from(&listener).attach_filter(&DROP_ALL) {
            tracing::debug!(exception = %error, "the door closes without a bouncer");
        }
        let waiting = tokio::time::timeout(Duration::from_millis(10), self.accept(&listener));
        // Ends by time-out: everybody who knocked is in.
        drop(waiting.await);
    }

    fn spawn(&self, stream: TcpStream, slot: OwnedSemaphorePermit) {
        let service = TowerToHyperService::new(self.router.clone());
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.limits.head)
            .max_buf_size(64 * 1024)
            .serve_connection(TokioIo::new(stream), service);
        let watched = self.watched.watch(connection);
        self.open.spawn(async move {
            // How a connection ends is the client's affair; requests are logged by `observe`.
            drop(watched.await);
            drop(slot);
        });
    }

    /// Connections end with their next answer; those that stay silent are closed after a while.
    async fn finish(self) {
        self.open.close();
        if tokio::time::timeout(self.limits.drain, self.open.wait()).await.is_ok() {
            return;
        }
        if tokio::time::timeout(self.limits.finish, self.watched.shutdown()).await.is_err() {
            tracing::warn!(open = self.open.len(), "stopped with requests in flight");
        }
    }
}

/// Listens on `address`.
///
/// # Errors
/// When the port is taken: the message says which.
pub async fn listen(address: std::net::SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))
}
