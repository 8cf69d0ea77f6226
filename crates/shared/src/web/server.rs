//! Serves connections with the time-outs that `axum::serve` lacks, and stops without dropping a request.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::{Extension, Router};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use socket2::{SockFilter, SockRef};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::Layer;
use tower_http::normalize_path::{NormalizePath, NormalizePathLayer};

use super::client::Peer;

/// The bounds of a server.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long a client may take for its next request's head, idle time included.
    pub head: Duration,
    /// How long an answer may wait for a client that does not read it.
    pub read: Duration,
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
        Self {
            head: Duration::from_secs(20),
            read: Duration::from_secs(30),
            drain: Duration::from_secs(1),
            finish: Duration::from_secs(25),
            connections: 10_000,
        }
    }
}

impl Limits {
    /// The usual bounds, with no more connections than `files` can be open, some being kept for the backing systems.
    pub fn within(files: u64) -> Self {
        let usual = Self::default();
        let free = usize::try_from(files.saturating_sub(200)).unwrap_or(usize::MAX);
        Self { connections: usual.connections.min(free).max(1), ..usual }
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

/// How long a handshake that has begun may take to be completed while the door closes.
const HANDSHAKE: Duration = Duration::from_millis(100);

/// Classic BPF over a TCP header: load the flags (byte 13); with SYN among them keep nothing of the packet, else all.
const DROP_SYN: [SockFilter; 4] = [
    SockFilter::new(0x30, 0, 0, 13),
    SockFilter::new(0x45, 0, 1, 0x02),
    SockFilter::new(0x06, 0, 0, 0),
    SockFilter::new(0x06, 0, 0, u32::MAX),
];

/// One of the connections that may be open; never an error, because the semaphore is never closed.
type Slot = Result<OwnedSemaphorePermit, AcquireError>;

struct Server {
    router: NormalizePath<Router>,
    limits: Limits,
    slots: Arc<Semaphore>,
    watched: GracefulShutdown,
    open: TaskTracker,
}

impl Server {
    /// Takes connections as long as there are slots; those that find none wait in the kernel's queue.
    async fn accept(&self, listener: &TcpListener) {
        while let Ok(slot) = Arc::clone(&self.slots).acquire_owned().await {
            match listener.accept().await {
                Ok((stream, peer)) => self.spawn(stream, Peer(peer.ip()), std::future::ready(Ok(slot))),
                Err(error) => {
                    // Out of file descriptors, or the client left before it was served: others are waiting.
                    tracing::warn!(exception = %error, "could not accept a connection");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
    }

    /// Lets in everybody who has knocked. The kernel would reset who knocks between the last look and the close, so it
    /// is told to drop first knocks (SYN) before: those clients knock again later and find nobody.
    async fn close_door(&self, listener: TcpListener) {
        if let Err(error) = SockRef::from(&listener).attach_filter(&DROP_SYN) {
            tracing::debug!(exception = %error, "the door closes without a bouncer");
        }
        let late = async {
            while let Ok((stream, peer)) = listener.accept().await {
                self.spawn(stream, Peer(peer.ip()), Arc::clone(&self.slots).acquire_owned());
            }
        };
        // Ends by time-out: nobody is waiting any more.
        drop(tokio::time::timeout(HANDSHAKE, late).await);
    }

    /// Serves a connection once it has its slot.
    fn spawn(&self, stream: TcpStream, peer: Peer, slot: impl Future<Output = Slot> + Send + 'static) {
        if let Err(error) = SockRef::from(&stream).set_tcp_user_timeout(Some(self.limits.read)) {
            tracing::debug!(exception = %error, "the client may read as slowly as it likes");
        }
        let service = TowerToHyperService::new(Extension(peer).layer(self.router.clone()));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.limits.head)
            .max_buf_size(64 * 1024)
            .serve_connection(TokioIo::new(stream), service);
        let watched = self.watched.watch(connection);
        self.open.spawn(async move {
            let slot = slot.await;
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
