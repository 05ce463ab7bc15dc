//! The way in: connections are accepted, limited in time, in size and in number, and handed to the router.
//!
//! An accept loop of our own, because `axum::serve` of axum 0.8 limits no connection in time
//! (<https://github.com/tokio-rs/axum/pull/3478>, <https://github.com/tokio-rs/axum/issues/2741>). HTTP/1.1 (and 1.0)
//! alone: what stands before Drydock speaks that to it.

mod address;
mod answer;
mod head;
mod wire;

use std::convert::Infallible;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

pub use address::{Bound, Listen};
use wire::Wire;

/// Who is at the other end of a connection, as the system says it; never what a header says. Each request carries it
/// as an extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peer {
    /// The TCP peer. An IPv4 address that comes in by IPv6 is given as the IPv4 address.
    Tcp(SocketAddr),
    /// A process of this machine that may write to the socket's file.
    Unix,
}

impl Peer {
    /// The address of the TCP peer; a socket has none.
    pub fn ip(self) -> Option<std::net::IpAddr> {
        match self {
            Self::Tcp(address) => Some(address.ip()),
            Self::Unix => None,
        }
    }
}

/// What one connection may take. The defaults are what is served with; tests make them shorter.
#[derive(Clone, Copy, Debug)]
pub struct ListenerLimits {
    /// From the first byte of a request (of a connection: from its start) to the end of its headers. Headers come in
    /// one packet or a few, so 10 s is generous on any line. If it is wrong, people on such a line see an error page.
    pub head: Duration,
    /// How long a connection is kept without a request. Longer than the 60 s for which Apache and nginx keep theirs to
    /// a backend, so that it is mostly they who close; if it is shorter than theirs, now and then a request is lost
    /// and they show an error page of their own.
    pub idle: Duration,
    /// From the end of the headers to the end of the body: 512 kB take 12 s at 350 kbit/s, and all but "5,000 ticks" are
    /// a few kB. A slower one gets a 408.
    pub body: Duration,
    /// From the end of the body to the beginning of the answer; an event stream is an answer that has begun. Assumed
    /// because no proxy waits longer than 60 s; a page takes milliseconds, a sign-in as long as the cloud takes. A
    /// later one becomes a 503. What a use case has begun by itself goes on.
    pub answer: Duration,
    /// How long not one byte of an answer may be taken by the peer. If it is wrong, answers to stalled lines break off.
    pub write: Duration,
    /// The most headers of a request; a browser sends about 20, a proxy for sign-on adds about 30. More get a 431.
    pub headers: usize,
    /// The most bytes of a request's line and headers. Wide, because proxies for sign-on pass on ID tokens and session
    /// cookies of some kB each; more get a 431.
    pub head_bytes: usize,
    /// The most connections at once; more wait until one ends. Assumed: a proxy keeps some tens, a browser six. Each
    /// takes a file descriptor, and a process has 1,024 of them where nobody has raised that.
    pub connections: usize,
}

impl Default for ListenerLimits {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(10),
            idle: Duration::from_secs(75),
            body: Duration::from_secs(12),
            answer: Duration::from_secs(30),
            write: Duration::from_secs(30),
            headers: 100,
            head_bytes: 64 * 1024,
            connections: 900,
        }
    }
}

/// How long no connection is accepted after the system could not give one: it has no file descriptors left, say.
const ACCEPT_PAUSE: Duration = Duration::from_millis(500);

/// Serves until `stop` is cancelled, then until what is under way has ended.
pub async fn serve(mut bound: Bound, app: Router, limits: ListenerLimits, stop: CancellationToken) {
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(limits.connections));
    loop {
        let next = async {
            // The semaphore is never closed, so there is always a place at some time.
            let place = Arc::clone(&places).acquire_owned().await.ok();
            (place, bound.accept().await)
        };
        let (place, accepted) = tokio::select! {
            next = next => next,
            () = stop.cancelled() => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let connection = Connection { app: app.clone(), peer, limits, watcher: graceful.watcher(), place };
                tokio::spawn(connection.serve(stream, stop.clone()));
            }
            // The peer has given up before it was its turn.
            Err(error) if matches!(error.kind(), ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset) => {}
            Err(error) => {
                tracing::error!(error = %error, "no connection could be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    // First: who comes now is refused at once, and a next process may take the address.
    drop(bound);
    graceful.shutdown().await;
}

struct Connection {
    app: Router,
    peer: Peer,
    limits: ListenerLimits,
    watcher: Watcher,
    place: Option<OwnedSemaphorePermit>,
}

impl Connection {
    async fn serve(self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, stop: CancellationToken) {
        let Self { app, peer, limits, watcher, place } = self;
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new())
            // It runs from the end of one answer to the end of the next head; `Wire` limits the head itself.
            .header_read_timeout(limits.idle)
            .max_headers(limits.headers)
            .max_header_size(limits.head_bytes)
            // A peer that stops sending has gone: what it asked for is no longer worked on.
            .half_close(false);
        let service = service_fn(move |request| {
            let app = app.clone();
            async move { Ok::<_, Infallible>(answer::to(request, app, peer, limits).await) }
        });
        let connection = http.serve_connection(TokioIo::new(Wire::new(stream, limits, stop)), service);
        // Broken lines, time-outs and what is no HTTP: each is the peer's affair and none of the log's.
        if let Err(error) = watcher.watch(connection).await {
            tracing::debug!(error = %error, ?peer, "a connection ended early");
        }
        drop(place);
    }
}
