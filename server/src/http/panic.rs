//! A fixed page where something broke: no text of the panic leaves the process.

use std::panic::AssertUnwindSafe;

use axum::body::Body;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use futures::FutureExt as _;
use http::{HeaderValue, StatusCode, header};
use tower_http::request_id::RequestId;

/// Gives a page in place of an answer that broke off, with the number under which the log has what happened.
pub async fn catch(request: Request, next: Next) -> Response {
    let number = request.extensions().get::<RequestId>().and_then(|id| id.header_value().to_str().ok());
    let number = number.unwrap_or_default().to_owned();
    AssertUnwindSafe(next.run(request)).catch_unwind().await.unwrap_or_else(|_| page(&number))
}

/// `number` is one that was made here, so it needs no escaping.
fn page(number: &str) -> Response {
    let page = format!(
        "<!DOCTYPE html><html lang=\"en\"><meta charset=\"utf-8\"><title>Something broke · Drydock</title>\
         <h1>Something broke in Drydock</h1><p>Runs go on. Load the page again; if it stays, tell the people who run \
         Drydock when it happened, and this number.</p><p>Reference {number}</p></html>"
    );
    let mut response = Response::new(Body::from(page));
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    response
}
