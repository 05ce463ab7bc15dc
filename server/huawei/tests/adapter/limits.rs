//! How much of an answer is taken, how long it may take, and how long a token may be.

use std::time::Duration;

use domain::maintenance::outcome::{Body, NoAnswer, PutOutcome};
use huawei::Huawei;
use secrecy::{ExposeSecret, SecretString};
use service::ports::{Cloud, Granted, SignInError};

use crate::peer::{Peer, Reply, http};
use crate::{CALLS, access_of, answered, call, form, hasty, ids, limited, patient, put};

/// What a PUT makes of one reply.
async fn check(reply: Reply, wanted: NoAnswer) {
    let peer = Peer::new([reply]).await;
    assert_eq!(put(&patient(&peer.url())).await, PutOutcome::NoAnswer(wanted));
    assert_eq!(peer.requests().len(), 1, "nothing is repeated");
}

#[tokio::test]
async fn d10_an_endless_answer_is_cut_off() {
    check(Reply::Send(http("200 OK", "", &vec![b' '; 9 * 1024 * 1024])), NoAnswer::TooLong).await;
}

#[tokio::test]
async fn d10_an_answer_that_unpacks_without_end_is_cut_off() {
    let packed = include_bytes!("../examples/nine_megabytes_of_spaces.gz");
    check(Reply::Send(http("200 OK", "content-encoding: gzip\r\n", packed)), NoAnswer::TooLong).await;
}

#[tokio::test]
async fn d10_no_kind_of_call_takes_a_longer_answer() {
    let packed = include_bytes!("../examples/nine_megabytes_of_spaces.gz");
    for number in 0..CALLS {
        for status in ["200 OK", "401 Unauthorized"] {
            let peer = Peer::new([Reply::Send(http(status, "content-encoding: gzip\r\n", packed))]).await;
            let outcome = call(&patient(&peer.url()), number).await;
            // Asking for a token's end tells nothing.
            let told = outcome.contains("TooLong") || outcome == "Err(Unreachable)" || outcome == "()";
            assert!(told, "{number} {status}: {outcome}");
        }
    }
}

#[tokio::test]
async fn d10_a_cloud_that_never_answers_runs_out_of_time() {
    let half = b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{".to_vec();
    for reply in [Reply::Hang, Reply::Send(half)] {
        let peer = Peer::new([reply]).await;
        assert_eq!(put(&hasty(&peer.url())).await, PutOutcome::NoAnswer(NoAnswer::TimedOut));
    }
}

#[tokio::test]
async fn d10_an_answer_that_always_goes_on_runs_out_of_time_too() {
    for number in 0..CALLS {
        let head = b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n".to_vec();
        let peer = Peer::new([Reply::Drip(head)]).await;
        let outcome = call(&hasty(&peer.url()), number).await;
        let told = outcome.contains("TimedOut") || outcome == "Err(Unreachable)" || outcome == "()";
        assert!(told, "{number}: {outcome}");
    }
}

#[tokio::test]
async fn a13_a_sign_out_waits_no_longer_than_its_own_limit() {
    let peer = Peer::new([Reply::Hang]).await;
    let mut settings = limited(&peer.url(), Duration::from_hours(1));
    settings.time_limits.revoke = Duration::from_millis(50);
    // The call's own limit would let this test hang.
    Huawei::new(&settings).unwrap().revoke(&SecretString::from("MIItoken")).await;
}

const TOKEN_LIMIT_BYTES: usize = 32 * 1024;

/// A token of that length by the call of that number (0: password, 1: ID token), and what a PUT then sends.
async fn check_token(number: usize, bytes: usize) -> Result<Granted, SignInError> {
    let body: &[u8] = match number {
        0 => include_bytes!("../examples/token.json"),
        _ => include_bytes!("../examples/id_token.json"),
    };
    let header = format!("x-subject-token: {}\r\n", "M".repeat(bytes));
    let peer = Peer::new([Reply::Send(http("201 Created", &header, body)), Reply::Send(http("200 OK", "", b""))]).await;
    let cloud = patient(&peer.url());
    let granted = match number {
        0 => cloud.sign_in(&form()).await,
        _ => cloud.exchange(&SecretString::from("eyJ.e30.c2ln"), Some("46419baef4324c0c9a85b5cd64b0ed8a")).await,
    }?;
    assert!(!peer.requests()[0].contains("x-auth-token"), "a sign-in carries no token");
    let outcome = cloud.set_maintenance(&access_of(granted.clone()), &ids(&["d1"]), true).await;
    assert_eq!(outcome, answered(200, Body::Empty));
    assert!(peer.requests()[1].contains(&format!("\r\nx-auth-token: {}\r\n", "M".repeat(bytes))));
    Ok(granted)
}

#[tokio::test]
async fn b15_a_token_of_30_kb_works_and_one_of_33_kb_is_too_long_by_name() {
    for number in 0..2 {
        for bytes in [30_000, TOKEN_LIMIT_BYTES] {
            let granted = check_token(number, bytes).await.unwrap();
            assert_eq!(granted.token.expose_secret().len(), bytes);
        }
        for bytes in [TOKEN_LIMIT_BYTES + 1, 33_000] {
            assert_eq!(check_token(number, bytes).await.unwrap_err(), SignInError::TokenTooLong { bytes });
        }
    }
}

#[tokio::test]
async fn b15_an_id_token_of_30_kb_is_sent_whole() {
    let id_token = "e".repeat(30_000);
    let peer = Peer::new([Reply::Send(http("401 Unauthorized", "", br#"{"error_code":"IAM.0001"}"#))]).await;
    let outcome = patient(&peer.url()).exchange(&SecretString::from(id_token.clone()), None).await;
    assert_eq!(outcome.unwrap_err(), SignInError::IdTokenRefused { code: "IAM.0001".into() });
    let requests = peer.requests();
    let (_, body) = requests[0].split_once("\r\n\r\n").unwrap();
    assert_eq!(body, format!(r#"{{"auth":{{"id_token":{{"id":"{id_token}"}}}}}}"#));
}

#[tokio::test]
async fn a_token_without_its_header_is_no_token() {
    let peer = Peer::new([Reply::Send(http("201 Created", "", include_bytes!("../examples/token.json")))]).await;
    let outcome = patient(&peer.url()).sign_in(&form()).await;
    assert!(matches!(outcome, Err(SignInError::Unexpected { status: 201 })), "{outcome:?}");
}
