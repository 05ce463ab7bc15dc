//! The whole stack, for the process and for its tests.

use std::sync::Arc;

use ::http::{HeaderName, HeaderValue, StatusCode, header};
use app::App;
use app::api::context::Capabilities;
use app::shell::shell;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use leptos::config::LeptosOptions;
use leptos::nonce::use_nonce;
use leptos::prelude::use_context;
use leptos_axum::{LeptosRoutes, ResponseOptions, generate_route_list, handle_server_fns_with_context};
use service::refusals::Refusals;
use tower::limit::GlobalConcurrencyLimitLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::request_id::{MakeRequestId, PropagateRequestIdLayer, RequestId, SetRequestIdLayer};
use tower_http::trace::TraceLayer;
use tower_sessions::cookie::SameSite;
use tower_sessions::{Expiry, SessionManagerLayer};

use crate::http::guard::Way;
use crate::http::headers::{SESSION_COOKIE, Transport, page_policy};
use crate::http::identity::Doorkeeper;
use crate::http::origin::OwnOrigins;
use crate::http::signed_out::SignedOut;
use crate::http::site::Site;
use crate::http::{guard, headers, health, identity, origin, panic, run_text, signed_out, site};
use crate::wiring::Wiring;

/// The most bytes of a request's body: 5,001 ids of 36 characters with their field names are 240 kB.
const BODY_LIMIT_BYTES: usize = 512 * 1024;

/// How many requests are worked on at once; more wait. Assumed: a page takes about 2 ms of CPU, so this is well over
/// what two cores can do at once. If it is wrong, requests wait longer than they need.
const REQUESTS_AT_ONCE: usize = 256;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Numbers requests for the log. An id that comes from outside is not taken over.
#[derive(Clone)]
struct Numbering;

impl MakeRequestId for Numbering {
    fn make_request_id<B>(&mut self, _request: &::http::Request<B>) -> Option<RequestId> {
        let number = getrandom::u64().ok()?;
        HeaderValue::from_str(&format!("{number:016x}")).ok().map(RequestId::new)
    }
}

/// Everything that is served. `public_origin` is the origin that browsers use.
pub fn router(wiring: &Wiring, site: &Site, public_origin: &str) -> Router {
    let capabilities = wiring.capabilities.clone();
    let options = LeptosOptions::builder().output_name("app").site_pkg_dir(site.package()).build();
    let sessions = SessionManagerLayer::new(wiring.sessions.clone())
        .with_name(SESSION_COOKIE)
        .with_secure(true)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        .with_expiry(Expiry::OnSessionEnd);

    let functions = {
        let capabilities = capabilities.clone();
        post(move |request: Request| serve_function(capabilities.clone(), request))
    };
    let pages = {
        let capabilities = capabilities.clone();
        let context = move || {
            capabilities.provide();
            add_page_policy();
        };
        let shell_options = options.clone();
        Router::new().leptos_routes_with_context(&options, generate_route_list(App), context, move || {
            shell(shell_options.clone())
        })
    };
    let refusals = capabilities.sign_ins.refusals();
    let keeper = doorkeeper(wiring, refusals.clone(), &options);
    let way = Way {
        sign_ins: capabilities.sign_ins.clone(),
        seal: capabilities.seal.clone(),
        clock: Arc::clone(&capabilities.clock),
        refused: guard::Refused::default(),
    };
    let texts = capabilities.clone();
    let signed_out = SignedOut::new(&capabilities.single_sign_on, &keeper.style);
    let with_session = pages
        .route("/api/{*function}", functions)
        .route("/{project}/runs/{number}/desktops.csv", get(run_text::csv).with_state(texts.clone()))
        .route("/{project}/runs/{number}/summary", get(run_text::summary).with_state(texts))
        .fallback(move |State(options): State<LeptosOptions>, request: Request| {
            not_found(capabilities.clone(), options, request)
        })
        .with_state(options)
        .layer(from_fn_with_state(way, guard::lead))
        .layer(from_fn_with_state(wiring.sessions.clone(), guard::note_activity))
        .layer(from_fn_with_state((OwnOrigins::new(public_origin), refusals), origin::check))
        .layer(from_fn_with_state(keeper, identity::check))
        .layer(sessions)
        .layer(GlobalConcurrencyLimitLayer::new(REQUESTS_AT_ONCE))
        .layer(
            CompressionLayer::new()
                .compress_when(DefaultPredicate::new().and(NotForContentType::const_new("application/wasm"))),
        );

    Router::new()
        .route("/livez", get(health::live))
        .route("/readyz", get(health::ready).with_state(wiring.store.clone()))
        .route(app::routes::SIGNED_OUT, get(signed_out::show).with_state(signed_out))
        .route("/favicon.ico", get(|| async { StatusCode::NO_CONTENT }))
        .route("/pkg/{hash}/{name}", get(site::serve).with_state(site.clone()))
        .merge(with_session)
        .layer(DefaultBodyLimit::disable())
        .layer(RequestBodyLimitLayer::new(BODY_LIMIT_BYTES))
        .layer(from_fn(panic::catch))
        .layer(from_fn_with_state(Transport::of(public_origin), headers::add))
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(trace())
        .layer(SetRequestIdLayer::new(REQUEST_ID, Numbering))
        .layer(from_fn(headers::drop_foreign_id))
}

fn doorkeeper(wiring: &Wiring, refusals: Refusals, options: &LeptosOptions) -> Doorkeeper {
    let capabilities = &wiring.capabilities;
    Doorkeeper {
        sso: wiring.sso.clone(),
        roles: wiring.roles.clone(),
        sign_ins: capabilities.sign_ins.clone(),
        refusals,
        clock: Arc::clone(&capabilities.clock),
        style: format!("/{}/app.css", options.site_pkg_dir).into(),
        renew_url: capabilities.single_sign_on.renew_url.as_deref().map(Into::into),
    }
}

/// A server function; an unknown one is said so without a list of what there is.
async fn serve_function(capabilities: Capabilities, request: Request) -> Response {
    let is_known = leptos::server_fn::axum::server_fn_paths().any(|(path, _)| path == request.uri().path());
    if !is_known {
        return (StatusCode::NOT_FOUND, "There is no such function. Load the page anew.\n").into_response();
    }
    handle_server_fns_with_context(move || capabilities.provide(), request).await.into_response()
}

async fn not_found(capabilities: Capabilities, options: LeptosOptions, request: Request) -> Response {
    let context = move || {
        capabilities.provide();
        add_page_policy();
    };
    let render = leptos_axum::render_app_to_stream_with_context(context, move || shell(options.clone()));
    let mut response = render(request).await.into_response();
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

fn add_page_policy() {
    if let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>())
        && let Ok(policy) = HeaderValue::from_str(&page_policy(&nonce))
    {
        response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
}

type Traced = TraceLayer<
    tower_http::classify::SharedClassifier<tower_http::classify::ServerErrorsAsFailures>,
    fn(&Request) -> tracing::Span,
>;

/// One span per request: method and path, never the query, which may hold what a person typed.
fn trace() -> Traced {
    fn span(request: &Request) -> tracing::Span {
        let id = request.headers().get(&REQUEST_ID).and_then(|id| id.to_str().ok()).unwrap_or_default();
        tracing::info_span!("request", id, method = %request.method(), path = request.uri().path())
    }
    TraceLayer::new_for_http().make_span_with(span as fn(&Request) -> tracing::Span)
}
