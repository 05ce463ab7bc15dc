//! A connection's bytes on their way to the HTTP library: whole heads only, none ambiguous, none slow.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use super::ListenerLimits;
use super::head::{self, Extent, Follows};

/// Bytes that are read from the system at a time.
const READ_BYTES: usize = 8 * 1024;

/// What the library gets in place of a head that is refused: no method begins so, and it answers 400 and closes.
const REFUSED: &[u8] = b"\0\r\n\r\n";

/// A stream between the system and the HTTP library.
pub struct Wire<S> {
    stream: S,
    limits: ListenerLimits,
    /// Read, but not handed on.
    waiting: Vec<u8>,
    phase: Phase,
    head_limit: Option<Pin<Box<Sleep>>>,
    write_limit: Option<Pin<Box<Sleep>>>,
    /// As long as no request has come: a connection that was opened for later need not be waited for.
    unused_until: Option<Pin<Box<WaitForCancellationFutureOwned>>>,
}

#[derive(Clone, Copy)]
enum Phase {
    /// A head is gathered; so many of its bytes were looked at.
    Head { seen: usize },
    /// So many bytes are handed on: a head and its body.
    Pass { left: u64 },
}

/// Until the connection ends.
const ALL: Phase = Phase::Pass { left: u64::MAX };

impl<S: AsyncRead + AsyncWrite + Unpin> Wire<S> {
    /// Around a connection that was just accepted; once `stop` is cancelled it ends if no request has come.
    pub fn new(stream: S, limits: ListenerLimits, stop: CancellationToken) -> Self {
        Self {
            stream,
            limits,
            waiting: Vec::new(),
            phase: Phase::Head { seen: 0 },
            head_limit: Some(Box::pin(sleep(limits.head))),
            write_limit: None,
            unused_until: Some(Box::pin(stop.cancelled_owned())),
        }
    }

    /// Reads some bytes more; 0 at the end.
    fn poll_fill(&mut self, context: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let mut bytes = [0; READ_BYTES];
        let mut into = ReadBuf::new(&mut bytes);
        ready!(Pin::new(&mut self.stream).poll_read(context, &mut into))?;
        self.waiting.extend_from_slice(into.filled());
        Poll::Ready(Ok(into.filled().len()))
    }

    /// Gathers a head and says how to go on. `None`: the peer has sent its last byte.
    fn poll_head(&mut self, context: &mut Context<'_>, seen: usize) -> Poll<io::Result<Option<Phase>>> {
        if seen == 0 {
            // RFC 9112 §2.2: empty lines before a request are ignored.
            while self.waiting.starts_with(b"\r\n") {
                self.waiting.drain(..2);
            }
        }
        match head::extent(&self.waiting, seen) {
            Extent::Whole(length) => {
                self.head_limit = None;
                self.unused_until = None;
                return Poll::Ready(Ok(Some(match head::follows(&self.waiting[..length], self.limits.headers) {
                    Follows::Body(body) => Phase::Pass { left: body.saturating_add(length as u64) },
                    Follows::Anything => ALL,
                    Follows::Refusal => self.refuse(),
                })));
            }
            Extent::Ambiguous => return Poll::Ready(Ok(Some(self.refuse()))),
            // The library has the same limit and answers 431.
            Extent::Open if self.waiting.len() >= self.limits.head_bytes => return Poll::Ready(Ok(Some(ALL))),
            Extent::Open => {}
        }
        let seen = self.waiting.len();
        match self.poll_fill(context)? {
            Poll::Ready(0) => Poll::Ready(Ok(None)),
            Poll::Ready(_) => {
                self.head_limit.get_or_insert_with(|| Box::pin(sleep(self.limits.head)));
                Poll::Ready(Ok(Some(Phase::Head { seen })))
            }
            Poll::Pending => {
                let unused = self.unused_until.as_mut().filter(|_| self.waiting.is_empty());
                if unused.is_some_and(|stopped| stopped.as_mut().poll(context).is_ready()) {
                    return Poll::Ready(Ok(None));
                }
                let is_over = self.head_limit.as_mut().is_some_and(|limit| limit.as_mut().poll(context).is_ready());
                if is_over {
                    let text = "the head of a request took too long";
                    return Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, text)));
                }
                Poll::Pending
            }
        }
    }

    fn refuse(&mut self) -> Phase {
        REFUSED.clone_into(&mut self.waiting);
        ALL
    }

    /// Lets a write take so long and no longer.
    fn limit_write<T>(&mut self, context: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.write_limit = None;
            return written;
        }
        let limit = self.write_limit.get_or_insert_with(|| Box::pin(sleep(self.limits.write)));
        if limit.as_mut().poll(context).is_ready() {
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "nothing of the answer was taken")));
        }
        Poll::Pending
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Wire<S> {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let wire = self.get_mut();
        loop {
            match wire.phase {
                Phase::Head { seen } => match ready!(wire.poll_head(context, seen))? {
                    Some(phase) => wire.phase = phase,
                    // What there is of a head tells the library that the peer has broken off.
                    None if wire.waiting.is_empty() => return Poll::Ready(Ok(())),
                    None => wire.phase = ALL,
                },
                Phase::Pass { left: 0 } => wire.phase = Phase::Head { seen: 0 },
                Phase::Pass { .. } if wire.waiting.is_empty() => {
                    if ready!(wire.poll_fill(context))? == 0 {
                        return Poll::Ready(Ok(()));
                    }
                }
                Phase::Pass { left } => {
                    let most = wire.waiting.len().min(into.remaining());
                    let count = usize::try_from(left).map_or(most, |left| left.min(most));
                    into.put_slice(&wire.waiting[..count]);
                    wire.waiting.drain(..count);
                    wire.phase = Phase::Pass { left: left - count as u64 };
                    return Poll::Ready(Ok(()));
                }
            }
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Wire<S> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let wire = self.get_mut();
        let written = Pin::new(&mut wire.stream).poll_write(context, bytes);
        wire.limit_write(context, written)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let wire = self.get_mut();
        let written = Pin::new(&mut wire.stream).poll_write_vectored(context, parts);
        wire.limit_write(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
