//! Answers of the main address: a status with headers and a body, or no answer at all.

mod flow;

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, Response, StatusCode, header},
};
use serde::Serialize;
use serde_json::json;

pub(crate) use flow::Flow;

/// What the cloud answers to one call.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    status: u16,
    content_type: Option<String>,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    flow: Flow,
}

/// Marks a response that is never sent: the connection is closed instead.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lost;

impl Answer {
    /// A status without a body and without a content type.
    pub(crate) const fn empty(status: u16) -> Self {
        Self { status, content_type: None, headers: Vec::new(), body: Vec::new(), flow: Flow::Whole }
    }

    /// The connection is closed without an answer.
    pub(crate) fn lost() -> Self {
        Self::empty(0).flowing(Flow::Lost)
    }

    /// A JSON body.
    pub(crate) fn json(status: u16, body: &impl Serialize) -> Self {
        let body = serde_json::to_vec(body).unwrap_or_default();
        Self::raw(status, "application/json", body)
    }

    /// Any body.
    pub(crate) fn raw(status: u16, content_type: &str, body: Vec<u8>) -> Self {
        Self { content_type: Some(content_type.to_owned()), body, ..Self::empty(status) }
    }

    /// The same answer with one more header.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same answer, sent in this way.
    pub(crate) fn flowing(mut self, flow: Flow) -> Self {
        self.flow = flow;
        self
    }

    /// The same answer with the first half of its body; with the start of one where it has none.
    pub(crate) fn cut(mut self) -> Self {
        if self.body.is_empty() {
            self.content_type = Some("application/json".to_owned());
            self.body = b"{\"".to_vec();
        } else {
            self.body.truncate(self.body.len() / 2);
        }
        self
    }

    /// The gateway's envelope. `APIGW.` codes carry the numbers of the documented `APIG.` ones.
    pub(crate) fn gateway(status: u16, number: &str, message: &str, request_id: &str) -> Self {
        let code = format!("APIGW.{number}");
        Self::json(status, &json!({ "error_msg": message, "error_code": code, "request_id": request_id }))
    }

    /// The Keystone-style envelope of IAM.
    pub(crate) fn keystone(status: u16, message: &str) -> Self {
        let title = match status {
            400 => "Bad Request",
            401 => "Unauthorized",
            403 => "Forbidden",
            404 => "Not Found",
            _ => "Error",
        };
        Self::json(status, &json!({ "error": { "code": status, "message": message, "title": title } }))
    }

    /// The other envelope of IAM, with a code.
    pub(crate) fn iam(status: u16, number: &str, message: &str) -> Self {
        Self::json(status, &json!({ "error_code": format!("IAM.{number}"), "error_msg": message }))
    }

    /// The HTTP status; 0 for an answer that is never sent.
    pub(crate) const fn status(&self) -> u16 {
        self.status
    }

    /// The response with its request id. A header that cannot be written is left out.
    pub(crate) fn into_response(self, request_id: &str) -> Response<Body> {
        let length = self.flow.announced(&self.body).map(|length| ("content-length".to_owned(), length.to_string()));
        let packed = matches!(self.flow, Flow::Bomb(_)).then(|| ("content-encoding".to_owned(), "gzip".to_owned()));
        let mut response = Response::new(self.flow.send(self.body));
        if self.flow == Flow::Lost {
            response.extensions_mut().insert(Lost);
            return response;
        }
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let content_type = self.content_type.map(|value| (header::CONTENT_TYPE.to_string(), value));
        let request_id = ("x-request-id".to_owned(), request_id.to_owned());
        let headers = std::iter::once(request_id).chain(content_type).chain(length).chain(packed).chain(self.headers);
        for (name, value) in headers {
            let name = HeaderName::try_from(name);
            if let (Ok(name), Ok(value)) = (name, HeaderValue::try_from(value)) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }
}
