//! A TCP proxy between a service and one of its servers, to be cut, muted, tripped and mended.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Forwards a port of this machine to a target while it is whole.
#[derive(Clone, Debug)]
pub struct Wire {
    /// Where to connect instead of the target.
    pub address: SocketAddr,
    state: Arc<watch::Sender<State>>,
    trap: Arc<Mutex<Option<Trap>>>,
}

/// What is lost when a wire trips.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// What the client sent: the server never hears of it.
    Request,
    /// The server's answer: what was asked is done, and the client cannot know.
    Reply,
}

/// A connection that is going to break.
#[derive(Clone, Copy, Debug)]
struct Trap {
    /// How many more times the client may send something.
    sends: usize,
    loss: Loss,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Whole,
    Mute,
    Cut,
}

impl Wire {
    /// A wire to `target` that is cut.
    pub async fn cut_off_from(target: (String, u16)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(watch::Sender::new(State::Cut));
        let trap = Arc::default();
        spawn(accept(listener, target, Arc::clone(&state), Arc::clone(&trap)));
        Self { address, state, trap }
    }

    /// Breaks the connection over which the client sends for the `sends + 1`st time from now, and no other.
    pub fn trip(&self, sends: usize, loss: Loss) {
        *self.trap.lock().unwrap() = Some(Trap { sends, loss });
    }

    /// Whether it has not tripped yet; it does not any more.
    pub fn is_set(&self) -> bool {
        self.trap.lock().unwrap().take().is_some()
    }

    /// Lets everything through.
    pub fn mend(&self) {
        self.state.send_replace(State::Whole);
    }

    /// Swallows what is sent, as a host does that lost its power: nothing is closed and nothing answered.
    /// Connections that met this stay dumb.
    pub fn mute(&self) {
        self.state.send_replace(State::Mute);
    }

    /// Breaks every connection and refuses new ones.
    pub fn cut(&self) {
        self.state.send_replace(State::Cut);
    }
}

async fn accept(
    listener: TcpListener,
    target: (String, u16),
    state: Arc<watch::Sender<State>>,
    trap: Arc<Mutex<Option<Trap>>>,
) {
    while let Ok((client, _)) = listener.accept().await {
        let mut state = state.subscribe();
        let (target, trap) = (target.clone(), Arc::clone(&trap));
        spawn(async move {
            let cut = {
                let mut state = state.clone();
                async move { drop(state.wait_for(|state| *state == State::Cut).await) }
            };
            tokio::select! {
                () = cut => {}
                () = forward(client, target, &mut state, &trap) => {}
            }
        });
    }
}

async fn forward(
    client: TcpStream,
    target: (String, u16),
    state: &mut watch::Receiver<State>,
    trap: &Mutex<Option<Trap>>,
) {
    let Ok(server) = TcpStream::connect(target).await else { return };
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let is_withheld = AtomicBool::new(false);
    let up = pump(from_client, to_server, state.clone(), || match step_on(trap) {
        None => Passage::Open,
        Some(Loss::Request) => Passage::Closed,
        Some(Loss::Reply) => {
            is_withheld.store(true, Ordering::SeqCst);
            Passage::Open
        }
    });
    let down = pump(from_server, to_client, state.clone(), || {
        if is_withheld.load(Ordering::SeqCst) { Passage::Closed } else { Passage::Open }
    });
    // Both ways end together when either is closed by the trap.
    tokio::select! {
        Passage::Closed = up => {}
        Passage::Closed = down => {}
        else => {}
    }
}

/// Whether what was read goes on.
enum Passage {
    Open,
    Closed,
}

/// Whether the trap snaps now.
fn step_on(trap: &Mutex<Option<Trap>>) -> Option<Loss> {
    let mut trap = trap.lock().unwrap();
    let Trap { sends, loss } = (*trap)?;
    *trap = if sends == 0 { None } else { Some(Trap { sends: sends - 1, loss }) };
    (sends == 0).then_some(loss)
}

/// Carries everything that may go on, until one of the ends is gone (`Open`) or something may not (`Closed`).
async fn pump(
    mut from: impl AsyncReadExt + Unpin,
    mut to: impl AsyncWriteExt + Unpin,
    state: watch::Receiver<State>,
    passage: impl Fn() -> Passage,
) -> Passage {
    let mut buffer = [0; 16 * 1024];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        if matches!(passage(), Passage::Closed) {
            return Passage::Closed;
        }
        if *state.borrow() == State::Mute {
            std::future::pending::<()>().await;
        }
        if to.write_all(&buffer[..read]).await.is_err() {
            return Passage::Open;
        }
    }
    drop(to.shutdown().await);
    Passage::Open
}

#[expect(clippy::disallowed_methods, reason = "a test's runtime ends with the test")]
fn spawn(task: impl Future<Output = ()> + Send + 'static) {
    drop(tokio::spawn(task));
}
