//! The site: script, wasm and style under `/pkg/HASH/`, from a folder or from the binary.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path as UrlPath, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use rust_embed::Embed;

/// The release site, as `cargo xtask build --release` left it. Empty where it was not built.
#[derive(Embed)]
#[folder = "../target/site/release"]
#[allow_missing = true]
struct Embedded;

/// A year: the address changes with the content.
const CACHE: &str = "public, max-age=31536000, immutable";

/// Every file of the site, in memory.
#[derive(Clone)]
pub struct Site {
    hash: Arc<str>,
    files: Arc<HashMap<String, Cow<'static, [u8]>>>,
}

/// The site cannot be found.
#[derive(Debug, thiserror::Error)]
pub enum SiteError {
    /// The folder has no site.
    #[error("site_dir: {0} has no site; `cargo xtask build` makes one")]
    Missing(String),
    /// There is no folder, and the binary has no site in it.
    #[error("this binary has no site in it: build it with `cargo xtask build --release`, or give site_dir")]
    NotEmbedded,
}

impl Site {
    /// The site in a folder, else the one in the binary.
    ///
    /// # Errors
    /// [`SiteError`]
    pub fn load(folder: Option<&Path>) -> Result<Self, SiteError> {
        match folder {
            Some(folder) => Self::from_folder(folder).ok_or_else(|| SiteError::Missing(folder.display().to_string())),
            None => Self::embedded().ok_or(SiteError::NotEmbedded),
        }
    }

    /// The folder of the site's files in an address, `pkg/HASH`.
    pub fn package(&self) -> String {
        format!("pkg/{}", self.hash)
    }

    fn from_folder(folder: &Path) -> Option<Self> {
        let hash = std::fs::read_to_string(folder.join("pkg-hash")).ok()?.trim().to_owned();
        let mut files = HashMap::new();
        for entry in std::fs::read_dir(folder.join("pkg").join(&hash)).ok()?.flatten() {
            let bytes = std::fs::read(entry.path()).ok()?;
            files.insert(entry.file_name().to_string_lossy().into_owned(), Cow::Owned(bytes));
        }
        Some(Self { hash: hash.into(), files: Arc::new(files) })
    }

    fn embedded() -> Option<Self> {
        let hash = String::from_utf8(Embedded::get("pkg-hash")?.data.into_owned()).ok()?.trim().to_owned();
        let folder = format!("pkg/{hash}/");
        let names = Embedded::iter().filter_map(|path| Some((path.strip_prefix(&folder)?.to_owned(), path)));
        let files = names.filter_map(|(name, path)| Some((name, Embedded::get(&path)?.data))).collect();
        Some(Self { hash: hash.into(), files: Arc::new(files) })
    }

    fn find(&self, hash: &str, name: &str, headers: &HeaderMap) -> Option<(&[u8], Option<&'static str>)> {
        if hash != &*self.hash {
            return None;
        }
        let plain = self.files.get(name)?;
        let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let accepts =
            |coding: &str| accepted.split(',').any(|part| part.split(';').next().map(str::trim) == Some(coding));
        for (coding, ending) in [("br", "br"), ("gzip", "gz")] {
            if accepts(coding)
                && let Some(bytes) = self.files.get(&format!("{name}.{ending}"))
            {
                return Some((bytes, Some(coding)));
            }
        }
        Some((plain, None))
    }
}

/// A file of the site.
pub async fn serve(
    State(site): State<Site>,
    UrlPath((hash, name)): UrlPath<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let Some((bytes, coding)) = site.find(&hash, &name, &headers) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let mut response = Response::new(Body::from(bytes.to_vec()));
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(&name)));
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(CACHE));
    out.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(coding) = coding {
        out.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    response
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("js") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

    use super::*;

    fn site() -> (tempfile::TempDir, Site) {
        let folder = tempfile::tempdir().unwrap();
        let package = folder.path().join("pkg/abc");
        std::fs::create_dir_all(&package).unwrap();
        std::fs::write(folder.path().join("pkg-hash"), "abc\n").unwrap();
        for (name, text) in [("app.js", "plain"), ("app.js.br", "brotli"), ("app.css", "style")] {
            std::fs::write(package.join(name), text).unwrap();
        }
        let site = Site::load(Some(folder.path())).unwrap();
        (folder, site)
    }

    fn found(accept: &str, hash: &str, name: &str) -> Option<(String, Option<&'static str>)> {
        let (_folder, site) = site();
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, accept.parse().unwrap());
        site.find(hash, name, &headers).map(|(bytes, coding)| (String::from_utf8(bytes.to_vec()).unwrap(), coding))
    }

    #[test]
    fn the_smallest_coding_that_the_browser_takes_is_sent() {
        assert_eq!(found("gzip, br", "abc", "app.js"), Some(("brotli".into(), Some("br"))));
        assert_eq!(found("gzip", "abc", "app.js"), Some(("plain".into(), None)));
        assert_eq!(found("br;q=1.0", "abc", "app.css"), Some(("style".into(), None)));
    }

    #[test]
    fn another_hash_and_another_name_are_not_there() {
        assert_eq!(found("br", "abd", "app.js"), None);
        assert_eq!(found("br", "abc", "../pkg-hash"), None);
    }

    #[test]
    fn a_folder_without_a_site_is_said_so() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(Site::load(Some(folder.path())), Err(SiteError::Missing(_))));
    }
}
