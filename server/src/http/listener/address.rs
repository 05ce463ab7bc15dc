//! Where to listen: a TCP address or a socket in the file system.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::str::FromStr;
use std::task::{Context, Poll};

use serde::{Deserialize, Deserializer};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};

use super::Peer;

/// Who may connect: the process's user and its group. A proxy is let in by making it a member of that group.
const SOCKET_MODE: u32 = 0o660;

/// An address to listen on, `127.0.0.1:3000` or `unix:/run/drydock/http.sock`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listen {
    /// A TCP address; with port 0 the system chooses one.
    Tcp(SocketAddr),
    /// A socket in the file system.
    Unix(PathBuf),
}

impl Listen {
    /// Whether only this machine can reach it.
    pub fn is_local(&self) -> bool {
        match self {
            Self::Tcp(address) => address.ip().to_canonical().is_loopback(),
            Self::Unix(_) => true,
        }
    }

    /// Takes the address. A socket's file that a dead process has left is replaced.
    ///
    /// # Errors
    /// What the system says; [`io::ErrorKind::AddrInUse`] where something listens there already.
    pub async fn bind(&self) -> io::Result<Bound> {
        match self {
            Self::Tcp(address) => {
                let listener = TcpListener::bind(address).await?;
                let listen = Self::Tcp(listener.local_addr()?);
                Ok(Bound { listener: Listener::Tcp(listener), listen })
            }
            Self::Unix(path) => {
                let listener = match UnixListener::bind(path) {
                    Err(error) if error.kind() == io::ErrorKind::AddrInUse && is_left_behind(path) => {
                        std::fs::remove_file(path)?;
                        UnixListener::bind(path)?
                    }
                    bound => bound?,
                };
                let bound = Bound { listener: Listener::Unix(listener), listen: self.clone() };
                std::fs::set_permissions(path, std::fs::Permissions::from_mode(SOCKET_MODE))?;
                Ok(bound)
            }
        }
    }
}

/// Whether the file is a socket that nothing listens on.
fn is_left_behind(path: &Path) -> bool {
    let is_socket = std::fs::symlink_metadata(path).is_ok_and(|file| file.file_type().is_socket());
    let connected = std::os::unix::net::UnixStream::connect(path);
    is_socket && connected.is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
}

impl fmt::Display for Listen {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => write!(out, "{address}"),
            Self::Unix(path) => write!(out, "unix:{}", path.display()),
        }
    }
}

/// It is no address to listen on.
#[derive(Debug, thiserror::Error)]
#[error("must be an IP address with a port, e.g. 127.0.0.1:3000, or unix:/path/of/a/socket")]
pub struct NoAddress;

impl FromStr for Listen {
    type Err = NoAddress;

    fn from_str(text: &str) -> Result<Self, NoAddress> {
        match text.strip_prefix("unix:") {
            Some(path) if path.starts_with('/') => Ok(Self::Unix(path.into())),
            Some(_) => Err(NoAddress),
            None => text.parse().map(Self::Tcp).map_err(|_| NoAddress),
        }
    }
}

impl<'de> Deserialize<'de> for Listen {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map_err(|error| serde::de::Error::custom(format!("listen: {error}; it is {text:?}")))
    }
}

/// An address that was taken. It is given back when this is dropped.
#[derive(Debug)]
pub struct Bound {
    listener: Listener,
    listen: Listen,
}

#[derive(Debug)]
enum Listener {
    Tcp(TcpListener),
    Unix(UnixListener),
}

impl Bound {
    /// The address as it is: the port that the system has chosen.
    pub fn listen(&self) -> &Listen {
        &self.listen
    }

    /// The next connection.
    pub(super) async fn accept(&mut self) -> io::Result<(Stream, Peer)> {
        match &self.listener {
            Listener::Tcp(listener) => {
                let (stream, peer) = listener.accept().await?;
                // Answers are written in one go: waiting for more to send only delays them.
                stream.set_nodelay(true)?;
                Ok((Stream::Tcp(stream), Peer::Tcp(SocketAddr::new(peer.ip().to_canonical(), peer.port()))))
            }
            Listener::Unix(listener) => {
                let (stream, _) = listener.accept().await?;
                Ok((Stream::Unix(stream), Peer::Unix))
            }
        }
    }
}

impl Drop for Bound {
    /// The file goes before the socket is closed: until then no other process takes it for a dead one's.
    fn drop(&mut self) {
        if let Listen::Unix(path) = &self.listen
            && let Err(error) = std::fs::remove_file(path)
        {
            tracing::warn!(error = %error, path = %path.display(), "the socket's file could not be removed");
        }
    }
}

/// A connection of either kind.
#[derive(Debug)]
pub(super) enum Stream {
    Tcp(TcpStream),
    Unix(UnixStream),
}

/// Calls the same function on whichever it is.
macro_rules! either {
    ($stream:expr, $function:ident $(, $argument:expr)*) => {
        match $stream.get_mut() {
            Stream::Tcp(stream) => Pin::new(stream).$function($($argument),*),
            Stream::Unix(stream) => Pin::new(stream).$function($($argument),*),
        }
    };
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        either!(self, poll_read, context, into)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        either!(self, poll_write, context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        either!(self, poll_flush, context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        either!(self, poll_shutdown, context)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        either!(self, poll_write_vectored, context, parts)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

    use super::*;

    #[test]
    fn an_address_is_read_as_it_is_written() {
        for text in ["127.0.0.1:3000", "[::1]:80", "0.0.0.0:0", "unix:/run/drydock/http.sock"] {
            assert_eq!(text.parse::<Listen>().unwrap().to_string(), text);
        }
        for text in ["", "3000", "localhost:3000", "unix:", "unix:relative", "http://127.0.0.1:3000", "/run/a.sock"] {
            assert!(text.parse::<Listen>().is_err(), "{text}");
        }
    }

    #[test]
    fn a2_only_loopback_and_sockets_are_local() {
        for (text, is_local) in [
            ("127.0.0.1:1", true),
            ("127.8.0.1:1", true),
            ("[::1]:1", true),
            ("[::ffff:127.0.0.1]:1", true),
            ("unix:/a", true),
            ("0.0.0.0:1", false),
            ("[::]:1", false),
            ("192.0.2.1:1", false),
        ] {
            assert_eq!(text.parse::<Listen>().unwrap().is_local(), is_local, "{text}");
        }
    }

    #[tokio::test]
    async fn a_socket_left_behind_is_replaced_and_one_in_use_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("http.sock");
        let listen = Listen::Unix(path.clone());
        drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
        let bound = listen.bind().await.unwrap();
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, SOCKET_MODE);
        assert_eq!(listen.bind().await.unwrap_err().kind(), io::ErrorKind::AddrInUse);
        assert!(path.exists(), "the attempt leaves the other's socket alone");
        drop(bound);
        assert!(!path.exists(), "the file goes with its process");
    }

    #[tokio::test]
    async fn a_file_that_is_no_socket_is_never_removed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("http.sock");
        std::fs::write(&path, "somebody's").unwrap();
        assert_eq!(Listen::Unix(path.clone()).bind().await.unwrap_err().kind(), io::ErrorKind::AddrInUse);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "somebody's");
    }
}
