//! A TCP proxy between a service and one of its servers, to be cut and mended.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Forwards a port of this machine to `target` while it is whole.
#[derive(Clone, Debug)]
pub struct Wire {
    /// Where to connect instead of the target.
    pub address: SocketAddr,
    whole: Arc<watch::Sender<bool>>,
}

impl Wire {
    /// A wire to `target` that is cut: connections are taken and closed at once.
    pub async fn cut_off_from(target: (String, u16)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let whole = Arc::new(watch::Sender::new(false));
        spawn(accept(listener, target, Arc::clone(&whole)));
        Self { address, whole }
    }

    /// Lets connections through.
    pub fn mend(&self) {
        self.whole.send_replace(true);
    }

    /// Breaks every connection and refuses new ones.
    pub fn cut(&self) {
        self.whole.send_replace(false);
    }
}

async fn accept(listener: TcpListener, target: (String, u16), whole: Arc<watch::Sender<bool>>) {
    while let Ok((client, _)) = listener.accept().await {
        if *whole.borrow() {
            spawn(forward(client, target.clone(), whole.subscribe()));
        }
    }
}

async fn forward(mut client: TcpStream, target: (String, u16), mut whole: watch::Receiver<bool>) {
    let Ok(mut server) = TcpStream::connect(target).await else { return };
    let cut = async { drop(whole.wait_for(|whole| !whole).await) };
    tokio::select! {
        _ = copy_bidirectional(&mut client, &mut server) => {}
        () = cut => {}
    }
}

#[expect(clippy::disallowed_methods, reason = "a test's runtime ends with the test")]
fn spawn(task: impl Future<Output = ()> + Send + 'static) {
    drop(tokio::spawn(task));
}
