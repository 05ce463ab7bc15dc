//! One request's answer, in time or not at all.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::response::Response;
use http::{HeaderName, HeaderValue, Request, StatusCode, header};
use hyper::body::{Frame, Incoming, SizeHint};
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};
use tower::ServiceExt as _;

use super::{ListenerLimits, Peer};
use crate::http::headers::NO_PAGE;

/// The router's answer, or a page that says what took too long.
pub async fn to(request: Request<Incoming>, app: Router, peer: Peer, limits: ListenerLimits) -> Response {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let is_chunked = request.headers().contains_key(header::TRANSFER_ENCODING);
    let is_broken = Arc::new(AtomicBool::new(false));
    let (at_end, end) = oneshot::channel();
    let mut request = request.map(|body| {
        let at_end = (!body.is_end_stream()).then_some(at_end);
        Body::new(Watched { body, at_end, is_broken: Arc::clone(&is_broken) })
    });
    request.extensions_mut().insert(peer);
    let late = async {
        // Dropped counts as read: nobody waits for it any more.
        if timeout(limits.body, end).await.is_err() {
            return StatusCode::REQUEST_TIMEOUT;
        }
        sleep(limits.answer).await;
        StatusCode::SERVICE_UNAVAILABLE
    };
    tokio::select! {
        Ok(mut response) = app.oneshot(request) => {
            if is_broken.load(Ordering::Relaxed) {
                return page(StatusCode::BAD_REQUEST);
            }
            if is_chunked {
                // Where such a body ends only the library knows, and only for itself: see `Follows::Anything`.
                response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            response
        }
        status = late => {
            tracing::warn!(%method, path, status = status.as_u16(), "a request took too long and was broken off");
            page(status)
        }
    }
}

/// A page outside the router; the connection ends with it.
fn page(status: StatusCode) -> Response {
    let (title, text) = match status {
        StatusCode::REQUEST_TIMEOUT => ("Too slow", "The request did not arrive in time. Send it again."),
        StatusCode::BAD_REQUEST => ("Not understood", "The request broke off on its way. Send it again."),
        _ => ("No answer in time", "What was begun goes on. Look at History before you send it again."),
    };
    let page = format!(
        "<!DOCTYPE html><html lang=\"en\"><meta charset=\"utf-8\"><title>{title} · Drydock</title>\
         <h1>{title}</h1><p>{text}</p></html>"
    );
    let mut response = Response::new(Body::from(page));
    *response.status_mut() = status;
    for (name, value) in [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONNECTION, "close"),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, NO_PAGE),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// A request's body that tells when it has come, or that it never will.
struct Watched {
    body: Incoming,
    at_end: Option<oneshot::Sender<()>>,
    is_broken: Arc<AtomicBool>,
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let this = self.get_mut();
        let frame = ready!(Pin::new(&mut this.body).poll_frame(context));
        if matches!(frame, Some(Err(_))) {
            this.is_broken.store(true, Ordering::Relaxed);
        }
        if !matches!(frame, Some(Ok(_))) || this.body.is_end_stream() {
            this.at_end = None;
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
