//! How the body of an answer travels: at once, slowly, without end, packed, or not to its end.

use std::{io, time::Duration};

use axum::body::{Body, Bytes};
use flate2::{Compress, Compression, Crc, FlushCompress};
use futures::stream::{self, Stream, StreamExt};

/// White space that no JSON parser minds, sent in pieces of this size.
static PADDING: [u8; 65_536] = [b' '; 65_536];
/// How much white space one repeated piece of a packed body unpacks to.
const PACKED_PIECE: usize = 1024 * 1024;

/// How a body is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flow {
    /// As one piece.
    Whole,
    /// Not at all: the connection is closed without an answer.
    Lost,
    /// Half of it, then the connection is closed, although the whole was announced.
    CutOff,
    /// One byte at a time with this pause before each.
    Slow(Duration),
    /// Followed by white space up to this many bytes in all.
    Padded(u64),
    /// Followed by white space without end.
    Endless,
    /// Packed with gzip, followed by white space up to about this many bytes unpacked.
    Bomb(u64),
}

impl Flow {
    /// The length that is announced, where it is not what hyper finds out itself.
    pub(super) fn announced(self, body: &[u8]) -> Option<u64> {
        let length = u64::try_from(body.len()).unwrap_or(u64::MAX);
        match self {
            Self::CutOff => Some(length.max(1).saturating_mul(2)),
            Self::Padded(bytes) => Some(bytes.max(length)),
            _ => None,
        }
    }

    /// The body as it travels.
    pub(super) fn send(self, body: Vec<u8>) -> Body {
        let length = u64::try_from(body.len()).unwrap_or(u64::MAX);
        match self {
            Self::Whole | Self::Lost => Body::from(body),
            Self::CutOff => {
                let kept = if body.is_empty() { b"{".to_vec() } else { body };
                // Without the pause hyper closes the connection before it has written anything.
                let end = stream::once(async {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    Err(io::Error::other("cut off on purpose"))
                });
                Body::from_stream(stream::iter([Ok(Bytes::from(kept))]).chain(end))
            }
            Self::Slow(pause) => Body::from_stream(stream::iter(body).then(move |byte| async move {
                tokio::time::sleep(pause).await;
                Ok::<_, io::Error>(Bytes::from(vec![byte]))
            })),
            Self::Padded(bytes) => whole(body, padding(bytes.saturating_sub(length))),
            Self::Endless => whole(body, stream::repeat(Bytes::from_static(&PADDING))),
            Self::Bomb(bytes) => {
                let pieces = usize::try_from(bytes).unwrap_or(usize::MAX) / PACKED_PIECE;
                packed(&body, pieces.max(1))
            }
        }
    }
}

fn whole(body: Vec<u8>, rest: impl Stream<Item = Bytes> + Send + 'static) -> Body {
    Body::from_stream(stream::iter([Bytes::from(body)]).chain(rest).map(Ok::<_, io::Error>))
}

fn padding(bytes: u64) -> impl Stream<Item = Bytes> {
    let piece = PADDING.len() as u64;
    let last = usize::try_from(bytes % piece).unwrap_or(0);
    let full = usize::try_from(bytes / piece).unwrap_or(usize::MAX);
    let last = stream::iter([Bytes::from_static(&PADDING[..last])]);
    stream::repeat(Bytes::from_static(&PADDING)).take(full).chain(last)
}

/// One stream of RFC 1952. A piece that ends with a full flush refers to nothing before it, so it can be repeated.
fn packed(body: &[u8], pieces: usize) -> Body {
    let piece = vec![b' '; PACKED_PIECE];
    let (mut sum, mut of_piece) = (Crc::new(), Crc::new());
    sum.update(body);
    of_piece.update(&piece);
    for _ in 0..pieces {
        sum.combine(&of_piece);
    }
    let head = [&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255][..], &flushed(body)].concat();
    // An empty last block, the checksum, and the length modulo 2^32.
    let tail = [&[3, 0][..], &sum.sum().to_le_bytes(), &sum.amount().to_le_bytes()].concat();
    let middle = stream::repeat(Bytes::from(flushed(&piece))).take(pieces);
    whole(head, middle.chain(stream::iter([Bytes::from(tail)])))
}

fn flushed(bytes: &[u8]) -> Vec<u8> {
    let mut packer = Compress::new(Compression::best(), false);
    let mut packed = Vec::with_capacity(bytes.len() + 1_024);
    // The buffer is large enough for anything that packing can add.
    let _ = packer.compress_vec(bytes, &mut packed, FlushCompress::Full);
    packed
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

    use std::io::Read;

    use super::*;

    async fn received(flow: Flow, body: &[u8]) -> Vec<u8> {
        axum::body::to_bytes(flow.send(body.to_vec()), usize::MAX).await.unwrap().to_vec()
    }

    #[tokio::test]
    async fn a_padded_body_has_the_announced_length_and_starts_with_the_right_one() {
        for bytes in [3, 10, 65_536, 200_001] {
            let received = received(Flow::Padded(bytes), b"[1,2]").await;
            assert_eq!(received.len() as u64, Flow::Padded(bytes).announced(b"[1,2]").unwrap());
            assert!(received.starts_with(b"[1,2]"));
            assert_eq!(serde_json::from_slice::<Vec<u8>>(&received).unwrap(), [1, 2]);
        }
    }

    #[tokio::test]
    async fn a_packed_body_is_one_whole_gzip_stream_a_thousand_times_smaller() {
        let sent = received(Flow::Bomb(8 * 1024 * 1024), b"[1,2]").await;
        let mut unpacked = Vec::new();
        flate2::read::GzDecoder::new(sent.as_slice()).read_to_end(&mut unpacked).unwrap();
        assert_eq!(unpacked.len(), 8 * 1024 * 1024 + 5);
        assert!(unpacked.starts_with(b"[1,2] "));
        assert!(sent.len() < 20_000, "{} bytes", sent.len());
    }
}
