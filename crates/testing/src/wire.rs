//! A TCP proxy between a service and one of its servers, to be cut, muted and mended.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Forwards a port of this machine to a target while it is whole.
#[derive(Clone, Debug)]
pub struct Wire {
    /// Where to connect instead of the target.
    pub address: SocketAddr,
    state: Arc<watch::Sender<State>>,
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
        spawn(accept(listener, target, Arc::clone(&state)));
        Self { address, state }
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

async fn accept(listener: TcpListener, target: (String, u16), state: Arc<watch::Sender<State>>) {
    while let Ok((client, _)) = listener.accept().await {
        let mut state = state.subscribe();
        let target = target.clone();
        spawn(async move {
            let cut = {
                let mut state = state.clone();
                async move { drop(state.wait_for(|state| *state == State::Cut).await) }
            };
            tokio::select! {
                () = cut => {}
                () = forward(client, target, &mut state) => {}
            }
        });
    }
}

async fn forward(client: TcpStream, target: (String, u16), state: &mut watch::Receiver<State>) {
    let Ok(server) = TcpStream::connect(target).await else { return };
    let (up, down) = (client.into_split(), server.into_split());
    tokio::join!(pump(up.0, down.1, state.clone()), pump(down.0, up.1, state.clone()));
}

async fn pump(mut from: impl AsyncReadExt + Unpin, mut to: impl AsyncWriteExt + Unpin, state: watch::Receiver<State>) {
    let mut buffer = [0; 16 * 1024];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        if *state.borrow() == State::Mute {
            std::future::pending::<()>().await;
        }
        if to.write_all(&buffer[..read]).await.is_err() {
            return;
        }
    }
    drop(to.shutdown().await);
}

#[expect(clippy::disallowed_methods, reason = "a test's runtime ends with the test")]
fn spawn(task: impl Future<Output = ()> + Send + 'static) {
    drop(tokio::spawn(task));
}
