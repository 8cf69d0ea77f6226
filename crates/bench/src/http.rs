//! A client that costs little beside a server: it sends requests that are written already, and only measures out the answers.

use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What is read at once.
const PORTION: usize = 16 * 1024;
const END_OF_HEAD: &[u8] = b"\r\n\r\n";

/// A connection that is kept.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// An answer as it stands in the connection's buffer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    /// Status line and headers.
    head: &'a [u8],
    pub(crate) body: &'a [u8],
}

impl Connection {
    /// A connection to a port of this machine.
    pub(crate) async fn open(port: u16) -> io::Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(PORTION) })
    }

    /// Sends a request and waits for its whole answer.
    pub(crate) async fn exchange(&mut self, request: &[u8]) -> io::Result<Answer<'_>> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let head = loop {
            if let Some(end) = end_of_head(&self.buffer) {
                break end;
            }
            self.read_on().await?;
        };
        let (status, length) = parse(self.buffer.get(..head).unwrap_or_default())?;
        while self.buffer.len() < head.saturating_add(length) {
            self.read_on().await?;
        }
        let (head, body) = self.buffer.split_at_checked(head).ok_or_else(|| nonsense("ends early"))?;
        Ok(Answer { status, head, body })
    }

    async fn read_on(&mut self) -> io::Result<()> {
        self.buffer.reserve(PORTION);
        match self.stream.read_buf(&mut self.buffer).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}

impl Answer<'_> {
    /// The headers, in their order.
    pub(crate) fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        lines(str::from_utf8(self.head).unwrap_or_default())
    }
}

/// A GET as a browser's page would send it.
pub(crate) fn get(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: localhost\r\naccept: application/json\r\n\r\n").into_bytes()
}

/// A GET by whoever holds `token`.
pub(crate) fn get_as(path: &str, token: &str) -> Vec<u8> {
    let authorization = format!("authorization: Bearer {token}");
    format!("GET {path} HTTP/1.1\r\nhost: localhost\r\naccept: application/json\r\n{authorization}\r\n\r\n")
        .into_bytes()
}

/// A POST of JSON by whoever holds `token`; `more` are whole lines of headers.
pub(crate) fn post(path: &str, token: &str, more: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\naccept: application/json\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n{more}\r\n{body}"
    )
    .into_bytes()
}

fn end_of_head(bytes: &[u8]) -> Option<usize> {
    let at = bytes.windows(END_OF_HEAD.len()).position(|four| four == END_OF_HEAD)?;
    at.checked_add(END_OF_HEAD.len())
}

/// The status, and how long the body is.
fn parse(head: &[u8]) -> io::Result<(u16, usize)> {
    let head = str::from_utf8(head).map_err(io::Error::other)?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    let length = lines(head).find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    status
        .zip(length.and_then(|(_, length)| length.parse().ok()))
        .ok_or_else(|| nonsense("has no status, or no length"))
}

fn lines(head: &str) -> impl Iterator<Item = (&str, &str)> {
    head.lines().filter_map(|line| line.split_once(':')).map(|(name, value)| (name, value.trim()))
}

fn nonsense(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("an answer {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_measured_by_its_head() {
        let head = b"HTTP/1.1 201 Created\r\nContent-Length: 12\r\nx: y\r\n\r\n";
        assert_eq!(parse(head).unwrap(), (201, 12));
        assert_eq!(end_of_head(head), Some(head.len()));
        assert_eq!(end_of_head(b"HTTP/1.1 200 OK\r\n"), None);
        assert!(parse(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").is_err());
    }
}
