//! A fixed page where something broke: no text of the panic leaves the process.

use std::any::Any;

use axum::body::Body;
use axum::response::Response;
use http::{HeaderValue, StatusCode, header};

const PAGE: &str = "<!DOCTYPE html><html lang=\"en\"><meta charset=\"utf-8\"><title>Something broke · Drydock</title>\
    <h1>Something broke in Drydock</h1><p>Runs go on. Load the page again; if it stays, tell the people who run \
    Drydock when it happened.</p></html>";

/// The answer in place of the one that broke off.
pub fn page(_cause: Box<dyn Any + Send + 'static>) -> Response {
    let mut response = Response::new(Body::from(PAGE));
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    response
}
