//! A bare connection, on which anything can be sent.

use std::net::SocketAddr;
use std::time::Duration;

use server::http::listener::Listen;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpStream, UnixStream};

/// How long an answer or an end is waited for. Generous: a test that has to wait so long fails anyway.
const PATIENCE: Duration = Duration::from_mins(1);

/// The pause between the drops of what comes slowly.
const DROP: Duration = Duration::from_millis(50);

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

pub struct Line {
    stream: Box<dyn Stream>,
    read: Vec<u8>,
    own_address: Option<SocketAddr>,
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    head: String,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.filter(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value).next().unwrap_or_default()
    }
}

/// A whole request.
pub fn request(method: &str, path: &str, headers: &str, body: &str) -> String {
    let length = if body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
    format!("{method} {path} HTTP/1.1\r\nHost: a\r\n{headers}{length}\r\n{body}")
}

impl Line {
    pub async fn to(listen: &Listen) -> Self {
        match listen {
            Listen::Tcp(address) => {
                let stream = TcpStream::connect(address).await.unwrap();
                let own_address = stream.local_addr().ok();
                Self { stream: Box::new(stream), read: Vec::new(), own_address }
            }
            Listen::Unix(path) => {
                let stream = UnixStream::connect(path).await.unwrap();
                Self { stream: Box::new(stream), read: Vec::new(), own_address: None }
            }
        }
    }

    pub async fn to_origin(origin: &str) -> Self {
        Self::to(&origin.trim_start_matches("http://").parse().unwrap()).await
    }

    pub fn own_address(&self) -> Option<SocketAddr> {
        self.own_address
    }

    /// Sends as far as the other end takes it: one that has answered may have closed already.
    pub async fn send(&mut self, text: &str) {
        let _ = self.stream.write_all(text.as_bytes()).await;
    }

    /// Sends the same again and again, slowly, until the other end answers or closes.
    pub async fn trickle(&mut self, text: &str) {
        let mut pace = tokio::time::interval(DROP);
        let trickled = async {
            loop {
                tokio::select! {
                    _ = pace.tick() => {
                        if self.stream.write_all(text.as_bytes()).await.is_err() {
                            return;
                        }
                    }
                    // An error ends it as well as the end does.
                    count = self.stream.read_buf(&mut self.read) => {
                        let _ = count;
                        return;
                    }
                }
            }
        };
        tokio::time::timeout(PATIENCE, trickled).await.unwrap();
    }

    pub async fn ask(&mut self, request: &str) -> Answer {
        self.send(request).await;
        self.answer().await
    }

    /// The next answer.
    pub async fn answer(&mut self) -> Answer {
        let read = async {
            loop {
                if let Some(answer) = self.take_answer() {
                    return answer;
                }
                let count = self.stream.read_buf(&mut self.read).await.unwrap();
                assert!(count > 0, "closed within an answer: {}", String::from_utf8_lossy(&self.read));
            }
        };
        tokio::time::timeout(PATIENCE, read).await.unwrap()
    }

    /// Everything until the other end closes.
    pub async fn rest(&mut self) -> String {
        let read = async {
            // A line that is cut while something is on its way ends with an error; what came before counts.
            while self.stream.read_buf(&mut self.read).await.is_ok_and(|count| count > 0) {}
            String::from_utf8(std::mem::take(&mut self.read)).unwrap()
        };
        tokio::time::timeout(PATIENCE, read).await.unwrap()
    }

    /// The only answer, behind which the connection is closed.
    pub async fn last_answer(&mut self) -> Answer {
        let text = self.rest().await;
        self.read = text.clone().into_bytes();
        let answer = self.take_answer().unwrap_or_else(|| panic!("no whole answer: {text:?}"));
        assert!(self.read.is_empty(), "more than one answer: {text}");
        answer
    }

    fn take_answer(&mut self) -> Option<Answer> {
        let end = self.read.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
        let head = String::from_utf8(self.read[..end].to_vec()).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let mut answer = Answer { status, head, body: String::new() };
        let rest = &self.read[end..];
        let (body, length) = if answer.header("transfer-encoding") == "chunked" {
            chunks(rest)?
        } else {
            let length = answer.header("content-length").parse().unwrap_or(0);
            (rest.get(..length)?.to_vec(), length)
        };
        answer.body = String::from_utf8(body).unwrap();
        self.read.drain(..end + length);
        Some(answer)
    }
}

/// A chunked body and how many bytes it takes, if all of it is there.
fn chunks(mut rest: &[u8]) -> Option<(Vec<u8>, usize)> {
    let (mut body, all) = (Vec::new(), rest.len());
    loop {
        let end = rest.windows(2).position(|window| window == b"\r\n")?;
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..end]).unwrap(), 16).unwrap();
        body.extend_from_slice(rest.get(end + 2..end + 2 + size)?);
        rest = rest.get(end + 2 + size + 2..)?;
        if size == 0 {
            return Some((body, all - rest.len()));
        }
    }
}
