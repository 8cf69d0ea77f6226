//! A mail server that does what a test wants: it speaks enough SMTP, and no more.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// What the server does when it hears a command; `HELLO` is a new connection, `.` the end of a mail.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Reaction {
    /// What a server that takes every mail answers.
    Usual,
    /// This line.
    Say(&'static str),
    /// This line, when the test says so.
    Held(&'static str),
    /// What it usually says, after so long.
    Late(Duration),
    /// Nothing, and it stays so.
    Silence,
}

type Client = BufReader<TcpStream>;

/// A server on a port of its own.
#[derive(Clone)]
pub(crate) struct SmtpServer {
    pub(crate) address: SocketAddr,
    heard: Arc<Mutex<Vec<String>>>,
    mails: Arc<Mutex<Vec<String>>>,
    /// Rung whenever a mail has arrived, before it is answered.
    pub(crate) arrived: Arc<Notify>,
    /// To be rung by the test: says what was held.
    pub(crate) release: Arc<Notify>,
}

impl SmtpServer {
    /// A server that takes every mail.
    pub(crate) async fn kind() -> Self {
        Self::that(|_| Reaction::Usual).await
    }

    /// A server that reacts to a command as `react` says.
    pub(crate) async fn that(react: fn(&str) -> Reaction) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = Self {
            address,
            heard: Arc::default(),
            mails: Arc::default(),
            arrived: Arc::default(),
            release: Arc::default(),
        };
        let session = server.clone();
        spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let session = session.clone();
                spawn(async move { drop(session.converse(client, react).await) });
            }
        });
        server
    }

    /// Every command so far, of all connections.
    pub(crate) fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }

    /// Every mail that arrived so far.
    pub(crate) fn mails(&self) -> Vec<String> {
        self.mails.lock().unwrap().clone()
    }

    async fn converse(&self, client: TcpStream, react: fn(&str) -> Reaction) -> std::io::Result<()> {
        let mut client = BufReader::new(client);
        self.answer(&mut client, react("HELLO"), "220 test").await?;
        loop {
            let mut line = String::new();
            if client.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            let command = line.trim_end().to_owned();
            self.heard.lock().unwrap().push(command.clone());
            let verb = command.split([' ', ':']).next().unwrap_or_default();
            let reaction = react(&command);
            let usual = match verb {
                "EHLO" => "250-test\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN",
                "AUTH" => "235 2.7.0 welcome",
                "DATA" => "354 go on",
                "QUIT" => "221 bye",
                _ => "250 2.0.0 fine",
            };
            self.answer(&mut client, reaction, usual).await?;
            match (verb, reaction) {
                ("DATA", Reaction::Usual) => self.take_mail(&mut client, react).await?,
                // What follows is no text any more.
                ("STARTTLS", Reaction::Say(_)) => return self.take_hello(&mut client).await,
                _ => {}
            }
        }
    }

    async fn take_mail(&self, client: &mut Client, react: fn(&str) -> Reaction) -> std::io::Result<()> {
        let mut mail = String::new();
        while !mail.ends_with("\r\n.\r\n") {
            client.read_line(&mut mail).await?;
        }
        self.mails.lock().unwrap().push(mail);
        self.arrived.notify_one();
        self.answer(client, react("."), "250 2.0.0 queued as 4711").await
    }

    async fn answer(&self, client: &mut Client, reaction: Reaction, usual: &str) -> std::io::Result<()> {
        let line = match reaction {
            Reaction::Usual => usual,
            Reaction::Say(line) => line,
            Reaction::Held(line) => {
                self.release.notified().await;
                line
            }
            Reaction::Late(pause) => {
                tokio::time::sleep(pause).await;
                usual
            }
            Reaction::Silence => std::future::pending().await,
        };
        client.write_all(format!("{line}\r\n").as_bytes()).await
    }

    async fn take_hello(&self, client: &mut Client) -> std::io::Result<()> {
        let first = client.read_u8().await?;
        self.heard.lock().unwrap().push(format!("TLS record {first}"));
        Ok(())
    }
}

#[expect(clippy::disallowed_methods, reason = "a test's runtime ends with the test")]
fn spawn(task: impl Future<Output = ()> + Send + 'static) {
    drop(tokio::spawn(task));
}
