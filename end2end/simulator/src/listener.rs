//! Serving one address over HTTP/1.1, with the power to close a connection without an answer.

use std::{
    convert::Infallible,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    http::{Request, Response},
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpListener, task::JoinSet};
use tower::ServiceExt;

use crate::{answer::Lost, cloud::Cloud};

/// Why a connection is closed instead of answered.
#[derive(Debug)]
struct Dropped;

impl std::fmt::Display for Dropped {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("closed without an answer on purpose")
    }
}

impl std::error::Error for Dropped {}

/// Serves until it is dropped; its connections end with it. With a cloud, connections are closed while that is down.
pub(crate) async fn serve(listener: TcpListener, router: Router, cloud: Option<Arc<Cloud>>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((stream, _)) = accepted else {
                    // Out of file handles, most likely: some connection has to end first.
                    tokio::time::sleep(Duration::from_millis(10)).await;
                    continue;
                };
                if is_down(cloud.as_ref()) {
                    continue;
                }
                // A connection without it is only slower.
                let _ = stream.set_nodelay(true);
                let (router, cloud) = (router.clone(), cloud.clone());
                let service = service_fn(move |request| answer(router.clone(), cloud.clone(), request));
                connections.spawn(async move {
                    // A connection that breaks, or that is closed on purpose, is no news.
                    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
                });
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn answer(
    router: Router,
    cloud: Option<Arc<Cloud>>,
    request: Request<Incoming>,
) -> Result<Response<Body>, Dropped> {
    if is_down(cloud.as_ref()) {
        return Err(Dropped);
    }
    let answered: Result<_, Infallible> = router.oneshot(request.map(Body::new)).await;
    let Ok(response) = answered;
    // An error of the service makes hyper close the connection before a single byte of an answer is written.
    let lost = response.extensions().get::<Lost>().is_some();
    if lost || is_down(cloud.as_ref()) { Err(Dropped) } else { Ok(response) }
}

fn is_down(cloud: Option<&Arc<Cloud>>) -> bool {
    cloud.is_some_and(|cloud| cloud.down.load(Ordering::Relaxed))
}
