//! A browser as far as the server can tell: it keeps cookies, says where a request comes from, follows nothing unasked.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use http::{HeaderMap, Method, StatusCode, header};
use serde::Serialize;
use serde::de::DeserializeOwned;

const FORM: &str = "application/x-www-form-urlencoded";

/// What a browser accepts where a person follows a link or sends a form.
const ACCEPTS_PAGES: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

/// A browser window. Its copies share the cookies, as tabs do.
#[derive(Clone)]
pub struct Browser {
    http: reqwest::Client,
    origin: String,
    cookies: Arc<Mutex<BTreeMap<String, String>>>,
    /// What the proxy in front adds to every request.
    added: Vec<(String, Vec<u8>)>,
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Reply {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    pub fn location(&self) -> &str {
        self.header("location")
    }

    pub fn set_cookies(&self) -> Vec<&str> {
        self.headers.get_all(header::SET_COOKIE).iter().map(|value| value.to_str().unwrap()).collect()
    }

    /// Whether the document came to its end. The data for hydration comes behind `</html>`.
    pub fn is_whole_page(&self) -> bool {
        let end = self.text.trim_end();
        self.text.starts_with("<!DOCTYPE html>")
            && end.contains("</html>")
            && (end.ends_with("</html>") || end.ends_with("__INCOMPLETE_CHUNKS=[];</script>"))
    }

    pub fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error} in {} {}", self.status, self.text))
    }
}

impl Browser {
    pub fn new(origin: &str) -> Self {
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy();
        Self { http: http.build().unwrap(), origin: origin.to_owned(), cookies: Arc::default(), added: Vec::new() }
    }

    /// The same cookies at another address: the server was started anew.
    pub fn moved_to(&self, origin: &str) -> Self {
        Self { origin: origin.to_owned(), ..self.clone() }
    }

    /// The same browser, whose requests come with these headers of a proxy.
    pub fn through(&self, headers: &[(&str, &str)]) -> Self {
        let added = headers.iter().map(|(name, value)| ((*name).to_owned(), value.as_bytes().to_vec())).collect();
        Self { added, ..self.clone() }
    }

    pub fn origin(&self) -> &str {
        &self.origin
    }

    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().unwrap().get(name).cloned()
    }

    pub fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.lock().unwrap().insert(name.to_owned(), value.to_owned());
    }

    /// The address bar.
    pub async fn get(&self, path: &str) -> Reply {
        let headers = [
            ("accept", ACCEPTS_PAGES),
            ("sec-fetch-site", "none"),
            ("sec-fetch-mode", "navigate"),
            ("sec-fetch-user", "?1"),
        ];
        self.send(Method::GET, path, &headers, String::new()).await
    }

    /// A page that loads itself anew, without anybody asking.
    pub async fn reload_by_itself(&self, path: &str) -> Reply {
        let headers = [("accept", ACCEPTS_PAGES), ("sec-fetch-site", "same-origin"), ("sec-fetch-mode", "navigate")];
        self.send(Method::GET, path, &headers, String::new()).await
    }

    /// A form, sent without script.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let own_page = format!("{}/sign-in", self.origin);
        let headers = [
            ("accept", ACCEPTS_PAGES),
            ("content-type", FORM),
            ("origin", &self.origin),
            ("referer", &own_page),
            ("sec-fetch-site", "same-origin"),
        ];
        self.send(Method::POST, path, &headers, urlencoded(fields)).await
    }

    /// A form, sent by script: the answer is JSON.
    pub async fn fetch_form(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        self.fetch(path, FORM, urlencoded(fields)).await
    }

    /// A call by script.
    pub async fn fetch_json(&self, path: &str, arguments: &impl Serialize) -> Reply {
        self.fetch(path, "application/json", serde_json::to_string(arguments).unwrap()).await
    }

    async fn fetch(&self, path: &str, content_type: &str, body: String) -> Reply {
        let headers = [
            ("accept", "application/json"),
            ("content-type", content_type),
            ("origin", &self.origin),
            ("sec-fetch-site", "same-origin"),
        ];
        self.send(Method::POST, path, &headers, body).await
    }

    /// Anything at all, with the cookies.
    #[expect(clippy::disallowed_methods, reason = "this is the one place where the tests send to the server")]
    pub async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: impl Into<Vec<u8>>) -> Reply {
        let mut request = self.http.request(method, format!("{}{path}", self.origin)).body(body.into());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        for (name, value) in &self.added {
            request = request.header(name, value.as_slice());
        }
        let cookies =
            self.cookies.lock().unwrap().iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>();
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.unwrap();
        let reply = Reply { status, headers, text };
        self.keep_cookies(&reply);
        reply
    }

    /// As a browser does: a `__Host-` cookie that lacks an attribute is dropped, one without age left is removed.
    fn keep_cookies(&self, reply: &Reply) {
        let mut cookies = self.cookies.lock().unwrap();
        for cookie in reply.set_cookies() {
            let mut parts = cookie.split("; ");
            let (name, value) = parts.next().unwrap().split_once('=').unwrap();
            let attributes: Vec<&str> = parts.collect();
            if name.starts_with("__Host-") && !(attributes.contains(&"Secure") && attributes.contains(&"Path=/")) {
                continue;
            }
            if attributes.contains(&"Max-Age=0") {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

fn urlencoded(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}
