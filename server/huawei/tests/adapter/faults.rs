//! What becomes of a call when the network, a proxy or the cloud misbehaves.

use std::time::Duration;

use domain::maintenance::outcome::{Answer, Body, LookOutcome, NoAnswer, PutOutcome, ReadOutcome};
use huawei::{Huawei, SettingsError};
use secrecy::SecretString;
use service::ports::{CallFailure, Cloud, SignInError};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use url::Url;

use crate::peer::{Peer, Reply, http};
use crate::{access, answered, form, hasty, ids, limited, patient, put};

/// What one reply makes of a PUT.
async fn check(reply: Reply, wanted: PutOutcome) {
    let peer = Peer::new([reply]).await;
    assert_eq!(put(&patient(&peer.url())).await, wanted);
    assert_eq!(peer.requests().len(), 1, "nothing is repeated");
}

#[tokio::test]
async fn a_put_holds_exactly_the_documented_fields() {
    let peer = Peer::new([Reply::Send(http("200 OK", "", b""))]).await;
    assert_eq!(put(&patient(&peer.url())).await, answered(200, Body::Empty));
    let requests = peer.requests();
    let (head, body) = requests[0].split_once("\r\n\r\n").unwrap();
    assert_eq!(body, r#"{"desktop_ids":["d1","d2"],"in_maintenance_mode":true}"#);
    assert!(head.starts_with("PUT /v2/p1/desktops/maintenance-mode HTTP/1.1\r\n"), "{head}");
    assert!(head.contains("\r\nx-auth-token: MIItoken\r\n"), "{head}");
    assert!(head.contains("\r\ncontent-type: application/json"), "{head}");
}

#[tokio::test]
async fn a_read_names_its_ids_one_by_one() {
    let peer = Peer::new([Reply::Send(http("200 OK", "", br#"{"desktops":[],"total_count":0}"#))]).await;
    let outcome = patient(&peer.url()).read(&access(), &ids(&["d1", "d2"])).await;
    assert_eq!(outcome, ReadOutcome::Listed(vec![]));
    let line = peer.requests()[0].lines().next().unwrap().to_owned();
    assert_eq!(line, "GET /v2/p1/desktops/detail?desktop_id=d1&desktop_id=d2&limit=2 HTTP/1.1");
}

#[tokio::test]
async fn a_call_about_no_desktop_is_never_made() {
    let peer = Peer::new([]).await;
    let cloud = hasty(&peer.url());
    assert_eq!(cloud.read(&access(), &[]).await, ReadOutcome::Listed(vec![]));
    assert_eq!(cloud.set_maintenance(&access(), &[], true).await, PutOutcome::NotSentOut);
    assert_eq!(peer.requests().len(), 0);
}

#[tokio::test]
async fn a_document_that_ends_too_early_is_unreadable() {
    let bytes = http("200 OK", "content-type: application/json\r\n", br#"{"desktops":[{"desktop_id":"d1""#);
    check(Reply::Send(bytes.clone()), answered(200, Body::Unreadable)).await;
    let peer = Peer::new([Reply::Send(bytes.clone()), Reply::Send(bytes.clone()), Reply::Send(bytes)]).await;
    let cloud = patient(&peer.url());
    let PutOutcome::Answered(wanted) = answered(200, Body::Unreadable) else { panic!("it is an answer") };
    assert_eq!(cloud.list(&access(), 0, 10).await, Err(CallFailure::Answered(Box::new(wanted.clone()))));
    assert_eq!(cloud.read(&access(), &ids(&["d1"])).await, ReadOutcome::Answered(wanted.clone()));
    assert_eq!(cloud.look(&access(), &ids(&["d1"])[0]).await, LookOutcome::Answered(wanted));
}

#[tokio::test]
async fn json_that_is_not_what_was_asked_for_is_unreadable() {
    for body in ["{}", "[]", "null", "\"ok\"", r#"{"desktops":{"a":1}}"#, r#"{"desktop":[]}"#] {
        let reply = || Reply::Send(http("200 OK", "", body.as_bytes()));
        let peer = Peer::new([reply(), reply()]).await;
        let cloud = patient(&peer.url());
        let list = cloud.list(&access(), 0, 10).await;
        assert!(matches!(list, Err(CallFailure::Answered(answer)) if answer.body == Body::Unreadable), "{body}");
        let look = cloud.look(&access(), &ids(&["d1"])[0]).await;
        assert!(matches!(look, LookOutcome::Answered(Answer { body: Body::Unreadable, .. })), "{body}");
    }
}

#[tokio::test]
async fn an_error_inside_a_200_is_an_answer_with_its_code() {
    let body = br#"{"error_code":"WKS.00010109","error_msg":"m","desktops":[]}"#;
    let peer = Peer::new([Reply::Send(http("200 OK", "", body))]).await;
    let outcome = patient(&peer.url()).read(&access(), &ids(&["d1"])).await;
    let ReadOutcome::Answered(answer) = outcome else { panic!("{outcome:?}") };
    assert_eq!((answer.body, answer.error.code.as_deref()), (Body::Json, Some("WKS.00010109")));
}

#[tokio::test]
async fn a_proxy_s_page_is_unreadable_and_says_nothing() {
    let page = http("502 Bad Gateway", "content-type: text/html\r\n", b"<html><h1>Bad Gateway</h1></html>");
    check(Reply::Send(page), answered(502, Body::Unreadable)).await;
}

#[tokio::test]
async fn an_answer_that_does_not_unpack_is_unreadable() {
    let corrupt = http("403 Forbidden", "content-encoding: gzip\r\n", b"this is not packed at all");
    check(Reply::Send(corrupt), answered(403, Body::Unreadable)).await;
}

#[tokio::test]
async fn a_connection_that_ends_before_or_within_the_answer_is_lost() {
    let lost = || PutOutcome::NoAnswer(NoAnswer::ConnectionLost);
    check(Reply::SendAndClose(vec![]), lost()).await;
    check(Reply::SendAndClose(b"HTTP/1.1 200".to_vec()), lost()).await;
    check(Reply::SendAndClose(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{}".to_vec()), lost()).await;
    check(Reply::SendAndClose(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n".to_vec()), lost())
        .await;
    check(Reply::SendAndClose(b"SSH-2.0-OpenSSH_9.2\r\n".to_vec()), lost()).await;
}

#[tokio::test]
async fn a_kept_connection_that_is_lost_during_a_call_does_not_repeat_it() {
    let good = || Reply::Send(http("200 OK", "", b""));
    let peer = Peer::new([good(), Reply::SendAndClose(vec![]), good()]).await;
    let cloud = patient(&peer.url());
    assert_eq!(put(&cloud).await, answered(200, Body::Empty));
    assert_eq!(put(&cloud).await, PutOutcome::NoAnswer(NoAnswer::ConnectionLost));
    assert_eq!(peer.requests().len(), 2);
    assert_eq!(put(&cloud).await, answered(200, Body::Empty), "the next call opens another connection");
}

#[tokio::test]
async fn a_call_that_finds_nobody_never_left() {
    let peer = Peer::new([]).await;
    let url = peer.url();
    peer.leave().await;
    let cloud = patient(&url);
    assert_eq!(put(&cloud).await, PutOutcome::NotSentOut);
    assert_eq!(cloud.list(&access(), 0, 1).await, Err(CallFailure::NotSentOut));
    assert_eq!(cloud.read(&access(), &ids(&["d1"])).await, ReadOutcome::NotSentOut);
    assert_eq!(cloud.look(&access(), &ids(&["d1"])[0]).await, LookOutcome::NotSentOut);
    assert!(matches!(cloud.sign_in(&form()).await, Err(SignInError::Unreachable)));
    assert!(matches!(cloud.exchange(&SecretString::from("e.y.J"), None).await, Err(SignInError::Unreachable)));
    assert!(matches!(cloud.projects(&access().token).await, Err(SignInError::Unreachable)));
    cloud.revoke(&access().token).await;
}

#[tokio::test]
async fn a_call_whose_tls_fails_or_never_ends_never_left() {
    for reply in [b"HTTP/1.1 400 Bad Request\r\n\r\n".as_slice(), b""] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = Url::parse(&format!("https://{}", listener.local_addr().unwrap())).unwrap();
        let task = tokio::spawn(async move {
            let mut streams = Vec::new();
            while let Ok((mut stream, _)) = listener.accept().await {
                drop(stream.write_all(reply).await);
                streams.push(stream);
            }
        });
        match Huawei::new(&limited(&url, Duration::from_millis(400))) {
            Ok(cloud) => assert_eq!(put(&cloud).await, PutOutcome::NotSentOut),
            // A machine without any certificates says so at start.
            Err(error) => assert!(matches!(error, SettingsError::Client { .. }), "{error}"),
        }
        task.abort();
    }
}
