//! A bare socket, so that it can misbehave in ways in which an HTTP server cannot.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use url::Url;

/// What the peer does with one request.
pub(crate) enum Reply {
    /// Sends these bytes and keeps the connection.
    Send(Vec<u8>),
    /// Sends these bytes and closes the connection.
    SendAndClose(Vec<u8>),
    /// Says nothing and keeps the connection.
    Hang,
    /// Sends the head, then one byte of the body after another, and never comes to an end.
    Drip(Vec<u8>),
}

/// A socket that answers the requests that it gets with the replies that it was given, whatever connection they come
/// over, and remembers the requests.
pub(crate) struct Peer {
    scheme: &'static str,
    port: u16,
    requests: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Peer {
    pub(crate) async fn new(replies: impl IntoIterator<Item = Reply>) -> Self {
        Self::listen(replies, None).await
    }

    /// One that speaks TLS and shows the acceptor's certificate.
    pub(crate) async fn with_tls(replies: impl IntoIterator<Item = Reply>, acceptor: TlsAcceptor) -> Self {
        Self::listen(replies, Some(acceptor)).await
    }

    async fn listen(replies: impl IntoIterator<Item = Reply>, acceptor: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let scheme = if acceptor.is_some() { "https" } else { "http" };
        let requests = Arc::new(Mutex::new(Vec::new()));
        let replies = Arc::new(Mutex::new(replies.into_iter().collect::<VecDeque<_>>()));
        let seen = Arc::clone(&requests);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, replies, seen) = (acceptor.clone(), Arc::clone(&replies), Arc::clone(&seen));
                tokio::spawn(async move {
                    match acceptor {
                        None => talk(stream, replies, seen).await,
                        Some(acceptor) => {
                            if let Ok(stream) = acceptor.accept(stream).await {
                                talk(stream, replies, seen).await;
                            }
                        }
                    }
                });
            }
        });
        Self { scheme, port, requests, task }
    }

    /// Listens no more.
    pub(crate) async fn leave(&self) {
        self.task.abort();
        while TcpStream::connect(("127.0.0.1", self.port)).await.is_ok() {
            tokio::task::yield_now().await;
        }
    }

    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    pub(crate) fn url(&self) -> Url {
        Url::parse(&format!("{}://127.0.0.1:{}", self.scheme, self.port)).unwrap()
    }
}

async fn talk(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    replies: Arc<Mutex<VecDeque<Reply>>>,
    seen: Arc<Mutex<Vec<String>>>,
) {
    while let Some(request) = receive(&mut stream).await {
        seen.lock().unwrap().push(request);
        let reply = replies.lock().unwrap().pop_front();
        match reply {
            Some(Reply::Send(bytes)) => drop(stream.write_all(&bytes).await),
            Some(Reply::SendAndClose(bytes)) => return drop(stream.write_all(&bytes).await),
            Some(Reply::Drip(head)) => {
                drop(stream.write_all(&head).await);
                while stream.write_all(b" ").await.is_ok() {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            }
            Some(Reply::Hang) | None => std::future::pending().await,
        }
    }
}

/// One request with its body; `None` where the client has closed the connection.
async fn receive(stream: &mut (impl AsyncRead + Unpin)) -> Option<String> {
    let mut received = Vec::new();
    let mut buffer = [0; 4_096];
    loop {
        let text = String::from_utf8_lossy(&received).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                return Some(text);
            }
        }
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return None,
            Ok(count) => received.extend_from_slice(&buffer[..count]),
        }
    }
}

/// An answer with its length.
pub(crate) fn http(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {status}\r\n{headers}content-length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}
